#pragma once

#include "core/base/result.hpp"
#include "http/server/event_stream.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace standings {

/// A route's response.
struct answer {
  int status = 200;
  std::string body;
  std::string_view content_type = "application/json";       ///< a literal
  std::vector<std::pair<std::string, std::string>> headers; ///< without Cache-Control: no-store
  std::shared_ptr<const std::string> shared_body;           ///< if set, takes the place of `body`
  std::shared_ptr<event_stream> stream; ///< if set, the body is its events; see stream_answer

  [[nodiscard]] const std::string& content() const { return shared_body ? *shared_body : body; }
};

/// Renders a failure as a response, with the headers that belong to its status.
answer problem_answer(const failure& why, const std::string& request_id);

/// An answer whose body are the events of a stream. The connection opens the stream.
answer stream_answer(std::shared_ptr<event_stream> from);

/// What the response says about its connection.
enum class connection_says : std::uint8_t { nothing, close, keep_alive };

/// Appends a complete HTTP/1.1 response to `to`. `head_only`: the request was HEAD. `cors_fields`:
/// see cors_policy; an answer that has such fields of its own keeps those. `limit_fields`: see
/// rate_limits.
void append_response(std::string& to, const answer& a, std::string_view request_id,
                     connection_says says, bool head_only, std::string_view cors_fields = {},
                     std::string_view limit_fields = {});

/// Appends the head of a response whose body are events. Its connection closes at their end.
void append_stream_head(std::string& to, const answer& a, std::string_view request_id, bool chunked,
                        std::string_view cors_fields = {});

} // namespace standings
