#include "stores/postgres/user_table.hpp"

#include "stores/postgres/adoption.hpp"
#include "stores/postgres/time_sql.hpp"
#include "stores/sql/sql_text.hpp"

namespace standings {

namespace {

namespace sql = postgres_sql;

/// Fills in the `{…}` of the SQL constants; see postgres/score_sql.hpp.
std::string finished(std::string_view text, const table_names& names, const row_time& time) {
  auto out = replaced(text, "{starts}", sql::starts);
  for (const auto* column : {"daily_pomo", "weekly_pomo", "monthly_pomo", "yearly_pomo"})
    for (int start = 4; start <= 7; ++start) {
      const auto s = std::to_string(start);
      const auto n = std::to_string(start + 4);
      auto kept = replaced(sql::kept, "t.column", std::string{"t."} + column);
      kept = replaced(replaced(kept, "{time:next}", "$" + n + "::timestamptz"), "{time:start}",
                      "$" + s + "::timestamptz");
      out = replaced(out, std::string{"{kept:"} + column + "," + s + "," + n + "}", kept);
    }
  return with_names(with_times(with_row_time(out, time)), names);
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

postgres_user_table::postgres_user_table(std::unique_ptr<pqxx::connection> db,
                                         const postgres_options& options)
    : db_(std::move(db), options.url), names_(names_of(options)), window_(options.boundaries),
      clock_(options.clock),
      past_([this](std::string_view text) { return finished(text, names_, time_); },
            options.keep_past) {
  {
    pqxx::nontransaction tx{link().use()};
    time_ = postgres_row_time(tx, names_);
  }
  if (!pooled())
    link().with_each([begin = finished(sql::prepare_begin, names_, time_)](pqxx::connection& each) {
      pqxx::nontransaction{each}.exec(begin);
    });
  prepare("read_periods", sql::read_periods);
}

void postgres_user_table::prepare_reads() {
  prepare("find", sql::find);
  prepare("scan", sql::scan);
  prepare("count", sql::count);
}

void postgres_user_table::prepare_in_sql(const std::string& name, std::string_view sql) {
  const auto text = "PREPARE " + name + " AS " + finished(sql, names_, time_);
  link().with_each([text](pqxx::connection& each) { pqxx::nontransaction{each}.exec(text); });
}

void postgres_user_table::prepare(const std::string& name, std::string_view sql) {
  db_.prepare(name, finished(sql, names_, time_));
}

result<void> postgres_user_table::close_ended(const moment& seen) {
  return close_ended(default_at(seen),
                     [this](postgres_work&, const moment& at) { return default_at(at); });
}

postgres_user_table::moment postgres_user_table::moment_of(const pqxx::row& row) {
  std::array<std::int64_t, period_count> starts{};
  for (int i = 0; i < static_cast<int>(period_count); ++i)
    starts[static_cast<std::size_t>(i)] = row[1 + i].as<std::int64_t>();
  return moment_of(from_micros(row[0].as<std::int64_t>()), starts);
}

postgres_user_table::moment
postgres_user_table::moment_of(sys_time shown,
                               const std::array<std::int64_t, period_count>& starts) {
  moment at;
  const auto time = clock_->at(shown);
  at.now = time.now;
  at.is_shown = time.now == shown && !time.doubted;
  at.latest = time.doubted ? time.now : time.now + longest_transaction;
  for (std::size_t i = 0; i < period_count; ++i) {
    const auto start = from_micros(starts[i]);
    if (start <= at.now + clock_slack)
      at.recorded[i] = start;
    else
      at.has_future = true;
  }
  at.starts = window_.starts(at.now, at.recorded);
  at.settled = window_.settled_starts(time.settled, at.recorded);
  at.certain = time.settled;
  return at;
}

std::vector<user_record> postgres_user_table::records(const pqxx::result& rows,
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

result<std::vector<user_record>> postgres_user_table::find(std::span<const std::string> user_ids) {
  return read([&](postgres_work& tx) {
    const auto starts = starts_now(tx);
    return records(tx.exec_prepared("find", text_array({user_ids.begin(), user_ids.end()})),
                   starts);
  });
}

result<std::vector<user_record>> postgres_user_table::scan(const std::string& after,
                                                           std::size_t limit) {
  return read([&](postgres_work& tx) {
    const auto starts = starts_now(tx);
    return records(tx.exec_prepared("scan", after, sql_count(limit)), starts);
  });
}

result<std::uint64_t> postgres_user_table::count() {
  return read([](postgres_work& tx) { return count(tx); });
}

std::uint64_t postgres_user_table::count(postgres_work& tx) {
  return tx.exec_prepared("count")[0][0].as<std::uint64_t>();
}

std::string postgres_user_table::begin_text(std::string_view begin) const {
  if (!pooled())
    return std::string{begin};
  const auto locked = replaced(replaced(begin, "EXECUTE standings_lock_shared", sql::lock_shared),
                               "EXECUTE standings_lock_alone", sql::lock_alone);
  return finished(replaced(replaced(locked, "EXECUTE standings_periods", sql::read_periods),
                           "BEGIN ISOLATION LEVEL READ COMMITTED;", sql::begin_pooled),
                  names_, time_);
}

} // namespace standings
