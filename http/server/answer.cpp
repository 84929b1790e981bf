#include "http/server/answer.hpp"

#include "http/server/date_field.hpp"
#include "http/server/problem.hpp"

#include <boost/beast/http/status.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace standings {

namespace {

void append_number(std::string& to, std::size_t number) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  to.append(digits.data(), end);
}

void append_field(std::string& to, std::string_view name, std::string_view value) {
  to.append(name).append(": ").append(value).append("\r\n");
}

/// RFC 9110: 204 has neither length nor type, and those of 304 are the ones of the client's copy.
bool describes_content(int status) {
  return status != 204 && status != 304;
}

bool has_own(const answer& a, std::string_view name) {
  return std::any_of(a.headers.begin(), a.headers.end(),
                     [&](const auto& field) { return field.first == name; });
}

std::string_view reason_phrase(int status) {
  const auto reason =
      boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
  return {reason.data(), reason.size()};
}

void append_status(std::string& to, const answer& a) {
  to.append("HTTP/1.1 ");
  append_number(to, static_cast<std::size_t>(a.status));
  to.append(" ").append(reason_phrase(a.status)).append("\r\n");
  if (describes_content(a.status))
    append_field(to, "Content-Type", a.content_type);
}

void append_rest_of_head(std::string& to, const answer& a, std::string_view request_id,
                         connection_says says, std::string_view cors_fields,
                         std::string_view limit_fields = {}) {
  to.append(date_field());
  to.append("X-Content-Type-Options: nosniff\r\n");
  if (!has_own(a, "Cache-Control")) // scores change with each write
    to.append("Cache-Control: no-store\r\n");
  append_field(to, "X-Request-Id", request_id);
  for (const auto& [name, value] : a.headers)
    append_field(to, name, value);
  if (!cors_fields.empty() && !has_own(a, "Access-Control-Allow-Origin"))
    to.append(cors_fields);
  to.append(limit_fields);
  if (says != connection_says::nothing)
    append_field(to, "Connection", says == connection_says::close ? "close" : "keep-alive");
  to.append("\r\n");
}

} // namespace

answer problem_answer(const failure& why, const std::string& request_id) {
  answer out;
  out.status = status_of(why.code);
  out.body = problem_json(why, request_id);
  out.content_type = "application/problem+json";
  if (const auto seconds = retry_after_seconds(why.code); seconds > 0)
    out.headers.emplace_back("Retry-After", std::to_string(seconds));
  if (why.code == errc::unauthorized)
    out.headers.emplace_back("WWW-Authenticate", "Bearer");
  return out;
}

answer stream_answer(std::shared_ptr<event_stream> from) {
  answer out;
  out.content_type = "text/event-stream";
  out.headers.emplace_back("X-Accel-Buffering", "no"); // nginx would hold events back
  out.stream = std::move(from);
  return out;
}

void append_response(std::string& to, const answer& a, std::string_view request_id,
                     connection_says says, bool head_only, std::string_view cors_fields,
                     std::string_view limit_fields) {
  const auto& body = a.content();
  append_status(to, a);
  if (!a.stream && describes_content(a.status)) { // the length of a stream is unknown
    to.append("Content-Length: ");
    append_number(to, body.size());
    to.append("\r\n");
  }
  append_rest_of_head(to, a, request_id, says, cors_fields, limit_fields);
  if (!head_only)
    to.append(body);
}

void append_stream_head(std::string& to, const answer& a, std::string_view request_id, bool chunked,
                        std::string_view cors_fields) {
  append_status(to, a);
  if (chunked)
    append_field(to, "Transfer-Encoding", "chunked");
  append_rest_of_head(to, a, request_id, connection_says::close, cors_fields);
}

} // namespace standings
