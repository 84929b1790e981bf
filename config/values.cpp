#include "config/values.hpp"

#include "core/base/hex.hpp"
#include "core/base/scanner.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <vector>

namespace standings {

namespace {

constexpr std::size_t longest_quoted = 32;

struct unit {
  std::string_view name;
  std::int64_t milliseconds;
};

/// Longest first, because `format_duration` tries them in this order.
constexpr std::array<unit, 4> units{{{"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};

bool is_alphanumeric(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_harmless(char c) {
  return is_alphanumeric(c) || std::string_view{" _.+-"}.find(c) != std::string_view::npos;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Counts insertions, deletions, substitutions and swaps of adjacent characters, ignoring case.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last;
  std::vector<std::size_t> last(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::vector<std::size_t> row(b.size() + 1, i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0U : 1U)});
      const bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2])
                           && lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped)
        row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last = std::move(last);
    last = std::move(row);
  }
  return last.back();
}

} // namespace

std::string in_quotes(std::string_view text) {
  if (text.size() > longest_quoted || !std::all_of(text.begin(), text.end(), is_harmless))
    return "the value";
  return "'" + std::string{text} + "'";
}

bool is_integer(std::string_view text) {
  if (text.starts_with('-'))
    text.remove_prefix(1);
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

result<double> parse_fraction(std::string_view text) {
  double value = 0;
  const auto parsed =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (text.empty() || parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()
      || !(value >= 0 && value <= 1))
    return fail(errc::out_of_range, in_quotes(text) + " is not a number from 0 to 1");
  return value;
}

std::string format_fraction(double value) {
  std::array<char, 32> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed).ptr;
  return {text.data(), end};
}

result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  const auto digits =
      static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
  const auto name = text.substr(digits);
  const auto found =
      std::find_if(units.begin(), units.end(), [&](const unit& u) { return u.name == name; });
  if (digits == 0 || found == units.end())
    return fail(errc::out_of_range,
                in_quotes(text) + " is not a duration such as 500ms, 30s, 2m or 1h");
  const auto count = parse_integer<std::int64_t>(text.substr(0, digits));
  if (!count || *count > max_duration.count() / found->milliseconds)
    return fail(errc::out_of_range,
                in_quotes(text) + " is longer than " + format_duration(max_duration));
  return std::chrono::milliseconds{*count * found->milliseconds};
}

std::string format_duration(std::chrono::milliseconds d) {
  const auto divides = [&](const unit& u) {
    return d.count() % u.milliseconds == 0;
  };
  const auto& u =
      d.count() == 0 ? units.back() : *std::find_if(units.begin(), units.end(), divides);
  return std::to_string(d.count() / u.milliseconds) + std::string{u.name};
}

std::string_view without_blanks(std::string_view text) {
  while (text.starts_with(' '))
    text.remove_prefix(1);
  while (text.ends_with(' '))
    text.remove_suffix(1);
  return text;
}

result<std::vector<std::string>> parse_list(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    const auto one = without_blanks(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
    if (!one.empty())
      out.emplace_back(one);
  }
  return out;
}

std::string format_list(const std::vector<std::string>& texts) {
  std::string out;
  for (const auto& text : texts)
    out.append(out.empty() ? "" : ",").append(text);
  return out;
}

result<bool> parse_boolean(std::string_view text) {
  if (text == "true" || text == "false")
    return text == "true";
  return fail(errc::out_of_range, in_quotes(text) + " is neither true nor false");
}

std::string percent_encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_alphanumeric(c) || std::string_view{"-._~"}.find(c) != std::string_view::npos) {
      out += c;
      continue;
    }
    append_hex(out += '%', static_cast<unsigned char>(c), upper_hex_digits);
  }
  return out;
}

std::optional<std::string> nearest(std::string_view text,
                                   const std::vector<std::string>& candidates) {
  constexpr std::size_t long_text = 6;
  std::size_t allowed = text.size() < long_text ? 1 : 2;
  std::optional<std::string> best;
  for (const auto& candidate : candidates) {
    const auto distance = edit_distance(text, candidate);
    if (distance > allowed || (best && distance == allowed))
      continue;
    best = candidate;
    allowed = distance;
  }
  return best;
}

} // namespace standings
