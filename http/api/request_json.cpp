#include "http/api/request_json.hpp"

#include <boost/json.hpp>

#include <array>
#include <cstddef>

namespace standings {

namespace {

namespace json = boost::json;

/// The members of all objects in a text that is known to be JSON: each has one colon, and other
/// colons stand within strings.
std::size_t members_in(std::string_view text) {
  std::size_t count = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"')
      in_string = !in_string;
    else if (in_string && text[i] == '\\')
      ++i;
    else if (!in_string && text[i] == ':')
      ++count;
  }
  return count;
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
  std::array<unsigned char, 4'096> buffer; // NOLINT: written before it is read
  json::stream_parser parser{{}, {}, buffer.data(), buffer.size()};
  boost::system::error_code error;
  const auto parsed = parser.write_some(body.data(), body.size(), error);
  if (error || !parser.done())
    return fail(errc::malformed,
                "the body is not valid JSON at byte " + std::to_string(parsed + 1));
  if (body.find_first_not_of(" \t\r\n", parsed) != std::string_view::npos)
    return fail(errc::malformed,
                "the body goes on after its JSON at byte " + std::to_string(parsed + 1));
  auto value = parser.release();
  if (!value.is_object())
    return fail(errc::malformed, "the body has to be a JSON object");
  if (members_of(value) != members_in(body))
    return fail(errc::malformed, "a field is there twice");
  return value;
}

} // namespace standings
