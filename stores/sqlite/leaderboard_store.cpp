#include "stores/sqlite/leaderboard_store.hpp"

#include "core/leaderboard/feeds.hpp"
#include "core/leaderboard/leaderboard_id.hpp"
#include "core/leaderboard/metadata.hpp"
#include "stores/sql/leaderboard_batch.hpp"
#include "stores/sql/reached_leaderboards.hpp"
#include "stores/sql/tenant_room.hpp"
#include "stores/sqlite/leaderboard_rows.hpp"
#include "stores/sqlite/leaderboard_scores.hpp"
#include "stores/sqlite/leaderboard_sql.hpp"
#include "stores/sqlite/leaderboard_tables.hpp"
#include "stores/sqlite/open_on.hpp"
#include "stores/sqlite/score_sql.hpp"

#include <chrono>
#include <set>

namespace standings {

namespace {

namespace leaderboard_sql = sqlite_leaderboard_sql;

/// While a batch waits for another program's lock, the updates of all users wait.
constexpr int longest_wait_ms = 250;

/// How long a tenant's users are not counted again, if none was refused meanwhile, and if one was.
constexpr std::chrono::minutes between_recounts{60};
constexpr std::chrono::minutes until_recount_of_full{1};

class sqlite_leaderboard_store final : public leaderboard_store {
public:
  sqlite_leaderboard_store(std::unique_ptr<SQLite::Database> db, const sqlite_options& options,
                           const score_rules& default_rules, const tenant_quotas& quotas)
      : tables_(std::move(db), options), default_rules_(default_rules), quotas_(quotas) {
    tables_.db().setBusyTimeout(longest_wait_ms);
  }

  // -- leaderboards ----------------------------------------------------------------

  result<std::optional<leaderboard>> find(const std::string& id) override {
    return guard_sqlite([&]() -> result<std::optional<leaderboard>> { return tables_.find(id); });
  }

  result<std::vector<leaderboard>> find_all(std::span<const std::string> ids) override {
    return guard_sqlite([&]() -> result<std::vector<leaderboard>> {
      std::vector<leaderboard> out;
      for (const auto& id : std::set<std::string>{ids.begin(), ids.end()})
        if (auto found = tables_.find(id))
          out.push_back(std::move(*found));
      return out;
    });
  }

  result<std::vector<leaderboard>> list(const leaderboard_query& which) override {
    return guard_sqlite([&]() -> result<std::vector<leaderboard>> {
      return list_.all(sqlite_leaderboard_tables::read_leaderboard, which.after, which.tenant,
                       which.tenant + ".", which.tenant + "/", sql_count(which.limit),
                       which.archived ? 1 : 0);
    });
  }

  result<saved_leaderboard> save(const std::string& id,
                                 const leaderboard_settings& settings) override {
    if (const auto valid = validate_settings(id, settings); !valid)
      return valid.error();
    result<saved_leaderboard> saved;
    const auto done =
        tables_.users().transact([&](moment& at) { saved = save_at(at.now, id, settings); });
    if (!done)
      return done.error();
    return saved;
  }

  result<std::vector<saved_leaderboard>> make(std::span<const std::string> ids) override {
    for (const auto& id : ids)
      if (const auto valid = validate_leaderboard_id(id); !valid)
        return valid.error();
    result<std::vector<saved_leaderboard>> made;
    const auto done = tables_.users().transact([&](moment& at) { made = make_at(at.now, ids); });
    if (!done)
      return done.error();
    return made;
  }

  result<bool> archive(const std::string& id) override {
    return tables_.users().transact(
        [&](moment& at) { return archive_.with(id, to_micros(at.now)).exec() > 0; });
  }

  result<bool> restore(const std::string& id) override {
    result<bool> restored;
    const auto done =
        tables_.users().transact([&](moment& at) { restored = restore_at(at.now, id); });
    if (!done)
      return done.error();
    return restored;
  }

  result<std::size_t> purge(std::size_t limit) override {
    return tables_.users().transact([&](moment& at) {
      tables_.set_own(true); // these deletions are no changes of other programs
      const auto gone = purge_at(at.now, limit);
      tables_.set_own(false);
      return gone;
    });
  }

  result<std::vector<leaderboard>> recently_used(std::size_t limit) override {
    return guard_sqlite([&]() -> result<std::vector<leaderboard>> {
      return recently_used_.all(sqlite_leaderboard_tables::read_leaderboard, sql_count(limit));
    });
  }

  result<void> note_used(std::span<const std::string> ids) override {
    return tables_.users().transact([&](moment& at) {
      for (const auto& id : ids)
        note_used_.with(id, to_micros(at.now)).exec();
    });
  }

  // -- updates ---------------------------------------------------------------------

  result<std::vector<update_outcome>> apply(std::span<const score_update> batch) override {
    return tables_.users().transact([&](moment& at) {
      sqlite_leaderboard_rows rows{tables_, default_rules_, requests_, tenants_, at};
      return apply_leaderboard_batch(batch, rows, quotas_).value(); // it closes periods itself
    });
  }

  result<std::size_t> forget_requests(std::size_t limit) override {
    return tables_.forget_requests(limit);
  }

  result<void> set_metadata(const std::string& id, const std::string& user_id,
                            const std::string& metadata) override {
    auto outcome = result<void>{};
    const auto done = tables_.users().transact([&](moment&) {
      const auto of = tables_.find(id);
      if (!of || of->archived_at) {
        outcome = unknown_leaderboard(id);
        return;
      }
      const std::string value = metadata == "{}" ? "" : metadata;
      if (set_metadata_.with(of->number, user_id, value).exec() == 0)
        outcome = fail(errc::unknown_user, "no such user", "user_id");
      else
        has_user_metadata_.with(of->number).exec();
    });
    return done ? outcome : done;
  }

  result<user_metadata> metadata_of(const leaderboard& which,
                                    std::span<const std::string> user_ids) override {
    return guard_sqlite([&]() -> result<user_metadata> {
      SQLite::Transaction snapshot{tables_.db()};
      user_metadata out;
      for (const auto& user_id : user_ids)
        if (auto found = metadata_of_.first(read_text, which.number, user_id);
            found && is_metadata(*found))
          out.emplace(user_id, *std::move(found));
      return out;
    });
  }

  result<std::vector<past_period>> past_periods(const std::string& id, period board) override {
    const auto number = to_look_back_at(id);
    if (!number)
      return number.error();
    return guard_sqlite([&]() -> result<std::vector<past_period>> {
      return tables_.users().past().list(*number, board);
    });
  }

  result<std::optional<past_board>> past(const std::string& id, period board, sys_time at,
                                         std::size_t offset, std::size_t limit) override {
    const auto number = to_look_back_at(id);
    if (!number)
      return number.error();
    return guard_sqlite([&]() -> result<std::optional<past_board>> {
      SQLite::Transaction snapshot{tables_.db()};
      return tables_.users().past().find(*number, board, at, offset, limit);
    });
  }

  result<bool> recount_users() override {
    if (quotas_.by_tenant.empty())
      return false;
    return tables_.users().transact([&](moment& at) {
      const auto tenant =
          tenants_.first_to_recount.first(read_text, to_micros(at.now - until_recount_of_full),
                                          to_micros(at.now - between_recounts));
      if (!tenant)
        return false;
      const auto users = tenants_.count_users.only(read_number, *tenant);
      tenants_.keep_users.with(*tenant, users, to_micros(at.now)).exec();
      return true;
    });
  }

  result<std::vector<foreign_score>> foreign_scores(const foreign_score_place& after,
                                                    std::size_t limit) override {
    return guard_sqlite([&]() -> result<std::vector<foreign_score>> {
      const auto read = [](SQLite::Statement& row) {
        return foreign_score{
            row.getColumn(0).getInt64(), row.getColumn(1).getString(),
            foreign_change{row.getColumn(2).getString(), row.getColumn(3).getInt64()}};
      };
      return foreign_scores_.all(read, after.number, after.user_id, sql_count(limit));
    });
  }

  result<void> settle(std::span<const foreign_score> changes) override {
    return tables_.users().transact([&](moment&) {
      for (const auto& [number, leaderboard, change] : changes)
        settle_foreign_.with(number, change.user_id, change.version).exec();
    });
  }

  std::unique_ptr<score_store> scores_of(const leaderboard& which) override {
    return sqlite_scores_of(which, tables_,
                            [this](std::span<const score_update> batch) { return apply(batch); });
  }

private:
  using moment = sqlite_leaderboard_tables::moment;

  /// The number of that leaderboard once its ended periods are closed.
  result<std::int64_t> to_look_back_at(const std::string& id) {
    std::optional<leaderboard> of;
    const auto open = guard_sqlite([&]() -> result<bool> {
      if (id == default_leaderboard)
        return tables_.users().past().is_open(no_number, tables_.users().starts_now());
      of = tables_.find(id);
      if (!of || of->archived_at)
        return unknown_leaderboard(id);
      if (!of->unreadable.empty())
        return true; // nobody knows what has ended
      return tables_.users().past().is_open(of->number, tables_.starts(*of, tables_.users().now()));
    });
    if (!open)
      return open.error();
    if (!*open) {
      const auto closed = tables_.users().transact([&](moment& at) {
        if (of)
          tables_.starts_to_write(*of, at.now);
      });
      if (!closed)
        return closed.error();
    }
    return of ? of->number : no_number;
  }

  std::size_t purge_at(sys_time now, std::size_t limit) {
    const auto number = first_to_purge_.first(read_number, to_micros(now - kept_after_archiving));
    if (!number)
      return tables_.users().past().purge(limit);
    for (auto* rows : {&purge_scores_, &purge_deleted_})
      if (const auto gone = rows->with(*number, sql_count(limit)).exec(); gone > 0)
        return static_cast<std::size_t>(gone);
    tables_.users().past().drop(*number);
    purge_periods_.with(*number).exec();
    return static_cast<std::size_t>(purge_leaderboard_.with(*number).exec());
  }

  result<void> check_room_for(std::span<const std::string> more) {
    return check_room(more, quotas_, [this](const std::string& tenant) {
      return tenants_.leaderboards.only(read_count, tenant);
    });
  }

  result<std::vector<saved_leaderboard>> make_at(sys_time now, std::span<const std::string> ids) {
    const auto missing = missing_among(ids, tables_.find(ids));
    if (!missing)
      return missing.error();
    if (const auto may = check_room_for(*missing); !may)
      return may.error();
    for (const auto& id : *missing)
      insert_.with(id, settings_json({}), to_micros(now)).exec();
    return in_order_of(ids, tables_.find(ids), *missing);
  }

  result<bool> restore_at(sys_time now, const std::string& id) {
    const auto before = tables_.find(id);
    if (!before || !before->archived_at)
      return false;
    if (const auto may = check_room_for({&id, 1}); !may)
      return may.error();
    return restore_.with(id, to_micros(now - kept_after_archiving)).exec() > 0;
  }

  result<saved_leaderboard> save_at(sys_time now, const std::string& id,
                                    const leaderboard_settings& settings) {
    const auto before = tables_.find(id);
    reached_leaderboards known{[&](std::span<const std::string> ids) {
      return tables_.find(ids);
    }};
    const auto all_feeds = [this] {
      return feeds_graph_of(all_feeds_.all(read_feeding));
    };
    if (const auto may = validate_save(id, before, settings, known, all_feeds); !may)
      return may.error();
    if (!before)
      if (const auto may = check_room_for({&id, 1}); !may)
        return may.error();
    if (before && !before->settings.has_calendar_of(settings))
      keep_starts(*before, now);
    if (before)
      change_.with(id, settings_json(settings)).exec();
    else
      insert_.with(id, settings_json(settings), to_micros(now)).exec();
    return saved_leaderboard{*tables_.find(id), !before};
  }

  /// A period that has begun stays begun, whatever calendar comes next: caches count from there on,
  /// and what it has ended is kept.
  void keep_starts(const leaderboard& of, sys_time now) {
    const auto starts = tables_.starts_to_write(of, now);
    for (auto p : all_periods)
      tables_.record_start(of.number, p, starts[index_of(p)]);
  }

  static feeding_text read_feeding(SQLite::Statement& row) {
    return {row.getColumn(0).getString(), row.getColumn(1).getString()};
  }

  prepared prepare(std::string_view text) { return tables_.prepare(text); }

  sqlite_leaderboard_tables tables_;
  const score_rules default_rules_;
  const tenant_quotas quotas_;
  prepared list_ = prepare(leaderboard_sql::list);
  prepared all_feeds_ = prepare(leaderboard_sql::all_feeds);
  prepared insert_ = prepare(leaderboard_sql::insert);
  prepared change_ = prepare(leaderboard_sql::change);
  prepared archive_ = prepare(leaderboard_sql::archive);
  prepared restore_ = prepare(leaderboard_sql::restore);
  prepared note_used_ = prepare(leaderboard_sql::note_used);
  prepared recently_used_ = prepare(leaderboard_sql::recently_used);
  prepared first_to_purge_ = prepare(leaderboard_sql::first_to_purge);
  prepared purge_scores_ = prepare(leaderboard_sql::purge_scores);
  prepared purge_deleted_ = prepare(leaderboard_sql::purge_deleted);
  prepared purge_periods_ = prepare(leaderboard_sql::purge_periods);
  prepared set_metadata_ = prepare(leaderboard_sql::set_metadata);
  prepared has_user_metadata_ = prepare(leaderboard_sql::has_user_metadata);
  prepared metadata_of_ = prepare(leaderboard_sql::metadata_of);
  prepared purge_leaderboard_ = prepare(leaderboard_sql::purge_leaderboard);
  prepared foreign_scores_ = prepare(leaderboard_sql::foreign_scores);
  prepared settle_foreign_ = prepare(leaderboard_sql::settle_foreign_score);
  sqlite_tenant_statements tenants_{
      prepare(leaderboard_sql::count_of_tenant), prepare(leaderboard_sql::users_of_tenant),
      prepare(leaderboard_sql::kept_users),      prepare(leaderboard_sql::keep_users),
      prepare(leaderboard_sql::add_users),       prepare(leaderboard_sql::take_back_users),
      prepare(leaderboard_sql::first_to_recount)};
  sqlite_request_statements requests_{
      prepare(leaderboard_sql::find_request), prepare(leaderboard_sql::add_request),
      prepare(sqlite_sql::find_request), prepare(sqlite_sql::add_request)};
};

} // namespace

result<std::unique_ptr<leaderboard_store>>
open_sqlite_leaderboards(const sqlite_options& options, const score_rules& default_rules,
                         const tenant_quotas& quotas) {
  return open_on<leaderboard_store, sqlite_leaderboard_store>(options, default_rules, quotas);
}

} // namespace standings
