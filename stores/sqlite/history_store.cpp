#include "stores/sqlite/history_store.hpp"

#include "stores/sqlite/history_sql.hpp"
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
      if (with_rows) {
        auto& row = highest_version_.with();
        row.executeStep();
        out.highest = row.getColumn(0).getInt64();
        highest_version_.done();
      }
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
      forget(at); // before: one that has been open for long is to be recovered yet
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
    return guard_sqlite([&]() -> result<bool> {
      auto& row = contacted_.with();
      row.executeStep();
      const bool done = row.getColumn(0).getInt() != 0;
      contacted_.done();
      return done;
    });
  }

  result<void> note_contact() override {
    return session_.transact([&](moment&) { note_contact_.with().exec(); });
  }

  result<std::vector<history_event>> events(std::size_t limit) override { return list(0, limit); }

  result<std::optional<recovered_page>> recover(const std::string& event_id,
                                                const std::string& after, std::size_t limit,
                                                bool dry_run) override {
    std::optional<recovered_page> out;
    const auto done = session_.transact([&](moment& at) {
      const auto raised_to = version_of(event_id);
      if (!raised_to)
        return;
      recovered_page page;
      page.users = pending(event_id, after, limit, *raised_to);
      page.last = page.users.empty() ? after : page.users.back().user_id;
      page.done = page.users.size() < limit;
      for (auto& user : page.users)
        add(event_id, user, at, dry_run);
      out = std::move(page);
    });
    if (!done)
      return done.error();
    return out;
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
      std::vector<history_event> out;
      auto& row = list_events_.with(least_open, sql_count(limit));
      while (row.executeStep())
        out.push_back(event_of(row));
      list_events_.done();
      return out;
    });
  }

  std::optional<std::int64_t> version_of(const std::string& event_id) {
    auto& row = find_event_.with(event_id);
    std::optional<std::int64_t> out;
    if (row.executeStep())
      out = row.getColumn(0).getInt64();
    find_event_.done();
    return out;
  }

  std::vector<user_record> pending(const std::string& event_id, const std::string& after,
                                   std::size_t limit, std::int64_t raised_to) {
    std::vector<user_record> out;
    auto& row = pending_states_.with(event_id, after, sql_count(limit), raised_to);
    while (row.executeStep())
      out.push_back(read_user_record(row));
    pending_states_.done();
    return out;
  }

  /// Turns what is to be added into the user's new state, and writes it.
  void add(const std::string& event_id, user_record& user, moment& at, bool dry_run) {
    user.score = effective_scores(user.score, user.updated_at, at.starts);
    user.updated_at = std::min(user.updated_at, at.now);
    auto& row = find_.with(user.user_id);
    if (row.executeStep()) {
      const auto now = read_user_record(row);
      const auto counting = effective_scores(now.score, now.updated_at, at.starts);
      for (std::size_t p = 0; p < period_count; ++p)
        user.score[p] = std::min(score_limit - 1, user.score[p] + counting[p]);
      user.updated_at = std::max(user.updated_at, now.updated_at);
    }
    find_.done();
    user.version = at.version + 1;
    if (dry_run)
      return;
    at.version = user.version;
    const auto& s = user.score;
    put_.with(user.user_id, s[0], s[1], s[2], s[3], to_micros(user.updated_at), user.version)
        .exec();
    mark_recovered_.with(event_id, user.user_id).exec();
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
  prepared find_ = session_.prepare(sql::find);
  prepared put_ = session_.prepare(sql::put);
};

} // namespace

result<std::unique_ptr<history_store>> open_sqlite_history_store(const sqlite_options& options) {
  return guard_sqlite([&]() -> result<std::unique_ptr<history_store>> {
    auto db = open_sqlite(options.path, options.seen);
    migrate_sqlite(*db, names_of(options));
    return std::unique_ptr<history_store>{
        std::make_unique<sqlite_history_store>(std::move(db), options)};
  });
}

} // namespace standings
