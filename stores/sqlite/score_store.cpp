#include "stores/sqlite/score_store.hpp"

#include "core/leaderboard/fold.hpp"
#include "core/leaderboard/replay.hpp"
#include "stores/sql/tidy_pass.hpp"
#include "stores/sqlite/open_on.hpp"
#include "stores/sqlite/score_sql.hpp"
#include "stores/sqlite/triggers_sql.hpp"
#include "stores/sqlite/user_table.hpp"

#include <algorithm>
#include <chrono>

namespace standings {

namespace {

namespace sql = sqlite_sql;

constexpr auto request_memory = std::chrono::hours{24};

/// While a batch waits for another program's lock, the updates of all users wait.
constexpr int longest_wait_ms = 250;

class sqlite_score_store final : public score_store {
public:
  sqlite_score_store(std::unique_ptr<SQLite::Database> db, const sqlite_options& options)
      : session_(std::move(db), options) {
    session_.db().setBusyTimeout(longest_wait_ms);
  }

  result<std::vector<update_outcome>> apply(std::span<const score_update> batch) override {
    return session_.transact([&](moment& at) {
      std::vector<update_outcome> outcomes(batch.size());
      const auto seen = replay_requests(batch, outcomes);
      const auto plan = fold(batch, seen);
      for (const auto& write : plan.writes)
        apply_folded(write, batch, at, outcomes);
      for (const auto& repeat : plan.repeats)
        outcomes[repeat.position] = replay_in_batch(outcomes[repeat.first], repeat.same_body);
      return outcomes;
    });
  }

  result<void> put(std::span<const user_record> users) override {
    return session_.transact([&](moment& at) {
      for (const auto& user : users) {
        const auto& s = user.score;
        const auto updated_at = std::min(user.updated_at, at.now); // so that resets reach every row
        put_.with(user.user_id, s[0], s[1], s[2], s[3], to_micros(updated_at), ++at.version).exec();
      }
    });
  }

  result<std::optional<user_record>> find(const std::string& user_id) override {
    return guard_sqlite([&]() -> result<std::optional<user_record>> {
      auto found = session_.find(std::span{&user_id, 1});
      return found.empty() ? std::nullopt : std::optional{std::move(found.front())};
    });
  }

  result<std::vector<user_record>> find_many(std::span<const std::string> user_ids) override {
    return guard_sqlite(
        [&]() -> result<std::vector<user_record>> { return session_.find(user_ids); });
  }

  result<std::vector<deletion>> scan_deletions(const std::string& after,
                                               std::size_t limit) override {
    return guard_sqlite([&]() -> result<std::vector<deletion>> {
      const auto read = [](SQLite::Statement& row) {
        return deletion{row.getColumn(0).getString(), row.getColumn(1).getInt64()};
      };
      return scan_deletions_.all(read, after, sql_count(limit));
    });
  }

  result<std::vector<user_record>> scan(const std::string& after, std::size_t limit) override {
    return guard_sqlite(
        [&]() -> result<std::vector<user_record>> { return session_.scan(after, limit); });
  }

  result<board_page> top(period board, std::size_t offset, std::size_t limit) override {
    return guard_sqlite([&]() -> result<board_page> {
      SQLite::Transaction snapshot{session_.db()}; // the page and the total must be consistent
      const auto starts = session_.starts_now();
      const auto b = index_of(board);
      board_page page;
      for (auto& user : top_[b].all(sqlite_user_table::read_effective(starts), to_micros(starts[b]),
                                    sql_count(limit), sql_count(offset))) {
        const auto score = user.score[b];
        page.entries.push_back({offset + page.entries.size() + 1, score, std::move(user)});
      }
      page.total_users = session_.count();
      return page;
    });
  }

  result<std::uint64_t> count() override {
    return guard_sqlite([&]() -> result<std::uint64_t> { return session_.count(); });
  }

  result<std::optional<std::int64_t>> remove(const std::string& user_id,
                                             const std::string& run_id) override {
    return session_.transact([&](moment& at) {
      const auto next = at.version + 1;
      if (archive_.with(user_id, run_id, to_micros(at.now), next).exec() == 0)
        return std::optional<std::int64_t>{};
      remove_.with(user_id).exec();
      at.version = next;
      return std::optional{next};
    });
  }

  result<period_state> reset(period board) override {
    return session_.transact([&](moment& at) {
      write_period_.with(std::string{to_string(board)}, to_micros(at.now)).exec();
      auto state = state_at(at.now);
      session_.past().close_ended({}, state.starts, session_.window());
      return state;
    });
  }

  result<period_state> periods() override {
    period_starts recorded{};
    auto state = guard_sqlite([&]() -> result<period_state> {
      const auto t = session_.now();
      recorded = session_.recorded_starts(t);
      return state_at(t);
    });
    if (!state
        || (session_.settled_starts(recorded) == recorded
            && session_.past().is_open(no_number, state->starts)))
      return state;
    const auto done = session_.transact([&](moment& at) { // which closes what has ended
      if (at.settled == recorded)
        return;
      for (auto p : all_periods)
        write_period_.with(std::string{to_string(p)}, to_micros(at.settled[index_of(p)])).exec();
    });
    if (!done)
      return done.error();
    return state;
  }

  result<std::size_t> tidy(std::size_t limit) override {
    return tidying_.step([&](const std::string& after) { return tidy_after(after, limit); });
  }

  result<std::size_t> forget_requests(std::size_t limit) override {
    const auto old = guard_sqlite([&]() -> result<bool> {
      return has_old_requests_.first(read_flag, to_micros(session_.now() - request_memory))
          .has_value();
    });
    if (!old || !*old)
      return old ? result<std::size_t>{std::size_t{0}} : old.error();
    return session_.transact([&](moment& at) {
      return static_cast<std::size_t>(
          forget_requests_.with(to_micros(at.now - request_memory), sql_count(limit)).exec());
    });
  }

private:
  using moment = sqlite_user_table::moment;

  /// Tidies users after `after`; returns their ids.
  result<std::vector<std::string>> tidy_after(const std::string& after, std::size_t limit) {
    return session_.transact([&](moment& at) {
      const auto& s = at.settled;
      set_own_.with(1).exec(); // changes no effective score, and draws no version
      auto tidied = tidy_.all(read_text, to_micros(s[0]), to_micros(s[1]), to_micros(s[2]),
                              to_micros(s[3]), after, sql_count(limit));
      set_own_.with(0).exec();
      return tidied;
    });
  }

  period_state state_at(sys_time t) {
    return {t, session_.window().starts(t, session_.recorded_starts(t)),
            session_.window().next_boundary(t), session_.clock_fault()};
  }

  /// Answers the increments whose key the database knows; returns which ones.
  std::vector<bool> replay_requests(std::span<const score_update> batch,
                                    std::vector<update_outcome>& outcomes) {
    std::vector<bool> seen(batch.size());
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (batch[i].key.empty())
        continue;
      auto& row = find_request_.with(batch[i].user_id, batch[i].key);
      if (row.executeStep()) {
        seen[i] = true;
        outcomes[i] = replay_known(batch[i], read_user_record(row), row.getColumn(7).getInt64());
      }
      find_request_.done();
    }
    return seen;
  }

  /// Writes all increments of one user at once, or one by one if their sum would pass the limit, so
  /// that those that still fit are counted.
  void apply_folded(const folded_update& write, std::span<const score_update> batch, moment& at,
                    std::vector<update_outcome>& outcomes) {
    if (const auto last = increment(write.user_id, write.total, at)) {
      const auto states = unfold(write, batch, *last);
      for (std::size_t i = 0; i < states.size(); ++i)
        succeed(batch[write.members[i]], states[i], at, outcomes[write.members[i]]);
      return;
    }
    if (const auto row = session_.find_row(write.user_id); row && !row->unreadable.empty())
      return refuse(write, row->refusal(), outcomes);
    for (const auto member : write.members) {
      if (const auto state = increment(write.user_id, batch[member].count, at)) {
        succeed(batch[member], *state, at, outcomes[member]);
      } else {
        outcomes[member].code = errc::score_overflow;
        outcomes[member].detail = "the score would reach 2^53";
      }
    }
  }

  static void refuse(const folded_update& write, const failure& why,
                     std::vector<update_outcome>& outcomes) {
    for (const auto member : write.members) {
      outcomes[member].code = why.code;
      outcomes[member].detail = why.detail;
    }
  }

  std::optional<user_record> increment(const std::string& user_id, std::int64_t count, moment& at) {
    if (count >= score_limit)
      return std::nullopt;
    const auto& s = at.starts;
    auto& row = increment_.with(user_id, count, to_micros(at.now), at.version + 1, to_micros(s[0]),
                                to_micros(s[1]), to_micros(s[2]), to_micros(s[3]));
    if (!row.executeStep()) {
      increment_.done();
      return std::nullopt;
    }
    user_record out{user_id, {}, at.now, ++at.version};
    for (int i = 0; i < static_cast<int>(period_count); ++i)
      out.score[static_cast<std::size_t>(i)] = row.getColumn(i).getInt64();
    row.executeStep(); // finishes the statement; the first step made its changes
    increment_.done();
    return out;
  }

  void succeed(const score_update& update, const user_record& state, const moment& at,
               update_outcome& outcome) {
    outcome.user = state;
    if (update.key.empty())
      return;
    const auto& s = state.score;
    add_request_
        .with(update.key, update.user_id, update.count, s[0], s[1], s[2], s[3],
              to_micros(state.updated_at), state.version, to_micros(at.now))
        .exec();
  }

  [[nodiscard]] std::string top_sql(period board) const {
    std::string text{sql::top};
    const std::string mark = "{score}";
    text.replace(text.find(mark), mark.size(), std::string{to_string(board)} + "_pomo");
    return text;
  }

  prepared prepare(std::string_view text) { return session_.prepare(text); }

  sqlite_user_table session_;
  tidy_pass tidying_;

  prepared write_period_ = prepare(sql::write_period);
  prepared increment_ = prepare(sql::increment);
  prepared put_ = prepare(sql::put);
  prepared find_request_ = prepare(sql::find_request);
  prepared add_request_ = prepare(sql::add_request);
  prepared has_old_requests_ = prepare(sql::has_old_requests);
  prepared forget_requests_ = prepare(sql::forget_requests);
  prepared scan_deletions_ = prepare(sql::scan_deletions);
  prepared archive_ = prepare(sql::archive);
  prepared remove_ = prepare(sql::remove);
  prepared tidy_ = prepare(sql::tidy);
  prepared set_own_ = prepare(sql::set_own);
  std::array<prepared, period_count> top_{
      prepare(top_sql(period::daily)), prepare(top_sql(period::weekly)),
      prepare(top_sql(period::monthly)), prepare(top_sql(period::yearly))};
};

} // namespace

result<std::unique_ptr<score_store>> open_sqlite_store(const sqlite_options& options) {
  return open_on<score_store, sqlite_score_store>(options);
}

} // namespace standings
