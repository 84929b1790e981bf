#include "tests/fuzz/responses.hpp"

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <map>
#include <optional>

namespace standings::test {

namespace {

using fields = std::map<std::string, std::string, std::less<>>; ///< names in lower case

struct head {
  int status = 0;
  fields said;
};

std::optional<std::size_t> number_in(std::string_view text, int base = 10) {
  std::size_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, base);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return out;
}

bool is_printable(std::string_view line) {
  return std::none_of(line.begin(), line.end(),
                      [](unsigned char c) { return c < ' ' || c == 127; });
}

/// Takes a line and its CRLF off.
std::optional<std::string_view> take_line(std::string_view& from) {
  const auto end = from.find("\r\n");
  if (end == std::string_view::npos)
    return std::nullopt;
  const auto line = from.substr(0, end);
  from.remove_prefix(end + 2);
  return line;
}

std::string add_field(fields& to, std::string_view line) {
  const auto colon = line.find(": ");
  if (colon == std::string_view::npos || colon == 0 || !is_printable(line))
    return "a line of a head is no field";
  auto name = boost::to_lower_copy(std::string{line.substr(0, colon)});
  if (!to.emplace(name, line.substr(colon + 2)).second && name != "vary") // a list in parts
    return "the field " + name + " is there twice";
  return {};
}

std::string take_head(std::string_view& from, head& to) {
  constexpr std::string_view version = "HTTP/1.1 ";
  const auto line = take_line(from);
  if (!line || !line->starts_with(version) || !is_printable(*line) || line->size() < 13
      || (*line)[12] != ' ')
    return "a response has no status line";
  const auto status = number_in(line->substr(version.size(), 3));
  if (!status || *status < 100)
    return "a response has no status";
  to.status = static_cast<int>(*status);
  if (to.status >= 500 && to.status != 503)
    return "the status is " + std::to_string(to.status);
  for (;;) {
    const auto field = take_line(from);
    if (!field)
      return "a head is cut off";
    if (field->empty())
      return {};
    if (auto flaw = add_field(to.said, *field); !flaw.empty())
      return flaw;
  }
}

/// A stream ends with its last chunk, or anywhere when the client has gone.
std::string take_chunks(std::string_view& from) {
  for (;;) {
    const auto line = take_line(from);
    const auto size = line ? number_in(*line, 16) : std::nullopt;
    if (line && !size)
      return "the size of a chunk is no number";
    if (!line || from.size() < *size + 2) {
      from = {};
      return {};
    }
    if (from.substr(*size, 2) != "\r\n")
      return "a chunk has no end";
    from.remove_prefix(*size + 2);
    if (*size == 0)
      return {};
  }
}

std::string flaw_in_content(const fields& said, std::string_view content) {
  const auto type = said.find("content-type");
  if (type == said.end() || type->second.find("json") == std::string::npos)
    return {};
  boost::system::error_code error;
  [[maybe_unused]] const auto parsed = boost::json::parse(content, error);
  return error ? "the content is no JSON: " + error.message() : std::string{};
}

/// An answer to HEAD announces content that does not follow: the next response does, or nothing.
std::string take_content(std::string_view& from, const head& of) {
  if (of.status < 200 || of.status == 204 || of.status == 304)
    return {};
  if (of.said.contains("transfer-encoding"))
    return take_chunks(from);
  const auto length = of.said.find("content-length");
  if (length == of.said.end()) { // a stream for HTTP/1.0, or the head of one
    if (!from.starts_with("HTTP/1.1 "))
      from = {};
    return {};
  }
  const auto size = number_in(length->second);
  if (!size)
    return "Content-Length is no number";
  if (*size == 0 || from.empty() || from.starts_with("HTTP/1.1 "))
    return {};
  if (from.size() < *size)
    return "the content is cut off";
  const auto content = from.substr(0, *size);
  from.remove_prefix(*size);
  return flaw_in_content(of.said, content);
}

} // namespace

std::string flaw_in(std::string_view sent) {
  while (!sent.empty()) {
    head said;
    if (auto flaw = take_head(sent, said); !flaw.empty())
      return flaw;
    if (said.status >= 200 && !said.said.contains("x-request-id"))
      return "a response has no X-Request-Id";
    if (auto flaw = take_content(sent, said); !flaw.empty())
      return flaw;
  }
  return {};
}

} // namespace standings::test
