#pragma once

#include "core/leaderboard/calendar.hpp"
#include "stores/sql/believed_clock.hpp"
#include "stores/sql/sql_text.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace standings {

struct postgres_options {
  std::string url; ///< a secret: never logged
  std::string table = "pomo_leaderboard";
  std::optional<calendar> boundaries = calendar{}; ///< `nullopt`: only resets start a period
  std::size_t keep_past = 4;                       ///< ended periods of each board that are kept
  std::string schema = "standings";                ///< of our bookkeeping
  /// Shared by all stores that are opened with copies of these options. Judges the server's clock,
  /// with ours as the witness.
  believed_clock_ptr clock = std::make_shared<believed_clock>(boot_time, system_now);
};

inline table_names names_of(const postgres_options& options) {
  return postgres_names(options.table, options.schema);
}

} // namespace standings
