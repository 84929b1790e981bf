#pragma once

#include "core/base/result.hpp"

#include <string>
#include <utility>
#include <vector>

namespace standings {

/// A route's response.
struct answer {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
};

/// Renders a failure as a response, with the headers that belong to its status.
answer problem_answer(const failure& why, const std::string& request_id);

} // namespace standings
