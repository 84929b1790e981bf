#pragma once

#include "core/access/access_policy.hpp"
#include "core/base/result.hpp"
#include "http/server/request.hpp"
#include "http/server/router.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>

namespace standings {

/// Whether `host` (an address, a name or `[::1]`, with or without a port) means this machine.
bool is_loopback(std::string_view host);

/// Whether a proxy says that it sends the request for another client.
bool is_forwarded(const header_fields& headers);

/// Whether the request carries a token, right or wrong.
bool shows_token(const request& rq);

/// The SHA-256 of a token.
[[nodiscard]] token_digest digest_of(std::string_view token);

/// Checks whether the request may use a route of this kind, and sets its `caller` and
/// `may_inspect`, which is about the whole service and not for tokens of a tenant. Where the policy
/// asks for a token, the request must carry `Authorization: Bearer <token>`; fails with
/// `unauthorized` without a known one, and with `forbidden` if the token may not. With
/// `open_on_loopback`, admin routes also answer requests that come directly from this machine and
/// not from a page of another site. Without `hears_token`, the request counts as one that carries
/// none.
[[nodiscard]] result<void> authorize(request& rq, access who, const access_policy& policy,
                                     bool hears_token = true);

/// The policy in force, which can be replaced while requests are served. Thread-safe.
class access_control {
public:
  explicit access_control(access_policy first)
      : current_(std::make_shared<const access_policy>(std::move(first))) {}

  /// For requests whose head has not been read yet.
  void replace(access_policy by);

  [[nodiscard]] std::shared_ptr<const access_policy> current() const;

  /// Changes with each replacement.
  [[nodiscard]] std::uint64_t version() const { return version_.load(std::memory_order_acquire); }

private:
  mutable std::mutex mutex_;
  std::shared_ptr<const access_policy> current_;
  std::atomic<std::uint64_t> version_ = 1;
};

} // namespace standings
