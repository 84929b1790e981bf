#include "stores/sqlite/reconcile_store.hpp"

#include "stores/sqlite/reconcile_sql.hpp"
#include "stores/sqlite/score_sql.hpp"
#include "stores/sqlite/triggers_sql.hpp"
#include "stores/sqlite/user_table.hpp"

#include <algorithm>

namespace standings {

namespace {

namespace sql = sqlite_sql;

class sqlite_reconcile_store final : public reconcile_store {
public:
  sqlite_reconcile_store(std::unique_ptr<SQLite::Database> db, const sqlite_options& options)
      : session_(std::move(db), options) {}

  result<std::int64_t> barrier() override {
    // one writer at a time: what has a version is committed
    return guard_sqlite([&]() -> result<std::int64_t> { return session_.last_version(); });
  }

  result<std::uint64_t> count() override {
    return guard_sqlite([&]() -> result<std::uint64_t> {
      auto& row = count_.with();
      row.executeStep();
      const auto users = static_cast<std::uint64_t>(row.getColumn(0).getInt64());
      count_.done();
      return users;
    });
  }

  result<bool> versions_foreign_writes() override {
    return guard_sqlite([&]() -> result<bool> {
      auto& row = has_triggers_.with();
      row.executeStep();
      const bool all = row.getColumn(0).getInt() != 0;
      has_triggers_.done();
      return all;
    });
  }

  result<std::pair<period_starts, sys_time>> starts() override {
    return guard_sqlite([&]() -> result<std::pair<period_starts, sys_time>> {
      return std::pair{session_.starts_now(), session_.now()};
    });
  }

  result<std::vector<std::string>> batch_ends(const std::string& after, std::size_t batch,
                                              std::size_t count) override {
    return guard_sqlite([&]() -> result<std::vector<std::string>> {
      std::vector<std::string> out;
      auto& row = batch_ends_.with(after, sql_count(batch), sql_count(batch * count));
      while (row.executeStep())
        out.push_back(row.getColumn(0).getString());
      batch_ends_.done();
      return out;
    });
  }

  result<std::vector<user_record>> read(const id_range& range, std::size_t limit) override {
    return guard_sqlite([&]() -> result<std::vector<user_record>> {
      if (range.up_to)
        return records(read_range_, read_range_.with(range.after, *range.up_to, sql_count(limit)));
      return records(scan_, scan_.with(range.after, sql_count(limit)));
    });
  }

  result<std::vector<std::string>> written_since(std::int64_t version, const std::string& after,
                                                 std::size_t limit) override {
    return guard_sqlite([&]() -> result<std::vector<std::string>> {
      std::vector<std::string> out;
      auto& row = written_since_.with(version, after, sql_count(limit));
      while (row.executeStep())
        out.push_back(row.getColumn(0).getString());
      written_since_.done();
      return out;
    });
  }

  result<std::vector<user_record>> find(std::span<const std::string> user_ids) override {
    return guard_sqlite([&]() -> result<std::vector<user_record>> {
      std::vector<user_record> out;
      for (const auto& id : user_ids)
        for (auto& user : records(find_, find_.with(id)))
          out.push_back(std::move(user));
      return out;
    });
  }

  result<std::vector<archived_user>> archived(std::span<const std::string> user_ids) override {
    return guard_sqlite([&]() -> result<std::vector<archived_user>> {
      std::vector<archived_user> out;
      for (const auto& id : user_ids) {
        auto& row = archived_.with(id);
        if (row.executeStep())
          out.push_back(
              {id, row.getColumn(0).getInt64(), from_micros(row.getColumn(1).getInt64())});
        archived_.done();
      }
      return out;
    });
  }

  result<std::vector<user_record>> write(std::span<const row_change> changes) override {
    std::vector<user_record> written;
    const auto done = session_.transact([&](moment& at) {
      for (const auto& change : changes) {
        auto& row = change_row(change, at);
        if (row.executeStep()) {
          written.push_back(read_user_record(row));
          ++at.version;
          row.executeStep(); // RETURNING is done only once the statement is
        }
        (change.expected == 0 ? create_ : update_).done();
      }
      for (auto& user : written)
        user.score = effective_scores(user.score, user.updated_at, at.starts);
    });
    if (!done)
      return done.error();
    return written;
  }

  result<std::vector<deletion>> remove(std::span<const deletion> users,
                                       const std::string& run_id) override {
    std::vector<deletion> gone;
    const auto done = session_.transact([&](moment& at) {
      for (const auto& user : users) {
        const auto next = at.version + 1;
        if (archive_.with(user.user_id, run_id, to_micros(at.now), next, user.version).exec() == 0)
          continue;
        remove_.with(user.user_id).exec();
        at.version = next;
        gone.push_back({user.user_id, next});
      }
    });
    if (!done)
      return done.error();
    return gone;
  }

  result<std::vector<user_record>> restore(const std::string& run_id, const std::string& after,
                                           std::size_t limit) override {
    std::vector<user_record> back;
    const auto done = session_.transact([&](moment& at) {
      auto& row = restorable_.with(run_id, after, sql_count(limit));
      while (row.executeStep())
        back.push_back(read_user_record(row));
      restorable_.done();
      for (auto& user : back) {
        user.version = ++at.version;
        insert(user);
        user.score = effective_scores(user.score, user.updated_at, at.starts);
      }
    });
    if (!done)
      return done.error();
    return back;
  }

private:
  using moment = sqlite_user_table::moment;

  /// The statement of the change, ready to be stepped.
  SQLite::Statement& change_row(const row_change& change, const moment& at) {
    const auto& wanted = change.wanted;
    const auto& s = wanted.score;
    const auto time =
        to_micros(wanted.updated_at == sys_time{} ? at.now : std::min(wanted.updated_at, at.now));
    if (change.expected == 0)
      return create_.with(wanted.user_id, s[0], s[1], s[2], s[3], time, at.version + 1);
    return update_.with(wanted.user_id, change.expected, s[0], s[1], s[2], s[3], time,
                        at.version + 1);
  }

  void insert(const user_record& user) {
    const auto& s = user.score;
    auto& row = create_.with(user.user_id, s[0], s[1], s[2], s[3], to_micros(user.updated_at),
                             user.version);
    while (row.executeStep()) {
    }
    create_.done();
  }

  std::vector<user_record> records(prepared& statement, SQLite::Statement& row) {
    std::vector<user_record> out;
    while (row.executeStep())
      out.push_back(read_user_record(row));
    statement.done();
    const auto starts = session_.starts_now();
    for (auto& user : out)
      user.score = effective_scores(user.score, user.updated_at, starts);
    return out;
  }

  sqlite_user_table session_;
  prepared count_ = session_.prepare(sql::count);
  prepared has_triggers_ = session_.prepare(sql::has_triggers);
  prepared batch_ends_ = session_.prepare(sql::batch_ends);
  prepared read_range_ = session_.prepare(sql::read_range);
  prepared scan_ = session_.prepare(sql::scan);
  prepared find_ = session_.prepare(sql::find);
  prepared written_since_ = session_.prepare(sql::written_since);
  prepared archived_ = session_.prepare(sql::archived);
  prepared update_ = session_.prepare(sql::update_expected);
  prepared create_ = session_.prepare(sql::create);
  prepared archive_ = session_.prepare(sql::archive_expected);
  prepared remove_ = session_.prepare(sql::remove);
  prepared restorable_ = session_.prepare(sql::restorable);
};

} // namespace

result<std::unique_ptr<reconcile_store>>
open_sqlite_reconcile_store(const sqlite_options& options) {
  return guard_sqlite([&]() -> result<std::unique_ptr<reconcile_store>> {
    auto db = open_sqlite(options.path, options.seen);
    migrate_sqlite(*db, names_of(options));
    return std::unique_ptr<reconcile_store>{
        std::make_unique<sqlite_reconcile_store>(std::move(db), options)};
  });
}

} // namespace standings
