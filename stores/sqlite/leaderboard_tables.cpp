#include "stores/sqlite/leaderboard_tables.hpp"

#include "stores/sqlite/leaderboard_sql.hpp"
#include "stores/sqlite/score_sql.hpp"
#include "stores/sqlite/triggers_sql.hpp"

#include <chrono>

namespace standings {

namespace {

namespace leaderboard_sql = sqlite_leaderboard_sql;

constexpr auto request_memory = std::chrono::hours{24};

} // namespace

sqlite_leaderboard_tables::sqlite_leaderboard_tables(std::unique_ptr<SQLite::Database> db,
                                                     const sqlite_options& options)
    : options_(options), users_(std::move(db), options), find_(prepare(leaderboard_sql::find)),
      read_periods_(prepare(leaderboard_sql::read_periods)),
      write_period_(prepare(leaderboard_sql::write_period)),
      find_user_(prepare(leaderboard_sql::find_user)),
      write_user_(prepare(leaderboard_sql::write_user)),
      write_default_user_(prepare(sqlite_sql::put)),
      forget_requests_(prepare(leaderboard_sql::forget_requests)),
      set_own_(prepare(sqlite_sql::set_own)) {}

leaderboard sqlite_leaderboard_tables::read_leaderboard(SQLite::Statement& row) {
  leaderboard out;
  out.number = row.getColumn(0).getInt64();
  out.id = row.getColumn(1).getString();
  auto stored = settings_in(row.getColumn(2).getString());
  out.settings = std::move(stored.settings);
  out.unreadable = std::move(stored.unreadable);
  out.created_at = from_micros(row.getColumn(3).getInt64());
  out.last_used_at = from_micros(row.getColumn(4).getInt64());
  if (!row.getColumn(5).isNull())
    out.archived_at = from_micros(row.getColumn(5).getInt64());
  out.has_user_metadata = row.getColumn(6).getInt() != 0;
  return out;
}

std::optional<leaderboard> sqlite_leaderboard_tables::find(const std::string& id) {
  return find_.first(read_leaderboard, id);
}

std::vector<leaderboard> sqlite_leaderboard_tables::find(std::span<const std::string> ids) {
  std::vector<leaderboard> out;
  for (const auto& id : ids)
    if (auto found = find(id))
      out.push_back(*std::move(found));
  return out;
}

period_starts sqlite_leaderboard_tables::starts_to_write(const leaderboard& of, sys_time now) {
  const auto in_force = starts(of, now);
  if (of.unreadable.empty())
    users_.past().close_ended({of.number, of.settings.rules.order}, in_force, window(of));
  return in_force;
}

period_starts sqlite_leaderboard_tables::starts(const leaderboard& of, sys_time now) {
  return window(of).starts(now, recorded_starts(of.number, now));
}

period_starts sqlite_leaderboard_tables::settled_starts(const leaderboard& of, sys_time now) {
  const auto recorded = recorded_starts(of.number, now);
  if (!of.unreadable.empty())
    return recorded;
  return window(of).settled_starts(options_.believed->at(options_.clock()).settled, recorded);
}

/// Without a calendar only resets start a period, here as in the default leaderboard.
period_window& sqlite_leaderboard_tables::window(const leaderboard& of) {
  if (!of.knows_settings())
    return unknown_;
  const auto& settings = of.settings;
  const auto at = windows_.try_emplace({settings.time_zone, settings.week_start}, std::nullopt);
  if (at.second && options_.boundaries)
    if (auto made = calendar::make(settings.time_zone, settings.week_start))
      at.first->second = period_window{std::move(*made)};
  return at.first->second;
}

period_starts sqlite_leaderboard_tables::recorded_starts(std::int64_t number, sys_time now) {
  period_starts out{};
  auto& row = read_periods_.with(number);
  while (row.executeStep())
    if (const auto p = parse_period(row.getColumn(0).getString()))
      if (const auto start = from_micros(row.getColumn(1).getInt64()); start <= now + clock_slack)
        out[index_of(*p)] = start;
  read_periods_.done();
  return out;
}

void sqlite_leaderboard_tables::record_start(std::int64_t number, period board, sys_time start) {
  write_period_.with(number, std::string{to_string(board)}, to_micros(start)).exec();
}

std::optional<sqlite_stored_row> sqlite_leaderboard_tables::find_row(std::int64_t number,
                                                                     const std::string& user_id) {
  return find_user_.first(read_stored_row, number, user_id);
}

void sqlite_leaderboard_tables::write_row(std::int64_t number, const user_record& user) {
  const auto& s = user.score;
  write_user_
      .with(number, user.user_id, s[0], s[1], s[2], s[3], to_micros(user.updated_at), user.version)
      .exec();
}

void sqlite_leaderboard_tables::write_default_row(const user_record& user) {
  const auto& s = user.score;
  write_default_user_
      .with(user.user_id, s[0], s[1], s[2], s[3], to_micros(user.updated_at), user.version)
      .exec();
}

result<std::size_t> sqlite_leaderboard_tables::forget_requests(std::size_t limit) {
  return users_.transact([&](moment& at) {
    return static_cast<std::size_t>(
        forget_requests_.with(to_micros(at.now - request_memory), sql_count(limit)).exec());
  });
}

} // namespace standings
