#pragma once

#include "core/base/result.hpp"

#include <chrono>
#include <string>

namespace standings {

struct webhook_options {
  std::string url;      ///< may contain a secret: never logged
  std::string secret{}; ///< signs the body; unsigned if empty
  std::chrono::milliseconds timeout{5'000};
};

/// The value of X-Standings-Signature: `sha256=` and the HMAC-SHA256 of `body` in hexadecimal.
std::string webhook_signature(const std::string& secret, const std::string& body);

/// Posts JSON to the URL. Blocks for at most about three times the time-out. Only the status of the
/// response matters; at most 64 KiB of its body are read. Fails with `store_unavailable` unless the
/// status is 2xx.
[[nodiscard]] result<void> post_webhook(const webhook_options& to, const std::string& body);

} // namespace standings
