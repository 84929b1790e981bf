#include "stores/postgres/message_twins.hpp"

#include "stores/postgres/connection.hpp"
#include "stores/postgres/session_sql.hpp"

#include <array>

namespace standings {

namespace {

namespace session_sql = postgres_session_sql;

constexpr std::array<named_statement, 5> statements{{
    {"find_twins_with_time", session_sql::find_twins_with_time},
    {"find_twins_without_time", session_sql::find_twins_without_time},
    {"find_twins_with_id", session_sql::find_twins_with_id},
    {"drop_messages", session_sql::drop_messages},
    {"name_messages", session_sql::name_messages},
}};

} // namespace

std::span<const named_statement> twin_statements() {
  return statements;
}

void added_messages::add(const pqxx::row& row) {
  const auto id = row[1].as<std::int64_t>();
  if (!row[2].as<bool>()) {
    without_id.push_back(id);
    sessions.insert(row[0].as<std::int64_t>());
  } else {
    (row[3].as<bool>() ? with_time : without_time).push_back(id);
  }
}

std::map<std::int64_t, std::vector<twin_rows>> find_twins(postgres_work& tx,
                                                          const added_messages& added) {
  std::map<std::int64_t, std::vector<twin_rows>> out;
  const auto take = [&](const pqxx::result& rows) {
    for (const auto& row : rows)
      out[row[0].as<std::int64_t>()].push_back(
          {row[1].as<std::int64_t>(), row[2].c_str(), row[3].as<std::int64_t>(), row[4].c_str()});
  };
  if (!added.with_time.empty())
    take(tx.exec_prepared("find_twins_with_time", bigint_array(added.with_time)));
  if (!added.without_time.empty())
    take(tx.exec_prepared("find_twins_without_time", bigint_array(added.without_time)));
  if (!added.without_id.empty())
    take(tx.exec_prepared("find_twins_with_id", bigint_array(added.without_id),
                          bigint_array({added.sessions.begin(), added.sessions.end()})));
  return out;
}

void settle(postgres_work& tx, const twin_plan& plan, session_change& change) {
  if (plan.dropped.empty())
    return;
  tx.exec_prepared("drop_messages", bigint_array(plan.dropped));
  change.messages_added -= plan.dropped.size();
  if (plan.named.empty())
    return;
  tx.exec_prepared("name_messages", bigint_array(plan.named), text_array(plan.names));
  change.changed = true;
}

} // namespace standings
