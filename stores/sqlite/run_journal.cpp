#include "core/reconcile/run_report_json.hpp"
#include "stores/sqlite/file_lock.hpp"
#include "stores/sqlite/open_on.hpp"
#include "stores/sqlite/reconcile_sql.hpp"
#include "stores/sqlite/reconcile_store.hpp"
#include "stores/sqlite/user_table.hpp"

#include <set>

namespace standings {

namespace {

namespace sql = sqlite_sql;

run_state state_of(SQLite::Statement& row) {
  run_state out;
  out.generation = row.getColumn(0).getString();
  out.run_id = row.getColumn(1).getString();
  out.verified_up_to = row.getColumn(2).getInt64();
  out.held = row.getColumn(3).getInt() != 0;
  out.held_candidates = static_cast<std::uint64_t>(row.getColumn(4).getInt64());
  out.held_reason = row.getColumn(5).getString();
  out.started = row.getColumn(6).getInt() != 0;
  return out;
}

quarantined_user quarantined_of(SQLite::Statement& row) {
  return {row.getColumn(0).getString(),
          row.getColumn(1).getString(),
          row.getColumn(2).getString(),
          from_micros(row.getColumn(3).getInt64()),
          from_micros(row.getColumn(4).getInt64()),
          static_cast<std::uint64_t>(row.getColumn(5).getInt64())};
}

class sqlite_run_journal final : public run_journal {
public:
  sqlite_run_journal(std::unique_ptr<SQLite::Database> db, const sqlite_options& options)
      : session_(std::move(db), options), lead_(options.path + ".lead"),
        run_(options.path + ".run") {}

  result<bool> acquire(lease what) override { return lock_of(what).try_acquire(); }

  result<void> release(lease what) override {
    lock_of(what).release();
    return {};
  }

  result<run_state> load() override {
    return guard_sqlite([&]() -> result<run_state> {
      session_.check_files();
      return load_state_.only(state_of);
    });
  }

  result<void> save_verified(const mark_verified& m) override {
    return exec(save_verified_, m.generation, m.run_id, m.verified_up_to);
  }

  result<void> save_hold(const standings::save_hold& m) override {
    return exec(save_hold_, int{m.held}, sql_count(m.candidates), m.reason);
  }

  result<void> save_started(bool started) override { return exec(save_started_, int{started}); }

  result<void> save_run(const run_report& run) override {
    return exec(save_run_, run.run_id, to_micros(run.started_at), to_string(run.status),
                run_report_json(run));
  }

  result<void> abandon_runs() override { return exec(abandon_runs_); }

  result<std::vector<run_report>> runs(std::size_t limit) override {
    return reports(list_runs_, sql_count(limit));
  }

  result<std::optional<run_report>> run(const std::string& run_id) override {
    auto found = reports(find_run_, run_id);
    if (!found)
      return found.error();
    return found->empty() ? std::optional<run_report>{} : std::optional{std::move(found->front())};
  }

  result<void> forget_runs(std::size_t keep) override {
    return exec(forget_runs_, sql_count(keep));
  }

  result<void> quarantine(std::span<const quarantined_user> users) override {
    if (users.empty())
      return {};
    return session_.transact_outside_time([&] {
      std::set<std::string_view> seen;
      for (const auto& user : users)
        if (seen.insert(user.user_id).second)
          quarantine_.with(user.user_id, user.reason, user.run_id, to_micros(user.last_at)).exec();
    });
  }

  result<void> release_others(const std::string& run_id) override {
    return exec(release_others_, run_id);
  }

  result<std::vector<quarantined_user>> quarantined(std::size_t limit) override {
    return guard_sqlite([&]() -> result<std::vector<quarantined_user>> {
      return list_quarantined_.all(quarantined_of, sql_count(limit));
    });
  }

  result<std::uint64_t> count_quarantined() override {
    return guard_sqlite(
        [&]() -> result<std::uint64_t> { return count_quarantined_.only(read_count); });
  }

private:
  file_lock& lock_of(lease what) { return what == lease::leader ? lead_ : run_; }

  template <class... Values>
  result<void> exec(prepared& statement, const Values&... values) {
    return guard_sqlite([&]() -> result<void> {
      session_.check_files();
      statement.with(values...).exec();
      return {};
    });
  }

  template <class... Values>
  result<std::vector<run_report>> reports(prepared& statement, const Values&... values) {
    return guard_sqlite([&]() -> result<std::vector<run_report>> {
      std::vector<run_report> out;
      for (const auto& text : statement.all(read_text, values...))
        if (auto run = parse_run_report(text))
          out.push_back(*std::move(run));
      return out;
    });
  }

  sqlite_user_table session_;
  file_lock lead_;
  file_lock run_;
  prepared load_state_ = session_.prepare(sql::load_state);
  prepared save_verified_ = session_.prepare(sql::save_verified);
  prepared save_hold_ = session_.prepare(sql::save_hold);
  prepared save_started_ = session_.prepare(sql::save_started);
  prepared save_run_ = session_.prepare(sql::save_run);
  prepared abandon_runs_ = session_.prepare(sql::abandon_runs);
  prepared list_runs_ = session_.prepare(sql::list_runs);
  prepared find_run_ = session_.prepare(sql::find_run);
  prepared forget_runs_ = session_.prepare(sql::forget_runs);
  prepared quarantine_ = session_.prepare(sql::quarantine);
  prepared release_others_ = session_.prepare(sql::release_others);
  prepared list_quarantined_ = session_.prepare(sql::list_quarantined);
  prepared count_quarantined_ = session_.prepare(sql::count_quarantined);
};

} // namespace

result<std::unique_ptr<run_journal>> open_sqlite_run_journal(const sqlite_options& options) {
  return open_on<run_journal, sqlite_run_journal>(options);
}

} // namespace standings
