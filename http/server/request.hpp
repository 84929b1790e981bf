#pragma once

#include "core/base/result.hpp"
#include "core/limits/token_bucket.hpp"
#include "http/server/header_fields.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace standings {

/// A request as it arrived, and what the server has found out about it. Handlers may use it until
/// they have answered.
struct request {
  std::string method;
  std::string target;    ///< as sent: path and query
  unsigned version = 11; ///< 10 or 11
  header_fields headers;
  std::string body;
  std::string remote_address; ///< of the other end of the connection, maybe a proxy
  std::string client;         ///< address of the client, behind trusted proxies
  bool limited = false;       ///< rate limits hold for the client
  limit_state limit;          ///< what the tightest of them has said
  std::chrono::steady_clock::time_point arrived{}; ///< when its head was complete

  std::vector<std::string> captures; ///< the decoded `{…}` segments of the route, in order
  std::vector<std::pair<std::string, std::string>> query; ///< decoded
  std::string id; ///< X-Request-Id: the client's if it is valid, else ours

  std::string caller;       ///< the name of the token that it carries, if it carries a known one
  std::string tenant;       ///< whose leaderboards that token is for; empty: all
  bool may_inspect = false; ///< it may be told what only `access::inspect` is told
  bool is_let_in = false;   ///< it may use its route, whatever else is wrong with it

  /// The first query parameter of that name.
  [[nodiscard]] std::optional<std::string_view> param(std::string_view name) const;
  [[nodiscard]] std::size_t count_params(std::string_view name) const;
};

/// The segments of the path, percent-decoded one by one, so that an encoded slash stays within its
/// segment. Fails with `malformed` for an invalid escape.
[[nodiscard]] result<std::vector<std::string>> path_segments(std::string_view target);

/// The parameters of the query, decoded; a broken escape stays as it is.
[[nodiscard]] std::vector<std::pair<std::string, std::string>>
query_params(std::string_view target);

/// The query parameter as an integer in [min, max], or `fallback` if it is absent. Fails with
/// `malformed` if it is not an integer, and with `out_of_range` if it is outside the range.
[[nodiscard]] result<std::uint64_t> int_param(const request& rq, const std::string& name,
                                              std::uint64_t min, std::uint64_t max,
                                              std::uint64_t fallback);

/// Whether the query parameter is `true`; not if it is absent. Fails with `malformed` unless it is
/// `true` or `false`.
[[nodiscard]] result<bool> flag_param(const request& rq, const std::string& name);

/// The client's X-Request-Id if it is 1 to 64 characters of [A-Za-z0-9._-],
/// otherwise a random one.
std::string request_id_of(const header_fields& headers);

/// The body that the framing headers announce.
struct body_framing {
  bool chunked = false;
  std::uint64_t length = 0; ///< unless chunked

  [[nodiscard]] bool present() const { return chunked || length > 0; }
};

/// What the framing headers say about the body. Fails with `malformed` if they are invalid or
/// contradict each other, with `unsupported_media_type` for an encoded body, and with
/// `body_too_large` beyond `max_bytes`.
[[nodiscard]] result<body_framing> framing_of(const header_fields& headers,
                                              std::uint64_t max_bytes);

} // namespace standings
