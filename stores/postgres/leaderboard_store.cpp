#include "stores/postgres/leaderboard_store.hpp"

#include "core/leaderboard/leaderboard_id.hpp"
#include "stores/postgres/leaderboard_rows.hpp"
#include "stores/postgres/leaderboard_scores.hpp"
#include "stores/postgres/leaderboard_sql.hpp"
#include "stores/postgres/leaderboard_tables.hpp"
#include "stores/postgres/open_on.hpp"
#include "stores/postgres/score_sql.hpp"
#include "stores/sql/around_locks.hpp"
#include "stores/sql/leaderboard_batch.hpp"
#include "stores/sql/reached_leaderboards.hpp"
#include "stores/sql/sql_text.hpp"
#include "stores/sql/tenant_room.hpp"

#include <chrono>

namespace standings {

namespace {

namespace leaderboard_sql = postgres_leaderboard_sql;

/// How long to apply a batch in parts while other transactions hold rows of its users.
constexpr std::chrono::milliseconds time_around_locks{500};

constexpr auto seconds_kept =
    std::chrono::duration_cast<std::chrono::seconds>(kept_after_archiving).count();

class postgres_leaderboard_store final : public leaderboard_store {
  using moment = postgres_leaderboard_tables::moment;

  /// Before its uses, because its type is deduced.
  template <class Body>
  auto transact(const Body& body) {
    return tables_.users().transact_at(postgres_sql::begin_write, body);
  }

public:
  postgres_leaderboard_store(std::unique_ptr<pqxx::connection> db, const postgres_options& options,
                             const score_rules& default_rules, const tenant_quotas& quotas)
      : tables_(std::move(db), options), default_rules_(default_rules), quotas_(quotas),
        look_for_locks_(tables_.users().named(postgres_sql::look_for_locks)) {
    postgres_leaderboard_rows::prepare(tables_);
    prepare_postgres_scores(tables_);
    tables_.prepare("named_list", leaderboard_sql::list);
    tables_.prepare("named_set_metadata", leaderboard_sql::set_metadata);
    tables_.prepare("named_has_metadata", leaderboard_sql::has_user_metadata);
    tables_.prepare("named_metadata", leaderboard_sql::metadata_of);
    tables_.prepare("named_all_feeds", leaderboard_sql::all_feeds);
    tables_.prepare("named_lock_all", leaderboard_sql::lock_all);
    tables_.prepare("named_insert", leaderboard_sql::insert);
    tables_.prepare("named_change", leaderboard_sql::change);
    tables_.prepare("named_archive", leaderboard_sql::archive);
    tables_.prepare("named_restore", leaderboard_sql::restore);
    tables_.prepare("named_note_used", leaderboard_sql::note_used);
    tables_.prepare("named_recently_used", leaderboard_sql::recently_used);
    tables_.prepare("tenant_leaderboards", leaderboard_sql::count_of_tenant);
    tables_.prepare("tenant_recount",
                    replaced(replaced(leaderboard_sql::recount_users, "{users_of_tenant}",
                                      leaderboard_sql::users_of_tenant),
                             "{tenant}", "due.tenant"));
    tables_.prepare("named_first_to_purge", leaderboard_sql::first_to_purge);
    tables_.prepare("named_purge_scores", leaderboard_sql::purge_scores);
    tables_.prepare("named_purge_deleted", leaderboard_sql::purge_deleted);
    tables_.prepare("named_purge_periods", leaderboard_sql::purge_periods);
    tables_.prepare("named_purge", leaderboard_sql::purge_leaderboard);
    tables_.prepare("named_foreign", leaderboard_sql::foreign_scores);
    tables_.prepare("named_settle_foreign", leaderboard_sql::settle_foreign_scores);
  }

  // -- leaderboards ----------------------------------------------------------------

  result<std::optional<leaderboard>> find(const std::string& id) override {
    return tables_.users().read([&](postgres_work& tx) { return find_in(tx, id); });
  }

  result<std::vector<leaderboard>> find_all(std::span<const std::string> ids) override {
    return tables_.users().read([&](postgres_work& tx) { return find_all_in(tx, ids); });
  }

  result<std::vector<leaderboard>> list(const leaderboard_query& which) override {
    return tables_.users().read([&](postgres_work& tx) {
      return read_all(tx.exec_prepared("named_list", which.after, which.tenant,
                                       sql_count(which.limit), which.archived));
    });
  }

  result<saved_leaderboard> save(const std::string& id,
                                 const leaderboard_settings& settings) override {
    if (const auto valid = validate_settings(id, settings); !valid)
      return valid.error();
    result<saved_leaderboard> saved;
    const auto done = transact([&](postgres_work& tx, const moment& at) {
      tx.exec_prepared("named_lock_all");
      saved = save_in(tx, id, settings, at);
    });
    if (!done)
      return done.error();
    return saved;
  }

  result<std::vector<saved_leaderboard>> make(std::span<const std::string> ids) override {
    for (const auto& id : ids)
      if (const auto valid = validate_leaderboard_id(id); !valid)
        return valid.error();
    result<std::vector<saved_leaderboard>> made;
    const auto done = transact([&](postgres_work& tx, const moment& at) {
      tx.exec_prepared("named_lock_all");
      made = make_in(tx, ids, at);
    });
    if (!done)
      return done.error();
    return made;
  }

  result<bool> archive(const std::string& id) override {
    return transact([&](postgres_work& tx, const moment&) {
      return tx.exec_prepared("named_archive", id).affected_rows() > 0;
    });
  }

  result<bool> restore(const std::string& id) override {
    result<bool> restored;
    const auto done = transact([&](postgres_work& tx, const moment&) {
      tx.exec_prepared("named_lock_all");
      restored = restore_in(tx, id);
    });
    if (!done)
      return done.error();
    return restored;
  }

  result<std::size_t> purge(std::size_t limit) override {
    return transact([&](postgres_work& tx, const moment&) -> std::size_t {
      const auto found = tx.exec_prepared("named_first_to_purge", std::int64_t{seconds_kept});
      if (found.empty())
        return tables_.users().past().purge(tx, limit);
      const auto number = found[0][0].as<std::int64_t>();
      for (const auto* rows : {"named_purge_scores", "named_purge_deleted"})
        if (const auto gone = tx.exec_prepared(rows, number, sql_count(limit)).affected_rows();
            gone > 0)
          return static_cast<std::size_t>(gone);
      tables_.users().past().drop(tx, number);
      tx.exec_prepared("named_purge_periods", number);
      return static_cast<std::size_t>(tx.exec_prepared("named_purge", number).affected_rows());
    });
  }

  result<std::vector<leaderboard>> recently_used(std::size_t limit) override {
    return tables_.users().read([&](postgres_work& tx) {
      return read_all(tx.exec_prepared("named_recently_used", sql_count(limit)));
    });
  }

  result<void> note_used(std::span<const std::string> ids) override {
    return transact([&](postgres_work& tx, const moment&) {
      tx.exec(leaderboard_sql::need_not_last);
      tx.exec_prepared("named_note_used", text_array({ids.begin(), ids.end()}));
    });
  }

  // -- updates ---------------------------------------------------------------------

  /// As postgres_score_store does: all at once, or in parts around rows that others hold.
  result<std::vector<update_outcome>> apply(std::span<const score_update> batch) override {
    if (!locked_.has_any_of(batch)) {
      bool began = false;
      auto done = apply_part(batch, postgres_leaderboard_rows::held::wait, began);
      if (done || done.error().code != errc::overloaded || !began)
        return done;
    }
    around_locks around{batch, locked_, [this](std::span<const score_update> part, bool& began) {
                          return apply_part(part, postgres_leaderboard_rows::held::leave_out,
                                            began);
                        }};
    return around.run(around_locks::clock::now() + time_around_locks);
  }

  result<std::size_t> forget_requests(std::size_t limit) override {
    return forget_leaderboard_requests(tables_, limit);
  }

  result<void> set_metadata(const std::string& id, const std::string& user_id,
                            const std::string& metadata) override {
    result<void> outcome;
    const auto done = transact([&](postgres_work& tx, const moment&) {
      const auto of = find_in(tx, id);
      if (!of || of->archived_at) {
        outcome = unknown_leaderboard(id);
        return;
      }
      const auto value = metadata == "{}" ? std::nullopt : std::optional{metadata};
      if (tx.exec_prepared("named_set_metadata", of->number, user_id, value).affected_rows() == 0)
        outcome = fail(errc::unknown_user, "no such user", "user_id");
      else if (!of->has_user_metadata)
        tx.exec_prepared("named_has_metadata", of->number);
    });
    return done ? outcome : done;
  }

  result<user_metadata> metadata_of(const leaderboard& which,
                                    std::span<const std::string> user_ids) override {
    return tables_.users().read([&](postgres_work& tx) {
      user_metadata out;
      for (const auto& row : tx.exec_prepared("named_metadata", which.number,
                                              text_array({user_ids.begin(), user_ids.end()})))
        out.emplace(row[0].c_str(), row[1].c_str());
      return out;
    });
  }

  result<std::vector<past_period>> past_periods(const std::string& id, period board) override {
    const auto of = to_look_back_at(id);
    if (!of)
      return of.error();
    return tables_.users().read(
        [&](postgres_work& tx) { return tables_.users().past().list(tx, of->number, board); });
  }

  result<std::optional<past_board>> past(const std::string& id, period board, sys_time at,
                                         std::size_t offset, std::size_t limit) override {
    const auto of = to_look_back_at(id);
    if (!of)
      return of.error();
    return tables_.users().read([&](postgres_work& tx) {
      return tables_.users().past().find(tx, of->number, board, at, offset, limit);
    });
  }

  result<bool> recount_users() override {
    if (quotas_.by_tenant.empty())
      return false;
    return transact([&](postgres_work& tx, const moment&) {
      return tx.exec_prepared("tenant_recount").affected_rows() > 0;
    });
  }

  result<std::vector<foreign_score>> foreign_scores(const foreign_score_place& after,
                                                    std::size_t limit) override {
    return tables_.users().read([&](postgres_work& tx) {
      std::vector<foreign_score> out;
      for (const auto& row :
           tx.exec_prepared("named_foreign", after.number, after.user_id, sql_count(limit)))
        out.push_back({row[0].as<std::int64_t>(), row[1].c_str(),
                       foreign_change{row[2].c_str(), row[3].as<std::int64_t>()}});
      return out;
    });
  }

  result<void> settle(std::span<const foreign_score> changes) override {
    std::vector<std::int64_t> numbers;
    std::vector<std::string> ids;
    std::vector<std::int64_t> versions;
    for (const auto& one : changes) {
      numbers.push_back(one.number);
      ids.push_back(one.change.user_id);
      versions.push_back(one.change.version);
    }
    const auto done = tables_.users().read([&](postgres_work& tx) {
      return tx
          .exec_prepared("named_settle_foreign", bigint_array(numbers), text_array(ids),
                         bigint_array(versions))
          .affected_rows();
    });
    return done ? result<void>{} : done.error();
  }

  std::unique_ptr<score_store> scores_of(const leaderboard& which) override {
    return postgres_scores_of(which, tables_,
                              [this](std::span<const score_update> batch) { return apply(batch); });
  }

private:
  static std::vector<leaderboard> read_all(const pqxx::result& rows) {
    std::vector<leaderboard> out;
    for (const auto& row : rows)
      out.push_back(postgres_leaderboard_tables::read_leaderboard(row).found);
    return out;
  }

  static std::vector<leaderboard> find_all_in(postgres_work& tx, std::span<const std::string> ids) {
    return read_all(tx.exec_prepared("named_leaderboards", text_array({ids.begin(), ids.end()})));
  }

  static feeds_graph all_feeds_in(postgres_work& tx) {
    std::vector<feeding_text> out;
    for (const auto& row : tx.exec_prepared("named_all_feeds"))
      out.push_back({row[0].c_str(), row[1].c_str()});
    return feeds_graph_of(out);
  }

  static std::optional<leaderboard> find_in(postgres_work& tx, const std::string& id) {
    auto found = find_all_in(tx, std::span{&id, 1});
    return found.empty() ? std::nullopt : std::optional{std::move(found.front())};
  }

  result<void> check_room_in(postgres_work& tx, std::span<const std::string> more) const {
    return check_room(more, quotas_, [&tx](const std::string& tenant) {
      return tx.exec_prepared("tenant_leaderboards", tenant)[0][0].as<std::uint64_t>();
    });
  }

  [[nodiscard]] result<std::vector<saved_leaderboard>>
  make_in(postgres_work& tx, std::span<const std::string> ids, const moment& at) {
    const auto missing = missing_among(ids, find_all_in(tx, ids));
    if (!missing)
      return missing.error();
    if (const auto may = check_room_in(tx, *missing); !may)
      return may.error();
    for (const auto& id : *missing)
      tx.exec_prepared("named_insert", id, settings_json({}));
    auto made = in_order_of(ids, find_all_in(tx, ids), *missing);
    open_periods_of_new(tx, made, at);
    return made;
  }

  result<bool> restore_in(postgres_work& tx, const std::string& id) const {
    const auto before = find_in(tx, id);
    if (!before || !before->archived_at)
      return false;
    if (const auto may = check_room_in(tx, {&id, 1}); !may)
      return may.error();
    return tx.exec_prepared("named_restore", id, std::int64_t{seconds_kept}).affected_rows() > 0;
  }

  result<saved_leaderboard> save_in(postgres_work& tx, const std::string& id,
                                    const leaderboard_settings& settings, const moment& at) {
    const auto before = find_in(tx, id);
    reached_leaderboards known{[&tx](std::span<const std::string> ids) {
      return find_all_in(tx, ids);
    }};
    const auto all_feeds = [&tx] {
      return all_feeds_in(tx);
    };
    if (const auto may = validate_save(id, before, settings, known, all_feeds); !may)
      return may.error();
    if (!before)
      if (const auto may = check_room_in(tx, {&id, 1}); !may)
        return may.error();
    if (before && !before->settings.has_calendar_of(settings))
      keep_starts(tx, *before, at);
    tx.exec_prepared(before ? "named_change" : "named_insert", id, settings_json(settings));
    const saved_leaderboard saved{*find_in(tx, id), !before};
    open_periods_of_new(tx, {&saved, 1}, at);
    return saved;
  }

  /// A period that has begun stays begun, whatever calendar comes next: caches count from there on,
  /// and what it has ended is kept.
  void keep_starts(postgres_work& tx, const leaderboard& of, const moment& at) {
    const auto recorded = tables_.moment_of(tx, of).recorded;
    tables_.record_starts(tx, of, tables_.starts(of, recorded, at.now), at);
  }

  /// For those that this transaction has made. Otherwise the first write of each would have to, in
  /// a transaction beside which nobody else may write.
  void open_periods_of_new(postgres_work& tx, std::span<const saved_leaderboard> saved,
                           const moment& at) {
    std::vector<postgres_past_boards::due> due;
    for (const auto& [one, is_new] : saved)
      if (is_new)
        due.push_back(tables_.due_of(&one, tables_.starts(one, {}, at.now)));
    if (!due.empty() && tables_.users().past().keeps())
      tables_.users().past().close(tx, due);
  }

  /// The leaderboard with that id once its ended periods are closed.
  result<postgres_past_boards::due> to_look_back_at(const std::string& id) {
    auto of = tables_.users().read([&](postgres_work& tx) {
      return id == default_leaderboard ? tables_.users().default_at(default_moment(tx)).front()
                                       : named_due(tx, id);
    });
    if (!of)
      return of.error();
    if (of->window) {
      if (const auto closed = tables_.close_ended({*of}, std::span{&id, 1}); !closed)
        return closed.error();
    } else if (of->number == no_number) {
      return unknown_leaderboard(id);
    }
    return of;
  }

  moment default_moment(postgres_work& tx) {
    return tables_.users().moment_of(tx.exec_prepared("read_periods")[0]);
  }

  /// Without a window if nobody knows what has ended, because the settings cannot be read; without
  /// a number as well if there is none of that id.
  postgres_past_boards::due named_due(postgres_work& tx, const std::string& id) {
    const auto now = default_moment(tx).now;
    const auto rows = tx.exec_prepared("named_leaderboards", text_array({id}));
    if (rows.empty())
      return {};
    const auto read = postgres_leaderboard_tables::read_leaderboard(rows[0]);
    if (read.found.archived_at)
      return {};
    if (!read.found.unreadable.empty())
      return {.number = read.found.number};
    return tables_.due_of(&read.found, tables_.starts(read.found, read.recorded, now));
  }

  result<std::vector<update_outcome>> apply_part(std::span<const score_update> batch,
                                                 postgres_leaderboard_rows::held rows,
                                                 bool& began) {
    std::vector<postgres_past_boards::due> ended;
    std::vector<std::string> ended_ids;
    const auto once = [&](postgres_work& tx, const moment& at) {
      if (rows == postgres_leaderboard_rows::held::leave_out)
        tx.exec(look_for_locks_);
      began = true;
      postgres_leaderboard_rows of_transaction{tables_, default_rules_, tx, at, rows};
      auto done = apply_leaderboard_batch(batch, of_transaction, quotas_);
      ended = of_transaction.ended();
      ended_ids = of_transaction.ended_ids();
      return done;
    };
    const auto close = [&] {
      began = false; // it has done nothing
      return tables_.close_ended(ended, ended_ids);
    };
    return tables_.users().transact_until(postgres_sql::begin_write, once, close, 1);
  }

  postgres_leaderboard_tables tables_;
  const score_rules default_rules_;
  const tenant_quotas quotas_;
  const std::string look_for_locks_;
  locked_users locked_;
};

} // namespace

result<std::unique_ptr<leaderboard_store>>
open_postgres_leaderboards(const postgres_options& options, const score_rules& default_rules,
                           const tenant_quotas& quotas) {
  return open_on<leaderboard_store, postgres_leaderboard_store>(options, default_rules, quotas);
}

} // namespace standings
