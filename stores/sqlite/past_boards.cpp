#include "stores/sqlite/past_boards.hpp"

#include "stores/sql/sql_text.hpp"
#include "stores/sqlite/past_sql.hpp"

#include <string>
#include <tuple>

namespace standings {

namespace {

namespace past_sql = sqlite_past_sql;

past_period read_past_period(SQLite::Statement& row) {
  return {from_micros(row.getColumn(0).getInt64()), from_micros(row.getColumn(1).getInt64()),
          static_cast<std::uint64_t>(row.getColumn(2).getInt64())};
}

past_entry read_past_entry(SQLite::Statement& row) {
  return {static_cast<std::uint64_t>(row.getColumn(0).getInt64()), row.getColumn(1).getString(),
          row.getColumn(2).getInt64()};
}

} // namespace

recorded_open sqlite_past_boards::recorded(std::int64_t number) {
  recorded_open out;
  auto statement = prepare_(past_sql::open_periods);
  auto& row = statement.with(number);
  while (row.executeStep())
    if (const auto p = parse_period(row.getColumn(0).getString()))
      out[index_of(*p)] = from_micros(row.getColumn(1).getInt64());
  return out;
}

void sqlite_past_boards::close_ended(const place& of, const period_starts& starts,
                                     const period_window& window) {
  if (open_.has(of.number, starts))
    return;
  const auto known = recorded(of.number);
  for (const auto p : all_periods) {
    const auto started = starts[index_of(p)];
    const auto since = known[index_of(p)];
    if (since && *since >= started)
      continue;
    const std::string name{to_string(p)};
    if (since) {
      exec(past_sql::no_longer_open, of.number, name);
      for (const auto& span : window.ended(p, *since, started, keep_))
        close_one(of, p, span);
      exec(past_sql::drop_older, of.number, name, sql_count(keep_));
    }
    exec(past_sql::open, of.number, name, to_micros(started));
  }
  open_.note(of.number, starts);
}

void sqlite_past_boards::close_one(const place& of, period board, const period_span& span) {
  const bool ascending = of.order == score_order::asc;
  const auto* ranked = of.number == no_number ? past_sql::ranked_default
                       : ascending            ? past_sql::ranked_asc
                                              : past_sql::ranked_desc;
  const auto* total = of.number == no_number ? past_sql::total_default
                      : ascending            ? past_sql::total_asc
                                             : past_sql::total_desc;
  const std::string name{to_string(board)};
  const auto score = name + "_pomo";
  if (exec(replaced(replaced(past_sql::close, "{total}", total), "{score}", score), of.number, name,
           to_micros(span.from), to_micros(span.to))
      == 0)
    return; // by a clock that has been set back: it is closed
  exec(replaced(replaced(past_sql::keep_scores, "{ranked}", ranked), "{score}", score), of.number,
       name, to_micros(span.from), to_micros(span.to));
}

std::vector<past_period> sqlite_past_boards::list(std::int64_t number, period board) {
  return prepare_(past_sql::list)
      .all(read_past_period, number, std::string{to_string(board)}, sql_count(keep_));
}

std::optional<past_board> sqlite_past_boards::find(std::int64_t number, period board, sys_time at,
                                                   std::size_t offset, std::size_t limit) {
  const std::string name{to_string(board)};
  const auto found = prepare_(past_sql::find).first(read_past_period, number, name, to_micros(at));
  if (!found)
    return std::nullopt;
  return past_board{*found, prepare_(past_sql::page)
                                .all(read_past_entry, number, name, to_micros(found->started_at),
                                     sql_count(offset), sql_count(limit))};
}

void sqlite_past_boards::drop(std::int64_t number) {
  exec(past_sql::drop_leaderboard, number);
}

std::size_t sqlite_past_boards::purge(std::size_t limit) {
  if (keep_ == 0)
    exec(past_sql::drop_all);
  const auto read = [](SQLite::Statement& row) {
    return std::tuple{row.getColumn(0).getInt64(), row.getColumn(1).getString(),
                      row.getColumn(2).getInt64()};
  };
  const auto found = prepare_(past_sql::first_dropped).first(read);
  if (!found)
    return 0;
  const auto& [number, name, start] = *found;
  if (const auto gone = exec(past_sql::forget_scores, number, name, start, sql_count(limit));
      gone > 0)
    return static_cast<std::size_t>(gone);
  return static_cast<std::size_t>(exec(past_sql::forget_period, number, name, start));
}

} // namespace standings
