#pragma once

#include "core/base/result.hpp"

#include <chrono>
#include <string>

namespace standings {

struct webhook_options {
  std::string url;      ///< may hold a secret: never logged
  std::string secret{}; ///< signs the body; empty: unsigned
  std::chrono::milliseconds timeout{5'000};
};

/// `sha256=` and the HMAC-SHA256 of `body` in hexadecimal, as
/// X-Standings-Signature carries it.
std::string webhook_signature(const std::string& secret, const std::string& body);

/// Posts JSON to the address. Blocking, for at most about three times the
/// time-out. Of what the receiver answers only the status counts; no more than
/// 64 KiB of its body are read. Fails with `store_unavailable` where it is not answered 2xx.
[[nodiscard]] result<void> post_webhook(const webhook_options& to, const std::string& body);

} // namespace standings
