#include "stores/redis/rank_cache.hpp"

#include "core/base/validate.hpp"
#include "core/leaderboard/foreign_score.hpp"
#include "core/leaderboard/version_history.hpp"
#include "stores/contracts/generation.hpp"
#include "stores/redis/asides.hpp"
#include "stores/redis/board_keys.hpp"
#include "stores/redis/clearing.hpp"
#include "stores/redis/health.hpp"
#include "stores/redis/script.hpp"
#include "stores/redis/watch.hpp"
#include "stores/redis/zeroing.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <mutex>

namespace standings {

namespace {

constexpr auto batch = redis_batch;
constexpr auto remembered_removals = "100000";

/// The boards' scores when a user's details were evicted, or cannot be read: four
/// numbers, whatever they are.
user_record record_from_boards(const std::string& id, const std::string& numbers) {
  user_record out{id, {}, {}, 0};
  const char* at = numbers.c_str();
  for (auto& score : out.score) {
    char* end = nullptr;
    score = shown_score(std::strtod(at, &end));
    if (end == at)
      break;
    at = end;
  }
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
                                 [this](redis_connection& c) { return greet(c); }),
        keys_(options.key_prefix), watch_(keys_.meta, options.clock) {}

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
    if (found) {
      found->user.user_id = user_id;
      found->user.score = counting_scores(found->user, starts_now());
    }
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
                                   shown_score((*reply)[4].number()), size.members}};
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
        if (const auto done = zero(p, starts[index_of(p)]); !done) {
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
    return clear_redis_cache(**c, keys_, options_.details_prefix);
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
    return watermark_in(*reply);
  }

  result<void> begin_rebuild() override {
    token_ = new_generation();
    std::vector<std::string> values{token_};
    for (const auto start : starts_now())
      values.push_back(std::to_string(to_micros(start)));
    const auto beat = watch_.next_beat();
    values.push_back(beat.field);
    values.push_back(std::to_string(beat.number));
    const auto reply = run(begin_rebuild_, keys_.all(), values);
    if (!reply)
      return reply.error();
    watch_.beat_was_left(beat);
    log_asides(*reply);
    return {};
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
    auto c = pool_.borrow();
    if (!c)
      return c.error();
    const auto server = watch_.look_at_server(**c);
    if (!server)
      return server.error();
    const auto data = watch_.beat(**c);
    if (!data)
      return data.error();
    if (!*server || !*data)
      tell_it_went_back();
    const auto seen = look(**c);
    if (!seen)
      return seen.error();
    if (seen->watermark < watermark_ && seen->complete) {
      // an old snapshot: other instances have to see it, too
      if (const auto done = run_script(**c, invalidate_, {keys_.meta}, {}); !done)
        return done.error();
      tell_it_went_back();
      watermark_ = seen->watermark;
      complete_ = knowledge::incomplete;
      return false;
    }
    watermark_ = seen->watermark;
    complete_ = seen->complete ? knowledge::complete : knowledge::incomplete;
    return seen->complete;
  }

  result<cache_state> state() override {
    auto c = pool_.borrow();
    if (!c)
      return c.error();
    const auto seen = look(**c);
    if (!seen)
      return seen.error();
    cache_state out;
    out.reachable = true;
    out.complete = seen->complete;
    out.generation = seen->generation;
    out.members = seen->members;
    if (const auto done = add_redis_health(**c, keys_, options_.details_prefix, out); !done)
      return done.error();
    for (const auto& kept : undated_)
      out.undated_scores += kept;
    return out;
  }

private:
  enum class knowledge : std::uint8_t { none, incomplete, complete };

  struct sight {
    bool complete = false;
    std::string generation;
    std::array<std::uint64_t, period_count> members{};
    std::int64_t watermark = 0;
  };

  /// 0 for one that cannot be ours; the scripts replace it.
  static std::int64_t watermark_in(const redis_reply& reply) {
    const auto number = reply.integer();
    return is_version(number) ? number : 0;
  }

  /// On each new connection: another server than before, or the same after a
  /// restart, may hold nothing or an old snapshot. All instances have to see it.
  result<void> greet(redis_connection& c) {
    const auto same = watch_.look_at_server(c);
    if (!same)
      return same.error();
    if (!*same)
      tell_it_went_back();
    return {};
  }

  void tell_it_went_back() {
    complete_ = knowledge::incomplete;
    spdlog::warn("Redis was restarted, promoted or put back to an earlier state: the cache is "
                 "loaded again from the database");
  }

  result<sight> look(redis_connection& c) {
    std::vector<redis_connection::arguments> commands{
        {"HMGET", keys_.meta, "generation", "watermark", "expected:daily", "expected:weekly",
         "expected:monthly", "expected:yearly"}};
    for (const auto& board : keys_.boards)
      commands.push_back({"ZCARD", board});
    commands.push_back({"ZCARD", keys_.removed});
    const auto replies = c.pipeline(commands);
    if (!replies && overwritten(c))
      return sight{};
    if (!replies)
      return replies.error();
    const auto& meta = (*replies)[0];
    sight out;
    out.complete = true;
    out.generation = std::string{meta[0].text()};
    out.watermark = watermark_in(meta[1]);
    for (std::size_t i = 0; i < period_count; ++i) {
      const auto size = size_of(meta[0], meta[2 + i], (*replies)[1 + i]);
      out.members[i] = size.members;
      out.complete = out.complete && size.complete;
    }
    return out;
  }

  /// Whether somebody has put a value of another type under one of our keys:
  /// lost, too, and a rebuild makes room.
  bool overwritten(redis_connection& c) const {
    std::vector<redis_connection::arguments> commands{{"TYPE", keys_.meta},
                                                      {"TYPE", keys_.removed}};
    for (const auto& board : keys_.boards)
      commands.push_back({"TYPE", board});
    const auto types = c.pipeline(commands);
    if (!types)
      return false;
    for (std::size_t i = 0; i < types->size(); ++i)
      if (const auto is = (*types)[i].text(); is != "none" && is != (i == 0 ? "hash" : "zset"))
        return true;
    return false;
  }

  result<void> write(std::span<const user_record> users, const std::string& mode) {
    const auto now = options_.clock();
    for (std::size_t first = 0; first < users.size(); first += batch) {
      std::vector<std::string> values{options_.details_prefix, mode};
      for (const auto& user : users.subspan(first, std::min(batch, users.size() - first)))
        add_user_arguments(values, user, now);
      const auto reply = run(apply_, keys_.all(), values);
      if (!reply)
        return reply.error();
      log_asides((*reply)[1]);
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

  result<void> zero(period board, sys_time start) {
    const auto done =
        zero_expired(pool_, keys_.boards[index_of(board)], options_.details_prefix, board, start);
    if (!done)
      return done.error();
    undated_[index_of(board)] = done->undated;
    if (done->undated + done->foreign > 0)
      spdlog::warn(
          "{} scores of the {} board stay as they are: nobody can tell when {} of them were "
          "written, and {} are no scores of the service",
          done->undated + done->foreign, to_string(board), done->undated, done->foreign);
    return {};
  }

  result<redis_reply> run(const redis_script& what, const std::vector<std::string>& keys,
                          const std::vector<std::string>& values) {
    return run_script(pool_, what, keys, values);
  }

  [[nodiscard]] std::vector<std::string> window_keys(period board) const {
    return {keys_.boards[index_of(board)],
            keys_.meta,
            keys_.boards[0],
            keys_.boards[1],
            keys_.boards[2],
            keys_.boards[3]};
  }

  /// `text`: the details, or the boards' scores where there are none.
  static user_record user_of(const std::string& id, std::string_view text,
                             const period_starts& starts) {
    if (auto details = parse_details(text)) {
      details->user.user_id = id;
      details->user.score = counting_scores(details->user, starts);
      return std::move(details->user);
    }
    if (const auto shown = shown_scores(text))
      return {id, *shown, {}, 0};
    return record_from_boards(id, std::string{text});
  }

  /// Members that are no user ids, which other programs may have put there, keep
  /// their rank and are not shown: no answer could name them.
  std::vector<board_entry> entries_of(const redis_reply& window, std::uint64_t rank,
                                      period board) const {
    std::vector<board_entry> out;
    out.reserve(window.size() / 3);
    const auto starts = starts_now();
    for (std::size_t i = 4; i + 2 < window.size(); i += 3, ++rank) {
      const std::string id{window[i].text()};
      if (!validate_user_id(id))
        continue;
      auto user = user_of(id, window[i + 2].text(), starts);
      const auto score = shown_score(window[i + 1].number());
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

  const redis_cache_options options_;
  redis_pool pool_;
  const redis_board_keys keys_;
  const redis_script apply_ = find_redis_script("apply.lua", {"set_aside.lua", "version_of.lua"});
  const redis_script remove_ = find_redis_script("remove.lua", {"version_of.lua"});
  const redis_script window_ = find_redis_script("window.lua");
  const redis_script rank_ = find_redis_script("rank.lua");
  const redis_script start_periods_ = find_redis_script("start_periods.lua");
  const redis_script begin_rebuild_ = find_redis_script("begin_rebuild.lua", {"set_aside.lua"});
  const redis_script finish_rebuild_ = find_redis_script("finish_rebuild.lua");
  const redis_script invalidate_ = find_redis_script("invalidate.lua");
  redis_watch watch_;

  std::atomic<knowledge> complete_ = knowledge::none;
  std::atomic<std::int64_t> watermark_ = 0; ///< the highest that was seen
  std::array<std::atomic<std::uint64_t>, period_count> undated_{};

  mutable std::mutex mutex_; ///< guards all below
  period_starts starts_{};
  std::string token_; ///< of the rebuild that runs; touched by one rebuilder at a time
};

} // namespace

rank_cache_ptr make_redis_rank_cache(const redis_cache_options& options) {
  return std::make_shared<redis_rank_cache>(options);
}

} // namespace standings
