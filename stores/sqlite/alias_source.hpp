#pragma once

#include "stores/contracts/alias_source.hpp"

#include <array>
#include <chrono>
#include <string>

namespace standings {

/// The table of one alias type; both names are plain identifiers.
struct alias_table {
  std::string table;
  std::string id_column;
};

struct sqlite_alias_options {
  std::string path;
  /// In the order of alias_type.
  std::array<alias_table, alias_type_count> tables{{{"team_aliases", "team_id"},
                                                    {"player_aliases", "player_id"},
                                                    {"league_aliases", "league_id"},
                                                    {"market_aliases", "market_id"}}};
  std::string alias_column = "alias";
  std::chrono::milliseconds busy_timeout{2'000}; ///< the longest wait for a locked file
  /// The longest that SQLite may work on one table, which may be a view without end.
  std::chrono::milliseconds read_limit{20'000};
  std::size_t max_value_bytes = 1 << 20; ///< of one alias's ids; an alias with more is left out
};

/// An alias_source in a SQLite file that another program writes. The file is opened read-only when
/// it is first needed, and again if it is replaced. Its content is not trusted: each query has a
/// deadline, can be stopped, only runs functions that do nothing but compute, and uses bounded
/// memory.
[[nodiscard]] std::unique_ptr<alias_source>
make_sqlite_alias_source(const sqlite_alias_options& options);

} // namespace standings
