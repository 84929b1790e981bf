#include "stores/sqlite_session.hpp"

#include "stores/sqlite_adoption.hpp"
#include "stores/sqlite_sql.hpp"

#include <algorithm>
#include <chrono>

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

sqlite_session::sqlite_session(std::unique_ptr<SQLite::Database> db, const sqlite_options& options)
    : options_(options), db_(std::move(db)), time_(sqlite_row_time(*db_, names_of(options))),
      window_(options.boundaries), read_clock_(prepare(sql::read_clock)),
      write_clock_(prepare(sql::write_clock)), read_periods_(prepare(sql::read_periods)) {}

sqlite_session::moment sqlite_session::this_moment() {
  auto& row = read_clock_.with();
  row.executeStep();
  moment at;
  at.version = row.getColumn(0).getInt64();
  at.now = std::max(options_.clock(),
                    from_micros(row.getColumn(1).getInt64()) + std::chrono::microseconds{1});
  read_clock_.done();
  at.starts = window_.starts(at.now, recorded_starts());
  return at;
}

sys_time sqlite_session::now() {
  auto& row = read_clock_.with();
  row.executeStep();
  const auto last = from_micros(row.getColumn(1).getInt64());
  read_clock_.done();
  return std::max(options_.clock(), last);
}

std::int64_t sqlite_session::last_version() {
  auto& row = read_clock_.with();
  row.executeStep();
  const auto last = row.getColumn(0).getInt64();
  read_clock_.done();
  return last;
}

period_starts sqlite_session::recorded_starts() {
  period_starts out{};
  auto& row = read_periods_.with();
  while (row.executeStep())
    if (const auto p = parse_period(row.getColumn(0).getString()))
      out[index_of(*p)] = from_micros(row.getColumn(1).getInt64());
  read_periods_.done();
  return out;
}

} // namespace standings
