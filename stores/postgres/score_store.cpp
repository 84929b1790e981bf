#include "stores/postgres/score_store.hpp"

#include "core/leaderboard/fold.hpp"
#include "core/leaderboard/replay.hpp"
#include "stores/postgres/increment_values.hpp"
#include "stores/postgres/known_moment.hpp"
#include "stores/postgres/open_on.hpp"
#include "stores/postgres/user_arrays.hpp"
#include "stores/postgres/user_table.hpp"
#include "stores/sql/around_locks.hpp"
#include "stores/sql/sql_text.hpp"
#include "stores/sql/tidy_pass.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <unordered_map>
#include <unordered_set>

namespace standings {

namespace {

namespace sql = postgres_sql;

/// How long to apply a batch in parts while other transactions hold rows of its users.
constexpr std::chrono::milliseconds time_around_locks{500};

class postgres_score_store final : public score_store {
public:
  postgres_score_store(std::unique_ptr<pqxx::connection> db, const postgres_options& options)
      : session_(std::move(db), options), look_for_locks_(session_.named(sql::look_for_locks)) {
    const auto prepare = [this](const std::string& name, std::string_view text) {
      session_.prepare(name, text);
    };
    session_.prepare_reads();
    prepare("increment", increment_text({}));
    prepare("increment_keyed", increment_text(sql::remembered));
    prepare("locked_rows", sql::locked_rows);
    prepare("find_requests", sql::find_requests);
    prepare("forget_requests", sql::forget_requests);
    prepare("put", sql::put);
    prepare("scan_deletions", sql::scan_deletions);
    prepare("remove", sql::remove);
    prepare("reset", sql::reset);
    prepare("settle_future", sql::settle_future);
    prepare("record_periods", sql::record_periods);
    prepare("tidy", sql::tidy);
    for (auto p : all_periods)
      prepare(top_name(p), replaced(sql::top, "{score}", std::string{to_string(p)} + "_pomo"));
  }

  /// Applies all in one transaction. If that meets a row that another transaction holds, applies
  /// the batch in parts around it.
  result<std::vector<update_outcome>> apply(std::span<const score_update> batch) override {
    if (!locked_.has_any_of(batch)) {
      bool began = false;
      auto done = apply_all(batch, began);
      if (done || done.error().code != errc::overloaded || !began)
        return done;
    }
    around_locks around{batch, locked_, [this](std::span<const score_update> part, bool& began) {
                          return apply_part(part, true, began);
                        }};
    return around.run(around_locks::clock::now() + time_around_locks);
  }

  result<void> put(std::span<const user_record> users) override {
    user_arrays a;
    for (const auto& user : users)
      a.add(user);
    return session_.transact(sql::begin_write, [&](postgres_work& tx, const moment&) {
      tx.exec_prepared("put", a.ids(), a.scores(period::daily), a.scores(period::weekly),
                       a.scores(period::monthly), a.scores(period::yearly), a.times());
    });
  }

  result<std::optional<user_record>> find(const std::string& user_id) override {
    const std::array one{user_id};
    auto found = find_many(one);
    if (!found)
      return found.error();
    if (found->empty())
      return std::optional<user_record>{};
    return std::optional{std::move(found->front())};
  }

  result<std::vector<user_record>> find_many(std::span<const std::string> user_ids) override {
    return session_.find(user_ids);
  }

  result<std::vector<user_record>> scan(const std::string& after, std::size_t limit) override {
    return session_.scan(after, limit);
  }

  result<std::vector<deletion>> scan_deletions(const std::string& after,
                                               std::size_t limit) override {
    return session_.read([&](postgres_work& tx) {
      std::vector<deletion> out;
      for (const auto& row : tx.exec_prepared("scan_deletions", after, sql_count(limit)))
        out.push_back({row[0].c_str(), row[1].as<std::int64_t>()});
      return out;
    });
  }

  result<board_page> top(period board, std::size_t offset, std::size_t limit) override {
    return session_.read([&](postgres_work& tx) {
      const auto starts = session_.starts_now(tx);
      const auto b = index_of(board);
      board_page page;
      for (auto& user :
           postgres_user_table::records(tx.exec_prepared(top_name(board), to_micros(starts[b]),
                                                         sql_count(limit), sql_count(offset)),
                                        starts)) {
        const auto score = user.score[b];
        page.entries.push_back({offset + page.entries.size() + 1, score, std::move(user)});
      }
      page.total_users = postgres_user_table::count(tx);
      return page;
    });
  }

  result<std::uint64_t> count() override { return session_.count(); }

  result<std::optional<std::int64_t>> remove(const std::string& user_id,
                                             const std::string& run_id) override {
    return session_.transact(sql::begin_write, [&](postgres_work& tx, const moment&) {
      const auto rows = tx.exec_prepared("remove", user_id, run_id);
      return rows.empty() ? std::nullopt : std::optional{rows[0][0].as<std::int64_t>()};
    });
  }

  result<period_state> reset(period board) override {
    const auto done = session_.transact(sql::begin_reset, [&](postgres_work& tx, const moment& at) {
      tx.exec_prepared("settle_future", to_micros(at.latest));
      tx.exec_prepared("reset", std::string{to_string(board)}, to_micros(at.latest));
      if (session_.past().keeps())
        session_.past().close(
            tx, session_.default_at(session_.moment_of(tx.exec_prepared("read_periods")[0])));
    });
    if (!done)
      return done.error();
    return periods();
  }

  result<period_state> periods() override {
    const auto at = session_.read(
        [&](postgres_work& tx) { return session_.moment_of(tx.exec_prepared("read_periods")[0]); });
    if (!at)
      return at.error();
    if (const auto closed = session_.close_ended(*at); !closed)
      return closed.error();
    if (at->settled != at->recorded || at->has_future)
      if (const auto done = record(at->settled); !done)
        return done.error();
    return period_state{at->now, at->starts, session_.window().next_boundary(at->now),
                        session_.clock().fault()};
  }

  result<std::size_t> tidy(std::size_t limit) override {
    return tidying_.step([&](const std::string& after) { return tidy_after(after, limit); });
  }

  result<std::size_t> forget_requests(std::size_t limit) override {
    return session_.read([&](postgres_work& tx) -> std::size_t {
      const auto at = session_.moment_of(tx.exec_prepared("read_periods")[0]);
      return tx.exec_prepared("forget_requests", sql_count(limit), to_micros(at.now))
          .affected_rows();
    });
  }

private:
  using moment = postgres_user_table::moment;

  /// Applies `batch` in one transaction; sets `began` once it may have started to write.
  result<std::vector<update_outcome>> apply_all(std::span<const score_update> batch, bool& began) {
    if (const auto at = known_.get(); prepared_at_once_ && at && has_no_keys(batch)) {
      auto plan = fold(batch, std::vector<bool>(batch.size()));
      if (fits(plan)) {
        began = true;
        auto done = apply_at_once(batch, plan, *at);
        if (!done)
          return done.error();
        if (*done)
          return std::move(**done);
      }
    }
    auto done = apply_part(batch, false, began);
    if (done && !session_.pooled() && !std::exchange(prepared_at_once_, true))
      prepared_at_once_ = prepare_at_once();
    return done;
  }

  /// Writes in the round trip that begins the transaction, with the time and the periods of an
  /// earlier one. If they have changed, the statement has written nothing and returned the new
  /// ones. Returns nothing, and has done nothing, if a period has ended that is not closed.
  result<std::optional<std::vector<update_outcome>>>
  apply_at_once(std::span<const score_update> batch, const fold_plan& plan, const moment& known) {
    const auto not_after = session_.last_time_of_periods(known);
    auto values = increment_values(plan.writes, session_.window(), known, not_after);
    add_known_values(values, known, not_after);
    const auto begin = [&](pqxx::connection& db) {
      return sql::begin_and_increment + quoted_list(db, values);
    };
    using answers = std::optional<std::vector<update_outcome>>;
    return session_.transact_from(begin, [&](postgres_work& tx, const pqxx::result& rows) {
      std::vector<update_outcome> outcomes(batch.size());
      const auto found = read_user_record(rows[0]); // of the row without a user
      const auto at = session_.moment_of(found.updated_at, found.score);
      const bool wrote = found.version != 0;
      if (!wrote && !session_.past().is_open(no_number, at.starts)) {
        known_.forget();
        return answers{};
      }
      known_.note(at);
      if (wrote)
        write_singly(tx, take(rows, plan.writes, batch, outcomes), batch, at, outcomes);
      else
        write(tx, plan.writes, batch, at, outcomes);
      return answers{std::move(outcomes)};
    });
  }

  /// Not at the start: it would wait for a lock on the table, and with it everybody who waits for
  /// this connection. Returns whether it succeeded.
  bool prepare_at_once() {
    try {
      session_.prepare_in_sql("standings_increment", known_increment_text());
      return true;
    } catch (const pqxx::failure&) {
      return false; // the next batch tries again
    }
  }

  /// Applies `batch` in one transaction; sets `began` once it starts to write. With `look_first`,
  /// it first looks for rows that other transactions hold, and leaves those users out.
  result<std::vector<update_outcome>> apply_part(std::span<const score_update> batch,
                                                 bool look_first, bool& began) {
    const auto once = [&](postgres_work& tx, const moment& at) {
      std::vector<update_outcome> outcomes(batch.size());
      if (look_first)
        tx.exec(look_for_locks_);
      began = true;
      known_.note(at);
      auto answered = replay_requests(tx, batch, outcomes);
      if (look_first)
        leave_out_locked(tx, batch, answered, outcomes);
      const auto plan = fold(batch, answered);
      write(tx, plan.writes, batch, at, outcomes);
      for (const auto& repeat : plan.repeats)
        outcomes[repeat.position] = replay_in_batch(outcomes[repeat.first], repeat.same_body);
      return outcomes;
    };
    return session_.transact(sql::begin_write, once, 1);
  }

  /// Answers the increments of users whose rows other transactions hold.
  static void leave_out_locked(postgres_work& tx, std::span<const score_update> batch,
                               std::vector<bool>& answered, std::vector<update_outcome>& outcomes) {
    std::vector<std::string> users;
    for (std::size_t i = 0; i < batch.size(); ++i)
      if (!answered[i])
        users.push_back(batch[i].user_id);
    std::unordered_set<std::string> locked;
    for (const auto& row : tx.exec_prepared("locked_rows", text_array(users)))
      locked.emplace(row[0].c_str());
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (answered[i] || !locked.contains(batch[i].user_id))
        continue;
      answered[i] = true;
      outcomes[i] = locked_outcome();
    }
  }

  static std::string top_name(period p) { return "top_" + std::string{to_string(p)}; }

  result<void> record(const period_starts& starts) {
    std::vector<std::string> names;
    std::vector<std::int64_t> times;
    for (auto p : all_periods) {
      names.emplace_back(to_string(p));
      times.push_back(to_micros(starts[index_of(p)]));
    }
    return session_.transact(sql::begin_write, [&](postgres_work& tx, const moment& at) {
      tx.exec_prepared("record_periods", text_array(names), bigint_array(times),
                       to_micros(at.latest));
    });
  }

  result<std::vector<std::string>> tidy_after(const std::string& after, std::size_t limit) {
    return session_.transact(sql::begin_write, [&](postgres_work& tx, const moment& at) {
      const auto& s = at.settled;
      return first_texts(tx.exec_prepared("tidy", to_micros(s[0]), to_micros(s[1]), to_micros(s[2]),
                                          to_micros(s[3]), after, sql_count(limit),
                                          to_micros(at.latest)));
    });
  }

  /// Answers the increments whose key the database knows; returns which ones.
  static std::vector<bool> replay_requests(postgres_work& tx, std::span<const score_update> batch,
                                           std::vector<update_outcome>& outcomes) {
    std::vector<bool> seen(batch.size());
    std::vector<std::string> users;
    std::vector<std::string> keys;
    for (const auto& update : batch) {
      if (update.key.empty())
        continue;
      users.push_back(update.user_id);
      keys.push_back(update.key);
    }
    if (keys.empty())
      return seen;
    std::map<std::pair<std::string, std::string>, pqxx::row> known;
    for (const auto& row : tx.exec_prepared("find_requests", text_array(users), text_array(keys)))
      known.emplace(std::pair{row[0].c_str(), row[7].c_str()}, row);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const auto at = known.find({batch[i].user_id, batch[i].key});
      if (at == known.end())
        continue;
      seen[i] = true;
      outcomes[i] =
          replay_known(batch[i], read_user_record(at->second), at->second[8].as<std::int64_t>());
    }
    return seen;
  }

  /// Uses one statement for all writes that can fit below the limit.
  void write(postgres_work& tx, const std::vector<folded_update>& writes,
             std::span<const score_update> batch, const moment& at,
             std::vector<update_outcome>& outcomes) {
    std::vector<folded_update> fitting;
    std::vector<folded_update> refused;
    for (const auto& w : writes)
      (w.total < score_limit ? fitting : refused).push_back(w);
    for (auto& w : increment(tx, fitting, batch, at, outcomes))
      refused.push_back(std::move(w));
    write_singly(tx, refused, batch, at, outcomes);
  }

  /// Writes one increment at a time, so that those that still fit below the limit are counted.
  void write_singly(postgres_work& tx, const std::vector<folded_update>& refused,
                    std::span<const score_update> batch, const moment& at,
                    std::vector<update_outcome>& outcomes) {
    for (const auto& w : refused)
      for (const auto member : w.members) {
        const folded_update single{w.user_id, batch[member].count, {member}};
        if (single.total < score_limit && increment(tx, {single}, batch, at, outcomes).empty())
          continue;
        outcomes[member].code = errc::score_overflow;
        outcomes[member].detail = "the score would reach 2^53";
      }
  }

  /// Writes, fills in the outcomes, and returns the writes that were refused.
  std::vector<folded_update> increment(postgres_work& tx, const std::vector<folded_update>& writes,
                                       std::span<const score_update> batch, const moment& at,
                                       std::vector<update_outcome>& outcomes) {
    if (writes.empty())
      return {};
    const auto v =
        increment_values(writes, session_.window(), at, session_.last_time_of_periods(at));
    const auto k = key_values(writes, batch);
    const auto rows =
        k ? tx.exec_prepared("increment_keyed", v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7],
                             v[8], v[9], v[10], v[11], (*k)[0], (*k)[1], (*k)[2], (*k)[3])
          : tx.exec_prepared("increment", v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8],
                             v[9], v[10], v[11]);
    return take(rows, writes, batch, outcomes);
  }

  /// Fills in the outcomes from the rows that were written, and returns the writes without one.
  static std::vector<folded_update> take(const pqxx::result& rows,
                                         const std::vector<folded_update>& writes,
                                         std::span<const score_update> batch,
                                         std::vector<update_outcome>& outcomes) {
    std::unordered_map<std::string, user_record> written;
    for (const auto& row : rows) {
      auto user = read_user_record(row);
      auto id = user.user_id;
      written.emplace(std::move(id), std::move(user));
    }
    std::vector<folded_update> refused;
    for (const auto& w : writes) {
      const auto found = written.find(w.user_id);
      if (found == written.end()) {
        refused.push_back(w);
        continue;
      }
      auto states = unfold(w, batch, found->second);
      for (std::size_t i = 0; i < states.size(); ++i)
        outcomes[w.members[i]].user = std::move(states[i]);
    }
    return refused;
  }

  postgres_user_table session_;
  const std::string look_for_locks_;
  locked_users locked_;
  known_moment known_;
  bool prepared_at_once_ = false; ///< what `apply_at_once` needs
  tidy_pass tidying_;
};

} // namespace

result<std::unique_ptr<score_store>> open_postgres_store(const postgres_options& options) {
  return open_on<score_store, postgres_score_store>(options);
}

} // namespace standings
