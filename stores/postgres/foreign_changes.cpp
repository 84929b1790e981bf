#include "stores/postgres/foreign_changes.hpp"

#include "stores/postgres/adoption.hpp"
#include "stores/postgres/connection.hpp"
#include "stores/postgres/open_on.hpp"
#include "stores/postgres/statement.hpp"
#include "stores/postgres/triggers_sql.hpp"
#include "stores/sql/sql_text.hpp"
#include "stores/sql/trigger_look.hpp"

#include <thread>

namespace standings {

namespace {

namespace sql = postgres_sql;

/// Only makes libpqxx subscribe to the channel; the changed users are recorded in the database.
class subscription final : public pqxx::notification_receiver {
public:
  using notification_receiver::notification_receiver;
  void operator()(const std::string&, int) override {}
};

class postgres_foreign_changes final : public foreign_changes {
public:
  postgres_foreign_changes(std::unique_ptr<pqxx::connection> db, const postgres_options& options)
      : db_(std::move(db)), names_(names_of(options)) {
    mode_ = ensure_triggers();
    if (!is_pooled(*db_, options.url)) // LISTEN does not work through a pooler
      listening_.emplace(*db_, "standings_changes");
  }

  [[nodiscard]] std::string mode() const override { return mode_; }

  result<void> wait(std::chrono::milliseconds limit) override {
    if (!listening_)
      std::this_thread::sleep_for(limit);
    return guard_postgres([&]() -> result<void> {
      if (!db_->is_open())
        throw pqxx::broken_connection{"the connection for changes of others is lost"};
      if (listening_)
        db_->await_notification(limit.count() / 1'000, limit.count() % 1'000 * 1'000);
      if (mode_ == watched && look_due_.passed() && !has_triggers())
        return fail(errc::store_unavailable, triggers_gone);
      return {};
    });
  }

  result<std::vector<foreign_change>> pending(std::size_t limit) override {
    return guard_postgres([&]() -> result<std::vector<foreign_change>> {
      pqxx::nontransaction tx{*db_};
      std::vector<foreign_change> out;
      for (const auto& row :
           exec_with(tx, with_names(sql::pending_changes, names_), sql_count(limit)))
        out.push_back({row[0].c_str(), row[1].as<std::int64_t>()});
      return out;
    });
  }

  result<void> settle(std::span<const foreign_change> changes) override {
    std::vector<std::string> ids;
    std::vector<std::int64_t> versions;
    for (const auto& change : changes) {
      ids.push_back(change.user_id);
      versions.push_back(change.version);
    }
    return guard_postgres([&]() -> result<void> {
      pqxx::nontransaction tx{*db_};
      exec_with(tx, with_names(sql::settle_changes, names_), text_array(ids),
                bigint_array(versions));
      return {};
    });
  }

private:
  bool has_triggers() {
    pqxx::nontransaction tx{*db_};
    return tx.exec(with_names(sql::has_triggers, names_))[0][0].as<bool>();
  }

  /// Returns the mode. A role that must not create triggers works without them.
  std::string ensure_triggers() {
    pqxx::work tx{*db_};
    if (tx.exec(with_names(sql::has_triggers, names_))[0][0].as<bool>())
      return watched;
    tx.exec("SELECT pg_advisory_xact_lock(hashtext('standings.migrations'))");
    try {
      pqxx::subtransaction attempt{tx};
      const auto schema =
          std::string{attempt.exec(with_names(sql::table_schema, names_))[0][0].c_str()};
      attempt.exec(triggers_for(schema, postgres_row_time(attempt, names_)));
      attempt.commit();
    } catch (const pqxx::insufficient_privilege& e) {
      const std::string_view said{e.what()};
      return "off: the role may not make the triggers ("
             + std::string{said.substr(0, said.find('\n'))}
             + "); a row changed by others is told by its updated_at alone";
    }
    const bool enabled = tx.exec(with_names(sql::has_triggers, names_))[0][0].as<bool>();
    tx.commit();
    return enabled
               ? watched
               : "off: the triggers of the table are disabled; a row changed by others is told by"
                 " its updated_at alone";
  }

  [[nodiscard]] std::string triggers_for(const std::string& schema, const row_time& time) const {
    auto out = replaced(sql::create_triggers, "{schema}", schema);
    out = replaced(out, "{exact}", exact_time(time.dialect, time.format, "NEW.updated_at"));
    out = replaced(out, "{shown}", formatted_time(time.dialect, time.format, "changed_at"));
    return with_names(with_row_time(out, time), names_);
  }

  static constexpr auto watched = "triggers";

  std::unique_ptr<pqxx::connection> db_;
  const table_names names_;
  std::string mode_;
  trigger_look look_due_;
  std::optional<subscription> listening_;
};

} // namespace

result<std::unique_ptr<foreign_changes>>
open_postgres_foreign_changes(const postgres_options& options) {
  return open_on<foreign_changes, postgres_foreign_changes>(options);
}

} // namespace standings
