#pragma once

#include "core/base/result.hpp"

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
  std::string_view content_type = "application/json"; ///< a literal
  std::vector<std::pair<std::string, std::string>> headers;
  std::shared_ptr<const std::string> shared_body; ///< if set, takes the place of `body`

  [[nodiscard]] const std::string& content() const { return shared_body ? *shared_body : body; }
};

/// Renders a failure as a response, with the headers that belong to its status.
answer problem_answer(const failure& why, const std::string& request_id);

/// What the response says about its connection.
enum class connection_says : std::uint8_t { nothing, close, keep_alive };

/// Appends a complete HTTP/1.1 response to `to`. `head_only`: the request was HEAD. `cors_fields`:
/// see cors_policy; an answer that has such fields of its own keeps those.
void append_response(std::string& to, const answer& a, std::string_view request_id,
                     connection_says says, bool head_only, std::string_view cors_fields = {});

} // namespace standings
