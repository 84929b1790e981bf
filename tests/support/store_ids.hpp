#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace standings::test {

/// Valid user ids whose order or stored form would differ from bytes under collations, as numbers,
/// in UTF-16 or with careless quoting.
inline std::vector<std::string> ids_in_many_scripts() {
  return {"a",
          "A",
          "aa",
          "ab",
          "b",
          "B",
          "z",
          "Z",
          "0",
          "2",
          "10",
          "-1",
          "+1",
          "_",
          "~",
          " ",
          "a b",
          "a ",
          "a.b",
          "a-b",
          "ä",
          "a\u0308", // looks the same
          "é",
          "ß",
          "ss",
          "İ",
          "ı",
          "ﬁ",
          "Ω",
          "ω",
          "я",
          "Я",
          "שלום",
          "مرحبا",
          "नमस्ते",
          "ไทย",
          "日本語",
          "日本",
          "한국어",
          "\uE000",
          "\uFFFD",     // after the next one in UTF-16, before it in bytes
          "\U00010000", //
          "😀",
          "👩‍👩‍👧",
          "\U0010FFFF",
          "\u00A0",
          "\u200B",
          "\uFEFF",
          "%",
          "*",
          "?",
          "\\",
          "\"",
          "'",
          "'; DROP TABLE pomo_leaderboard; --",
          "{user}",
          "null",
          "NaN",
          std::string(128, 'x'),
          "x" + std::string(126, 'y')};
}

/// `ids` in the order in which a board shows users with equal scores.
inline std::vector<std::string> in_order_of_ties(std::vector<std::string> ids) {
  std::sort(ids.begin(), ids.end(), std::greater{});
  return ids;
}

} // namespace standings::test
