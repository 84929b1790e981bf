#include "http/api/request_json.hpp"

#include "core/base/exact_json.hpp"

#include <boost/json.hpp>

#include <cstddef>
#include <utility>

namespace standings {

namespace {

namespace json = boost::json;

/// More than any request needs. The values of a body are counted before they become a tree, which
/// would take forty times the body's memory.
constexpr std::size_t most_values = 20'000;

/// The place of the quote that ends the string.
std::size_t end_of_string(std::string_view text, std::size_t from) {
  while (from < text.size() && text[from] != '"')
    from += text[from] == '\\' ? 2 : 1;
  return from;
}

/// What a text holds if it is JSON.
struct shape {
  std::size_t members = 0; ///< of all objects: each has one colon outside of strings
  std::size_t values = 0;  ///< at most: each follows a comma, a bracket or a brace
};

/// Ends when there are more than `most_values`.
shape shape_of(std::string_view text) {
  shape out;
  for (std::size_t i = 0; i < text.size() && out.values <= most_values; ++i) {
    const char c = text[i];
    if (c == '"')
      i = end_of_string(text, i + 1);
    out.members += c == ':' ? 1 : 0;
    out.values += c == ',' || c == '[' || c == '{' ? 1 : 0;
  }
  return out;
}

std::size_t members_of(const json::value& value) {
  std::size_t count = 0;
  if (const auto* object = value.if_object()) {
    count = object->size();
    for (const auto& member : *object)
      count += members_of(member.value());
  } else if (const auto* array = value.if_array()) {
    for (const auto& element : *array)
      count += members_of(element);
  }
  return count;
}

} // namespace

result<json::value> parse_object(std::string_view body) {
  const auto holds = shape_of(body);
  if (holds.values > most_values)
    return fail(errc::malformed, "the body holds more than 20000 values");
  auto [value, parsed, error] = json_prefix_of(body);
  if (error == json::error::too_deep)
    return fail(errc::malformed, "the body is nested deeper than "
                                     + std::to_string(json::parse_options{}.max_depth));
  if (error)
    return fail(errc::malformed,
                "the body is not valid JSON at byte " + std::to_string(parsed + 1));
  if (body.find_first_not_of(" \t\r\n", parsed) != std::string_view::npos)
    return fail(errc::malformed,
                "the body goes on after its JSON at byte " + std::to_string(parsed + 1));
  if (!value.is_object())
    return fail(errc::malformed, "the body has to be a JSON object");
  if (members_of(value) != holds.members)
    return fail(errc::malformed, "a field is there twice");
  return std::move(value);
}

} // namespace standings
