#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace standings {

/// `text` with each `what` replaced by `by`.
inline std::string replaced(std::string_view text, std::string_view what, std::string_view by) {
  std::string out;
  for (;;) {
    const auto at = text.find(what);
    out.append(text.substr(0, at));
    if (at == std::string_view::npos)
      return out;
    out.append(by);
    text.remove_prefix(at + what.size());
  }
}

/// `sql` with each `{table}` replaced, and each `{own}` by what the names of our own
/// tables begin with. The name is a plain identifier: the configuration accepts
/// nothing else.
inline std::string with_table(std::string_view sql, const std::string& table) {
  return replaced(replaced(sql, "{table}", table), "{own}", "");
}

/// A limit or an offset for SQL, which has no unsigned numbers.
inline std::int64_t sql_count(std::size_t n) {
  return static_cast<std::int64_t>(
      std::min<std::size_t>(n, std::numeric_limits<std::int64_t>::max()));
}

} // namespace standings
