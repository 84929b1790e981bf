#include "stores/sqlite/leaderboard_scores.hpp"

#include "stores/sql/tidy_pass.hpp"
#include "stores/sqlite/leaderboard_sql.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace standings {

namespace {

namespace leaderboard_sql = sqlite_leaderboard_sql;

class sqlite_leaderboard_scores final : public score_store {
public:
  sqlite_leaderboard_scores(const leaderboard& which, sqlite_leaderboard_tables& tables,
                            leaderboard_apply_fn apply)
      : of_(which), tables_(tables), apply_(std::move(apply)) {}

  result<std::vector<update_outcome>> apply(std::span<const score_update> batch) override {
    return apply_(updates_of(of_.id, batch));
  }

  result<void> put(std::span<const user_record> users) override {
    return tables_.users().transact([&](moment& at) {
      tables_.starts_to_write(of_, at.now);
      for (auto user : users) {
        user.updated_at = std::min(user.updated_at, at.now); // so that resets reach every row
        user.version = ++at.version;
        tables_.write_row(of_.number, user);
      }
    });
  }

  result<std::optional<user_record>> find(const std::string& user_id) override {
    return guard_sqlite([&]() -> result<std::optional<user_record>> {
      return effective(tables_.find_row(of_.number, user_id), starts_now());
    });
  }

  result<std::vector<user_record>> find_many(std::span<const std::string> user_ids) override {
    return guard_sqlite([&]() -> result<std::vector<user_record>> {
      const auto starts = starts_now();
      std::vector<user_record> out;
      for (const auto& id : user_ids)
        if (auto user = effective(tables_.find_row(of_.number, id), starts))
          out.push_back(*std::move(user));
      return out;
    });
  }

  result<std::vector<user_record>> scan(const std::string& after, std::size_t limit) override {
    return guard_sqlite([&]() -> result<std::vector<user_record>> {
      return scan_.all(sqlite_user_table::read_effective(starts_now()), of_.number, after,
                       sql_count(limit));
    });
  }

  result<std::vector<deletion>> scan_deletions(const std::string& after,
                                               std::size_t limit) override {
    return guard_sqlite([&]() -> result<std::vector<deletion>> {
      const auto read = [](SQLite::Statement& row) {
        return deletion{row.getColumn(0).getString(), row.getColumn(1).getInt64()};
      };
      return scan_deletions_.all(read, of_.number, after, sql_count(limit));
    });
  }

  result<board_page> top(period board, std::size_t offset, std::size_t limit) override {
    return guard_sqlite([&]() -> result<board_page> {
      SQLite::Transaction snapshot{tables_.db()}; // the page and the total must be consistent
      const auto starts = starts_now();
      const auto b = index_of(board);
      board_page page;
      for (auto& user : top_[b].all(sqlite_user_table::read_effective(starts), of_.number,
                                    to_micros(starts[b]), sql_count(limit), sql_count(offset))) {
        const auto score = user.score[b];
        page.entries.push_back({offset + page.entries.size() + 1, score, std::move(user)});
      }
      page.total_users = count_since(has_lowest_first() ? starts[b] : sys_time::min());
      return page;
    });
  }

  result<std::uint64_t> count() override {
    return guard_sqlite([&]() -> result<std::uint64_t> { return count_since(sys_time::min()); });
  }

  result<std::optional<std::int64_t>> remove(const std::string& user_id,
                                             const std::string& run_id) override {
    return tables_.users().transact([&](moment& at) {
      tables_.starts_to_write(of_, at.now);
      const auto next = at.version + 1;
      if (archive_.with(of_.number, user_id, run_id, to_micros(at.now), next).exec() == 0)
        return std::optional<std::int64_t>{};
      remove_.with(of_.number, user_id).exec();
      at.version = next;
      return std::optional{next};
    });
  }

  result<period_state> reset(period board) override {
    if (!of_.unreadable.empty())
      return unreadable_settings(of_);
    return tables_.users().transact([&](moment& at) {
      tables_.starts_to_write(of_, at.now);
      tables_.record_start(of_.number, board, at.now);
      tables_.starts_to_write(of_, at.now);
      return state_at(at.now);
    });
  }

  result<period_state> periods() override {
    bool unsettled = false;
    auto state = guard_sqlite([&]() -> result<period_state> {
      const auto now = tables_.users().now();
      auto at_now = state_at(now);
      unsettled = of_.unreadable.empty()
                  && (tables_.settled_starts(of_, now) != tables_.recorded_starts(of_.number, now)
                      || !tables_.users().past().is_open(of_.number, at_now.starts));
      return at_now;
    });
    if (!state || !unsettled)
      return state;
    const auto done = tables_.users().transact([&](moment& at) {
      tables_.starts_to_write(of_, at.now);
      const auto settled = tables_.settled_starts(of_, at.now);
      if (settled == tables_.recorded_starts(of_.number, at.now))
        return;
      for (auto p : all_periods)
        tables_.record_start(of_.number, p, settled[index_of(p)]);
    });
    if (!done && done.error().code != errc::overloaded)
      return done.error();
    return state; // what a lock has prevented, the next call or write does
  }

  result<std::size_t> tidy(std::size_t limit) override {
    if (!of_.unreadable.empty())
      return std::size_t{0};
    return tidying_.step([&](const std::string& after) {
      return tables_.users().transact([&](moment& at) {
        tables_.starts_to_write(of_, at.now);
        const auto s = tables_.settled_starts(of_, at.now);
        tables_.set_own(true); // changes no effective score, and draws no version
        auto tidied = tidy_.all(read_text, of_.number, to_micros(s[0]), to_micros(s[1]),
                                to_micros(s[2]), to_micros(s[3]), after, sql_count(limit));
        tables_.set_own(false);
        return tidied;
      });
    });
  }

  result<std::size_t> forget_requests(std::size_t limit) override {
    return tables_.forget_requests(limit);
  }

private:
  using moment = sqlite_leaderboard_tables::moment;

  [[nodiscard]] bool has_lowest_first() const {
    return of_.settings.rules.order == score_order::asc;
  }

  period_starts starts_now() { return tables_.starts(of_, tables_.users().now()); }

  static std::optional<user_record> effective(std::optional<sqlite_stored_row> row,
                                              const period_starts& starts) {
    if (!row)
      return std::nullopt;
    auto& user = row->user;
    user.score = effective_scores(user.score, user.updated_at, starts);
    return std::move(user);
  }

  std::uint64_t count_since(sys_time earliest) {
    return count_.only(read_count, of_.number,
                       earliest == sys_time::min() ? std::numeric_limits<std::int64_t>::min()
                                                   : to_micros(earliest));
  }

  period_state state_at(sys_time now) {
    return {now, tables_.starts(of_, now), tables_.window(of_).next_boundary(now),
            tables_.users().clock_fault()};
  }

  prepared prepare_top(period board) {
    return tables_.prepare(
        replaced(has_lowest_first() ? leaderboard_sql::lowest : leaderboard_sql::top, "{score}",
                 std::string{to_string(board)} + "_pomo"));
  }

  const leaderboard of_;
  sqlite_leaderboard_tables& tables_;
  const leaderboard_apply_fn apply_;
  tidy_pass tidying_;
  prepared scan_ = tables_.prepare(leaderboard_sql::scan);
  prepared scan_deletions_ = tables_.prepare(leaderboard_sql::scan_deletions);
  prepared count_ = tables_.prepare(leaderboard_sql::count);
  prepared archive_ = tables_.prepare(leaderboard_sql::archive_user);
  prepared remove_ = tables_.prepare(leaderboard_sql::remove_user);
  prepared tidy_ = tables_.prepare(leaderboard_sql::tidy);
  std::array<prepared, period_count> top_{prepare_top(period::daily), prepare_top(period::weekly),
                                          prepare_top(period::monthly),
                                          prepare_top(period::yearly)};
};

} // namespace

std::unique_ptr<score_store> sqlite_scores_of(const leaderboard& which,
                                              sqlite_leaderboard_tables& tables,
                                              leaderboard_apply_fn apply) {
  return std::make_unique<sqlite_leaderboard_scores>(which, tables, std::move(apply));
}

} // namespace standings
