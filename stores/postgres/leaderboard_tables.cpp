#include "stores/postgres/leaderboard_tables.hpp"

#include "stores/postgres/connection.hpp"
#include "stores/postgres/leaderboard_sql.hpp"
#include "stores/sql/sql_text.hpp"

namespace standings {

namespace {

namespace leaderboard_sql = postgres_leaderboard_sql;

} // namespace

postgres_leaderboard_tables::postgres_leaderboard_tables(std::unique_ptr<pqxx::connection> db,
                                                         const postgres_options& options)
    : has_calendar_(options.boundaries.has_value()), users_(std::move(db), options) {}

void postgres_leaderboard_tables::prepare(const std::string& name, std::string_view text) {
  users_.prepare(name, replaced(replaced(text, "{leaderboards}", leaderboard_sql::leaderboards),
                                "{users}", leaderboard_sql::users));
}

postgres_leaderboard_tables::with_starts
postgres_leaderboard_tables::read_leaderboard(const pqxx::row& row) {
  with_starts out;
  out.found.number = row[0].as<std::int64_t>();
  out.found.id = row[1].c_str();
  auto stored = settings_in(row[2].c_str());
  out.found.settings = std::move(stored.settings);
  out.found.unreadable = std::move(stored.unreadable);
  out.found.created_at = from_micros(row[3].as<std::int64_t>());
  out.found.last_used_at = from_micros(row[4].as<std::int64_t>());
  if (!row[5].is_null())
    out.found.archived_at = from_micros(row[5].as<std::int64_t>());
  for (int p = 0; p < static_cast<int>(period_count); ++p)
    out.recorded[static_cast<std::size_t>(p)] = from_micros(row[6 + p].as<std::int64_t>());
  out.found.has_user_metadata = row[10].as<bool>();
  return out;
}

/// Without a calendar only resets start a period, here as in the default leaderboard.
period_window& postgres_leaderboard_tables::window(const leaderboard& of) {
  if (!of.knows_settings())
    return unknown_;
  const auto& settings = of.settings;
  const auto [at, is_new] =
      windows_.try_emplace({settings.time_zone, settings.week_start}, std::nullopt);
  if (is_new && has_calendar_)
    if (auto made = calendar::make(settings.time_zone, settings.week_start))
      at->second = period_window{std::move(*made)};
  return at->second;
}

period_starts postgres_leaderboard_tables::starts(const leaderboard& of,
                                                  const period_starts& recorded, sys_time now) {
  auto believed = recorded;
  for (auto& start : believed)
    if (start > now + clock_slack)
      start = {}; // recorded while a clock was wrong
  return window(of).starts(now, believed);
}

period_starts postgres_leaderboard_tables::settled_starts(const leaderboard& of, const moment& at) {
  if (!of.unreadable.empty())
    return at.recorded;
  return window(of).settled_starts(at.certain, at.recorded);
}

postgres_leaderboard_tables::moment postgres_leaderboard_tables::moment_of(postgres_work& tx,
                                                                           const leaderboard& of) {
  return users_.moment_of(tx.exec_prepared("named_periods", of.number)[0]);
}

void postgres_leaderboard_tables::record_starts(postgres_work& tx, const leaderboard& of,
                                                const period_starts& starts, const moment& at) {
  std::vector<std::string> names;
  std::vector<std::int64_t> times;
  for (auto p : all_periods) {
    names.emplace_back(to_string(p));
    times.push_back(to_micros(starts[index_of(p)]));
  }
  tx.exec_prepared("named_record", of.number, text_array(names), bigint_array(times),
                   to_micros(at.latest));
}

postgres_past_boards::due postgres_leaderboard_tables::due_of(const leaderboard* of,
                                                              const period_starts& starts) {
  if (!of)
    return {no_number, score_order::desc, starts, &users_.window()};
  return {of->number, of->settings.rules.order, starts, &window(*of)};
}

result<void>
postgres_leaderboard_tables::close_ended(const std::vector<postgres_past_boards::due>& seen,
                                         std::span<const std::string> ids) {
  return users_.close_ended(seen, [&](postgres_work& tx, const moment& at) {
    std::vector<postgres_past_boards::due> now;
    for (const auto& of : seen)
      if (of.number == no_number)
        now = users_.default_at(at);
    for (const auto& row :
         tx.exec_prepared("named_leaderboards", text_array({ids.begin(), ids.end()}))) {
      const auto read = read_leaderboard(row);
      if (!read.found.unreadable.empty())
        continue;
      now.push_back(due_of(&read.found, starts(read.found, read.recorded, at.now)));
    }
    return now;
  });
}

} // namespace standings
