#include "http/server/request.hpp"

#include "core/base/hex.hpp"

#include <boost/algorithm/string/predicate.hpp>
#include <boost/algorithm/string/trim.hpp>

#include <algorithm>
#include <charconv>
#include <random>

namespace standings {

namespace {

std::optional<std::string> percent_decode(std::string_view text) {
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

result<std::uint64_t> int_param(const request& rq, const std::string& name, std::uint64_t min,
                                std::uint64_t max, std::uint64_t fallback) {
  const auto at = rq.raw.params.find(name);
  if (at == rq.raw.params.end())
    return fallback;
  auto text = std::string_view{at->second};
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

std::string request_id_of(const httplib::Request& raw) {
  const auto at = raw.headers.find("X-Request-Id");
  if (at == raw.headers.end())
    return random_id();
  const auto& id = at->second;
  const bool sound =
      !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](unsigned char c) {
        return std::isalnum(c) || c == '.' || c == '_' || c == '-';
      });
  return sound ? id : random_id();
}

bool has_token(const httplib::Request& raw, const std::string& header, std::string_view token) {
  const auto [first, last] = raw.headers.equal_range(header);
  return std::any_of(first, last, [token](const auto& line) {
    std::string_view rest{line.second};
    for (;;) {
      const auto comma = rest.find(',');
      if (boost::iequals(boost::trim_copy(std::string{rest.substr(0, comma)}), token))
        return true;
      if (comma == rest.npos)
        return false;
      rest.remove_prefix(comma + 1);
    }
  });
}

result<body_framing> framing_of(const httplib::Request& raw, std::uint64_t max_bytes) {
  const auto lengths = raw.get_header_value_count("Content-Length");
  const auto codings = raw.get_header_value_count("Transfer-Encoding");
  if (lengths + codings > 1)
    return fail(errc::malformed, "ambiguous body length", "Content-Length");
  if (codings == 1 && !boost::iequals(raw.get_header_value("Transfer-Encoding"), "chunked"))
    return fail(errc::malformed, "unknown Transfer-Encoding", "Transfer-Encoding");
  const auto encoding = raw.get_header_value("Content-Encoding");
  if (!encoding.empty() && encoding != "identity")
    return fail(errc::unsupported_media_type, "encoded bodies are not accepted",
                "Content-Encoding");
  if (lengths == 0)
    return body_framing{codings == 1};
  const auto text = raw.get_header_value("Content-Length");
  if (!is_all_digits(text))
    return fail(errc::malformed, "Content-Length has to be a number", "Content-Length");
  const auto length = parse_int<std::uint64_t>(text);
  if (!length || *length > max_bytes)
    return fail(errc::body_too_large,
                "the body may have up to " + std::to_string(max_bytes) + " bytes");
  return body_framing{*length > 0};
}

} // namespace standings
