#include "http/server/request.hpp"

#include "core/base/hex.hpp"

#include <boost/algorithm/string/predicate.hpp>

#include <algorithm>
#include <charconv>
#include <random>

namespace standings {

namespace {

std::optional<std::string> percent_decode(std::string_view text) {
  if (text.find('%') == std::string_view::npos)
    return std::string{text};
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    if (i + 2 >= text.size())
      return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0)
      return std::nullopt;
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return out;
}

/// As HTML forms encode: a plus is a blank.
std::string form_decode(std::string_view text) {
  std::string spaced{text};
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  auto decoded = percent_decode(spaced);
  return decoded ? std::move(*decoded) : spaced;
}

template <class Int>
std::optional<Int> parse_int(std::string_view text) {
  Int value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

bool is_all_digits(std::string_view text) {
  return !text.empty()
         && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string random_id() {
  thread_local std::mt19937_64 engine{std::random_device{}()};
  std::string out(16, '0');
  auto bits = engine();
  for (auto& c : out) {
    c = hex_digits[bits & 15];
    bits >>= 4;
  }
  return out;
}

} // namespace

result<std::vector<std::string>> path_segments(std::string_view target) {
  std::vector<std::string> out;
  auto path = target.substr(0, target.find_first_of("?#"));
  if (path.empty() || path.front() != '/')
    return fail(errc::malformed, "the request target is not a path");
  path.remove_prefix(1);
  for (;;) {
    const auto slash = path.find('/');
    auto decoded = percent_decode(path.substr(0, slash));
    if (!decoded)
      return fail(errc::malformed, "the path has a broken percent escape");
    out.push_back(std::move(*decoded));
    if (slash == std::string_view::npos)
      return out;
    path.remove_prefix(slash + 1);
  }
}

std::vector<std::pair<std::string, std::string>> query_params(std::string_view target) {
  std::vector<std::pair<std::string, std::string>> out;
  const auto path = target.find_first_of("?#");
  if (path == std::string_view::npos || target[path] == '#')
    return out;
  auto rest = target.substr(path + 1);
  rest = rest.substr(0, rest.find('#'));
  while (!rest.empty()) {
    const auto one = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
    if (one.empty())
      continue;
    const auto equals = one.find('=');
    const auto value = equals == one.npos ? std::string_view{} : one.substr(equals + 1);
    out.emplace_back(form_decode(one.substr(0, equals)), form_decode(value));
  }
  return out;
}

std::optional<std::string_view> request::param(std::string_view name) const {
  for (const auto& [key, value] : query)
    if (key == name)
      return value;
  return std::nullopt;
}

std::size_t request::count_params(std::string_view name) const {
  return static_cast<std::size_t>(
      std::count_if(query.begin(), query.end(), [name](const auto& p) { return p.first == name; }));
}

result<std::uint64_t> int_param(const request& rq, const std::string& name, std::uint64_t min,
                                std::uint64_t max, std::uint64_t fallback) {
  const auto given = rq.param(name);
  if (!given)
    return fallback;
  auto text = *given;
  const bool negative = text.starts_with('-');
  if (!is_all_digits(text.substr(negative ? 1 : 0)))
    return fail(errc::malformed, name + " has to be an integer", name);
  const auto value = parse_int<std::uint64_t>(text); // empty for negative and for huge numbers
  if (!value || *value < min || *value > max)
    return fail(errc::out_of_range,
                name + " has to be from " + std::to_string(min) + " to " + std::to_string(max),
                name);
  return *value;
}

result<bool> flag_param(const request& rq, const std::string& name) {
  const auto text = rq.param(name);
  if (!text)
    return false;
  if (text != "true" && text != "false")
    return fail(errc::malformed, name + " has to be true or false", name);
  return text == "true";
}

std::string request_id_of(const header_fields& headers) {
  const auto id = headers.value("X-Request-Id");
  const bool sound =
      !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](unsigned char c) {
        return std::isalnum(c) || c == '.' || c == '_' || c == '-';
      });
  return sound ? std::string{id} : random_id();
}

result<body_framing> framing_of(const header_fields& headers, std::uint64_t max_bytes) {
  const auto lengths = headers.count("Content-Length");
  const auto codings = headers.count("Transfer-Encoding");
  if (lengths + codings > 1)
    return fail(errc::malformed, "ambiguous body length", "Content-Length");
  if (codings == 1 && !boost::iequals(headers.value("Transfer-Encoding"), "chunked"))
    return fail(errc::malformed, "unknown Transfer-Encoding", "Transfer-Encoding");
  const auto encoding = headers.value("Content-Encoding");
  if (!encoding.empty() && encoding != "identity")
    return fail(errc::unsupported_media_type, "encoded bodies are not accepted",
                "Content-Encoding");
  if (lengths == 0)
    return body_framing{codings == 1, 0};
  const auto text = headers.value("Content-Length");
  if (!is_all_digits(text))
    return fail(errc::malformed, "Content-Length has to be a number", "Content-Length");
  const auto length = parse_int<std::uint64_t>(text);
  if (!length || *length > max_bytes)
    return fail(errc::body_too_large,
                "the body may have up to " + std::to_string(max_bytes) + " bytes");
  return body_framing{false, *length};
}

} // namespace standings
