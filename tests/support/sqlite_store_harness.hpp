#pragma once

#include "stores/sqlite/connection.hpp"
#include "stores/sqlite/foreign_changes.hpp"
#include "stores/sqlite/history_store.hpp"
#include "stores/sqlite/leaderboard_store.hpp"
#include "stores/sqlite/reconcile_store.hpp"
#include "stores/sqlite/score_store.hpp"
#include "tests/support/score_store_harness.hpp"
#include "tests/support/store_times.hpp"
#include "tests/support/temp_dir.hpp"

#include <SQLiteCpp/Statement.h>

#include <atomic>

namespace standings::test {

/// A SQLite file in a private directory.
class sqlite_store_harness final : public score_store_harness {
public:
  sqlite_store_harness() {
    options_.path = dir_ / "standings.db";
    options_.boundaries.reset();
    options_.clock = [this] {
      return from_micros(now_us_);
    };
    restart_clock();
  }

  std::unique_ptr<score_store> open() override {
    auto opened = open_sqlite_store(options_);
    return std::move(opened.value());
  }

  std::unique_ptr<leaderboard_store> open_leaderboards(const tenant_quotas& quotas) override {
    return std::move(open_sqlite_leaderboards(options_, score_rules{}, quotas).value());
  }

  std::unique_ptr<reconcile_store> open_rows() override {
    return std::move(open_sqlite_reconcile_store(options_).value());
  }

  std::unique_ptr<run_journal> open_journal() override {
    return std::move(open_sqlite_run_journal(options_).value());
  }

  std::unique_ptr<history_store> open_history() override {
    return std::move(open_sqlite_history_store(options_).value());
  }

  std::unique_ptr<foreign_changes> open_foreign_changes() override {
    return std::move(open_sqlite_foreign_changes(options_).value());
  }

  void foreign(const std::string& statement) override {
    SQLite::Database db{options_.path, SQLite::OPEN_READWRITE, 5'000};
    db.exec(with_names(statement, names_of(options_)));
  }

  void drop_triggers() override {
    for (const std::string on : {"insert", "update", "delete"})
      foreign("DROP TRIGGER standings_1_{table}_" + on);
  }

  void dump() override {
    foreign("DROP TABLE IF EXISTS dumped; DROP TABLE IF EXISTS dumped_archive;"
            " DROP TABLE IF EXISTS dumped_at; CREATE TABLE dumped AS SELECT * FROM {table};"
            " CREATE TABLE dumped_archive AS SELECT * FROM {table}_deleted;"
            " CREATE TABLE dumped_at AS SELECT version FROM {own}store_clock");
  }

  void restore() override {
    foreign("BEGIN IMMEDIATE; UPDATE {own}store_clock SET own = 1; DELETE FROM {table};"
            " DELETE FROM {table}_deleted; INSERT INTO {table} SELECT * FROM dumped;"
            " INSERT INTO {table}_deleted SELECT * FROM dumped_archive;"
            " UPDATE {own}store_clock SET own = 0, version = (SELECT version FROM dumped_at);"
            " COMMIT");
  }

  void set_sequence(std::int64_t last) override {
    raw()->exec(with_names("UPDATE {own}store_clock SET version = " + std::to_string(last),
                           names_of(options_)));
  }

  void use_calendar(const std::optional<calendar>& boundaries) override {
    options_.boundaries = boundaries;
  }

  /// The full name of one of our own tables.
  [[nodiscard]] std::string own(const std::string& name) const {
    return names_of(options_).own + name;
  }

  /// Forgets earlier readings of the clock, as a restart does.
  void restart_clock() {
    options_.believed = std::make_shared<believed_clock>([this] {
      return std::chrono::steady_clock::time_point{std::chrono::microseconds{steady_us_}};
    });
  }

  void set_time(sys_time now) override {
    steady_us_ += std::max<std::int64_t>(0, to_micros(now) - now_us_);
    now_us_ = to_micros(now);
  }

  void jump_to(sys_time now) override { now_us_ = to_micros(now); }

  void poison(const std::string& user_id) override {
    auto db = raw();
    for (const std::string when : {"INSERT", "UPDATE"})
      db->exec("CREATE TRIGGER refuse_" + when + " BEFORE " + when + " ON " + options_.table
               + " WHEN NEW.user_id = '" + user_id + "' BEGIN SELECT RAISE(ABORT, 'refused'); END");
  }

  void cure() override { raw()->exec("DROP TRIGGER refuse_INSERT; DROP TRIGGER refuse_UPDATE"); }

  scores stored_scores(const std::string& user_id) override {
    auto db = raw();
    SQLite::Statement row{*db, "SELECT daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo FROM "
                                   + options_.table + " WHERE user_id = ?"};
    row.bind(1, user_id);
    if (!row.executeStep())
      throw std::runtime_error("no row of " + user_id);
    return scores_at(row, 0);
  }

  std::vector<archived_user> archive() override {
    auto db = raw();
    SQLite::Statement row{*db, "SELECT user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo,"
                               " updated_at, version, run_id, deleted_version FROM "
                                   + names_of(options_).archive + " ORDER BY deleted_version"};
    std::vector<archived_user> out;
    while (row.executeStep())
      out.push_back({{row.getColumn(0).getString(), scores_at(row, 1),
                      from_micros(row.getColumn(5).getInt64()), row.getColumn(6).getInt64()},
                     row.getColumn(7).getString(),
                     row.getColumn(8).getInt64()});
    return out;
  }

  /// The rows of a query, as text.
  std::vector<std::vector<std::string>> query(const std::string& sql) {
    auto db = raw();
    SQLite::Statement row{*db, with_names(sql, names_of(options_))};
    std::vector<std::vector<std::string>> out;
    while (row.executeStep()) {
      auto& to = out.emplace_back();
      for (int i = 0; i < row.getColumnCount(); ++i)
        to.push_back(row.getColumn(i).getString());
    }
    return out;
  }

  /// A time in a row, as microseconds.
  static std::string in_micros(const std::string& column) { return column; }

  /// The file's path.
  [[nodiscard]] const std::string& path() const { return options_.path; }

  [[nodiscard]] sqlite_options& options() { return options_; }

  /// A connection set up like the stores', for inspecting the file.
  [[nodiscard]] std::unique_ptr<SQLite::Database> raw() const { return open_sqlite(options_.path); }

private:
  static scores scores_at(SQLite::Statement& row, int column) {
    scores out{};
    for (std::size_t i = 0; i < period_count; ++i)
      out[i] = row.getColumn(column + static_cast<int>(i)).getInt64();
    return out;
  }

  temp_dir dir_;
  std::atomic<std::int64_t> steady_us_ = 0;
  std::atomic<std::int64_t> now_us_ = to_micros(at("2026-03-10T12:00:00Z"));
  sqlite_options options_;
};

} // namespace standings::test
