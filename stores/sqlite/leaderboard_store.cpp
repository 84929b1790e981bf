#include "stores/sqlite/leaderboard_store.hpp"

#include "core/leaderboard/feeds.hpp"
#include "core/leaderboard/leaderboard_id.hpp"
#include "stores/sql/leaderboard_batch.hpp"
#include "stores/sql/reached_leaderboards.hpp"
#include "stores/sqlite/leaderboard_scores.hpp"
#include "stores/sqlite/leaderboard_sql.hpp"
#include "stores/sqlite/leaderboard_tables.hpp"
#include "stores/sqlite/open_on.hpp"

namespace standings {

namespace {

namespace sql = sqlite_leaderboard_sql;

/// While a batch waits for another program's lock, the updates of all users wait.
constexpr int longest_wait_ms = 250;

struct request_statements {
  prepared find;
  prepared add;
};

/// The rows of one transaction.
class sqlite_leaderboard_rows final : public leaderboard_rows {
public:
  using moment = sqlite_leaderboard_tables::moment;

  sqlite_leaderboard_rows(sqlite_leaderboard_tables& tables, const score_rules& default_rules,
                          request_statements& requests, moment& at)
      : tables_(tables), default_rules_(default_rules), requests_(requests), at_(at) {}

  sys_time now() override { return at_.now; }

  std::vector<leaderboard> find(std::span<const std::string> ids) override {
    return tables_.find(ids);
  }

  score_rules rules_of(const leaderboard* which) override {
    return which ? which->settings.rules : default_rules_;
  }

  period_starts starts_of(const leaderboard* which) override {
    return which ? tables_.starts_to_write(*which, at_.now) : at_.starts;
  }

  void find(std::span<leaderboard_request> requests) override {
    for (auto& request : requests) {
      auto& row = requests_.find.with(request.number, request.user_id, request.key);
      if (row.executeStep()) {
        request.body = row.getColumn(0).getString();
        request.states = row.getColumn(1).getString();
      }
      requests_.find.done();
    }
  }

  void add(std::span<const leaderboard_request> requests) override {
    for (const auto& r : requests)
      requests_.add.with(r.number, r.user_id, r.key, r.body, r.states, to_micros(at_.now)).exec();
  }

  /// The transaction has locked all rows.
  std::vector<std::optional<user_record>> lock(std::span<const leaderboard_row_key> keys,
                                               std::vector<std::string>&) override {
    std::vector<std::optional<user_record>> out;
    out.reserve(keys.size());
    for (const auto& key : keys)
      out.push_back(key.number == no_number ? tables_.users().find_row(key.user_id)
                                            : tables_.find_row(key.number, key.user_id));
    return out;
  }

  void write(std::span<const changed_row> rows) override {
    for (const auto& row : rows) {
      row.user->version = ++at_.version;
      if (row.number == no_number)
        tables_.write_default_row(*row.user);
      else
        tables_.write_row(row.number, *row.user);
    }
  }

private:
  sqlite_leaderboard_tables& tables_;
  const score_rules default_rules_;
  request_statements& requests_;
  moment& at_;
};

class sqlite_leaderboard_store final : public leaderboard_store {
public:
  sqlite_leaderboard_store(std::unique_ptr<SQLite::Database> db, const sqlite_options& options,
                           const score_rules& default_rules)
      : tables_(std::move(db), options), default_rules_(default_rules) {
    tables_.db().setBusyTimeout(longest_wait_ms);
  }

  // -- leaderboards ----------------------------------------------------------------

  result<std::optional<leaderboard>> find(const std::string& id) override {
    return guard_sqlite([&]() -> result<std::optional<leaderboard>> { return tables_.find(id); });
  }

  result<std::vector<leaderboard>> list(const leaderboard_query& which) override {
    return guard_sqlite([&]() -> result<std::vector<leaderboard>> {
      return list_.all(sqlite_leaderboard_tables::read_leaderboard, which.after, which.tenant,
                       which.tenant + ".", which.tenant + "/", sql_count(which.limit));
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

  result<bool> archive(const std::string& id) override {
    return tables_.users().transact(
        [&](moment& at) { return archive_.with(id, to_micros(at.now)).exec() > 0; });
  }

  result<bool> restore(const std::string& id) override {
    return tables_.users().transact([&](moment& at) {
      return restore_.with(id, to_micros(at.now - kept_after_archiving)).exec() > 0;
    });
  }

  result<std::size_t> purge(std::size_t limit) override {
    return tables_.users().transact([&](moment& at) -> std::size_t {
      const auto number =
          first_to_purge_.first(read_number, to_micros(at.now - kept_after_archiving));
      if (!number)
        return tables_.users().past().purge(limit);
      for (auto* rows : {&purge_scores_, &purge_deleted_})
        if (const auto gone = rows->with(*number, sql_count(limit)).exec(); gone > 0)
          return static_cast<std::size_t>(gone);
      tables_.users().past().drop(*number);
      purge_periods_.with(*number).exec();
      return static_cast<std::size_t>(purge_leaderboard_.with(*number).exec());
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
      sqlite_leaderboard_rows rows{tables_, default_rules_, requests_, at};
      return apply_leaderboard_batch(batch, rows).value(); // it closes periods itself
    });
  }

  result<std::size_t> forget_requests(std::size_t limit) override {
    return tables_.forget_requests(limit);
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

  result<saved_leaderboard> save_at(sys_time now, const std::string& id,
                                    const leaderboard_settings& settings) {
    const auto before = tables_.find(id);
    reached_leaderboards known{[&](std::span<const std::string> ids) {
      return tables_.find(ids);
    }};
    if (const auto may = validate_save(id, before, settings, known); !may)
      return may.error();
    if (before)
      change_.with(id, settings_json(settings)).exec();
    else
      insert_.with(id, settings_json(settings), to_micros(now)).exec();
    return saved_leaderboard{*tables_.find(id), !before};
  }

  prepared prepare(std::string_view text) { return tables_.prepare(text); }

  sqlite_leaderboard_tables tables_;
  const score_rules default_rules_;
  prepared list_ = prepare(sql::list);
  prepared insert_ = prepare(sql::insert);
  prepared change_ = prepare(sql::change);
  prepared archive_ = prepare(sql::archive);
  prepared restore_ = prepare(sql::restore);
  prepared note_used_ = prepare(sql::note_used);
  prepared first_to_purge_ = prepare(sql::first_to_purge);
  prepared purge_scores_ = prepare(sql::purge_scores);
  prepared purge_deleted_ = prepare(sql::purge_deleted);
  prepared purge_periods_ = prepare(sql::purge_periods);
  prepared purge_leaderboard_ = prepare(sql::purge_leaderboard);
  request_statements requests_{prepare(sql::find_request), prepare(sql::add_request)};
};

} // namespace

result<std::unique_ptr<leaderboard_store>>
open_sqlite_leaderboards(const sqlite_options& options, const score_rules& default_rules) {
  return open_on<leaderboard_store, sqlite_leaderboard_store>(options, default_rules);
}

} // namespace standings
