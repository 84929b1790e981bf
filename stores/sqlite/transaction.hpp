#pragma once

#include "core/base/result.hpp"
#include "stores/sql/lost_commit.hpp"
#include "stores/sqlite/connection.hpp"
#include "stores/sqlite/file_guard.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Transaction.h>

#include <type_traits>

namespace standings {

/// Runs `body()` in a transaction that holds the write lock from the start and is durable on
/// return; returns the result of `body`.
template <class Body>
auto sqlite_transact(SQLite::Database& db, const sqlite_file_guard& files, lost_commit lost,
                     const Body& body) -> result<decltype(body())> {
  bool committing = false;
  try {
    SQLite::Transaction transaction{db, SQLite::TransactionBehavior::IMMEDIATE};
    const auto commit = [&] {
      files.check();
      committing = lost == lost_commit::unknown;
      transaction.commit();
      files.check(); // a commit into a file that has disappeared is lost
    };
    if constexpr (std::is_void_v<decltype(body())>) {
      body();
      commit();
      return {};
    } else {
      auto out = body();
      commit();
      return out;
    }
  } catch (const SQLite::Exception& e) {
    return translate(e, committing);
  }
}

} // namespace standings
