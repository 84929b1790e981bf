#include "stores/sqlite_session_store.hpp"

#include "stores/session_plan.hpp"
#include "stores/sql_text.hpp"
#include "stores/sqlite_connection.hpp"
#include "stores/sqlite_session_sql.hpp"
#include "stores/sqlite_statement.hpp"

#include <SQLiteCpp/Transaction.h>

#include <unordered_map>

namespace standings {

namespace {

namespace sql = sqlite_session_sql;

std::optional<sys_time> time_from(const SQLite::Column& column) {
  if (column.isNull())
    return std::nullopt;
  return from_micros(column.getInt64());
}

/// For a nullable column: nothing is NULL.
void bind_time(SQLite::Statement& to, int position, const std::optional<sys_time>& at) {
  if (at)
    to.bind(position, to_micros(*at));
  else
    to.bind(position);
}

class sqlite_session_store final : public session_store {
public:
  sqlite_session_store(std::unique_ptr<SQLite::Database> db, const sqlite_options& options)
      : clock_(options.clock), db_(std::move(db)), files_(options.path) {}

  result<std::vector<session_change>> upsert(std::span<const session_record> sessions) override {
    std::vector<session_change> changes;
    const auto done = transact([&] {
      changes.assign(sessions.size(), {});
      write(sessions, changes);
    });
    if (!done)
      return done.error();
    return changes;
  }

  result<void> quarantine(std::span<const rejected_session> sessions) override {
    return transact([&] {
      for (const auto& s : sessions)
        quarantine_.with(s.id, s.reason, to_micros(clock_())).exec();
    });
  }

  result<std::vector<rejected_session>> quarantined(const std::string& after,
                                                    std::size_t limit) override {
    return guard_sqlite([&]() -> result<std::vector<rejected_session>> {
      std::vector<rejected_session> out;
      auto& row = quarantined_.with(after, sql_count(limit));
      while (row.executeStep())
        out.push_back({row.getColumn(0).getString(), row.getColumn(1).getString()});
      quarantined_.done();
      return out;
    });
  }

  result<std::vector<std::string>> known(std::span<const std::string> ids) override {
    return guard_sqlite([&]() -> result<std::vector<std::string>> {
      std::vector<std::string> out;
      for (const auto& id : ids) {
        if (find_session_.with(id).executeStep())
          out.push_back(id);
        find_session_.done();
      }
      return out;
    });
  }

  result<std::vector<session_record>> read(std::span<const std::string> ids) override {
    return guard_sqlite([&]() -> result<std::vector<session_record>> {
      std::vector<session_record> out;
      for (const auto& id : ids) {
        auto& row = read_session_.with(id);
        if (row.executeStep()) {
          out.push_back({id,
                         row.getColumn(1).getString(),
                         time_from(row.getColumn(2)),
                         time_from(row.getColumn(3)),
                         {}});
          read_messages(row.getColumn(0).getInt64(), out.back().messages);
        }
        read_session_.done();
      }
      return out;
    });
  }

  result<std::vector<std::string>> scan(const std::string& after, std::size_t limit) override {
    return guard_sqlite([&]() -> result<std::vector<std::string>> {
      std::vector<std::string> out;
      auto& row = scan_.with(after, sql_count(limit));
      while (row.executeStep())
        out.push_back(row.getColumn(0).getString());
      scan_.done();
      return out;
    });
  }

  result<session_counts> counts() override {
    return guard_sqlite([&]() -> result<session_counts> {
      auto& row = counts_.with();
      row.executeStep();
      const auto number = [&](int column) {
        return static_cast<std::uint64_t>(row.getColumn(column).getInt64());
      };
      const session_counts out{number(0), number(1), number(2), number(3), number(4)};
      counts_.done();
      return out;
    });
  }

private:
  using ids_by_name = std::unordered_map<std::string, std::int64_t>;

  /// Runs `body` in a transaction that holds the write lock from the start.
  /// Everything here may be repeated, so an unknown outcome is just an
  /// unavailable store.
  template <class Body>
  result<void> transact(const Body& body) {
    return guard_sqlite([&]() -> result<void> {
      SQLite::Transaction transaction{*db_, SQLite::TransactionBehavior::IMMEDIATE};
      body();
      files_.check();
      transaction.commit();
      files_.check();
      return {};
    });
  }

  void write(std::span<const session_record> sessions, std::vector<session_change>& changes) {
    const auto names = names_in(sessions);
    ids_by_name groups;
    for (const auto& name : names.groups)
      groups[name] = find_or_add(find_group_, add_group_, name);
    ids_by_name users;
    for (const auto& id : names.users)
      users[id] = find_or_add(find_user_, add_user_, id);
    name_users(names.user_names, users);
    for (std::size_t i = 0; i < sessions.size(); ++i)
      write(sessions[i], groups, users, changes[i]);
  }

  std::int64_t find_or_add(prepared& find, prepared& add, const std::string& name) {
    auto& row = find.with(name);
    std::int64_t id = 0;
    if (row.executeStep())
      id = row.getColumn(0).getInt64();
    find.done();
    if (id != 0)
      return id;
    add.with(name).exec();
    return db_->getLastInsertRowid();
  }

  void name_users(const std::unordered_map<std::string, std::string>& wanted,
                  const ids_by_name& users) {
    for (const auto& [id, name] : wanted) {
      auto& row = find_user_.with(id);
      const bool renamed = row.executeStep() && row.getColumn(1).getString() != name;
      find_user_.done();
      if (renamed)
        name_user_.with(users.at(id), name).exec();
    }
  }

  void write(const session_record& session, const ids_by_name& groups, const ids_by_name& users,
             session_change& change) {
    auto& row = find_session_.with(session.id);
    session_fields was;
    std::int64_t id = 0;
    if (row.executeStep()) {
      id = row.getColumn(0).getInt64();
      was = {row.getColumn(1).getInt64(), time_from(row.getColumn(2)), time_from(row.getColumn(3))};
    }
    find_session_.done();
    if (id == 0) {
      add_session_.with(session.id).exec();
      id = db_->getLastInsertRowid();
      change.created = true;
    }
    for (const auto& m : session.messages)
      write(id, users.at(m.sender_id), m, change);
    const auto becomes = merged(was, session, session.group.empty() ? 0 : groups.at(session.group));
    change.changed =
        change.changed || change.created || change.messages_added > 0 || becomes != was;
    if (change.changed)
      change_session(id, becomes);
    release_.with(presentable_id(session.id)).exec(); // as it is quarantined
  }

  void write(std::int64_t session, std::int64_t sender, const session_message& m,
             session_change& change) {
    if (!m.message_id.empty() && run(edit_message_, session, sender, m) > 0)
      change.changed = true;
    change.messages_added += static_cast<std::uint64_t>(run(add_message_, session, sender, m));
  }

  /// How many rows it has touched.
  static int run(prepared& statement, std::int64_t session, std::int64_t sender,
                 const session_message& m) {
    auto& ready = statement.with(session, sender);
    if (m.message_id.empty())
      ready.bind(3);
    else
      ready.bind(3, m.message_id);
    ready.bind(4, m.content);
    bind_time(ready, 5, m.sent_at);
    return ready.exec();
  }

  void change_session(std::int64_t id, const session_fields& becomes) {
    auto& ready = change_session_.with(id);
    if (becomes.group == 0)
      ready.bind(2);
    else
      ready.bind(2, becomes.group);
    bind_time(ready, 3, becomes.created_at);
    bind_time(ready, 4, becomes.updated_at);
    ready.bind(5, to_micros(clock_()));
    ready.exec();
  }

  void read_messages(std::int64_t session, std::vector<session_message>& to) {
    auto& row = read_messages_.with(session);
    while (row.executeStep())
      to.push_back({row.getColumn(0).getString(), row.getColumn(1).getString(),
                    row.getColumn(3).getString(), time_from(row.getColumn(4)),
                    row.getColumn(2).getString()});
    read_messages_.done();
  }

  prepared prepare(std::string_view text) { return {*db_, text, {}}; }

  const clock_fn clock_;
  std::unique_ptr<SQLite::Database> db_;

  prepared find_group_ = prepare(sql::find_group);
  prepared add_group_ = prepare(sql::add_group);
  prepared find_user_ = prepare(sql::find_user);
  prepared add_user_ = prepare(sql::add_user);
  prepared name_user_ = prepare(sql::name_user);
  prepared find_session_ = prepare(sql::find_session);
  prepared add_session_ = prepare(sql::add_session);
  prepared change_session_ = prepare(sql::change_session);
  prepared add_message_ = prepare(sql::add_message);
  prepared edit_message_ = prepare(sql::edit_message);
  prepared release_ = prepare(sql::release);
  prepared quarantine_ = prepare(sql::quarantine);
  prepared quarantined_ = prepare(sql::quarantined);
  prepared read_session_ = prepare(sql::read_session);
  prepared read_messages_ = prepare(sql::read_messages);
  prepared scan_ = prepare(sql::scan);
  prepared counts_ = prepare(sql::counts);
  sqlite_file_guard files_; ///< after the statements, whose making reads the database
};

bool has_column(SQLite::Database& db, const session_column& wanted) {
  SQLite::Statement query{db, "SELECT 1 FROM pragma_table_info(?) WHERE name = ?"};
  query.bind(1, wanted.table);
  query.bind(2, wanted.column);
  return query.executeStep();
}

/// The indexes, or the column that is missing for them.
result<void> prepare_tables(SQLite::Database& db) {
  for (const auto& wanted : session_columns())
    if (!has_column(db, wanted))
      return lacks_column(wanted);
  if (db.execAndGet(sql::has_indexes).getInt() != 0)
    return {};
  SQLite::Transaction transaction{db, SQLite::TransactionBehavior::IMMEDIATE};
  db.exec(sql::create_indexes);
  transaction.commit();
  return {};
}

} // namespace

result<std::unique_ptr<session_store>> open_sqlite_session_store(const sqlite_options& options) {
  return guard_sqlite([&]() -> result<std::unique_ptr<session_store>> {
    auto db = open_sqlite(options.path, options.seen);
    migrate_sqlite(*db, options.table);
    if (const auto ready = prepare_tables(*db); !ready)
      return ready.error();
    return std::unique_ptr<session_store>{
        std::make_unique<sqlite_session_store>(std::move(db), options)};
  });
}

} // namespace standings
