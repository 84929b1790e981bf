#pragma once

#include "core/sessions/message_twins.hpp"
#include "stores/contracts/session_store.hpp"
#include "stores/postgres/work.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <vector>

/// The twins of messages (core/sessions/message_twins.hpp) in PostgreSQL. Part of the session
/// store; everything throws what pqxx throws.
namespace standings {

struct named_statement {
  const char* name;
  const char* sql;
};

/// The statements to prepare on a connection that looks for twins.
std::span<const named_statement> twin_statements();

/// Rows that were just added to sessions that existed before, grouped by how their twins are found.
struct added_messages {
  std::vector<std::int64_t> with_time; ///< with a message_id, like those of `without_time`
  std::vector<std::int64_t> without_time;
  std::vector<std::int64_t> without_id;
  std::set<std::int64_t> sessions; ///< of the rows without an id

  /// Adds a row that add_messages returned.
  void add(const pqxx::row& row);
};

/// The pairs of rows, by session.
std::map<std::int64_t, std::vector<twin_rows>> find_twins(postgres_work& tx,
                                                          const added_messages& added);

void settle(postgres_work& tx, const twin_plan& plan, session_change& change);

} // namespace standings
