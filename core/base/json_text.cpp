#include "core/base/json_text.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace standings {

namespace {

bool needs_escape(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

} // namespace

void append_json_string(std::string& to, std::string_view text) {
  if (std::any_of(text.begin(), text.end(), needs_escape))
    to.append(boost::json::serialize(boost::json::string_view{text.data(), text.size()}));
  else
    to.append("\"").append(text).append("\"");
}

} // namespace standings
