#pragma once

#include "core/leaderboard/calendar.hpp"
#include "stores/sql/believed_clock.hpp"
#include "stores/sql/sql_text.hpp"
#include "stores/sqlite/file_guard.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace standings {

struct sqlite_options {
  std::string path;
  std::string table = "pomo_leaderboard";
  std::optional<calendar> boundaries = calendar{}; ///< `nullopt`: only resets start a period
  std::size_t keep_past = 4;                       ///< ended periods of each board that are kept
  clock_fn clock = system_now; ///< the embedded database's clock; the store keeps it monotonic
  /// Shared by all stores that are opened with copies of these options.
  believed_clock_ptr believed = std::make_shared<believed_clock>();
  seen_file seen = std::make_shared<std::atomic<bool>>(false); ///< shared in the same way
};

inline table_names names_of(const sqlite_options& options) {
  return sqlite_names(options.table);
}

} // namespace standings
