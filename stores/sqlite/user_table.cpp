#include "stores/sqlite/user_table.hpp"

#include "stores/sqlite/adoption.hpp"
#include "stores/sqlite/score_sql.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace standings {

namespace sql = sqlite_sql;

user_record read_user_record(SQLite::Statement& row) {
  user_record out;
  out.user_id = row.getColumn(0).getString();
  for (int i = 0; i < static_cast<int>(period_count); ++i)
    out.score[static_cast<std::size_t>(i)] = row.getColumn(1 + i).getInt64();
  out.updated_at = from_micros(row.getColumn(5).getInt64());
  out.version = row.getColumn(6).getInt64();
  return out;
}

sqlite_stored_row read_stored_row(SQLite::Statement& row) {
  return {read_user_record(row), row.getColumn(7).getText()};
}

failure sqlite_stored_row::refusal() const {
  return fail(errc::rejected_row, "the score in '" + unreadable
                                      + "' cannot be read in the database: it is no whole number");
}

sqlite_user_table::sqlite_user_table(std::unique_ptr<SQLite::Database> db,
                                     const sqlite_options& options)
    : options_(options), db_(std::move(db)), time_(sqlite_row_time(*db_, names_of(options))),
      window_(options.boundaries), read_clock_(prepare(sql::read_clock)),
      write_clock_(prepare(sql::write_clock)), read_periods_(prepare(sql::read_periods)),
      read_future_(prepare(sql::read_future)), settle_future_(prepare(sql::settle_future)),
      forget_future_periods_(prepare(sql::forget_future_periods)),
      settle_named_future_(prepare(sql::settle_named_future)),
      forget_named_future_periods_(prepare(sql::forget_named_future_periods)),
      find_(prepare(sql::find)), scan_(prepare(sql::scan)), count_(prepare(sql::count)),
      past_([this](std::string_view text) { return prepare(text); }, options.keep_past),
      files_(options.path) {}

std::vector<user_record> sqlite_user_table::find(std::span<const std::string> user_ids) {
  const auto read = read_effective(starts_now());
  std::vector<user_record> out;
  for (const auto& id : user_ids)
    if (auto user = find_.first(read, id))
      out.push_back(*std::move(user));
  return out;
}

std::optional<sqlite_stored_row> sqlite_user_table::find_row(const std::string& user_id) {
  return find_.first(read_stored_row, user_id);
}

std::vector<user_record> sqlite_user_table::scan(const std::string& after, std::size_t limit) {
  return scan_.all(read_effective(starts_now()), after, sql_count(limit));
}

std::uint64_t sqlite_user_table::count() {
  return count_.only(read_count);
}

void sqlite_user_table::note(const moment& at) {
  write_clock_.with(at.version, to_micros(at.now)).exec();
}

sqlite_user_table::moment sqlite_user_table::this_moment() {
  moment at;
  const auto last = read_clock_.only([&at](SQLite::Statement& row) {
    at.version = read_number(row);
    return from_micros(row.getColumn(1).getInt64());
  });
  const auto time = options_.believed->at(options_.clock());
  at.now = time.now;
  if (last > time.now + clock_slack)
    go_back(at, last);
  else
    at.now = std::max(time.now, last + std::chrono::microseconds{1});
  const auto recorded = recorded_starts(at.now);
  at.starts = window_.starts(at.now, recorded);
  at.settled = window_.settled_starts(time.settled, recorded);
  return at;
}

/// The last transactions were written while the clock was ahead. Time would stand still until the
/// clock has caught up with them, and no period would end. Therefore time goes back instead, and
/// rows with a later time count as written now.
void sqlite_user_table::go_back(moment& to, sys_time ahead) {
  for (const auto& user : read_future_.all(read_text, to_micros(to.now)))
    settle_future_.with(user, to_micros(to.now), ++to.version).exec();
  settle_named_future_.with(to_micros(to.now), ++to.version).exec();
  forget_future_periods_.with(to_micros(to.now)).exec();
  forget_named_future_periods_.with(to_micros(to.now)).exec();
  options_.believed->was_ahead(ahead, to.now);
}

sys_time sqlite_user_table::now() {
  files_.check();
  const auto last = read_clock_.only(
      [](SQLite::Statement& row) { return from_micros(row.getColumn(1).getInt64()); });
  const auto now = options_.believed->at(options_.clock()).now;
  return last > now + clock_slack ? now : std::max(now, last);
}

std::int64_t sqlite_user_table::last_version() {
  files_.check();
  return read_clock_.only(read_number);
}

period_starts sqlite_user_table::recorded_starts(sys_time now) {
  period_starts out{};
  auto& row = read_periods_.with();
  while (row.executeStep())
    if (const auto p = parse_period(row.getColumn(0).getString()))
      if (const auto start = from_micros(row.getColumn(1).getInt64()); start <= now + clock_slack)
        out[index_of(*p)] = start;
  read_periods_.done();
  return out;
}

} // namespace standings
