#include "cli/text.hpp"

#include "core/base/presentable.hpp"

#include <boost/json.hpp>
#include <boost/locale/utf.hpp>
#include <locale.h>

#include <array>
#include <clocale>
#include <cstdio>
#include <cwchar>

namespace standings {

namespace {

namespace utf = boost::locale::utf;

/// Characters beyond ASCII that some terminals obey.
bool is_obeyed(utf::code_point c) {
  return (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || (c >= 0x202a && c <= 0x202e)
         || (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f;
}

/// Calls `f(code point, its bytes)` for each character of valid UTF-8.
template <class F>
void for_each_character(std::string_view text, const F& f) {
  const auto* at = text.data();
  const auto* const end = at + text.size();
  while (at != end) {
    const auto* next = at;
    auto c = utf::utf_traits<char>::decode(next, end);
    if (c == utf::illegal || c == utf::incomplete) {
      c = U'?';
      next = at + 1;
    }
    f(c, std::string_view{at, static_cast<std::size_t>(next - at)});
    at = next;
  }
}

/// Widths depend on the locale of the C library; this thread uses one that knows Unicode.
class unicode_locale {
public:
  unicode_locale() : own_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
    if (own_)
      before_ = ::uselocale(own_);
  }
  ~unicode_locale() {
    if (!own_)
      return;
    ::uselocale(before_);
    ::freelocale(own_);
  }
  unicode_locale(const unicode_locale&) = delete;
  unicode_locale& operator=(const unicode_locale&) = delete;

private:
  locale_t own_;
  locale_t before_ = nullptr;
};

std::size_t width_of(utf::code_point c) {
  const int width = ::wcwidth(static_cast<wchar_t>(c));
  return width < 0 ? 1 : static_cast<std::size_t>(width);
}

} // namespace

std::string json_line(const boost::json::value& value) {
  const auto text = boost::json::serialize(value);
  std::string out;
  out.reserve(text.size());
  for_each_character(text, [&](utf::code_point c, std::string_view bytes) {
    if (!is_obeyed(c)) {
      out += bytes;
      return;
    }
    std::array<char, 8> escaped{};
    std::snprintf(escaped.data(), escaped.size(), "\\u%04x", static_cast<unsigned>(c & 0xffffU));
    out += escaped.data();
  });
  return out;
}

std::string grouped(std::uint64_t n) {
  auto out = std::to_string(n);
  if (n < 10'000)
    return out;
  for (std::size_t at = out.size(); at > 3; at -= 3)
    out.insert(at - 3, 1, ' ');
  return out;
}

std::string counted(std::uint64_t n, std::string_view what) {
  return grouped(n) + ' ' + std::string{what} + (n == 1 ? "" : "s");
}

std::size_t width_of(std::string_view text) {
  const unicode_locale in_use;
  std::size_t width = 0;
  for_each_character(text, [&](utf::code_point c, std::string_view) { width += width_of(c); });
  return width;
}

std::string fitted(std::string_view text, std::size_t columns) {
  const auto shown = presentable(text);
  const bool cut = width_of(shown) > columns;
  const auto room = cut && columns > 0 ? columns - 1 : columns;
  const unicode_locale in_use;
  std::string out;
  std::size_t width = 0;
  bool full = false;
  for_each_character(shown, [&](utf::code_point c, std::string_view bytes) {
    full = full || width + width_of(c) > room;
    if (full)
      return;
    out += bytes;
    width += width_of(c);
  });
  if (cut && columns > 0) {
    out += "…";
    ++width;
  }
  return out + std::string(columns - width, ' ');
}

std::string right_aligned(const std::string& text, std::size_t columns) {
  return text.size() < columns ? std::string(columns - text.size(), ' ') + text : text;
}

std::string short_duration(std::uint64_t milliseconds) {
  if (milliseconds < 1'000)
    return std::to_string(milliseconds) + " ms";
  const auto seconds = milliseconds / 1'000;
  if (seconds < 60)
    return std::to_string(seconds) + " s";
  const auto two_digits = [](std::uint64_t n) {
    return (n < 10 ? "0" : "") + std::to_string(n);
  };
  const auto minutes = seconds / 60;
  if (minutes < 60)
    return std::to_string(minutes) + ":" + two_digits(seconds % 60);
  return std::to_string(minutes / 60) + ":" + two_digits(minutes % 60) + ":"
         + two_digits(seconds % 60);
}

} // namespace standings
