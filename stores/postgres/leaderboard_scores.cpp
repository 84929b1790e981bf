#include "stores/postgres/leaderboard_scores.hpp"

#include "stores/postgres/leaderboard_sql.hpp"
#include "stores/postgres/score_sql.hpp"
#include "stores/postgres/user_arrays.hpp"
#include "stores/sql/tidy_pass.hpp"

namespace standings {

namespace {

namespace leaderboard_sql = postgres_leaderboard_sql;

std::string top_name(period board, score_order order) {
  return "named_" + std::string{to_string(order)} + "_" + std::string{to_string(board)};
}

class postgres_leaderboard_scores final : public score_store {
  using moment = postgres_leaderboard_tables::moment;

  /// Closes the periods that have ended before `body` writes. This and the next before their uses,
  /// because their types are deduced.
  template <class Body>
  auto transact_from(const std::string& begin, const Body& body) {
    std::vector<postgres_past_boards::due> seen;
    const auto is_open = [&](postgres_work& tx, const moment&) {
      if (!tables_.users().past().keeps() || !of_.unreadable.empty())
        return true;
      const auto starts = starts_now(tx);
      seen = {tables_.due_of(&of_, starts)};
      return tables_.users().past().is_open(of_.number, starts)
             || tables_.users().past().look(tx, seen);
    };
    const auto close = [&] {
      return tables_.close_ended(seen, std::span{&of_.id, 1});
    };
    return tables_.users().transact_when_open(begin, is_open, close, body);
  }

  template <class Body>
  auto transact(const Body& body) {
    return transact_from(postgres_sql::begin_write, body);
  }

public:
  postgres_leaderboard_scores(const leaderboard& which, postgres_leaderboard_tables& tables,
                              leaderboard_apply_fn apply)
      : of_(which), tables_(tables), apply_(std::move(apply)) {}

  result<std::vector<update_outcome>> apply(std::span<const score_update> batch) override {
    return apply_(updates_of(of_.id, batch));
  }

  result<void> put(std::span<const user_record> users) override {
    user_arrays a;
    for (const auto& user : users)
      a.add(user);
    return transact([&](postgres_work& tx, const moment&) {
      tx.exec_prepared("named_put", of_.number, a.ids(), a.scores(period::daily),
                       a.scores(period::weekly), a.scores(period::monthly),
                       a.scores(period::yearly), a.times());
    });
  }

  result<std::optional<user_record>> find(const std::string& user_id) override {
    auto found = find_many(std::span{&user_id, 1});
    if (!found)
      return found.error();
    if (found->empty())
      return std::optional<user_record>{};
    return std::optional{std::move(found->front())};
  }

  result<std::vector<user_record>> find_many(std::span<const std::string> user_ids) override {
    return tables_.users().read([&](postgres_work& tx) {
      const auto starts = starts_now(tx);
      return postgres_user_table::records(
          tx.exec_prepared("named_find", of_.number,
                           text_array({user_ids.begin(), user_ids.end()})),
          starts);
    });
  }

  result<std::vector<user_record>> scan(const std::string& after, std::size_t limit) override {
    return tables_.users().read([&](postgres_work& tx) {
      const auto starts = starts_now(tx);
      return postgres_user_table::records(
          tx.exec_prepared("named_scan", of_.number, after, sql_count(limit)), starts);
    });
  }

  result<std::vector<deletion>> scan_deletions(const std::string& after,
                                               std::size_t limit) override {
    return tables_.users().read([&](postgres_work& tx) {
      std::vector<deletion> out;
      for (const auto& row :
           tx.exec_prepared("named_deletions", of_.number, after, sql_count(limit)))
        out.push_back({row[0].c_str(), row[1].as<std::int64_t>()});
      return out;
    });
  }

  result<board_page> top(period board, std::size_t offset, std::size_t limit) override {
    return tables_.users().read([&](postgres_work& tx) {
      const auto starts = starts_now(tx);
      const auto b = index_of(board);
      const auto start = to_micros(starts[b]);
      const auto order = of_.settings.rules.order;
      board_page page;
      for (auto& user :
           postgres_user_table::records(tx.exec_prepared(top_name(board, order), of_.number, start,
                                                         sql_count(limit), sql_count(offset)),
                                        starts)) {
        const auto score = user.score[b];
        page.entries.push_back({offset + page.entries.size() + 1, score, std::move(user)});
      }
      page.total_users = order == score_order::asc
                             ? count_in(tx.exec_prepared("named_count_since", of_.number, start))
                             : count_in(tx.exec_prepared("named_count", of_.number));
      return page;
    });
  }

  result<std::uint64_t> count() override {
    return tables_.users().read(
        [&](postgres_work& tx) { return count_in(tx.exec_prepared("named_count", of_.number)); });
  }

  result<std::optional<std::int64_t>> remove(const std::string& user_id,
                                             const std::string& run_id) override {
    return transact([&](postgres_work& tx, const moment&) {
      const auto rows = tx.exec_prepared("named_remove", of_.number, user_id, run_id);
      return rows.empty() ? std::nullopt : std::optional{rows[0][0].as<std::int64_t>()};
    });
  }

  result<period_state> reset(period board) override {
    if (!of_.unreadable.empty())
      return unreadable_settings(of_);
    const auto done =
        transact_from(postgres_sql::begin_reset, [&](postgres_work& tx, const moment& at) {
          tx.exec_prepared("named_settle_future", of_.number, to_micros(at.latest));
          tx.exec_prepared("named_reset", of_.number, std::string{to_string(board)},
                           to_micros(at.latest));
          if (!tables_.users().past().keeps())
            return;
          const std::array now{tables_.due_of(&of_, starts_now(tx))};
          tables_.users().past().close(tx, now);
        });
    if (!done)
      return done.error();
    return periods();
  }

  result<period_state> periods() override {
    const auto at = tables_.users().read([&](postgres_work& tx) { return moment_now(tx); });
    if (!at)
      return at.error();
    const auto starts = tables_.starts(of_, at->recorded, at->now);
    if (of_.unreadable.empty())
      if (const auto kept = settle(*at, starts); !kept && kept.error().code != errc::overloaded)
        return kept.error(); // what a lock has prevented, the next call or write does
    return period_state{at->now, starts, tables_.window(of_).next_boundary(at->now),
                        tables_.users().clock().fault()};
  }

  result<std::size_t> tidy(std::size_t limit) override {
    if (!of_.unreadable.empty())
      return std::size_t{0};
    return tidying_.step([&](const std::string& after) {
      return transact([&](postgres_work& tx, const moment& at) {
        const auto s = tables_.settled_starts(of_, moment_now(tx));
        return first_texts(tx.exec_prepared("named_tidy", of_.number, to_micros(s[0]),
                                            to_micros(s[1]), to_micros(s[2]), to_micros(s[3]),
                                            after, sql_count(limit), to_micros(at.latest)));
      });
    });
  }

  result<std::size_t> forget_requests(std::size_t limit) override {
    return forget_leaderboard_requests(tables_, limit);
  }

private:
  static std::uint64_t count_in(const pqxx::result& rows) { return rows[0][0].as<std::uint64_t>(); }

  moment moment_now(postgres_work& tx) { return tables_.moment_of(tx, of_); }

  period_starts starts_now(postgres_work& tx) {
    const auto at = moment_now(tx);
    return tables_.starts(of_, at.recorded, at.now);
  }

  /// Closes what has ended, and records the starts that are certain.
  result<void> settle(const moment& at, const period_starts& starts) {
    if (const auto closed =
            tables_.close_ended({tables_.due_of(&of_, starts)}, std::span{&of_.id, 1});
        !closed)
      return closed;
    const auto settled = tables_.settled_starts(of_, at);
    return settled != at.recorded || at.has_future ? record(settled) : result<void>{};
  }

  /// What is lost in a crash of the server is found out from the calendar again.
  result<void> record(const period_starts& starts) {
    return transact([&](postgres_work& tx, const moment& at) {
      tx.exec(leaderboard_sql::need_not_last);
      postgres_leaderboard_tables::record_starts(tx, of_, starts, at);
    });
  }

  const leaderboard of_;
  postgres_leaderboard_tables& tables_;
  const leaderboard_apply_fn apply_;
  tidy_pass tidying_;
};

} // namespace

void prepare_postgres_scores(postgres_leaderboard_tables& tables) {
  tables.prepare("named_put", leaderboard_sql::put);
  tables.prepare("named_find", leaderboard_sql::find_users);
  tables.prepare("named_scan", leaderboard_sql::scan);
  tables.prepare("named_deletions", leaderboard_sql::scan_deletions);
  tables.prepare("named_count", leaderboard_sql::count);
  tables.prepare("named_count_since", leaderboard_sql::count_since);
  tables.prepare("named_remove", leaderboard_sql::remove);
  tables.prepare("named_periods", leaderboard_sql::read_periods);
  tables.prepare("named_record", leaderboard_sql::record_periods);
  tables.prepare("named_reset", leaderboard_sql::reset);
  tables.prepare("named_settle_future", leaderboard_sql::settle_future);
  tables.prepare("named_tidy", leaderboard_sql::tidy);
  tables.prepare("named_forget_requests", leaderboard_sql::forget_requests);
  for (auto board : all_periods) {
    const auto column = std::string{to_string(board)} + "_pomo";
    tables.prepare(top_name(board, score_order::desc),
                   replaced(leaderboard_sql::top, "{score}", column));
    tables.prepare(top_name(board, score_order::asc),
                   replaced(leaderboard_sql::lowest, "{score}", column));
  }
}

result<std::size_t> forget_leaderboard_requests(postgres_leaderboard_tables& tables,
                                                std::size_t limit) {
  return tables.users().read([&](postgres_work& tx) -> std::size_t {
    const auto at = tables.users().moment_of(tx.exec_prepared("read_periods")[0]);
    return tx.exec_prepared("named_forget_requests", sql_count(limit), to_micros(at.now))
        .affected_rows();
  });
}

std::unique_ptr<score_store> postgres_scores_of(const leaderboard& which,
                                                postgres_leaderboard_tables& tables,
                                                leaderboard_apply_fn apply) {
  return std::make_unique<postgres_leaderboard_scores>(which, tables, std::move(apply));
}

} // namespace standings
