#pragma once

#include "core/base/result.hpp"
#include "stores/postgres/connection.hpp"
#include "stores/postgres/link.hpp"
#include "stores/postgres/work.hpp"
#include "stores/sql/lost_commit.hpp"

#include <pqxx/pqxx>

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace standings {

/// A connection with its prepared statements. Runs reads and transactions, and repeats them if it
/// is certain that nothing was done. Not thread-safe.
class postgres_database {
public:
  /// `url` is the address of `db`; a lost connection is reopened.
  postgres_database(std::unique_ptr<pqxx::connection> db, const std::string& url)
      : link_(std::move(db), [url] { return open_postgres(url); }),
        statements_(link_, is_pooled(link_.use(), url)) {}

  void prepare(const std::string& name, const std::string& text) {
    statements_.prepare(name, text);
  }

  /// Whether nothing may outlive a transaction, because there is a pooler.
  [[nodiscard]] bool pooled() const { return statements_.pooled(); }

  postgres_link& link() { return link_; }

  /// Runs `body(tx)` and returns an exception of the driver as a failure. If the connection was
  /// cut, runs `body` once more on a new one, so it must be repeatable.
  template <class Body>
  auto read(const Body& body) -> result<decltype(body(std::declval<postgres_work&>()))> {
    for (postgres_link::retries left;;) {
      try {
        postgres_work tx{statements_, link_.use()};
        return body(tx);
      } catch (const pqxx::failure&) {
        if (const auto why = link_.give_up(left, postgres_link::stage::single))
          return *why;
      }
    }
  }

  /// Runs `begin`, then `body(tx, rows)` with the rows of the last statement of `begin`, in a
  /// transaction that is durable on return; returns the result of `body`. Repeats all of it if
  /// another transaction was in the way, a lock was not available in time, or the connection was
  /// cut: only while it is certain that nothing was committed, unless `lost` is `repeatable`.
  /// `begin` is SQL or makes it for a connection.
  template <class Begin, class Body>
  auto transact(const Begin& begin, const Body& body, lost_commit lost,
                postgres_link::retries left = {})
      -> result<decltype(body(std::declval<postgres_work&>(),
                              std::declval<const pqxx::result&>()))> {
    const auto last_stage = lost == lost_commit::unknown ? postgres_link::stage::committing
                                                         : postgres_link::stage::open;
    for (;;) {
      auto at = postgres_link::stage::open;
      try {
        auto& db = link_.use();
        postgres_work tx{statements_, db};
        const auto begun = tx.exec(text_of(begin, db));
        if constexpr (std::is_void_v<decltype(body(tx, begun))>) {
          body(tx, begun);
          at = last_stage;
          tx.exec("COMMIT");
          return {};
        } else {
          auto out = body(tx, begun);
          at = last_stage;
          tx.exec("COMMIT");
          return out;
        }
      } catch (const pqxx::failure&) {
        if (const auto why = link_.give_up(left, at))
          return *why;
      }
    }
  }

private:
  template <class Begin>
  static decltype(auto) text_of(const Begin& begin, pqxx::connection& db) {
    if constexpr (std::is_invocable_v<const Begin&, pqxx::connection&>)
      return begin(db);
    else
      return (begin);
  }

  postgres_link link_;
  postgres_statements statements_;
};

} // namespace standings
