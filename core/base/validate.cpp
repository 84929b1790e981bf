#include "core/base/validate.hpp"

#include <boost/locale/utf.hpp>

#include <algorithm>

namespace standings {

namespace {

namespace utf = boost::locale::utf;

bool is_control(utf::code_point c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

/// Whether `text` is valid UTF-8 and `accept` holds for each code point.
template <class Accept>
bool all_code_points(std::string_view text, Accept accept) {
  auto at = text.begin();
  while (at != text.end()) {
    const auto c = utf::utf_traits<char>::decode(at, text.end());
    if (c == utf::illegal || c == utf::incomplete || !accept(c))
      return false;
  }
  return true;
}

} // namespace

bool is_valid_utf8(std::string_view text) {
  return all_code_points(text, [](utf::code_point) { return true; });
}

result<void> validate_user_id(std::string_view id) {
  if (id.empty())
    return fail(errc::invalid_user_id, "user_id is empty", "user_id");
  if (id.size() > max_user_id_bytes)
    return fail(errc::invalid_user_id, "user_id is longer than 128 bytes", "user_id");
  if (!all_code_points(id, [](utf::code_point c) { return !is_control(c); }))
    return fail(errc::invalid_user_id, "user_id has to be valid UTF-8 without control characters",
                "user_id");
  return {};
}

result<void> validate_count(std::int64_t count, std::int64_t max_count) {
  if (count < 1 || count > max_count)
    return fail(errc::invalid_count,
                "count has to be an integer from 1 to " + std::to_string(max_count), "count");
  return {};
}

result<void> validate_idempotency_key(std::string_view key) {
  const auto printable = [](char c) {
    return c > ' ' && c < '\x7f';
  };
  if (key.empty() || key.size() > max_idempotency_key_bytes
      || !std::all_of(key.begin(), key.end(), printable))
    return fail(errc::out_of_range, "Idempotency-Key has to be 1 to 128 printable ASCII characters",
                "Idempotency-Key");
  return {};
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  // The duration may reveal the length, but not the content.
  unsigned difference = a.size() == b.size() ? 0U : 1U;
  for (std::size_t i = 0; i < a.size(); ++i)
    difference |=
        static_cast<unsigned char>(a[i])
        ^ static_cast<unsigned>(static_cast<unsigned char>(b.empty() ? '\0' : b[i % b.size()]));
  return difference == 0;
}

} // namespace standings
