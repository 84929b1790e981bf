#pragma once

#include "stores/contracts/alias_source.hpp"

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
  /// The longest that SQLite may work on one table: it may be a view without end.
  std::chrono::milliseconds read_limit{20'000};
  std::size_t max_value_bytes = 1 << 20; ///< of one alias; with more ids it is left out
};

/// An alias_source in a SQLite file that another program writes; opened
/// read-only, and not before it is needed. A file that was replaced is opened anew.
/// What is in the file is not trusted: each query has a deadline, may be stopped,
/// runs no function that does more than compute, and takes a bounded memory.
[[nodiscard]] std::unique_ptr<alias_source>
make_sqlite_alias_source(const sqlite_alias_options& options);

} // namespace standings
