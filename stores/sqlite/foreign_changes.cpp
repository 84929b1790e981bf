#include "stores/sqlite/foreign_changes.hpp"

#include "stores/sql/trigger_look.hpp"
#include "stores/sqlite/adoption.hpp"
#include "stores/sqlite/open_on.hpp"
#include "stores/sqlite/triggers_sql.hpp"
#include "stores/sqlite/user_table.hpp"

#include <chrono>
#include <thread>

namespace standings {

namespace {

namespace sql = sqlite_sql;

std::string finished_triggers(const row_time& time) {
  auto out = replaced(sql::create_triggers, "{touched}",
                      time.own_column ? sql::touched_foreign : sql::touched_own);
  out = replaced(out, "{same_scores}", sql::same_scores);
  for (const auto* whom : {"NEW.user_id", "OLD.user_id"})
    out = replaced(out, std::string{"{note:"} + whom + "}",
                   replaced(sql::note_change, "SELECT x,", std::string{"SELECT "} + whom + ","));
  for (auto p : all_periods) {
    const std::string name{to_string(p)};
    const auto column = name + "_pomo";
    out =
        replaced(out, "{kept:" + column + "," + name + "}",
                 replaced(replaced(sql::kept_score, "column", column), "'name'", "'" + name + "'"));
  }
  out = replaced(out, "{archive}", sql::archive_old);
  out = replaced(out, "{draw}", sql::draw_version);
  out = replaced(out, "{exact}", exact_time(time.dialect, time.format, "NEW.updated_at"));
  out =
      replaced(out, "{shown}", formatted_time(time.dialect, time.format, sql::now_in_microseconds));
  return with_row_time(replaced(out, "{now}", sql::now_in_microseconds), time);
}

class sqlite_foreign_changes final : public foreign_changes {
public:
  sqlite_foreign_changes(std::unique_ptr<SQLite::Database> db, const sqlite_options& options)
      : session_(with_triggers(std::move(db), options), options) {}

  [[nodiscard]] std::string mode() const override { return "triggers"; }

  result<void> wait(std::chrono::milliseconds limit) override {
    std::this_thread::sleep_for(limit);
    return guard_sqlite([&]() -> result<void> {
      if (look_due_.passed() && !has_triggers_.only(read_flag))
        return fail(errc::store_unavailable, triggers_gone);
      return {};
    });
  }

  result<std::vector<foreign_change>> pending(std::size_t limit) override {
    return guard_sqlite([&]() -> result<std::vector<foreign_change>> {
      const auto read = [](SQLite::Statement& row) {
        return foreign_change{row.getColumn(0).getString(), row.getColumn(1).getInt64()};
      };
      return pending_.all(read, sql_count(limit));
    });
  }

  result<void> settle(std::span<const foreign_change> changes) override {
    return session_.transact([&](sqlite_user_table::moment&) {
      for (const auto& change : changes)
        settle_.with(change.user_id, change.version).exec();
    });
  }

private:
  static std::unique_ptr<SQLite::Database> with_triggers(std::unique_ptr<SQLite::Database> db,
                                                         const sqlite_options& options) {
    const auto names = names_of(options);
    db->exec(with_names(finished_triggers(sqlite_row_time(*db, names)), names));
    return db;
  }

  sqlite_user_table session_;
  trigger_look look_due_;
  prepared has_triggers_ = session_.prepare(sql::has_triggers);
  prepared pending_ = session_.prepare(sql::pending_changes);
  prepared settle_ = session_.prepare(sql::settle_change);
};

} // namespace

result<std::unique_ptr<foreign_changes>>
open_sqlite_foreign_changes(const sqlite_options& options) {
  return open_on<foreign_changes, sqlite_foreign_changes>(options);
}

} // namespace standings
