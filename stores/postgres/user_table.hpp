#pragma once

#include "core/leaderboard/period_window.hpp"
#include "core/leaderboard/score.hpp"
#include "stores/postgres/database.hpp"
#include "stores/postgres/options.hpp"
#include "stores/postgres/past_boards.hpp"
#include "stores/postgres/score_sql.hpp"
#include "stores/sql/believed_clock.hpp"
#include "stores/sql/row_time.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace standings {

/// Reads `user_id, four scores, updated_at in microseconds, version` from a row.
user_record read_user_record(const pqxx::row& row);

/// A connection that works on the rows of users: its statements, transactions and periods. Not
/// thread-safe.
class postgres_user_table {
public:
  /// The time and the periods that one transaction uses, by the server's clock as far as it is
  /// believed.
  struct moment {
    sys_time now{};
    sys_time latest{}; ///< writes of now get no later time than this
    period_starts recorded{};
    period_starts starts{};
    period_starts settled{};           ///< for permanent changes
    std::optional<sys_time> certain{}; ///< a time that has certainly been reached
    bool has_future = false;           ///< a start was recorded while a clock was wrong
    bool is_shown = false;             ///< the server's clock shows `now`, and is believed
  };

  /// The longest time between a transaction's beginning and its last statement.
  static constexpr std::chrono::minutes longest_transaction{1};

  postgres_user_table(std::unique_ptr<pqxx::connection> db, const postgres_options& options);

  /// Prepares a statement of score_sql.hpp under `name`, with its placeholders filled in.
  void prepare(const std::string& name, std::string_view sql);

  /// `sql` with the names of the tables filled in.
  [[nodiscard]] std::string named(std::string_view sql) const { return with_names(sql, names_); }

  period_window& window() { return window_; }

  /// Whether nothing may outlive a transaction, because there is a pooler.
  [[nodiscard]] bool pooled() const { return db_.pooled(); }

  moment moment_of(const pqxx::row& row);

  /// The same for a time that the server's clock has shown, and the recorded starts.
  moment moment_of(sys_time shown, const std::array<std::int64_t, period_count>& starts);

  period_starts starts_now(postgres_work& tx) {
    return moment_of(tx.exec_prepared("read_periods")[0]).starts;
  }

  /// The rows with effective scores.
  static std::vector<user_record> records(const pqxx::result& rows, const period_starts& starts);

  /// Runs `body(tx)`; see postgres_database.
  template <class Body>
  auto read(const Body& body) {
    return db_.read(body);
  }

  /// Runs `body(tx, moment)` in a transaction and returns its result; see postgres_database.
  /// `busy_tries` is the number of tries if a lock is not available in time. If a period of the
  /// default leaderboard has ended that nobody has closed, closes it first.
  template <class Body>
  auto transact(const std::string& begin, const Body& body, int busy_tries = 2) {
    std::optional<moment> seen;
    const auto is_open = [&](postgres_work& tx, const moment& at) {
      seen = at;
      return past_.is_open(no_number, at.starts) || past_.look(tx, default_at(at));
    };
    return transact_when_open(
        begin, is_open, [&] { return close_ended(*seen); }, body, busy_tries);
  }

  /// The same with other leaderboards: does nothing in the transaction unless `is_open(tx,
  /// moment)`; otherwise calls `close()` and begins anew.
  template <class IsOpen, class Close, class Body>
  auto transact_when_open(const std::string& begin, const IsOpen& is_open, const Close& close,
                          const Body& body, int busy_tries = 2)
      -> result<decltype(body(std::declval<postgres_work&>(), std::declval<const moment&>()))> {
    using value = decltype(body(std::declval<postgres_work&>(), std::declval<const moment&>()));
    const auto if_open = [&](postgres_work& tx, const moment& at) {
      if (!is_open(tx, at))
        return unless_void<value>{};
      if constexpr (std::is_void_v<value>) {
        body(tx, at);
        return unless_void<value>{true};
      } else {
        return unless_void<value>{body(tx, at)};
      }
    };
    auto done = transact_until(begin, if_open, close, busy_tries);
    if (!done)
      return done.error();
    if constexpr (std::is_void_v<value>)
      return {};
    else
      return std::move(*done);
  }

  /// Runs `body(tx, moment)` until it returns something, and returns that. It returns nothing, and
  /// has done nothing, if a period has ended; then `close()` closes it.
  template <class Body, class Close>
  auto transact_until(const std::string& begin, const Body& body, const Close& close,
                      int busy_tries)
      -> result<typename decltype(body(std::declval<postgres_work&>(),
                                       std::declval<const moment&>()))::value_type> {
    for (int tries = 0; tries < tries_to_close; ++tries) {
      auto done = transact_at(begin, body, busy_tries);
      if (!done)
        return done.error();
      if (*done)
        return std::move(**done);
      if (const auto closed = close(); !closed)
        return closed.error();
    }
    return fail(errc::overloaded, "a period has ended, and could not be closed");
  }

  /// The same for work that does not depend on the periods being closed.
  template <class Body>
  auto transact_at(const std::string& begin, const Body& body, int busy_tries = 2) {
    postgres_link::retries left;
    left.busy = busy_tries;
    const auto with_moment = [&](postgres_work& tx, const pqxx::result& begun) {
      return body(tx, moment_of(begun[0]));
    };
    return db_.transact(begin_text(begin), with_moment, lost_commit::unknown, left);
  }

  /// Closes the periods of these leaderboards that have ended; `starts_at(tx, moment)` returns the
  /// same leaderboards with the starts in force at that moment.
  template <class StartsAt>
  result<void> close_ended(const std::vector<postgres_past_boards::due>& seen,
                           const StartsAt& starts_at) {
    if (past_.are_open(seen))
      return {};
    const auto known = read([&](postgres_work& tx) { return past_.look(tx, seen); });
    if (!known || *known)
      return known ? result<void>{} : known.error();
    std::vector<postgres_past_boards::due> now;
    const auto closing = [&](postgres_work& tx, const moment& at) {
      now = starts_at(tx, at);
      past_.close(tx, now);
    };
    const auto closed = transact_at(postgres_sql::begin_reset, closing);
    if (closed)
      past_.note(now);
    return closed;
  }

  /// The same for the default leaderboard.
  result<void> close_ended(const moment& seen);

  /// The default leaderboard with the periods in force at that moment.
  std::vector<postgres_past_boards::due> default_at(const moment& at) const {
    return {{no_number, score_order::desc, at.starts, &window_}};
  }

  postgres_past_boards& past() { return past_; }

  /// The last time that a write may get whose transaction has seen these periods: a write in the
  /// next one has to close them first.
  sys_time last_time_of_periods(const moment& at) {
    return past_.keeps() ? window_.next_boundary(at.now) - std::chrono::microseconds{1}
                         : sys_time::max();
  }

  /// Runs `body(tx, rows)` in a transaction that begins with the SQL `begin_of(connection)`, `rows`
  /// being those of its last statement. A lock that is not available in time ends it.
  template <class Begin, class Body>
  auto transact_from(const Begin& begin_of, const Body& body) {
    postgres_link::retries left;
    left.busy = 1;
    return db_.transact(begin_of, body, lost_commit::unknown, left);
  }

  /// Prepares a statement for EXECUTE in SQL. Throws what pqxx throws. Not for a pooler.
  void prepare_in_sql(const std::string& name, std::string_view sql);

  /// Prepares `find`, `scan` and `count`. Only for stores that use them: libpqxx 7 has the server
  /// parse a statement at once, for which it waits for locks on the table.
  void prepare_reads();

  /// Those of the users that exist, in no particular order.
  result<std::vector<user_record>> find(std::span<const std::string> user_ids);

  /// The first users after `after`, by id.
  result<std::vector<user_record>> scan(const std::string& after, std::size_t limit);

  result<std::uint64_t> count();
  static std::uint64_t count(postgres_work& tx);

  postgres_link& link() { return db_.link(); }
  [[nodiscard]] const believed_clock& clock() const { return *clock_; }

private:
  static constexpr int tries_to_close = 3;

  /// How a transaction begins: with prepared statements, or behind a pooler with their text.
  [[nodiscard]] std::string begin_text(std::string_view begin) const;

  /// What a body returns, unless it was not run; a flag if it returns nothing.
  template <class Value>
  using unless_void = std::optional<std::conditional_t<std::is_void_v<Value>, bool, Value>>;

  postgres_database db_;
  const table_names names_;
  row_time time_;
  period_window window_;
  believed_clock_ptr clock_;
  postgres_past_boards past_;
};

} // namespace standings
