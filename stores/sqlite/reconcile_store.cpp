#include "stores/sqlite/reconcile_store.hpp"

#include "stores/sqlite/open_on.hpp"
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
    // there is one writer at a time, so every version that was drawn is committed
    return guard_sqlite([&]() -> result<std::int64_t> { return session_.last_version(); });
  }

  result<std::uint64_t> count() override {
    return guard_sqlite([&]() -> result<std::uint64_t> { return session_.count(); });
  }

  result<bool> versions_foreign_writes() override {
    return guard_sqlite([&]() -> result<bool> { return has_triggers_.only(read_flag); });
  }

  result<std::pair<period_starts, sys_time>> starts() override {
    return guard_sqlite([&]() -> result<std::pair<period_starts, sys_time>> {
      return std::pair{session_.starts_now(), session_.now()};
    });
  }

  result<std::vector<std::string>> batch_ends(const std::string& after, std::size_t batch,
                                              std::size_t count) override {
    return guard_sqlite([&]() -> result<std::vector<std::string>> {
      return batch_ends_.all(read_text, after, sql_count(batch), sql_count(batch * count));
    });
  }

  result<std::vector<user_record>> read(const id_range& range, std::size_t limit) override {
    return guard_sqlite([&]() -> result<std::vector<user_record>> {
      if (!range.up_to)
        return session_.scan(range.after, limit);
      return read_range_.all(sqlite_user_table::read_effective(session_.starts_now()), range.after,
                             *range.up_to, sql_count(limit));
    });
  }

  result<std::vector<std::string>> written_since(std::int64_t version, const std::string& after,
                                                 std::size_t limit) override {
    return guard_sqlite([&]() -> result<std::vector<std::string>> {
      return written_since_.all(read_text, version, after, sql_count(limit));
    });
  }

  result<std::vector<user_record>> find(std::span<const std::string> user_ids) override {
    return guard_sqlite(
        [&]() -> result<std::vector<user_record>> { return session_.find(user_ids); });
  }

  result<std::vector<archived_user>> archived(std::span<const std::string> user_ids) override {
    return guard_sqlite([&]() -> result<std::vector<archived_user>> {
      std::vector<archived_user> out;
      for (const auto& id : user_ids) {
        const auto read = [&id](SQLite::Statement& row) {
          return archived_user{id, row.getColumn(0).getInt64(),
                               from_micros(row.getColumn(1).getInt64())};
        };
        if (auto found = archived_.first(read, id))
          out.push_back(*std::move(found));
      }
      return out;
    });
  }

  result<std::vector<user_record>> write(std::span<const row_change> changes) override {
    return session_.transact([&](moment& at) {
      std::vector<user_record> written;
      for (const auto& change : changes) {
        auto& row = change_row(change, at);
        if (row.executeStep()) {
          written.push_back(read_user_record(row));
          ++at.version;
          row.executeStep(); // finishes the statement; the first step made its changes
        }
        (change.expected == 0 ? create_ : update_).done();
      }
      for (auto& user : written)
        user.score = effective_scores(user.score, user.updated_at, at.starts);
      return written;
    });
  }

  result<std::vector<deletion>> remove(std::span<const deletion> users,
                                       const std::string& run_id) override {
    return session_.transact([&](moment& at) {
      std::vector<deletion> gone;
      for (const auto& user : users) {
        const auto next = at.version + 1;
        if (archive_.with(user.user_id, run_id, to_micros(at.now), next, user.version).exec() == 0)
          continue;
        remove_.with(user.user_id).exec();
        at.version = next;
        gone.push_back({user.user_id, next});
      }
      return gone;
    });
  }

  result<std::vector<user_record>> restore(const std::string& run_id, const std::string& after,
                                           std::size_t limit) override {
    return session_.transact([&](moment& at) {
      auto back = restorable_.all(read_user_record, run_id, after, sql_count(limit));
      for (auto& user : back) {
        user.version = ++at.version;
        insert(user);
        user.score = effective_scores(user.score, user.updated_at, at.starts);
      }
      return back;
    });
  }

private:
  using moment = sqlite_user_table::moment;

  /// The statement for the change, ready to be stepped.
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

  sqlite_user_table session_;
  prepared has_triggers_ = session_.prepare(sql::has_triggers);
  prepared batch_ends_ = session_.prepare(sql::batch_ends);
  prepared read_range_ = session_.prepare(sql::read_range);
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
  return open_on<reconcile_store, sqlite_reconcile_store>(options);
}

} // namespace standings
