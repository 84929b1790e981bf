#include "stores/postgres/past_boards.hpp"

#include "stores/postgres/connection.hpp"
#include "stores/postgres/past_sql.hpp"
#include "stores/sql/sql_text.hpp"

#include <algorithm>
#include <map>

namespace standings {

namespace {

namespace past_sql = postgres_past_sql;

std::map<std::int64_t, recorded_open> open_in(const pqxx::result& rows) {
  std::map<std::int64_t, recorded_open> out;
  for (const auto& row : rows)
    if (const auto p = parse_period(row[1].c_str()))
      out[row[0].as<std::int64_t>()][index_of(*p)] = from_micros(row[2].as<std::int64_t>());
  return out;
}

std::string numbers_of(std::span<const postgres_past_boards::due> leaderboards) {
  std::vector<std::int64_t> out;
  out.reserve(leaderboards.size());
  for (const auto& of : leaderboards)
    out.push_back(of.number);
  return bigint_array(out);
}

past_period read_past_period(const pqxx::row& row) {
  return {from_micros(row[0].as<std::int64_t>()), from_micros(row[1].as<std::int64_t>()),
          row[2].as<std::uint64_t>()};
}

} // namespace

bool postgres_past_boards::are_open(std::span<const due> leaderboards) const {
  return std::all_of(leaderboards.begin(), leaderboards.end(),
                     [this](const due& of) { return is_open(of.number, of.starts); });
}

bool postgres_past_boards::look(postgres_work& tx, std::span<const due> leaderboards) {
  const auto recorded = open_in(exec(tx, past_sql::open_periods, numbers_of(leaderboards)));
  bool all = true;
  for (const auto& of : leaderboards) {
    const auto found = recorded.find(of.number);
    if (found != recorded.end() && all_open(found->second, of.starts))
      open_.note(of.number, of.starts);
    else
      all = false;
  }
  return all;
}

void postgres_past_boards::close(postgres_work& tx, std::span<const due> leaderboards) {
  const auto recorded = open_in(exec(tx, past_sql::open_periods, numbers_of(leaderboards)));
  std::vector<std::int64_t> numbers;
  std::vector<std::string> periods;
  std::vector<std::int64_t> starts;
  for (const auto& of : leaderboards) {
    const auto found = recorded.find(of.number);
    for (const auto p : all_periods) {
      const auto started = of.starts[index_of(p)];
      const auto since = found == recorded.end() ? std::nullopt : found->second[index_of(p)];
      if (since && *since >= started)
        continue;
      if (since)
        close_one(tx, of, p, *since);
      numbers.push_back(of.number);
      periods.emplace_back(to_string(p));
      starts.push_back(to_micros(started));
    }
  }
  if (!numbers.empty())
    exec(tx, past_sql::open, bigint_array(numbers), text_array(periods), bigint_array(starts));
}

void postgres_past_boards::note(std::span<const due> leaderboards) {
  for (const auto& of : leaderboards)
    open_.note(of.number, of.starts);
}

void postgres_past_boards::close_one(postgres_work& tx, const due& of, period board,
                                     sys_time open_since) {
  const std::string name{to_string(board)};
  exec(tx, past_sql::no_longer_open, of.number, name);
  for (const auto& span : of.window->ended(board, open_since, of.starts[index_of(board)], keep_))
    exec(tx, close_text(of, board), of.number, name, to_micros(span.from), to_micros(span.to));
  exec(tx, past_sql::drop_older, of.number, name, sql_count(keep_));
}

std::string postgres_past_boards::close_text(const due& of, period board) const {
  const bool ascending = of.order == score_order::asc;
  const auto* ranked = of.number == no_number ? past_sql::ranked_default
                       : ascending            ? past_sql::ranked_asc
                                              : past_sql::ranked_desc;
  const auto* total = of.number == no_number ? past_sql::total_default
                      : ascending            ? past_sql::total_asc
                                             : past_sql::total_desc;
  return replaced(replaced(replaced(past_sql::close, "{ranked}", ranked), "{total}", total),
                  "{score}", std::string{to_string(board)} + "_pomo");
}

std::vector<past_period> postgres_past_boards::list(postgres_work& tx, std::int64_t number,
                                                    period board) {
  std::vector<past_period> out;
  for (const auto& row :
       exec(tx, past_sql::list, number, std::string{to_string(board)}, sql_count(keep_)))
    out.push_back(read_past_period(row));
  return out;
}

std::optional<past_board> postgres_past_boards::find(postgres_work& tx, std::int64_t number,
                                                     period board, sys_time at, std::size_t offset,
                                                     std::size_t limit) {
  const std::string name{to_string(board)};
  const auto found = exec(tx, past_sql::find, number, name, to_micros(at));
  if (found.empty())
    return std::nullopt;
  past_board out{read_past_period(found[0]), {}};
  for (const auto& row : exec(tx, past_sql::page, number, name, to_micros(out.of.started_at),
                              sql_count(offset), sql_count(limit)))
    out.entries.push_back({row[0].as<std::uint64_t>(), row[1].c_str(), row[2].as<std::int64_t>()});
  return out;
}

void postgres_past_boards::drop(postgres_work& tx, std::int64_t number) {
  exec(tx, past_sql::drop_leaderboard, number);
}

std::size_t postgres_past_boards::purge(postgres_work& tx, std::size_t limit) {
  if (keep_ == 0)
    exec(tx, past_sql::drop_all);
  const auto found = exec(tx, past_sql::first_dropped);
  if (found.empty())
    return 0;
  const auto number = found[0][0].as<std::int64_t>();
  const std::string name = found[0][1].c_str();
  const auto start = found[0][2].as<std::int64_t>();
  const auto gone =
      exec(tx, past_sql::forget_scores, number, name, start, sql_count(limit)).affected_rows();
  if (gone > 0)
    return static_cast<std::size_t>(gone);
  return static_cast<std::size_t>(
      exec(tx, past_sql::forget_period, number, name, start).affected_rows());
}

} // namespace standings
