#include "core/base/presentable.hpp"

#include "core/base/hex.hpp"

#include <boost/locale/utf.hpp>

namespace standings {

namespace {

namespace utf = boost::locale::utf;

bool turns_direction(utf::code_point c) {
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f;
}

bool is_hidden(utf::code_point c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || turns_direction(c);
}

void append_byte(std::string& out, unsigned byte) {
  append_hex(out += "\\x", static_cast<unsigned char>(byte));
}

void append_code_unit(std::string& out, utf::code_point c) {
  out += "\\u";
  for (unsigned shift = 16; shift > 0; shift -= 4)
    out += hex_digits[(c >> (shift - 4)) & 0xfU];
}

void append_hidden(std::string& out, utf::code_point c) {
  switch (c) {
  case '\n':
    out += "\\n";
    return;
  case '\r':
    out += "\\r";
    return;
  case '\t':
    out += "\\t";
    return;
  default:
    break;
  }
  if (c < 0x100)
    return append_byte(out, static_cast<unsigned>(c));
  append_code_unit(out, c);
}

/// Calls `good(code point, its bytes)` or `bad(byte)` for each part of the text.
template <class Good, class Bad>
void for_each_part(std::string_view text, const Good& good, const Bad& bad) {
  const auto* at = text.data();
  const auto* const end = at + text.size();
  while (at != end) {
    const auto* next = at;
    const auto c = utf::utf_traits<char>::decode(next, end);
    if (c != utf::illegal && c != utf::incomplete) {
      good(c, std::string_view{at, static_cast<std::size_t>(next - at)});
      at = next;
    } else {
      bad(static_cast<unsigned char>(*at));
      ++at;
    }
  }
}

} // namespace

std::string presentable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for_each_part(
      text,
      [&](utf::code_point c, std::string_view bytes) {
        if (is_hidden(c))
          append_hidden(out, c);
        else
          out += bytes;
      },
      [&](unsigned byte) { append_byte(out, byte); });
  return out;
}

void append_presentable_json(std::string& to, std::string_view text) {
  to += '"';
  for_each_part(
      text,
      [&](utf::code_point c, std::string_view bytes) {
        if (c == '"' || c == '\\')
          to.append("\\").append(bytes);
        else if (c == '\n' || c == '\r' || c == '\t')
          append_hidden(to, c);
        else if (is_hidden(c))
          append_code_unit(to, c);
        else
          to += bytes;
      },
      [&](unsigned) { to += "\\ufffd"; });
  to += '"';
}

std::string storable_text(std::string_view text) {
  constexpr std::string_view replacement = "\xef\xbf\xbd";
  std::string out;
  out.reserve(text.size());
  bool broken = false; // the bytes of one broken character get one replacement
  for_each_part(
      text,
      [&](utf::code_point c, std::string_view bytes) {
        broken = false;
        out += c == 0 ? replacement : bytes;
      },
      [&](unsigned byte) {
        const bool follows = broken && (byte & 0xc0U) == 0x80U;
        if (!follows)
          out += replacement;
        broken = true;
      });
  return out;
}

} // namespace standings
