#include "stores/postgres_session.hpp"

#include "stores/postgres_adoption.hpp"
#include "stores/sql_text.hpp"

namespace standings {

namespace {

namespace sql = postgres_sql;

/// Fills the `{…}` of the SQL constants in; see postgres_sql.hpp.
std::string finished(std::string_view text, const table_names& names, const row_time& time) {
  auto out = replaced(text, "{starts}", sql::starts);
  for (const auto* column : {"daily_pomo", "weekly_pomo", "monthly_pomo", "yearly_pomo"})
    for (int start = 4; start <= 7; ++start) {
      const auto s = std::to_string(start);
      const auto n = std::to_string(start + 4);
      auto kept = replaced(sql::kept, "t.column", std::string{"t."} + column);
      kept = replaced(replaced(kept, "{time:next}", "{time:" + n + "}"), "{time:start}",
                      "{time:" + s + "}");
      out = replaced(out, std::string{"{kept:"} + column + "," + s + "," + n + "}", kept);
    }
  out = with_row_time(out, time);
  for (int n = 1; n <= 11; ++n) {
    const auto number = std::to_string(n);
    out = replaced(out, "{time:" + number + "}",
                   "(timestamptz 'epoch' + $" + number + "::bigint * interval '1 microsecond')");
  }
  for (const auto* column : {"clock_timestamp()", "started_at", "updated_at", own_time_column,
                             "deleted_at", "first_at", "last_at"})
    out = replaced(out, std::string{"{us:"} + column + "}",
                   std::string{"(extract(epoch FROM "} + column + ") * 1000000)::bigint");
  return with_names(out, names);
}

} // namespace

user_record read_user_record(const pqxx::row& row) {
  user_record out;
  out.user_id = row[0].c_str();
  for (int i = 0; i < static_cast<int>(period_count); ++i)
    out.score[static_cast<std::size_t>(i)] = row[1 + i].as<std::int64_t>();
  out.updated_at = from_micros(row[5].as<std::int64_t>());
  out.version = row[6].as<std::int64_t>();
  return out;
}

postgres_session::postgres_session(std::unique_ptr<pqxx::connection> db,
                                   const postgres_options& options)
    : db_(std::move(db)), names_(names_of(options)),
      statements_(*db_, is_pooled(*db_, options.url)), window_(options.boundaries) {
  {
    pqxx::nontransaction tx{*db_};
    time_ = postgres_row_time(tx, names_);
  }
  if (!pooled())
    pqxx::nontransaction{*db_}.exec(finished(sql::prepare_begin, names_, time_));
  prepare("read_periods", sql::read_periods);
}

void postgres_session::prepare(const std::string& name, std::string_view sql) {
  statements_.prepare(name, finished(sql, names_, time_));
}

postgres_session::moment postgres_session::moment_of(const pqxx::row& row) {
  moment at;
  at.now = from_micros(row[0].as<std::int64_t>());
  for (int i = 0; i < static_cast<int>(period_count); ++i)
    at.recorded[static_cast<std::size_t>(i)] = from_micros(row[1 + i].as<std::int64_t>());
  at.starts = window_.starts(at.now, at.recorded);
  return at;
}

std::vector<user_record> postgres_session::records(const pqxx::result& rows,
                                                   const period_starts& starts) {
  std::vector<user_record> out;
  out.reserve(rows.size());
  for (const auto& row : rows) {
    out.push_back(read_user_record(row));
    auto& user = out.back();
    user.score = effective_scores(user.score, user.updated_at, starts);
  }
  return out;
}

std::string postgres_session::begin_text(std::string_view begin) const {
  if (!pooled())
    return std::string{begin};
  const auto locked = replaced(replaced(begin, "EXECUTE standings_lock_shared", sql::lock_shared),
                               "EXECUTE standings_lock_alone", sql::lock_alone);
  return finished(replaced(replaced(locked, "EXECUTE standings_periods", sql::read_periods),
                           "BEGIN;", sql::begin_pooled),
                  names_, time_);
}

bool postgres_session::is_request_race(const pqxx::sql_error& e) {
  return e.sqlstate() == "23505"
         && std::string_view{e.what()}.find("score_req") != std::string_view::npos;
}

void postgres_session::roll_back() {
  try {
    pqxx::nontransaction{*db_}.exec("ROLLBACK");
  } catch (const pqxx::failure&) {
    // the connection is gone, and its transaction with it
  }
}

} // namespace standings
