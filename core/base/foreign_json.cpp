#include "core/base/foreign_json.hpp"

#include "core/base/hex.hpp"
#include "core/base/scanner.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace standings {

namespace {

constexpr std::size_t most_digits = 18; ///< any number of 18 digits fits into an int64
constexpr std::size_t most_exponent_digits = 3;

std::size_t digits_in(std::string_view number) {
  return static_cast<std::size_t>(std::count_if(number.begin(), number.end(), is_digit));
}

/// Reads a text from the front and writes its readable form.
class mender {
public:
  explicit mender(std::string_view text) : left_(text) { out_.reserve(text.size()); }

  std::string run() {
    if (left_.starts_with("\xef\xbb\xbf"))
      left_.remove_prefix(3);
    while (!left_.empty()) {
      if (left_.front() == '"')
        text();
      else if (left_.front() == '-' || is_digit(left_.front()))
        number();
      else if (!word())
        copy(1);
    }
    return std::move(out_);
  }

private:
  void copy(std::size_t count) {
    out_ += left_.substr(0, count);
    left_.remove_prefix(std::min(count, left_.size()));
  }

  bool replace(std::string_view what, std::string_view by) {
    if (!left_.starts_with(what))
      return false;
    out_ += by;
    left_.remove_prefix(what.size());
    return true;
  }

  bool word() { return replace("NaN", "null") || replace("Infinity", "null"); }

  void number() {
    if (replace("-Infinity", "null"))
      return;
    constexpr std::string_view parts = "0123456789+-.eE";
    const auto all = left_.substr(0, std::min(left_.find_first_not_of(parts), left_.size()));
    const auto mark = all.find_first_of("eE");
    const auto exponent =
        mark == std::string_view::npos ? std::string_view{} : all.substr(mark + 1);
    const bool whole = all.find_first_of(".eE") == std::string_view::npos;
    const bool too_long =
        (whole && digits_in(all) > most_digits) || digits_in(exponent) > most_exponent_digits;
    if (too_long)
      out_ += '"';
    copy(all.size());
    if (too_long)
      out_ += '"';
  }

  void text() {
    copy(1);
    const auto stops = [](char c) {
      return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
    };
    while (!left_.empty()) {
      copy(static_cast<std::size_t>(std::find_if(left_.begin(), left_.end(), stops)
                                    - left_.begin()));
      if (left_.empty())
        return;
      const char c = left_.front();
      if (c == '"')
        return copy(1);
      if (c == '\\')
        escape();
      else
        control(static_cast<unsigned char>(c));
    }
  }

  void control(unsigned char c) {
    append_hex(out_ += "\\u00", c);
    left_.remove_prefix(1);
  }

  /// The code unit of the `\uXXXX` at `at`.
  [[nodiscard]] std::optional<unsigned> unit(std::size_t at) const {
    const auto escape = left_.substr(std::min(at, left_.size()), 6);
    if (escape.size() < 6 || !escape.starts_with("\\u"))
      return std::nullopt;
    unsigned value = 0;
    const auto [end, error] = std::from_chars(escape.data() + 2, escape.data() + 6, value, 16);
    return error == std::errc{} && end == escape.data() + 6 ? std::optional{value} : std::nullopt;
  }

  void escape() {
    const auto first = unit(0);
    if (!first || *first < 0xd800 || *first > 0xdfff)
      return copy(2);
    const auto second = *first < 0xdc00 ? unit(6) : std::nullopt;
    if (second && *second >= 0xdc00 && *second <= 0xdfff)
      return copy(12);
    // encodes the surrogate like any other code point, which is not valid UTF-8
    out_ += static_cast<char>(0xe0U | (*first >> 12U));
    out_ += static_cast<char>(0x80U | ((*first >> 6U) & 0x3fU));
    out_ += static_cast<char>(0x80U | (*first & 0x3fU));
    left_.remove_prefix(6);
  }

  std::string_view left_;
  std::string out_;
};

} // namespace

std::string readable_json(std::string_view text) {
  return mender{text}.run();
}

} // namespace standings
