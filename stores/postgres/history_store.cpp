#include "stores/postgres/history_store.hpp"

#include "stores/postgres/history_sql.hpp"
#include "stores/postgres/open_on.hpp"
#include "stores/postgres/user_table.hpp"
#include "stores/sql/sql_text.hpp"

namespace standings {

namespace {

namespace sql = postgres_sql;

history_event event_of(const pqxx::row& row) {
  history_event out;
  out.id = row[0].c_str();
  out.at = from_micros(row[1].as<std::int64_t>());
  out.reason = row[2].c_str();
  out.raised_to = row[3].as<std::int64_t>();
  out.open = row[4].as<bool>();
  out.states = row[5].as<std::uint64_t>();
  out.recovered = row[6].as<std::uint64_t>();
  return out;
}

class postgres_history_store final : public history_store {
public:
  postgres_history_store(std::unique_ptr<pqxx::connection> db, const postgres_options& options)
      : session_(std::move(db), options) {
    session_.prepare("highest_version", sql::highest_version);
    session_.prepare("sequence_now", sql::sequence_now);
    session_.prepare("open_event", sql::open_event);
    session_.prepare("raise_sequence", sql::raise_sequence);
    session_.prepare("find_open_event", with_event(sql::find_open_event));
    session_.prepare("list_events", with_event(sql::list_events));
    session_.prepare("find_event", sql::find_event);
    session_.prepare("close_events", sql::close_events);
    session_.prepare("forget_states", sql::forget_states);
    session_.prepare("forget_events", sql::forget_events);
    session_.prepare("note_event", sql::note_event);
    session_.prepare("contacted", sql::contacted);
    session_.prepare("note_contact", sql::note_contact);
    session_.prepare("keep_states", sql::keep_states);
    session_.prepare("recover_states", sql::recover_states);
  }

  result<version_marks> marks(bool with_rows) override {
    return session_.read([&](auto& tx) {
      version_marks out;
      if (with_rows)
        out.highest = tx.exec_prepared("highest_version")[0][0].template as<std::int64_t>();
      const auto row = tx.exec_prepared("sequence_now")[0];
      out.sequence = row[0].template as<std::int64_t>();
      out.identity = row[1].c_str();
      return out;
    });
  }

  result<void> open_event(const history_event& event) override {
    // holds the lock of the periods alone: no writer draws a version meanwhile
    return session_.transact(sql::begin_reset, [&](auto& tx, const auto&) {
      tx.exec_prepared("open_event", event.id, event.reason, event.raised_to);
      tx.exec_prepared("raise_sequence", event.raised_to);
    });
  }

  result<std::optional<history_event>> find_open() override {
    return session_.read([&](auto& tx) {
      const auto rows = tx.exec_prepared("find_open_event");
      return rows.empty() ? std::optional<history_event>{} : std::optional{event_of(rows[0])};
    });
  }

  result<void> close_events() override {
    return session_.transact(sql::begin_write, [](auto& tx, const auto&) {
      forget(tx); // first: an event that was open for long has yet to be recovered
      tx.exec_prepared("close_events");
    });
  }

  result<void> keep(const std::string& event_id, const std::string& reason,
                    std::span<const lost_state> states) override {
    if (states.empty())
      return {};
    std::vector<std::string> ids;
    std::array<std::vector<std::int64_t>, period_count> cached;
    std::array<std::vector<std::int64_t>, period_count> base;
    std::vector<std::int64_t> times;
    std::vector<std::int64_t> versions;
    for (const auto& state : states) {
      ids.push_back(state.cached.user_id);
      for (std::size_t p = 0; p < period_count; ++p) {
        cached[p].push_back(state.cached.score[p]);
        base[p].push_back(state.base[p]);
      }
      times.push_back(to_micros(state.cached.updated_at));
      versions.push_back(state.cached.version);
    }
    return session_.transact(sql::begin_write, [&](auto& tx, const auto&) {
      forget(tx);
      tx.exec_prepared("note_event", event_id, reason);
      tx.exec_prepared("keep_states", event_id, text_array(ids), bigint_array(cached[0]),
                       bigint_array(cached[1]), bigint_array(cached[2]), bigint_array(cached[3]),
                       bigint_array(base[0]), bigint_array(base[1]), bigint_array(base[2]),
                       bigint_array(base[3]), bigint_array(times), bigint_array(versions));
    });
  }

  result<bool> contacted() override {
    return session_.read(
        [](auto& tx) { return tx.exec_prepared("contacted")[0][0].template as<bool>(); });
  }

  result<void> note_contact() override {
    return session_.transact(sql::begin_write,
                             [](auto& tx, const auto&) { tx.exec_prepared("note_contact"); });
  }

  result<std::vector<history_event>> events(std::size_t limit) override {
    return session_.read([&](auto& tx) {
      std::vector<history_event> out;
      for (const auto& row : tx.exec_prepared("list_events", sql_count(limit)))
        out.push_back(event_of(row));
      return out;
    });
  }

  result<std::optional<recovered_page>> recover(const std::string& event_id,
                                                const std::string& after, std::size_t limit,
                                                bool dry_run) override {
    return session_.transact(sql::begin_write, [&](auto& tx, const auto& at) {
      if (tx.exec_prepared("find_event", event_id).empty())
        return std::optional<recovered_page>{};
      if (dry_run)
        tx.exec("SAVEPOINT dry_run");
      const auto& s = at.starts;
      recovered_page page;
      page.users = postgres_user_table::records(
          tx.exec_prepared("recover_states", event_id, after, sql_count(limit), to_micros(s[0]),
                           to_micros(s[1]), to_micros(s[2]), to_micros(s[3])),
          at.starts);
      if (dry_run)
        tx.exec("ROLLBACK TO SAVEPOINT dry_run");
      page.last = page.users.empty() ? after : page.users.back().user_id;
      page.done = page.users.size() < limit;
      return std::optional{std::move(page)};
    });
  }

private:
  template <class Transaction>
  static void forget(Transaction& tx) {
    tx.exec_prepared("forget_states", kept_days);
    tx.exec_prepared("forget_events", kept_days);
  }

  static std::string with_event(std::string_view text) {
    return replaced(text, "{event}", sql::event_columns);
  }

  postgres_user_table session_;
};

} // namespace

result<std::unique_ptr<history_store>>
open_postgres_history_store(const postgres_options& options) {
  return open_on<history_store, postgres_history_store>(options);
}

} // namespace standings
