#include "core/reconcile/run_report_json.hpp"
#include "stores/postgres/open_on.hpp"
#include "stores/postgres/reconcile_sql.hpp"
#include "stores/postgres/reconcile_store.hpp"
#include "stores/postgres/statement.hpp"
#include "stores/postgres/user_table.hpp"
#include "stores/sql/sql_text.hpp"

namespace standings {

namespace {

namespace sql = postgres_sql;

/// So that the server notices within seconds that an instance's machine is down.
constexpr auto free_leases_soon = "SET tcp_keepalives_idle = 2; SET tcp_keepalives_interval = 1;"
                                  " SET tcp_keepalives_count = 3; SET tcp_user_timeout = 6000";

/// A process that was stopped would keep its connection, and with it its leases, although it does
/// nothing any more; a running one sends a query every few seconds (run_keeper). The server has
/// this setting since version 14.
void free_leases_of_the_stopped(pqxx::connection& db, std::chrono::milliseconds after) {
  pqxx::nontransaction tx{db};
  exec_with(tx,
            "SELECT set_config(name, $1, false) FROM pg_settings"
            " WHERE name IN ('idle_session_timeout', 'idle_in_transaction_session_timeout')",
            std::to_string(after.count()));
}

std::string name_of(run_journal::lease what) {
  return what == run_journal::lease::leader ? "lead" : "run";
}

/// A lease that is the lock of a transaction which stays open.
class pinned_lease {
public:
  explicit pinned_lease(const std::string& url) : db_(open_postgres(url)), tx_(*db_) {
    tx_.exec("BEGIN ISOLATION LEVEL READ COMMITTED;"
             " SET LOCAL idle_in_transaction_session_timeout = 0");
  }

  pqxx::result exec(const std::string& sql) { return tx_.exec(sql); }

private:
  std::unique_ptr<pqxx::connection> db_;
  pqxx::nontransaction tx_;
};

class postgres_run_journal final : public run_journal {
public:
  postgres_run_journal(std::unique_ptr<pqxx::connection> db, const postgres_options& options,
                       std::chrono::milliseconds leases_end)
      : url_(options.url), session_(std::move(db), options) {
    if (!session_.pooled())
      session_.link().with_each([leases_end](pqxx::connection& each) {
        pqxx::nontransaction{each}.exec(free_leases_soon);
        free_leases_of_the_stopped(each, leases_end);
      });
    session_.prepare("acquire_lease", sql::acquire_lease);
    session_.prepare("release_lease", sql::release_lease);
    session_.prepare("load_state", sql::load_state);
    session_.prepare("save_verified", sql::save_verified);
    session_.prepare("save_hold", sql::save_hold);
    session_.prepare("save_started", sql::save_started);
    session_.prepare("save_run", sql::save_run);
    session_.prepare("abandon_runs", sql::abandon_runs);
    session_.prepare("list_runs", sql::list_runs);
    session_.prepare("find_run", sql::find_run);
    session_.prepare("forget_runs", sql::forget_runs);
    session_.prepare("quarantine", sql::quarantine);
    session_.prepare("release_others", sql::release_others);
    session_.prepare("list_quarantined", sql::list_quarantined);
    session_.prepare("count_quarantined", sql::count_quarantined);
  }

  /// PostgreSQL counts how often a session takes a lock, so we take each only once. A lock ends
  /// with its connection; on a new one it must be taken again.
  result<bool> acquire(lease what) override {
    if (session_.pooled())
      return acquire_pinned(what);
    if (held_in(what)) {
      if (ping() && holds(what))
        return true;
      if (what == lease::run)
        return fail(errc::store_unavailable, "the connection is lost");
      forget(what);
    }
    auto got = session_.read([&](auto& tx) {
      return tx.exec_prepared("acquire_lease", name_of(what))[0][0].template as<bool>();
    });
    if (got && *got)
      held_in(what) = session_.link().incarnation();
    keep_connection();
    return got;
  }

  result<void> release(lease what) override {
    if (session_.pooled()) {
      pinned_[static_cast<std::size_t>(what)].reset();
      return {};
    }
    const bool held = holds(what);
    forget(what);
    return held ? exec("release_lease", name_of(what)) : result<void>{};
  }

  result<run_state> load() override {
    return session_.read([](auto& tx) {
      const auto rows = tx.exec_prepared("load_state");
      const auto row = rows[0];
      run_state out;
      out.generation = row[0].c_str();
      out.run_id = row[1].c_str();
      out.verified_up_to = row[2].template as<std::int64_t>();
      out.held = row[3].template as<bool>();
      out.held_candidates = row[4].template as<std::uint64_t>();
      out.held_reason = row[5].c_str();
      out.started = row[6].template as<bool>();
      return out;
    });
  }

  result<void> save_verified(const mark_verified& m) override {
    return exec("save_verified", m.generation, m.run_id, m.verified_up_to);
  }

  result<void> save_hold(const standings::save_hold& m) override {
    return exec("save_hold", m.held, sql_count(m.candidates), m.reason);
  }

  result<void> save_started(bool started) override { return exec("save_started", started); }

  result<void> save_run(const run_report& run) override {
    return exec("save_run", run.run_id, to_micros(run.started_at), to_string(run.status),
                run_report_json(run));
  }

  result<void> abandon_runs() override { return exec("abandon_runs"); }

  result<std::vector<run_report>> runs(std::size_t limit) override {
    return session_.read([&](auto& tx) {
      std::vector<run_report> out;
      for (const auto& row : tx.exec_prepared("list_runs", sql_count(limit)))
        if (auto run = parse_run_report(row[0].c_str()))
          out.push_back(std::move(*run));
      return out;
    });
  }

  result<std::optional<run_report>> run(const std::string& run_id) override {
    return session_.read([&](auto& tx) {
      const auto rows = tx.exec_prepared("find_run", run_id);
      return rows.empty() ? std::optional<run_report>{} : parse_run_report(rows[0][0].c_str());
    });
  }

  result<void> forget_runs(std::size_t keep) override {
    return exec("forget_runs", sql_count(keep));
  }

  result<void> quarantine(std::span<const quarantined_user> users) override {
    if (users.empty())
      return {};
    std::vector<std::string> ids;
    std::vector<std::string> reasons;
    for (const auto& user : users) {
      ids.push_back(user.user_id);
      reasons.push_back(user.reason);
    }
    return exec("quarantine", text_array(ids), text_array(reasons), users.front().run_id,
                to_micros(users.front().last_at));
  }

  result<void> release_others(const std::string& run_id) override {
    return exec("release_others", run_id);
  }

  result<std::vector<quarantined_user>> quarantined(std::size_t limit) override {
    return session_.read([&](auto& tx) {
      std::vector<quarantined_user> out;
      for (const auto& row : tx.exec_prepared("list_quarantined", sql_count(limit)))
        out.push_back({row[0].c_str(), row[1].c_str(), row[2].c_str(),
                       from_micros(row[3].template as<std::int64_t>()),
                       from_micros(row[4].template as<std::int64_t>()),
                       row[5].template as<std::uint64_t>()});
      return out;
    });
  }

  result<std::uint64_t> count_quarantined() override {
    return session_.read([](auto& tx) {
      return tx.exec_prepared("count_quarantined")[0][0].template as<std::uint64_t>();
    });
  }

private:
  /// A pooler may assign another server after each transaction, so the lease is the lock of a
  /// transaction that stays open, on a connection of its own. It ends with that connection.
  result<bool> acquire_pinned(lease what) {
    auto& pinned = pinned_[static_cast<std::size_t>(what)];
    try {
      if (pinned) {
        pinned->exec("SELECT 1");
        return true;
      }
      auto one = std::make_unique<pinned_lease>(url_);
      const auto got =
          one->exec(session_.named(replaced(sql::acquire_pinned, "{lease}", name_of(what))))[0][0];
      if (!got.as<bool>())
        return false;
      pinned = std::move(one);
      return true;
    } catch (const pqxx::failure&) {
      pinned.reset();
      return translate_postgres();
    }
  }

  template <class... Values>
  result<void> exec(const std::string& statement, const Values&... values) {
    const auto done = session_.read([&](auto& tx) {
      tx.exec_prepared(statement, values...);
      return true;
    });
    if (!done)
      return done.error();
    return {};
  }

  bool ping() {
    return session_.read([](auto& tx) { return !tx.exec("SELECT 1").empty(); }).has_value();
  }

  std::optional<std::uint64_t>& held_in(lease what) {
    return held_in_[static_cast<std::size_t>(what)];
  }

  bool holds(lease what) { return held_in(what) == session_.link().incarnation(); }

  void forget(lease what) {
    held_in(what).reset();
    keep_connection();
  }

  /// Work in a run needs its lease, which a new connection would not have.
  void keep_connection() { session_.link().may_reopen(!held_in(lease::run)); }

  const std::string url_;
  postgres_user_table session_;
  std::array<std::unique_ptr<pinned_lease>, 2> pinned_;
  /// The incarnation of the connection that took each lease.
  std::array<std::optional<std::uint64_t>, 2> held_in_{};
};

} // namespace

result<std::unique_ptr<run_journal>>
open_postgres_run_journal(const postgres_options& options, std::chrono::milliseconds leases_end) {
  return open_on<run_journal, postgres_run_journal>(options, leases_end);
}

} // namespace standings
