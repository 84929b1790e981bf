#include "stores/postgres/session_store.hpp"

#include "core/sessions/session_plan.hpp"
#include "stores/postgres/database.hpp"
#include "stores/postgres/message_twins.hpp"
#include "stores/postgres/session_sql.hpp"
#include "stores/postgres/session_tables.hpp"
#include "stores/postgres/time_sql.hpp"
#include "stores/sql/sql_text.hpp"

#include <limits>
#include <optional>
#include <unordered_map>

namespace standings {

namespace {

namespace session_sql = postgres_session_sql;

constexpr auto never = std::numeric_limits<std::int64_t>::min();
constexpr auto never_sql = "'-9223372036854775808'::bigint";

/// Fills in the `{…}` of the SQL constants; see postgres/session_sql.hpp.
std::string finished(std::string_view text, const table_names& names) {
  const auto out = replaced_each(text, "{time_or_null:", "}", [](const std::string& us) {
    return "CASE WHEN " + us + " <> {never} THEN {time:" + us + "} END";
  });
  return with_names(with_times(replaced(out, "{never}", never_sql)), names);
}

std::int64_t to_sql(const std::optional<sys_time>& at) {
  return at ? to_micros(*at) : never;
}

std::optional<sys_time> time_from(const pqxx::field& field) {
  const auto us = field.as<std::int64_t>();
  return us == never ? std::nullopt : std::optional{from_micros(us)};
}

class postgres_session_store final : public session_store {
public:
  postgres_session_store(std::unique_ptr<pqxx::connection> db, const postgres_options& options)
      : db_(std::move(db), options.url) {
    const auto names = names_of(options);
    const auto prepare = [&](const char* name, std::string_view text) {
      db_.prepare(name, finished(text, names));
    };
    prepare("find_groups", session_sql::find_groups);
    prepare("add_groups", session_sql::add_groups);
    prepare("find_users", session_sql::find_users);
    prepare("add_users", session_sql::add_users);
    prepare("name_users", session_sql::name_users);
    prepare("find_sessions", session_sql::find_sessions);
    prepare("add_sessions", session_sql::add_sessions);
    prepare("change_sessions", session_sql::change_sessions);
    prepare("add_messages", session_sql::add_messages);
    prepare("edit_messages", session_sql::edit_messages);
    for (const auto& [name, text] : twin_statements())
      prepare(name, text);
    prepare("release", session_sql::release);
    prepare("release_before", session_sql::release_before);
    prepare("now", session_sql::now);
    prepare("quarantine", session_sql::quarantine);
    prepare("trim_quarantine", session_sql::trim_quarantine);
    prepare("quarantined", session_sql::quarantined);
    prepare("read_sessions", session_sql::read_sessions);
    prepare("read_messages", session_sql::read_messages);
    prepare("scan", session_sql::scan);
    prepare("counts", session_sql::counts);
  }

  result<std::vector<session_change>> upsert(std::span<const session_record> sessions) override {
    return transact([&](postgres_work& tx) {
      std::vector<session_change> changes(sessions.size());
      write(tx, sessions, changes);
      return changes;
    });
  }

  result<std::uint64_t> quarantine(std::span<const rejected_session> sessions) override {
    std::unordered_map<std::string, std::string> last; // one statement cannot upsert a row twice
    for (const auto& s : sessions)
      last[s.id] = s.reason;
    std::vector<std::string> ids;
    std::vector<std::string> reasons;
    for (const auto& [id, reason] : last) {
      ids.push_back(id);
      reasons.push_back(reason);
    }
    return count_of([&](postgres_work& tx) {
      tx.exec_prepared("quarantine", text_array(ids), text_array(reasons));
      return tx.exec_prepared("trim_quarantine", sql_count(max_quarantined));
    });
  }

  result<std::uint64_t> release(std::span<const std::string> ids) override {
    return count_of([&](postgres_work& tx) {
      return tx.exec_prepared("release", text_array({ids.begin(), ids.end()}));
    });
  }

  result<std::uint64_t> release_before(sys_time seen) override {
    return count_of(
        [&](postgres_work& tx) { return tx.exec_prepared("release_before", to_micros(seen)); });
  }

  result<sys_time> now() override {
    return db_.read([&](postgres_work& tx) {
      return from_micros(tx.exec_prepared("now")[0][0].as<std::int64_t>());
    });
  }

  result<std::vector<rejected_session>> quarantined(const std::string& after,
                                                    std::size_t limit) override {
    return db_.read([&](postgres_work& tx) {
      std::vector<rejected_session> out;
      for (const auto& row : tx.exec_prepared("quarantined", after, sql_count(limit)))
        out.push_back({row[0].c_str(), row[1].c_str()});
      return out;
    });
  }

  result<std::vector<std::string>> known(std::span<const std::string> ids) override {
    return db_.read([&](postgres_work& tx) {
      std::vector<std::string> out;
      for (const auto& row :
           tx.exec_prepared("find_sessions", text_array({ids.begin(), ids.end()})))
        out.emplace_back(row[1].c_str());
      return out;
    });
  }

  result<std::vector<session_record>> read(std::span<const std::string> ids) override {
    return db_.read([&](postgres_work& tx) {
      std::vector<session_record> out;
      std::vector<std::int64_t> keys;
      std::unordered_map<std::int64_t, std::size_t> places;
      for (const auto& row :
           tx.exec_prepared("read_sessions", text_array({ids.begin(), ids.end()}))) {
        keys.push_back(row[0].as<std::int64_t>());
        places.emplace(keys.back(), out.size());
        out.push_back({row[1].c_str(), row[2].c_str(), time_from(row[3]), time_from(row[4]), {}});
      }
      for (const auto& row : tx.exec_prepared("read_messages", bigint_array(keys)))
        out[places.at(row[0].as<std::int64_t>())].messages.push_back(
            {row[1].c_str(), row[2].c_str(), row[4].c_str(), time_from(row[5]), row[3].c_str()});
      return out;
    });
  }

  result<std::vector<std::string>> scan(const std::string& after, std::size_t limit) override {
    return db_.read([&](postgres_work& tx) {
      return first_texts(tx.exec_prepared("scan", after, sql_count(limit)));
    });
  }

  result<session_counts> counts() override {
    return db_.read([&](postgres_work& tx) {
      const auto row = tx.exec_prepared("counts")[0];
      const auto number = [&](int column) {
        return row[column].as<std::uint64_t>();
      };
      return session_counts{number(0), number(1), number(2), number(3), number(4)};
    });
  }

private:
  using ids_by_name = std::unordered_map<std::string, std::int64_t>;

  /// The row of a session before the write.
  struct stored {
    std::int64_t id = 0;
    session_fields fields;
    bool created = false;
  };

  /// Runs `body(tx)` in a transaction and returns its result. All transactions of this store can be
  /// repeated.
  template <class Body>
  auto transact(const Body& body) -> result<decltype(body(std::declval<postgres_work&>()))> {
    const auto without_rows = [&](postgres_work& tx, const pqxx::result&) {
      return body(tx);
    };
    return db_.transact("BEGIN ISOLATION LEVEL READ COMMITTED", without_rows,
                        lost_commit::repeatable);
  }

  /// The number of rows that the last statement of `body(tx)` has changed.
  template <class Body>
  result<std::uint64_t> count_of(const Body& body) {
    return transact(
        [&](postgres_work& tx) { return static_cast<std::uint64_t>(body(tx).affected_rows()); });
  }

  static void write(postgres_work& tx, std::span<const session_record> sessions,
                    std::vector<session_change>& changes) {
    const auto names = names_in(sessions);
    const auto groups = find_or_add(tx, "groups", names.groups);
    const auto users = find_or_add(tx, "users", names.users);
    name_users(tx, names.user_names, users);
    auto known = find_or_add_sessions(tx, names.sessions);
    add_messages(tx, sessions, users, known, changes);
    change_sessions(tx, sessions, groups, known, changes);
    std::vector<std::string> well;
    for (const auto& id : names.sessions)
      well.push_back(presentable_id(id)); // the ids under which they are quarantined
    tx.exec_prepared("release", text_array(well));
  }

  /// `what` is `groups` or `users`.
  static ids_by_name find_or_add(postgres_work& tx, const std::string& what,
                                 const std::vector<std::string>& names) {
    ids_by_name out;
    if (names.empty())
      return out;
    const auto find = [&](const std::vector<std::string>& some) {
      for (const auto& row : tx.exec_prepared("find_" + what, text_array(some)))
        out.emplace(row[1].c_str(), row[0].as<std::int64_t>());
    };
    find(names);
    const auto missing = missing_in(out, names);
    if (missing.empty())
      return out;
    tx.exec_prepared("add_" + what, text_array(missing));
    find(missing);
    return out;
  }

  template <class Map>
  static std::vector<std::string> missing_in(const Map& known,
                                             const std::vector<std::string>& names) {
    std::vector<std::string> out;
    for (const auto& name : names)
      if (!known.contains(name))
        out.push_back(name);
    return out;
  }

  static void name_users(postgres_work& tx,
                         const std::unordered_map<std::string, std::string>& wanted,
                         const ids_by_name& users) {
    if (wanted.empty())
      return;
    std::vector<std::string> ids;
    ids.reserve(wanted.size());
    for (const auto& [id, name] : wanted)
      ids.push_back(id);
    std::vector<std::int64_t> renamed;
    std::vector<std::string> names;
    for (const auto& row : tx.exec_prepared("find_users", text_array(ids))) {
      const auto& name = wanted.at(row[1].c_str());
      if (name == row[2].c_str())
        continue;
      renamed.push_back(users.at(row[1].c_str()));
      names.push_back(name);
    }
    if (!renamed.empty())
      tx.exec_prepared("name_users", bigint_array(renamed), text_array(names));
  }

  static std::unordered_map<std::string, stored>
  find_or_add_sessions(postgres_work& tx, const std::vector<std::string>& ids) {
    std::unordered_map<std::string, stored> out;
    const auto find = [&](const std::vector<std::string>& some) {
      for (const auto& row : tx.exec_prepared("find_sessions", text_array(some)))
        out[row[1].c_str()] = {row[0].as<std::int64_t>(),
                               {row[2].as<std::int64_t>(), time_from(row[3]), time_from(row[4])},
                               false};
    };
    find(ids);
    const auto missing = missing_in(out, ids);
    if (missing.empty())
      return out;
    std::vector<std::string> created;
    for (const auto& row : tx.exec_prepared("add_sessions", text_array(missing)))
      created.emplace_back(row[0].c_str());
    find(missing);
    for (const auto& id : created)
      out.at(id).created = true;
    return out;
  }

  static void add_messages(postgres_work& tx, std::span<const session_record> sessions,
                           const ids_by_name& users,
                           const std::unordered_map<std::string, stored>& known,
                           std::vector<session_change>& changes) {
    message_columns all;
    message_columns with_key;
    std::unordered_map<std::int64_t, std::size_t> places;
    for (std::size_t i = 0; i < sessions.size(); ++i) {
      const auto id = known.at(sessions[i].id).id;
      places.emplace(id, i);
      for (const auto& m : sessions[i].messages) {
        const auto sender = users.at(m.sender_id);
        all.add(id, sender, m);
        if (!m.message_id.empty())
          with_key.add(id, sender, m);
      }
    }
    // edits come first: rows inserted below need none
    for (const auto& row : with_key.run(tx, "edit_messages"))
      changes[places.at(row[0].as<std::int64_t>())].changed = true;
    added_messages added;
    for (const auto& row : all.run(tx, "add_messages")) {
      const auto place = places.at(row[0].as<std::int64_t>());
      ++changes[place].messages_added;
      if (!known.at(sessions[place].id).created) // a new session has no earlier rows
        added.add(row);
    }
    for (const auto& [id, pairs] : find_twins(tx, added)) {
      const auto place = places.at(id);
      settle(tx, settle_twins(sessions[place], pairs), changes[place]);
    }
  }

  /// Messages as parameters, one array per column.
  struct message_columns {
    std::vector<std::int64_t> sessions;
    std::vector<std::int64_t> senders;
    std::vector<std::string> keys;
    std::vector<std::string> contents;
    std::vector<std::int64_t> times;

    void add(std::int64_t session, std::int64_t sender, const session_message& m) {
      sessions.push_back(session);
      senders.push_back(sender);
      keys.push_back(m.message_id);
      contents.push_back(m.content);
      times.push_back(to_sql(m.sent_at));
    }

    [[nodiscard]] pqxx::result run(postgres_work& tx, const char* statement) const {
      if (sessions.empty())
        return {};
      return tx.exec_prepared(statement, bigint_array(sessions), bigint_array(senders),
                              text_array(keys), text_array(contents), bigint_array(times));
    }
  };

  static void change_sessions(postgres_work& tx, std::span<const session_record> sessions,
                              const ids_by_name& groups,
                              const std::unordered_map<std::string, stored>& known,
                              std::vector<session_change>& changes) {
    std::vector<std::int64_t> ids;
    std::vector<std::int64_t> group_ids;
    std::vector<std::int64_t> created;
    std::vector<std::int64_t> updated;
    for (std::size_t i = 0; i < sessions.size(); ++i) {
      const auto& was = known.at(sessions[i].id);
      const auto group = sessions[i].group.empty() ? 0 : groups.at(sessions[i].group);
      const auto becomes = merged(was.fields, sessions[i], group);
      changes[i].created = was.created;
      changes[i].changed = changes[i].changed || was.created || becomes != was.fields
                           || changes[i].messages_added > 0;
      if (!changes[i].changed)
        continue;
      ids.push_back(was.id);
      group_ids.push_back(becomes.group);
      created.push_back(to_sql(becomes.created_at));
      updated.push_back(to_sql(becomes.updated_at));
    }
    if (!ids.empty())
      tx.exec_prepared("change_sessions", bigint_array(ids), bigint_array(group_ids),
                       bigint_array(created), bigint_array(updated));
  }

  postgres_database db_;
};

} // namespace

result<std::unique_ptr<session_store>>
open_postgres_session_store(const postgres_options& options) {
  return guard_postgres([&]() -> result<std::unique_ptr<session_store>> {
    auto db = open_postgres(options.url);
    const auto names = names_of(options);
    migrate_postgres(*db, names, chat_tables::made);
    if (const auto ready = prepare_session_tables(*db, names); !ready)
      return ready.error();
    return std::unique_ptr<session_store>{
        std::make_unique<postgres_session_store>(std::move(db), options)};
  });
}

result<void> check_postgres_session_store(const postgres_options& options) {
  return guard_postgres([&]() -> result<void> {
    const auto db = open_postgres(options.url);
    return check_session_tables(*db, names_of(options));
  });
}

} // namespace standings
