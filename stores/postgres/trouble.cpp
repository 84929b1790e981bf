#include "stores/postgres/trouble.hpp"

#include "core/base/result.hpp"

#include <string_view>

namespace standings {

namespace {

bool is_one_of(std::string_view state, std::initializer_list<std::string_view> states) {
  for (const auto one : states)
    if (state == one)
      return true;
  return false;
}

/// The server ends a session if it or its transaction has idled or lasted for too long. It does so
/// between statements, so a COMMIT that gets this answer has not been carried out.
bool is_ended_before_commit(std::string_view state) {
  return is_one_of(state, {"25P03", "25P04", "57P05"});
}

bool is_lost(std::string_view state) {
  return state.starts_with("08") || state.starts_with("57P");
}

/// Another instance has just committed one of our idempotency keys; the next try finds it.
bool is_request_race(const std::string& state) {
  if (state != "23505")
    return false;
  try {
    throw;
  } catch (const pqxx::failure& e) {
    const std::string_view what{e.what()};
    return what.find("score_req") != std::string_view::npos
           || what.find("leaderboard_re") != std::string_view::npos;
  }
}

} // namespace

std::string sqlstate_of_current() {
  try {
    throw;
  } catch (const pqxx::sql_error& e) {
    return e.sqlstate();
  } catch (const pqxx::serialization_failure&) {
    return "40001"; // the driver stores no state for these
  } catch (const pqxx::deadlock_detected&) {
    return "40P01";
  } catch (const pqxx::statement_completion_unknown&) {
    return "40003";
  } catch (const pqxx::transaction_rollback&) {
    return "40000";
  } catch (const pqxx::failure&) {
    return {};
  }
}

trouble trouble_of(const pqxx::connection& db, bool committing) {
  const auto state = sqlstate_of_current();
  if (is_ended_before_commit(state))
    return trouble::cut;
  if (state.empty() || state == "40003" || is_lost(state) || !db.is_open())
    return committing ? trouble::unsure : trouble::cut;
  // 25P02: the transaction had failed before, and is undone as a whole
  if (is_one_of(state, {"40001", "40P01", "40000", "25P02"}) || is_request_race(state))
    return trouble::conflict;
  if (is_one_of(state, {"55P03", "57014"})) // lock_timeout; statement_timeout or a cancel
    return trouble::busy;
  return trouble::refused;
}

failure too_busy() {
  const auto state = sqlstate_of_current();
  std::string cause = "SQLSTATE " + state;
  try {
    throw;
  } catch (const pqxx::failure& e) {
    cause += std::string{": "} + e.what();
  }
  if (state == "55P03" || state == "57014")
    return fail_because(errc::overloaded,
                        "the database is locked by another program; nothing was changed",
                        cause + "; pg_stat_activity and pg_locks show who holds the lock");
  return fail_because(errc::overloaded, "the database is too busy; nothing was changed", cause);
}

} // namespace standings
