#pragma once

#include "http/server/request.hpp"
#include "http/server/shared_buckets.hpp"

#include <atomic>
#include <cstdint>

namespace standings {

/// Slows down who guesses tokens: an address that has shown wrong ones too often is not listened to
/// for a while, so that a further guess tells nothing. Others are not affected. Programs that call
/// from this machine directly are let be; those behind a proxy on this machine are not.
/// Thread-safe.
class failed_logins {
public:
  using time_point = token_bucket::time_point;

  /// `most`: wrong tokens of one address. `loopback`: whether it holds for this machine, too.
  explicit failed_logins(const bucket_size& most, bool loopback = false)
      : loopback_(loopback), buckets_(most) {}

  /// Whether the client's token may be looked at. Ask before comparing it.
  [[nodiscard]] limit_state may_try(const request& rq, time_point now);

  /// Counts a wrong token.
  void count(const request& rq, time_point now);

  /// Wrong tokens so far, of all clients.
  [[nodiscard]] std::uint64_t total() const { return total_; }

private:
  [[nodiscard]] bool lets_be(const request& rq) const;

  const bool loopback_;
  shared_buckets buckets_;
  std::atomic<std::uint64_t> total_ = 0;
};

} // namespace standings
