#include "stores/sqlite/history_store.hpp"

#include "stores/sqlite/history_sql.hpp"
#include "stores/sqlite/open_on.hpp"
#include "stores/sqlite/score_sql.hpp"
#include "stores/sqlite/user_table.hpp"

#include <algorithm>

namespace standings {

namespace {

namespace sql = sqlite_sql;

history_event event_of(SQLite::Statement& row) {
  history_event out;
  out.id = row.getColumn(0).getString();
  out.at = from_micros(row.getColumn(1).getInt64());
  out.reason = row.getColumn(2).getString();
  out.raised_to = row.getColumn(3).getInt64();
  out.open = row.getColumn(4).getInt() != 0;
  out.states = static_cast<std::uint64_t>(row.getColumn(5).getInt64());
  out.recovered = static_cast<std::uint64_t>(row.getColumn(6).getInt64());
  return out;
}

class sqlite_history_store final : public history_store {
public:
  sqlite_history_store(std::unique_ptr<SQLite::Database> db, const sqlite_options& options)
      : session_(std::move(db), options), path_(options.path) {}

  result<version_marks> marks(bool with_rows) override {
    return guard_sqlite([&]() -> result<version_marks> {
      version_marks out;
      if (with_rows)
        out.highest = highest_version_.only(read_number);
      out.sequence = session_.last_version();
      out.identity = path_;
      return out;
    });
  }

  result<void> open_event(const history_event& event) override {
    return session_.transact([&](moment& at) {
      open_event_.with(event.id, to_micros(at.now), event.reason, event.raised_to).exec();
      at.version = std::max(at.version, event.raised_to);
    });
  }

  result<std::optional<history_event>> find_open() override {
    const auto found = list(1, 1);
    if (!found)
      return found.error();
    return found->empty() ? std::optional<history_event>{} : std::optional{found->front()};
  }

  result<void> close_events() override {
    return session_.transact([&](moment& at) {
      forget(at); // first: an event that was open for long has yet to be recovered
      close_events_.with().exec();
    });
  }

  result<void> keep(const std::string& event_id, const std::string& reason,
                    std::span<const lost_state> states) override {
    if (states.empty())
      return {};
    return session_.transact([&](moment& at) {
      forget(at);
      note_event_.with(event_id, to_micros(at.now), reason, at.version).exec();
      for (const auto& state : states) {
        const auto& c = state.cached;
        const auto& b = state.base;
        keep_state_
            .with(event_id, c.user_id, c.score[0], c.score[1], c.score[2], c.score[3], b[0], b[1],
                  b[2], b[3], to_micros(c.updated_at), c.version)
            .exec();
      }
    });
  }

  result<bool> contacted() override {
    return guard_sqlite([&]() -> result<bool> { return contacted_.only(read_flag); });
  }

  result<void> note_contact() override {
    return session_.transact([&](moment&) { note_contact_.with().exec(); });
  }

  result<std::vector<history_event>> events(std::size_t limit) override { return list(0, limit); }

  result<std::optional<recovered_page>> recover(const std::string& event_id,
                                                const std::string& after, std::size_t limit,
                                                bool dry_run) override {
    return session_.transact([&](moment& at) {
      const auto raised_to = find_event_.first(read_number, event_id);
      if (!raised_to)
        return std::optional<recovered_page>{};
      recovered_page page;
      page.users =
          pending_states_.all(read_user_record, event_id, after, sql_count(limit), *raised_to);
      page.last = page.users.empty() ? after : page.users.back().user_id;
      page.done = page.users.size() < limit;
      std::erase_if(page.users, [&](auto& user) { return !add(event_id, user, at, dry_run); });
      return std::optional{std::move(page)};
    });
  }

private:
  using moment = sqlite_user_table::moment;

  void forget(const moment& at) {
    const auto before = to_micros(at.now - std::chrono::hours{24 * kept_days});
    forget_states_.with(before).exec();
    forget_events_.with(before).exec();
  }

  result<std::vector<history_event>> list(int least_open, std::size_t limit) {
    return guard_sqlite([&]() -> result<std::vector<history_event>> {
      return list_events_.all(event_of, least_open, sql_count(limit));
    });
  }

  /// Turns the scores to be added into the user's new state, and writes it. Returns false, and
  /// leaves the scores for a later call, if those in the user's row cannot be read.
  bool add(const std::string& event_id, user_record& user, moment& at, bool dry_run) {
    user.score = effective_scores(user.score, user.updated_at, at.starts);
    user.updated_at = std::min(user.updated_at, at.now);
    if (const auto row = session_.find_row(user.user_id)) {
      if (!row->unreadable.empty())
        return false;
      const auto& now = row->user;
      const auto counting = effective_scores(now.score, now.updated_at, at.starts);
      for (std::size_t p = 0; p < period_count; ++p)
        user.score[p] = std::min(score_limit - 1, user.score[p] + counting[p]);
      user.updated_at = std::max(user.updated_at, now.updated_at);
    }
    user.version = at.version + 1;
    if (dry_run)
      return true;
    at.version = user.version;
    const auto& s = user.score;
    put_.with(user.user_id, s[0], s[1], s[2], s[3], to_micros(user.updated_at), user.version)
        .exec();
    mark_recovered_.with(event_id, user.user_id).exec();
    return true;
  }

  sqlite_user_table session_;
  const std::string path_;
  prepared highest_version_ = session_.prepare(sql::highest_version);
  prepared open_event_ = session_.prepare(sql::open_event);
  prepared list_events_ = session_.prepare(sql::list_events);
  prepared find_event_ = session_.prepare(sql::find_event);
  prepared close_events_ = session_.prepare(sql::close_events);
  prepared forget_states_ = session_.prepare(sql::forget_states);
  prepared forget_events_ = session_.prepare(sql::forget_events);
  prepared contacted_ = session_.prepare(sql::contacted);
  prepared note_contact_ = session_.prepare(sql::note_contact);
  prepared note_event_ = session_.prepare(sql::note_event);
  prepared keep_state_ = session_.prepare(sql::keep_state);
  prepared pending_states_ = session_.prepare(sql::pending_states);
  prepared mark_recovered_ = session_.prepare(sql::mark_recovered);
  prepared put_ = session_.prepare(sql::put);
};

} // namespace

result<std::unique_ptr<history_store>> open_sqlite_history_store(const sqlite_options& options) {
  return open_on<history_store, sqlite_history_store>(options);
}

} // namespace standings
