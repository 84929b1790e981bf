#include "stores/redis_rank_cache.hpp"

#include "stores/generation.hpp"
#include "stores/redis_board_keys.hpp"
#include "stores/redis_glob.hpp"
#include "stores/redis_script.hpp"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <mutex>
#include <sstream>

namespace standings {

namespace {

constexpr auto batch = redis_batch;
constexpr auto remembered_removals = "100000";

/// The boards' scores when a user's details were evicted: four numbers.
user_record record_from_boards(const std::string& id, std::string_view numbers) {
  user_record out{id, {}, {}, 0};
  std::istringstream in{std::string{numbers}};
  for (auto& score : out.score)
    in >> score;
  return out;
}

/// An offset or a limit as a script takes it: within what a double counts.
std::string places(std::size_t n) {
  return std::to_string(std::min<std::size_t>(n, 1'000'000'000'000));
}

/// What a read tells of the board beside its result.
struct board_size {
  bool complete = false;
  std::uint64_t members = 0;
};

/// A board has lost its key or most of its members where less than half of what
/// is expected is left.
board_size size_of(const redis_reply& generation, const redis_reply& expected,
                   const redis_reply& members) {
  const auto size = members.integer();
  const bool lost = size < expected.integer() && size * 2 <= expected.integer();
  return {generation.is_string() && !lost, static_cast<std::uint64_t>(size)};
}

class redis_rank_cache final : public rank_cache {
public:
  explicit redis_rank_cache(const redis_cache_options& options)
      : options_(options), pool_(options.connection, options.connections,
                                 [this](redis_connection& c) { return notice_restart(c); }),
        keys_(options.key_prefix) {}

  result<void> apply(std::span<const user_record> users) override { return write(users, "apply"); }

  result<void> load(std::span<const user_record> users) override { return write(users, "load"); }

  using rank_cache::remove;
  result<void> remove(std::span<const deletion> users) override {
    return remove(users, "of anybody");
  }

  result<void> replay_removals(std::span<const deletion> users) override {
    return remove(users, "ours");
  }

  result<std::optional<cached_user>> find(const std::string& user_id) override {
    auto c = pool_.borrow();
    if (!c)
      return c.error();
    const auto key = options_.details_prefix + user_id;
    const auto reply = (*c)->command({"GET", key});
    if (!reply)
      return reply.error();
    if (!reply->is_string())
      return std::optional<cached_user>{};
    auto found = parse_details(reply->text());
    if (found)
      found->user = effective(std::move(found->user));
    return found;
  }

  result<board_page> top(period board, std::size_t offset, std::size_t limit) override {
    const auto reply = run(
        window_, window_keys(board),
        {options_.details_prefix, std::string{to_string(board)}, places(offset), places(limit)});
    if (!reply)
      return reply.error();
    const auto size = note(size_of((*reply)[0], (*reply)[1], (*reply)[2]));
    if (!size.complete)
      return incomplete();
    return board_page{size.members, entries_of(*reply, offset + 1, board)};
  }

  result<std::optional<user_rank>> rank(const std::string& user_id, period board) override {
    const auto reply = run(rank_, {keys_.boards[index_of(board)], keys_.meta},
                           {std::string{to_string(board)}, user_id});
    if (!reply)
      return reply.error();
    const auto size = note(size_of((*reply)[0], (*reply)[1], (*reply)[2]));
    if (!size.complete)
      return incomplete();
    if ((*reply)[3].is_nil())
      return std::optional<user_rank>{};
    return std::optional{user_rank{static_cast<std::uint64_t>((*reply)[3].integer()) + 1,
                                   static_cast<std::int64_t>((*reply)[4].number()), size.members}};
  }

  result<std::optional<neighbourhood>> around(const std::string& user_id, period board,
                                              std::size_t limit) override {
    const auto reply =
        run(window_, window_keys(board),
            {options_.details_prefix, std::string{to_string(board)}, "", places(limit), user_id});
    if (!reply)
      return reply.error();
    const auto size = note(size_of((*reply)[0], (*reply)[1], (*reply)[2]));
    if (!size.complete)
      return incomplete();
    if ((*reply)[3].is_nil())
      return std::optional<neighbourhood>{};
    neighbourhood out;
    out.total_users = size.members;
    bool above = true;
    for (auto& entry :
         entries_of(*reply, static_cast<std::uint64_t>((*reply)[3].integer()) + 1, board)) {
      if (entry.user.user_id == user_id) {
        out.self = std::move(entry);
        above = false;
      } else {
        (above ? out.above : out.below).push_back(std::move(entry));
      }
    }
    return std::optional{std::move(out)};
  }

  result<void> start_periods(const period_starts& starts) override {
    std::vector<std::string> values;
    for (const auto start : starts)
      values.push_back(std::to_string(to_micros(start)));
    if (const auto done = run(start_periods_, {keys_.meta}, values); !done)
      return done.error();
    const auto before = starts_now();
    {
      const std::lock_guard lock{mutex_};
      starts_ = later_of(starts_, starts);
    }
    for (auto p : all_periods)
      if (before[index_of(p)] < starts[index_of(p)])
        if (const auto done = zero_expired(p, starts[index_of(p)]); !done) {
          const std::lock_guard lock{mutex_};
          starts_ = before; // the caller tries again
          return done.error();
        }
    return {};
  }

  result<void> clear() override {
    complete_ = knowledge::incomplete;
    auto c = pool_.borrow();
    if (!c)
      return c.error();
    // first what says that the cache is complete
    redis_connection::arguments keys{"UNLINK", keys_.meta};
    keys.insert(keys.end(), keys_.boards.begin(), keys_.boards.end());
    if (const auto done = (*c)->command(keys); !done)
      return done.error();
    return clear_details(*c);
  }

  result<void> invalidate() override {
    auto c = pool_.borrow();
    if (!c)
      return c.error();
    if (const auto done =
            (*c)->pipeline({{"HDEL", keys_.meta, "generation"}, {"UNLINK", keys_.removed}});
        !done)
      return done.error();
    complete_ = knowledge::incomplete;
    return {};
  }

  result<std::int64_t> watermark() override {
    auto c = pool_.borrow();
    if (!c)
      return c.error();
    const auto reply = (*c)->command({"HGET", keys_.meta, "watermark"});
    if (!reply)
      return reply.error();
    return reply->integer();
  }

  result<void> begin_rebuild() override {
    token_ = new_generation();
    std::vector<std::string> values{token_};
    for (const auto start : starts_now())
      values.push_back(std::to_string(to_micros(start)));
    return without_value(run(begin_rebuild_, keys_.all(), values));
  }

  result<std::uint64_t> finish_rebuild() override {
    const auto reply = run(finish_rebuild_, keys_.all(), {token_, new_generation()});
    if (!reply)
      return reply.error();
    if (reply->integer() == 0)
      return fail(errc::cache_warming, "the cache was lost while it was being filled");
    complete_ = knowledge::complete;
    return std::uint64_t{0};
  }

  bool complete() override {
    if (complete_ == knowledge::none) [[maybe_unused]]
      const auto looked = verify();
    return complete_ == knowledge::complete;
  }

  result<bool> verify() override {
    const auto seen = look();
    if (!seen)
      return seen.error();
    const auto before = watermark_.load();
    watermark_ = seen->watermark;
    if (seen->watermark < before && seen->state.complete) {
      // an old snapshot: other instances have to see it, too
      auto c = pool_.borrow();
      if (!c)
        return c.error();
      if (const auto done = (*c)->command({"HDEL", keys_.meta, "generation"}); !done)
        return done.error();
      complete_ = knowledge::incomplete;
      return false;
    }
    complete_ = seen->state.complete ? knowledge::complete : knowledge::incomplete;
    return seen->state.complete;
  }

  result<cache_state> state() override {
    const auto seen = look();
    if (!seen)
      return seen.error();
    return seen->state;
  }

private:
  enum class knowledge : std::uint8_t { none, incomplete, complete };

  struct sight {
    cache_state state;
    std::int64_t watermark = 0;
  };

  /// On each new connection: another server than before, or the same after a
  /// restart, may hold nothing or an old snapshot. All instances have to see it.
  result<void> notice_restart(redis_connection& c) {
    const auto info = c.command({"INFO", "server"});
    if (!info)
      return info.error();
    constexpr std::string_view field = "run_id:";
    const auto text = info->text();
    const auto at = text.find(field);
    const std::string run_id{at == std::string_view::npos ? ""
                                                          : text.substr(at + field.size(), 40)};
    {
      const std::lock_guard lock{mutex_};
      const auto before = std::exchange(run_id_, run_id);
      if (before.empty() || before == run_id)
        return {};
    }
    complete_ = knowledge::incomplete;
    return without_value(c.command({"HDEL", keys_.meta, "generation"}));
  }

  result<sight> look() {
    auto c = pool_.borrow();
    if (!c)
      return c.error();
    std::vector<redis_connection::arguments> commands{
        {"HMGET", keys_.meta, "generation", "watermark", "expected:daily", "expected:weekly",
         "expected:monthly", "expected:yearly"},
        {"INFO", "memory"}};
    for (const auto& board : keys_.boards)
      commands.push_back({"ZCARD", board});
    commands.push_back({"ZCARD", keys_.removed});
    const auto replies = (*c)->pipeline(commands);
    if (!replies && overwritten(*c)) {
      sight lost;
      lost.state.reachable = true;
      return lost;
    }
    if (!replies)
      return replies.error();
    const auto& meta = (*replies)[0];
    sight out;
    out.state.reachable = true;
    out.state.complete = true;
    out.state.generation = std::string{meta[0].text()};
    out.state.memory_bytes = used_memory((*replies)[1].text());
    out.watermark = meta[1].integer();
    for (std::size_t i = 0; i < period_count; ++i) {
      const auto size = size_of(meta[0], meta[2 + i], (*replies)[2 + i]);
      out.state.members[i] = size.members;
      out.state.complete = out.state.complete && size.complete;
    }
    return out;
  }

  /// Whether somebody has put a value of another type under one of our keys:
  /// lost, too, and a rebuild makes room.
  bool overwritten(redis_pool::lease& c) const {
    std::vector<redis_connection::arguments> commands{{"TYPE", keys_.meta},
                                                      {"TYPE", keys_.removed}};
    for (const auto& board : keys_.boards)
      commands.push_back({"TYPE", board});
    const auto types = c->pipeline(commands);
    if (!types)
      return false;
    for (std::size_t i = 0; i < types->size(); ++i)
      if (const auto is = (*types)[i].text(); is != "none" && is != (i == 0 ? "hash" : "zset"))
        return true;
    return false;
  }

  static std::uint64_t used_memory(std::string_view info) {
    constexpr std::string_view field = "used_memory:";
    const auto at = info.find(field);
    std::uint64_t bytes = 0;
    if (at != std::string_view::npos)
      std::from_chars(info.data() + at + field.size(), info.data() + info.size(), bytes);
    return bytes;
  }

  result<void> write(std::span<const user_record> users, const std::string& mode) {
    const auto now = options_.clock();
    for (std::size_t first = 0; first < users.size(); first += batch) {
      std::vector<std::string> values{options_.details_prefix, mode};
      for (const auto& user : users.subspan(first, std::min(batch, users.size() - first)))
        add_user_arguments(values, user, now);
      if (const auto done = run(apply_, keys_.all(), values); !done)
        return done.error();
    }
    return {};
  }

  /// `whose`: see remove.lua.
  result<void> remove(std::span<const deletion> users, const std::string& whose) {
    for (std::size_t first = 0; first < users.size(); first += batch) {
      std::vector<std::string> values{options_.details_prefix, remembered_removals, whose};
      for (const auto& user : users.subspan(first, std::min(batch, users.size() - first))) {
        values.push_back(user.user_id);
        values.push_back(std::to_string(user.version));
      }
      if (const auto done = run(remove_, keys_.all(), values); !done)
        return done.error();
    }
    return {};
  }

  result<void> zero_expired(period board, sys_time start) {
    std::size_t kept = 0;
    for (;;) {
      const auto reply = run(zero_, {keys_.boards[index_of(board)]},
                             {options_.details_prefix, std::string{to_string(board)},
                              to_iso8601(start), std::to_string(kept), std::to_string(batch)});
      if (!reply)
        return reply.error();
      kept += static_cast<std::size_t>((*reply)[0].integer());
      if ((*reply)[1].integer() == 0)
        return {};
    }
  }

  result<void> clear_details(redis_pool::lease& c) {
    std::string cursor = "0";
    const auto pattern = escape_glob(options_.details_prefix) + "*";
    do {
      const auto found = c->command({"SCAN", cursor, "MATCH", pattern, "COUNT", "1000"});
      if (!found)
        return found.error();
      cursor = std::string{(*found)[0].text()};
      redis_connection::arguments unlink{"UNLINK"};
      const auto keys = (*found)[1];
      for (std::size_t i = 0; i < keys.size(); ++i)
        unlink.push_back(keys[i].text());
      if (unlink.size() > 1)
        if (const auto done = c->command(unlink); !done)
          return done.error();
    } while (cursor != "0");
    return {};
  }

  result<redis_reply> run(const redis_script& what, const std::vector<std::string>& keys,
                          const std::vector<std::string>& values) {
    return run_script(pool_, what, keys, values);
  }

  static result<void> without_value(const result<redis_reply>& r) {
    if (!r)
      return r.error();
    return {};
  }

  [[nodiscard]] std::vector<std::string> window_keys(period board) const {
    return {keys_.boards[index_of(board)],
            keys_.meta,
            keys_.boards[0],
            keys_.boards[1],
            keys_.boards[2],
            keys_.boards[3]};
  }

  std::vector<board_entry> entries_of(const redis_reply& window, std::uint64_t rank,
                                      period board) const {
    std::vector<board_entry> out;
    out.reserve(window.size() / 3);
    const auto starts = starts_now();
    for (std::size_t i = 4; i + 2 < window.size(); i += 3, ++rank) {
      const std::string id{window[i].text()};
      auto details = parse_details(window[i + 2].text());
      auto user = details ? std::move(details->user) : record_from_boards(id, window[i + 2].text());
      if (details)
        user.score = effective_scores(user.score, user.updated_at, starts);
      user.user_id = id;
      const auto score = static_cast<std::int64_t>(window[i + 1].number());
      user.score[index_of(board)] = score; // the board is what is ranked by
      out.push_back({rank, score, std::move(user)});
    }
    return out;
  }

  board_size note(board_size size) {
    complete_ = size.complete ? knowledge::complete : knowledge::incomplete;
    return size;
  }

  static failure incomplete() { return fail(errc::cache_warming, "the cache is being filled"); }

  period_starts starts_now() const {
    const std::lock_guard lock{mutex_};
    return starts_;
  }

  user_record effective(user_record user) const {
    user.score = effective_scores(user.score, user.updated_at, starts_now());
    return user;
  }

  const redis_cache_options options_;
  redis_pool pool_;
  const redis_board_keys keys_;
  const redis_script apply_ = find_redis_script("apply.lua");
  const redis_script remove_ = find_redis_script("remove.lua");
  const redis_script window_ = find_redis_script("window.lua");
  const redis_script rank_ = find_redis_script("rank.lua");
  const redis_script start_periods_ = find_redis_script("start_periods.lua");
  const redis_script zero_ = find_redis_script("zero.lua");
  const redis_script begin_rebuild_ = find_redis_script("begin_rebuild.lua");
  const redis_script finish_rebuild_ = find_redis_script("finish_rebuild.lua");

  std::atomic<knowledge> complete_ = knowledge::none;
  std::atomic<std::int64_t> watermark_ = 0; ///< the highest that was seen

  mutable std::mutex mutex_; ///< guards all below
  period_starts starts_{};
  std::string run_id_; ///< of the server; it changes with each restart
  std::string token_;  ///< of the rebuild that runs; touched by one rebuilder at a time
};

} // namespace

rank_cache_ptr make_redis_rank_cache(const redis_cache_options& options) {
  return std::make_shared<redis_rank_cache>(options);
}

} // namespace standings
