#pragma once

#include "core/limits/ip_address.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace standings {

/// The proxies whose word about their clients counts.
class trusted_proxies {
public:
  trusted_proxies() = default;

  /// Texts that are no addresses or networks are passed over: the configuration refuses them.
  explicit trusted_proxies(const std::vector<std::string>& networks);

  [[nodiscard]] bool empty() const { return networks_.empty(); }
  [[nodiscard]] bool contains(const ip_address& one) const;

private:
  std::vector<ip_network> networks_;
};

/// What the headers of a request say about the way it came: the values of each field in the order
/// of their arrival.
struct forwarding_fields {
  std::span<const std::string_view> x_forwarded_for;
  std::span<const std::string_view> forwarded; ///< RFC 7239
};

/// The address of the client that a connection from `peer` speaks for. Each proxy appends the
/// address it was called from, so entries are believed from the last one backwards as long as a
/// trusted proxy wrote them: the result is the last one that is no trusted proxy itself, however
/// many a client has invented before it. At an entry that is no address (`unknown`, `_hidden`) the
/// proxy that wrote it stands for its client. X-Forwarded-For precedes Forwarded. `peer` itself if
/// it is not trusted, or if nothing was forwarded.
[[nodiscard]] ip_address client_address(const ip_address& peer, const forwarding_fields& said,
                                        const trusted_proxies& trusted);

} // namespace standings
