#pragma once

#include "stores/alias_source.hpp"

#include <array>
#include <chrono>
#include <string>

namespace standings {

/// Where the aliases of a type are: plain identifiers.
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
};

/// An alias_source in a SQLite file that another program writes; opened
/// read-only, and not before it is needed. A file that was replaced is opened anew.
[[nodiscard]] std::unique_ptr<alias_source>
make_sqlite_alias_source(const sqlite_alias_options& options);

} // namespace standings
