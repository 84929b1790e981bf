#include "stores/postgres/reconcile_store.hpp"

#include "stores/postgres/open_on.hpp"
#include "stores/postgres/reconcile_sql.hpp"
#include "stores/postgres/triggers_sql.hpp"
#include "stores/postgres/user_table.hpp"
#include "stores/sql/sql_text.hpp"

namespace standings {

namespace {

namespace sql = postgres_sql;

class postgres_reconcile_store final : public reconcile_store {
public:
  postgres_reconcile_store(std::unique_ptr<pqxx::connection> db, const postgres_options& options)
      : session_(std::move(db), options) {
    session_.prepare_reads();
    session_.prepare("last_version", sql::last_version);
    session_.prepare("has_triggers", sql::has_triggers);
    session_.prepare("batch_ends", sql::batch_ends);
    session_.prepare("read_range", sql::read_range);
    session_.prepare("written_since", sql::written_since);
    session_.prepare("archived", sql::archived);
    session_.prepare("write_expected", sql::write_expected);
    session_.prepare("remove_expected", sql::remove_expected);
    session_.prepare("restore", sql::restore);
  }

  result<std::int64_t> barrier() override {
    // holds the lock of the periods alone: every version drawn before is committed
    return session_.transact(sql::begin_reset, [](auto& tx, const auto&) {
      return tx.exec_prepared("last_version")[0][0].template as<std::int64_t>();
    });
  }

  result<std::uint64_t> count() override { return session_.count(); }

  result<bool> versions_foreign_writes() override {
    return session_.read(
        [](auto& tx) { return tx.exec_prepared("has_triggers")[0][0].template as<bool>(); });
  }

  result<std::pair<period_starts, sys_time>> starts() override {
    return session_.read([this](auto& tx) {
      const auto at = session_.moment_of(tx.exec_prepared("read_periods")[0]);
      return std::pair{at.starts, at.now};
    });
  }

  result<std::vector<std::string>> batch_ends(const std::string& after, std::size_t batch,
                                              std::size_t count) override {
    return session_.read([&](auto& tx) {
      return first_texts(
          tx.exec_prepared("batch_ends", after, sql_count(batch), sql_count(batch * count)));
    });
  }

  result<std::vector<user_record>> read(const id_range& range, std::size_t limit) override {
    if (!range.up_to)
      return session_.scan(range.after, limit);
    return session_.read([&](auto& tx) {
      const auto starts = session_.starts_now(tx);
      return postgres_user_table::records(
          tx.exec_prepared("read_range", range.after, *range.up_to, sql_count(limit)), starts);
    });
  }

  result<std::vector<std::string>> written_since(std::int64_t version, const std::string& after,
                                                 std::size_t limit) override {
    return session_.read([&](auto& tx) {
      return first_texts(tx.exec_prepared("written_since", version, after, sql_count(limit)));
    });
  }

  result<std::vector<user_record>> find(std::span<const std::string> user_ids) override {
    return session_.find(user_ids);
  }

  result<std::vector<archived_user>> archived(std::span<const std::string> user_ids) override {
    return session_.read([&](auto& tx) {
      std::vector<archived_user> out;
      for (const auto& row :
           tx.exec_prepared("archived", text_array({user_ids.begin(), user_ids.end()})))
        out.push_back({row[0].c_str(), row[1].template as<std::int64_t>(),
                       from_micros(row[2].template as<std::int64_t>())});
      return out;
    });
  }

  result<std::vector<user_record>> write(std::span<const row_change> changes) override {
    std::vector<std::string> ids;
    std::vector<std::int64_t> expected;
    std::array<std::vector<std::int64_t>, period_count> scores;
    std::vector<std::int64_t> times;
    for (const auto& change : changes) {
      ids.push_back(change.wanted.user_id);
      expected.push_back(change.expected);
      for (std::size_t p = 0; p < period_count; ++p)
        scores[p].push_back(change.wanted.score[p]);
      times.push_back(to_micros(change.wanted.updated_at));
    }
    return session_.transact(sql::begin_write, [&](auto& tx, const auto& at) {
      return postgres_user_table::records(
          tx.exec_prepared("write_expected", text_array(ids), bigint_array(expected),
                           bigint_array(scores[0]), bigint_array(scores[1]),
                           bigint_array(scores[2]), bigint_array(scores[3]), bigint_array(times),
                           to_micros(at.latest)),
          at.starts);
    });
  }

  result<std::vector<deletion>> remove(std::span<const deletion> users,
                                       const std::string& run_id) override {
    std::vector<std::string> ids;
    std::vector<std::int64_t> expected;
    for (const auto& user : users) {
      ids.push_back(user.user_id);
      expected.push_back(user.version);
    }
    return session_.transact(sql::begin_write, [&](auto& tx, const auto&) {
      std::vector<deletion> out;
      for (const auto& row :
           tx.exec_prepared("remove_expected", text_array(ids), bigint_array(expected), run_id))
        out.push_back({row[0].c_str(), row[1].template as<std::int64_t>()});
      return out;
    });
  }

  result<std::vector<user_record>> restore(const std::string& run_id, const std::string& after,
                                           std::size_t limit) override {
    return session_.transact(sql::begin_write, [&](auto& tx, const auto& at) {
      return postgres_user_table::records(
          tx.exec_prepared("restore", run_id, after, sql_count(limit)), at.starts);
    });
  }

private:
  postgres_user_table session_;
};

} // namespace

result<std::unique_ptr<reconcile_store>>
open_postgres_reconcile_store(const postgres_options& options) {
  return open_on<reconcile_store, postgres_reconcile_store>(options);
}

} // namespace standings
