#include "stores/sqlite/session_store.hpp"

#include "core/sessions/message_twins.hpp"
#include "core/sessions/session_plan.hpp"
#include "stores/sql/sql_text.hpp"
#include "stores/sqlite/connection.hpp"
#include "stores/sqlite/session_sql.hpp"
#include "stores/sqlite/session_tables.hpp"
#include "stores/sqlite/statement.hpp"
#include "stores/sqlite/transaction.hpp"

#include <algorithm>
#include <filesystem>
#include <unordered_map>
#include <unordered_set>

namespace standings {

namespace {

namespace session_sql = sqlite_session_sql;

std::optional<sys_time> time_from(const SQLite::Column& column) {
  if (column.isNull())
    return std::nullopt;
  return from_micros(column.getInt64());
}

/// Binds a nullable column; `nullopt` is NULL.
void bind_time(SQLite::Statement& to, int position, const std::optional<sys_time>& at) {
  if (at)
    to.bind(position, to_micros(*at));
  else
    to.bind(position);
}

class sqlite_session_store final : public session_store {
public:
  sqlite_session_store(std::unique_ptr<SQLite::Database> db, const sqlite_options& options)
      : clock_(options.clock), names_(names_of(options)), db_(std::move(db)), files_(options.path) {
  }

  result<std::vector<session_change>> upsert(std::span<const session_record> sessions) override {
    return transact([&] {
      std::vector<session_change> changes(sessions.size());
      write(sessions, changes);
      return changes;
    });
  }

  result<std::uint64_t> quarantine(std::span<const rejected_session> sessions) override {
    return count_of([&] {
      for (const auto& s : sessions)
        quarantine_.with(s.id, s.reason, to_micros(std::max(clock_(), now_))).exec();
      return trim_quarantine_.with(sql_count(max_quarantined)).exec();
    });
  }

  result<std::uint64_t> release(std::span<const std::string> ids) override {
    return count_of([&] {
      int released = 0;
      for (const auto& id : ids)
        released += release_.with(id).exec();
      return released;
    });
  }

  result<std::uint64_t> release_before(sys_time seen) override {
    return count_of([&] { return release_before_.with(to_micros(seen)).exec(); });
  }

  /// Later than every time in the quarantine, even if the clock stands still or went back.
  result<sys_time> now() override {
    return guard_sqlite([&]() -> result<sys_time> {
      now_ = std::max(clock_(), from_micros(last_quarantined_.only(read_number) + 1));
      return now_;
    });
  }

  result<std::vector<rejected_session>> quarantined(const std::string& after,
                                                    std::size_t limit) override {
    return guard_sqlite([&]() -> result<std::vector<rejected_session>> {
      const auto read = [](SQLite::Statement& row) {
        return rejected_session{row.getColumn(0).getString(), row.getColumn(1).getString()};
      };
      return quarantined_.all(read, after, sql_count(limit));
    });
  }

  result<std::vector<std::string>> known(std::span<const std::string> ids) override {
    return guard_sqlite([&]() -> result<std::vector<std::string>> {
      std::vector<std::string> out;
      for (const auto& id : ids)
        if (find_session_.first(read_number, id))
          out.push_back(id);
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
      return scan_.all(read_text, after, sql_count(limit));
    });
  }

  result<session_counts> counts() override {
    return guard_sqlite([&]() -> result<session_counts> {
      return counts_.only([](SQLite::Statement& row) {
        const auto number = [&](int column) {
          return static_cast<std::uint64_t>(row.getColumn(column).getInt64());
        };
        return session_counts{number(0), number(1), number(2), number(3), number(4)};
      });
    });
  }

private:
  using ids_by_name = std::unordered_map<std::string, std::int64_t>;

  /// Runs `body()` in a transaction and returns its result. All transactions of this store can be
  /// repeated.
  template <class Body>
  auto transact(const Body& body) -> result<decltype(body())> {
    return sqlite_transact(*db_, files_, lost_commit::repeatable, body);
  }

  /// The same for a body that counts rows.
  template <class Body>
  result<std::uint64_t> count_of(const Body& body) {
    return transact([&] { return static_cast<std::uint64_t>(body()); });
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
    if (const auto id = find.first(read_number, name))
      return *id;
    add.with(name).exec();
    return db_->getLastInsertRowid();
  }

  void name_users(const std::unordered_map<std::string, std::string>& wanted,
                  const ids_by_name& users) {
    for (const auto& [id, name] : wanted) {
      const auto stored =
          find_user_.first([](SQLite::Statement& row) { return row.getColumn(1).getString(); }, id);
      if (stored && *stored != name)
        name_user_.with(users.at(id), name).exec();
    }
  }

  void write(const session_record& session, const ids_by_name& groups, const ids_by_name& users,
             session_change& change) {
    session_fields was;
    const auto read = [&was](SQLite::Statement& row) {
      was = {row.getColumn(1).getInt64(), time_from(row.getColumn(2)), time_from(row.getColumn(3))};
      return read_number(row);
    };
    auto id = find_session_.first(read, session.id).value_or(0);
    if (id == 0) {
      add_session_.with(session.id).exec();
      id = db_->getLastInsertRowid();
      change.created = true;
    }
    std::unordered_map<std::string, std::int64_t> added; ///< rows by message_key
    for (const auto& m : session.messages)
      if (write(id, users.at(m.sender_id), m, change))
        added.emplace(message_key(m), db_->getLastInsertRowid());
    if (!change.created && !added.empty())
      settle_twins_of(session, id, added, users, change);
    const auto becomes = merged(was, session, session.group.empty() ? 0 : groups.at(session.group));
    change.changed =
        change.changed || change.created || change.messages_added > 0 || becomes != was;
    if (change.changed)
      change_session(id, becomes);
    release_.with(presentable_id(session.id)).exec(); // the id under which it is quarantined
  }

  /// Whether a row was added.
  bool write(std::int64_t session, std::int64_t sender, const session_message& m,
             session_change& change) {
    if (!m.message_id.empty() && run(edit_message_, session, sender, m) > 0)
      change.changed = true;
    const bool added = run(add_message_, session, sender, m) > 0;
    change.messages_added += added ? 1 : 0;
    return added;
  }

  /// Reads the rows of the session only if it has both kinds of messages.
  void settle_twins_of(const session_record& session, std::int64_t id,
                       const std::unordered_map<std::string, std::int64_t>& added,
                       const ids_by_name& users, session_change& change) {
    if (!has_messages_with_id_.only(read_flag, id) || !has_messages_without_id_.only(read_flag, id))
      return;
    const auto pairs = twins_of(session, id, added, users);
    const auto plan = settle_twins(session, pairs);
    for (const auto dropped : plan.dropped)
      drop_message_.with(dropped).exec();
    for (std::size_t i = 0; i < plan.named.size(); ++i)
      name_message_.with(plan.named[i], plan.names[i]).exec();
    change.messages_added -= plan.dropped.size();
    change.changed = change.changed || !plan.named.empty();
  }

  std::vector<twin_rows> twins_of(const session_record& session, std::int64_t id,
                                  const std::unordered_map<std::string, std::int64_t>& added,
                                  const ids_by_name& users) {
    std::unordered_map<std::int64_t, std::string> names;
    for (const auto& [name, user] : users)
      names.emplace(user, name);
    std::unordered_set<std::int64_t> new_rows;
    for (const auto& [key, row] : added)
      new_rows.insert(row);
    std::unordered_multimap<std::string, std::pair<std::int64_t, std::string>> earlier;
    auto& row = message_rows_.with(id);
    while (row.executeStep()) {
      const auto sender = names.find(row.getColumn(1).getInt64());
      const auto number = row.getColumn(0).getInt64();
      if (sender == names.end() || new_rows.contains(number))
        continue; // not one of the session's current messages
      const auto key = message_twin_key(
          {sender->second, {}, row.getColumn(3).getString(), time_from(row.getColumn(4)), {}});
      earlier.emplace(key, std::pair{number, row.getColumn(2).getString()});
    }
    message_rows_.done();
    std::vector<twin_rows> out;
    for (const auto& m : session.messages) {
      const auto mine = added.find(message_key(m));
      if (mine == added.end())
        continue;
      const auto [first, last] = earlier.equal_range(message_twin_key(m));
      for (auto at = first; at != last; ++at)
        if (at->second.second.empty() != m.message_id.empty())
          out.push_back({mine->second, m.message_id, at->second.first, at->second.second});
    }
    std::sort(out.begin(), out.end(), [](const twin_rows& a, const twin_rows& b) {
      return std::pair{a.earlier, a.added} < std::pair{b.earlier, b.added};
    });
    return out;
  }

  /// Returns the number of rows affected.
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

  prepared prepare(std::string_view text) { return {*db_, text, names_}; }

  const clock_fn clock_;
  const table_names names_;
  sys_time now_{}; ///< the last time that was returned
  std::unique_ptr<SQLite::Database> db_;

  prepared find_group_ = prepare(session_sql::find_group);
  prepared add_group_ = prepare(session_sql::add_group);
  prepared find_user_ = prepare(session_sql::find_user);
  prepared add_user_ = prepare(session_sql::add_user);
  prepared name_user_ = prepare(session_sql::name_user);
  prepared find_session_ = prepare(session_sql::find_session);
  prepared add_session_ = prepare(session_sql::add_session);
  prepared change_session_ = prepare(session_sql::change_session);
  prepared add_message_ = prepare(session_sql::add_message);
  prepared edit_message_ = prepare(session_sql::edit_message);
  prepared has_messages_with_id_ = prepare(session_sql::has_messages_with_id);
  prepared has_messages_without_id_ = prepare(session_sql::has_messages_without_id);
  prepared message_rows_ = prepare(session_sql::message_rows);
  prepared drop_message_ = prepare(session_sql::drop_message);
  prepared name_message_ = prepare(session_sql::name_message);
  prepared release_ = prepare(session_sql::release);
  prepared release_before_ = prepare(session_sql::release_before);
  prepared last_quarantined_ = prepare(session_sql::last_quarantined);
  prepared trim_quarantine_ = prepare(session_sql::trim_quarantine);
  prepared quarantine_ = prepare(session_sql::quarantine);
  prepared quarantined_ = prepare(session_sql::quarantined);
  prepared read_session_ = prepare(session_sql::read_session);
  prepared read_messages_ = prepare(session_sql::read_messages);
  prepared scan_ = prepare(session_sql::scan);
  prepared counts_ = prepare(session_sql::counts);
  sqlite_file_guard files_; ///< after the statements, because preparing them reads the database
};

} // namespace

result<std::unique_ptr<session_store>> open_sqlite_session_store(const sqlite_options& options) {
  return guard_sqlite([&]() -> result<std::unique_ptr<session_store>> {
    auto db = open_sqlite(options.path, options.seen);
    migrate_sqlite(*db, names_of(options), chat_tables::made);
    if (const auto ready = prepare_session_tables(*db, names_of(options)); !ready)
      return ready.error();
    return std::unique_ptr<session_store>{
        std::make_unique<sqlite_session_store>(std::move(db), options)};
  });
}

result<void> check_sqlite_session_store(const sqlite_options& options) {
  if (!std::filesystem::exists(options.path))
    return {};
  return guard_sqlite([&]() -> result<void> {
    SQLite::Database db{options.path, SQLite::OPEN_READONLY, sqlite_busy_timeout_ms};
    return check_session_tables(db, names_of(options));
  });
}

} // namespace standings
