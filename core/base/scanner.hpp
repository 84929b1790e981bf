#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

/// Reading of short ASCII texts that other programs have written.
namespace standings {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

inline bool equal_words(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

inline std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const auto first = text.find_first_not_of(blank);
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

/// Reads a text piece by piece from the front.
class scanner {
public:
  explicit scanner(std::string_view text) : left_(text) {}

  [[nodiscard]] bool empty() const { return left_.empty(); }
  [[nodiscard]] std::string_view left() const { return left_; }
  [[nodiscard]] bool at_digit() const { return !left_.empty() && is_digit(left_.front()); }

  bool accept(std::string_view any_of) {
    if (left_.empty() || any_of.find(left_.front()) == std::string_view::npos)
      return false;
    left_.remove_prefix(1);
    return true;
  }

  /// Exactly `width` digits.
  std::optional<int> digits(std::size_t width) {
    if (left_.size() < width
        || !std::all_of(left_.begin(), left_.begin() + static_cast<std::ptrdiff_t>(width),
                        is_digit))
      return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < width; ++i)
      value = value * 10 + (left_[i] - '0');
    left_.remove_prefix(width);
    return value;
  }

  /// A number of one to `most` digits; fails if more digits follow.
  std::optional<int> number(std::size_t most) {
    std::size_t width = 0;
    while (width < left_.size() && is_digit(left_[width]))
      ++width;
    return width == 0 || width > most ? std::nullopt : digits(width);
  }

  /// The digits after a decimal point as microseconds; digits beyond the sixth are dropped.
  std::optional<std::chrono::microseconds> fraction() {
    if (!at_digit())
      return std::nullopt;
    std::int64_t value = 0;
    for (int i = 0; i < 6; ++i) {
      value *= 10;
      if (at_digit())
        value += *digits(1);
    }
    while (at_digit())
      left_.remove_prefix(1);
    return std::chrono::microseconds{value};
  }

private:
  std::string_view left_;
};

} // namespace standings
