#pragma once

#include "core/base/result.hpp"

#include <httplib.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace standings {

/// A request as handlers see it. Valid while the request is being handled.
struct request {
  const httplib::Request& raw;
  std::vector<std::string> captures; ///< the decoded `{…}` segments of the route, in order
  std::string id;                    ///< X-Request-Id: the client's if it is valid, else ours
};

/// The segments of the path, percent-decoded one by one, so that an encoded slash stays within its
/// segment. Fails with `malformed` for an invalid escape.
[[nodiscard]] result<std::vector<std::string>> path_segments(std::string_view target);

/// The query parameter as an integer in [min, max], or `fallback` if it is absent. Fails with
/// `malformed` if it is not an integer, and with `out_of_range` if it is outside the range.
[[nodiscard]] result<std::uint64_t> int_param(const request& rq, const std::string& name,
                                              std::uint64_t min, std::uint64_t max,
                                              std::uint64_t fallback);

/// The client's X-Request-Id if it is 1 to 64 characters of [A-Za-z0-9._-],
/// otherwise a random one.
std::string request_id_of(const httplib::Request& raw);

/// Whether a comma-separated header, which may occur several times, contains `token`, ignoring
/// case.
bool has_token(const httplib::Request& raw, const std::string& header, std::string_view token);

/// What the framing headers say about the body. Fails with `malformed` if they are invalid or
/// contradict each other, with `unsupported_media_type` for an encoded body, and with
/// `body_too_large` beyond `max_bytes`.
struct body_framing {
  bool present = false;
};
[[nodiscard]] result<body_framing> framing_of(const httplib::Request& raw, std::uint64_t max_bytes);

} // namespace standings
