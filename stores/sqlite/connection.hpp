#pragma once

#include "core/base/embedded.hpp"
#include "core/base/result.hpp"
#include "stores/sql/sql_text.hpp"
#include "stores/sqlite/file_guard.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace standings {

/// The longest a connection waits for another one's write lock.
inline constexpr int sqlite_busy_timeout_ms = 5'000;

/// Opens or creates a database in WAL mode with synchronous=FULL; does not create one that has been
/// seen before. Throws SQLite::Exception.
std::unique_ptr<SQLite::Database> open_sqlite(const std::string& path,
                                              const seen_file& seen = nullptr);

/// The migrations to be applied, found out without a lock: a worker must be able to open the
/// database while another program writes it. Those of the chat sessions have `session` in their
/// names; that of the leaderboard's table is applied again if the table was dropped. Changes
/// nothing. Throws SQLite::Exception.
[[nodiscard]] std::vector<embedded_text>
pending_migrations(SQLite::Database& db, const table_names& names,
                   chat_tables chat = chat_tables::left_out);

/// Applies the embedded migrations that the database lacks, in order and under its write lock.
/// Tables of ours that an earlier version named without `standings_` are renamed with their
/// content. A leaderboard table that an earlier application created is adopted
/// (sqlite/adoption.hpp). Throws SQLite::Exception.
void migrate_sqlite(SQLite::Database& db, const table_names& names,
                    chat_tables chat = chat_tables::left_out);

/// What an exception of the driver means. `while_committing` distinguishes a failure with an
/// unknown outcome from one that changed nothing.
failure translate(const SQLite::Exception& e, bool while_committing = false);

/// Runs `f` and returns an exception of the driver as a failure.
template <class F>
auto guard_sqlite(F&& f) -> decltype(f()) {
  try {
    return std::forward<F>(f)();
  } catch (const SQLite::Exception& e) {
    return translate(e);
  }
}

} // namespace standings
