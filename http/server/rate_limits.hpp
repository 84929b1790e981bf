#pragma once

#include "core/limits/client_address.hpp"
#include "core/limits/ip_address.hpp"
#include "http/server/answer.hpp"
#include "http/server/shared_buckets.hpp"
#include "http/server/tenant_rates.hpp"

#include <string>
#include <string_view>

namespace standings {

struct request;
struct route;

/// What may be asked of the server how often. A size of zero is no limit.
struct rate_limit_options {
  bucket_size address;      ///< requests of one client's address
  bucket_size token;        ///< requests with one token
  bucket_size user;         ///< updates of one user
  bucket_size admin;        ///< admin calls that change something, for each address
  bucket_size wrong_tokens; ///< wrong tokens of one address
  bool loopback = false;    ///< whether programs on this machine are limited, too
  tenant_quotas tenants;    ///< what the leaderboards of each tenant may take, whoever asks
};

/// Counts requests and refuses those that are too many. Thread-safe.
class rate_limits {
public:
  using time_point = token_bucket::time_point;

  explicit rate_limits(const rate_limit_options& with)
      : loopback_(with.loopback), address_(with.address), token_(with.token), user_(with.user),
        admin_(with.admin), tenants_(with.tenants) {}

  /// Whether the limits hold for clients that are connected as `peer`. A trusted proxy stands for
  /// others, wherever it runs.
  [[nodiscard]] bool hold_for(const ip_address& peer, const trusted_proxies& proxies) const {
    return loopback_ || !peer.is_loopback() || proxies.contains(peer);
  }

  /// Counts a request when its head has been read. `to`: its route, or null if it has none.
  limit_state count(const request& rq, const ip_address& client, const route* to, time_point now);

  /// Counts an update of a user.
  limit_state count_update(std::string_view user_id, time_point now) {
    return user_.take(user_id, now);
  }

  /// Counts an update for the tenants of the leaderboards that it names.
  limit_state count_update_of(std::span<const std::string> leaderboards, time_point now) {
    return tenants_.count_update(leaderboards, now);
  }

private:
  const bool loopback_;
  shared_buckets address_;
  shared_buckets token_;
  shared_buckets user_;
  shared_buckets admin_;
  tenant_rates tenants_;
};

/// The part of an address that one client cannot choose freely: of IPv6 the first 64 bits.
[[nodiscard]] std::string_view limited_part(const ip_address& of);

/// The answer to a request that is one too many.
[[nodiscard]] answer too_many_requests(const limit_state& state, std::string detail,
                                       const std::string& request_id);

/// Adds what a limit says as header fields.
void add_limit_fields(answer& to, const limit_state& state);

/// The same fields as text.
[[nodiscard]] std::string limit_fields(const limit_state& state);

} // namespace standings
