#pragma once

#include "stores/postgres/foreign_changes.hpp"
#include "stores/postgres/history_store.hpp"
#include "stores/postgres/leaderboard_store.hpp"
#include "stores/postgres/reconcile_store.hpp"
#include "stores/postgres/score_store.hpp"
#include "stores/sql/sql_text.hpp"
#include "tests/support/score_store_harness.hpp"
#include "tests/support/servers.hpp"

#include <pqxx/pqxx>

namespace standings::test {

/// A private schema in the tests' PostgreSQL.
class postgres_store_harness final : public score_store_harness {
public:
  postgres_store_harness() {
    options_.url = schema_.url();
    options_.schema = schema_.name();
    options_.boundaries.reset();
  }

  std::unique_ptr<score_store> open() override {
    auto opened = open_postgres_store(options_);
    return std::move(opened.value());
  }

  std::unique_ptr<leaderboard_store> open_leaderboards(const tenant_quotas& quotas) override {
    return std::move(open_postgres_leaderboards(options_, score_rules{}, quotas).value());
  }

  std::unique_ptr<reconcile_store> open_rows() override {
    return std::move(open_postgres_reconcile_store(options_).value());
  }

  std::unique_ptr<run_journal> open_journal() override {
    return std::move(open_postgres_run_journal(options_).value());
  }

  std::unique_ptr<history_store> open_history() override {
    return std::move(open_postgres_history_store(options_).value());
  }

  std::unique_ptr<foreign_changes> open_foreign_changes() override {
    return std::move(open_postgres_foreign_changes(options_).value());
  }

  void foreign(const std::string& statement) override {
    exec(with_names(statement, names_of(options_)));
  }

  void drop_triggers() override {
    foreign("DROP TRIGGER standings_foreign_write_1 ON {table};"
            " DROP TRIGGER standings_foreign_truncate_1 ON {table}");
  }

  void dump() override {
    foreign("DROP TABLE IF EXISTS dumped, dumped_archive, dumped_at;"
            " CREATE TABLE dumped AS SELECT * FROM {table};"
            " CREATE TABLE dumped_archive AS SELECT * FROM {table}_deleted;"
            " CREATE TABLE dumped_at AS SELECT last_value, is_called FROM {table}_version");
  }

  void restore() override {
    foreign("BEGIN; SET LOCAL standings.own = on; DELETE FROM {table}; DELETE FROM {table}_deleted;"
            " INSERT INTO {table} SELECT * FROM dumped;"
            " INSERT INTO {table}_deleted SELECT * FROM dumped_archive;"
            " SELECT setval('{table}_version', last_value, is_called) FROM dumped_at; COMMIT");
  }

  void set_sequence(std::int64_t last) override {
    foreign("SELECT setval('pomo_leaderboard_version', " + std::to_string(last) + ")");
  }

  void use_calendar(const std::optional<calendar>& boundaries) override {
    options_.boundaries = boundaries;
  }

  /// The first call takes effect with the next connection: from then on a function of the tests
  /// hides the server's own.
  void set_time(sys_time now) override {
    if (now > now_)
      steady_ += now - now_;
    jump_to(now);
  }

  /// Sets the clock although no time has passed.
  void jump_to(sys_time now) override {
    if (now_ == sys_time{})
      take_the_clock();
    now_ = now;
    exec("UPDATE test_clock SET at = timestamptz 'epoch' + " + std::to_string(to_micros(now))
         + " * interval '1 microsecond'");
  }

  void poison(const std::string& user_id) override {
    exec("ALTER TABLE pomo_leaderboard ADD CONSTRAINT refused CHECK (user_id <> '" + user_id
         + "') NOT VALID");
  }

  void cure() override { exec("ALTER TABLE pomo_leaderboard DROP CONSTRAINT refused"); }

  scores stored_scores(const std::string& user_id) override {
    const auto rows = exec("SELECT daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo"
                           " FROM pomo_leaderboard WHERE user_id = '"
                           + user_id + "'");
    return scores_at(rows.at(0), 0);
  }

  std::vector<archived_user> archive() override {
    std::vector<archived_user> out;
    for (const auto& row :
         exec("SELECT user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo,"
              " (extract(epoch FROM updated_at) * 1000000)::bigint, version, run_id,"
              " deleted_version FROM pomo_leaderboard_deleted ORDER BY deleted_version"))
      out.push_back({{row[0].c_str(), scores_at(row, 1), from_micros(row[5].as<std::int64_t>()),
                      row[6].as<std::int64_t>()},
                     row[7].c_str(),
                     row[8].as<std::int64_t>()});
    return out;
  }

  pqxx::result exec(const std::string& sql) {
    pqxx::connection c{schema_.url()};
    return pqxx::nontransaction{c}.exec(sql);
  }

  /// The rows of a query, as text.
  std::vector<std::vector<std::string>> query(const std::string& sql) {
    std::vector<std::vector<std::string>> out;
    for (const auto& row : exec(with_names(sql, names_of(options_)))) {
      auto& to = out.emplace_back();
      for (const auto& field : row)
        to.emplace_back(field.c_str());
    }
    return out;
  }

  /// A time in a row, as microseconds.
  static std::string in_micros(const std::string& column) {
    return "(extract(epoch FROM " + column + ") * 1000000)::bigint";
  }

  /// The full name of one of our own tables.
  [[nodiscard]] std::string own(const std::string& name) const {
    return names_of(options_).own + name;
  }

  [[nodiscard]] postgres_options& options() { return options_; }

private:
  void take_the_clock() {
    exec("CREATE TABLE test_clock (at timestamptz); INSERT INTO test_clock VALUES (now());"
         " CREATE FUNCTION clock_timestamp() RETURNS timestamptz LANGUAGE sql"
         " AS 'SELECT at FROM test_clock'");
    options_.url.append("%2Cpg_catalog"); // our functions come first in the search path
    options_.clock = std::make_shared<believed_clock>(
        [this] { return std::chrono::steady_clock::time_point{steady_}; });
  }

  static scores scores_at(const pqxx::row& row, int column) {
    scores out{};
    for (std::size_t i = 0; i < period_count; ++i)
      out[i] = row[column + static_cast<int>(i)].as<std::int64_t>();
    return out;
  }

  postgres_schema schema_;
  postgres_options options_;
  sys_time now_{};
  std::chrono::microseconds steady_{0};
};

} // namespace standings::test
