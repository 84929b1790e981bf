#include "stores/redis_rank_cache.hpp"

#include "core/embedded.hpp"
#include "stores/details_json.hpp"
#include "stores/generation.hpp"
#include "stores/redis_pool.hpp"

#include <boost/uuid/detail/sha1.hpp>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdio>
#include <mutex>
#include <sstream>
#include <stdexcept>

namespace standings {

std::span<const embedded_text> redis_scripts();

namespace {

constexpr std::size_t batch = 500; ///< users a script call: Redis serves nobody else meanwhile
constexpr auto remembered_removals = "100000";

struct script {
  std::string sha;
  std::string_view source;
};

std::string sha1_hex(std::string_view text) {
  boost::uuids::detail::sha1 hash;
  hash.process_bytes(text.data(), text.size());
  boost::uuids::detail::sha1::digest_type digest;
  hash.get_digest(digest);
  std::string out;
  for (const auto word : digest) {
    std::array<char, 9> hex{};
    std::snprintf(hex.data(), hex.size(), "%08x", word);
    out += hex.data();
  }
  return out;
}

script find_script(std::string_view name) {
  for (const auto& file : redis_scripts())
    if (file.name == name)
      return {sha1_hex(file.content), file.content};
  throw std::logic_error("no such script");
}

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
        meta_(options.key_prefix + "meta"), removed_(options.key_prefix + "removed") {
    for (auto p : all_periods)
      boards_[index_of(p)] = options.key_prefix + std::string{to_string(p)};
  }

  result<void> apply(std::span<const user_record> users) override { return write(users, "apply"); }

  result<void> load(std::span<const user_record> users) override { return write(users, "load"); }

  using rank_cache::remove;
  result<void> remove(std::span<const deletion> users) override {
    for (std::size_t first = 0; first < users.size(); first += batch) {
      std::vector<std::string> values{options_.details_prefix, remembered_removals};
      for (const auto& user : users.subspan(first, std::min(batch, users.size() - first))) {
        values.push_back(user.user_id);
        values.push_back(std::to_string(user.version));
      }
      if (const auto done = run(remove_, all_keys(), values); !done)
        return done.error();
    }
    return {};
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
    const auto reply =
        run(rank_, {boards_[index_of(board)], meta_}, {std::string{to_string(board)}, user_id});
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
    if (const auto done = run(start_periods_, {meta_}, values); !done)
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
    redis_connection::arguments keys{"UNLINK", meta_};
    keys.insert(keys.end(), boards_.begin(), boards_.end());
    if (const auto done = (*c)->command(keys); !done)
      return done.error();
    return clear_details(*c);
  }

  result<void> begin_rebuild() override {
    token_ = new_generation();
    std::vector<std::string> values{token_};
    for (const auto start : starts_now())
      values.push_back(std::to_string(to_micros(start)));
    return without_value(run(begin_rebuild_, all_keys(), values));
  }

  result<std::uint64_t> finish_rebuild() override {
    const auto reply = run(finish_rebuild_, all_keys(), {token_, new_generation()});
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
      if (const auto done = (*c)->command({"HDEL", meta_, "generation"}); !done)
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
    return without_value(c.command({"HDEL", meta_, "generation"}));
  }

  result<sight> look() {
    auto c = pool_.borrow();
    if (!c)
      return c.error();
    std::vector<redis_connection::arguments> commands{{"HMGET", meta_, "generation", "watermark",
                                                       "expected:daily", "expected:weekly",
                                                       "expected:monthly", "expected:yearly"},
                                                      {"INFO", "memory"}};
    for (const auto& board : boards_)
      commands.push_back({"ZCARD", board});
    commands.push_back({"ZCARD", removed_});
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
    std::vector<redis_connection::arguments> commands{{"TYPE", meta_}, {"TYPE", removed_}};
    for (const auto& board : boards_)
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
        add_user(values, user, now);
      if (const auto done = run(apply_, all_keys(), values); !done)
        return done.error();
    }
    return {};
  }

  static void add_user(std::vector<std::string>& to, const user_record& user, sys_time now) {
    auto json = details_parts_of(user, now);
    to.push_back(user.user_id);
    to.push_back(std::to_string(user.version));
    to.push_back(std::to_string(to_micros(user.updated_at)));
    for (const auto score : user.score)
      to.push_back(std::to_string(score));
    to.push_back(std::move(json.before));
    to.push_back(std::move(json.after));
  }

  result<void> zero_expired(period board, sys_time start) {
    std::size_t kept = 0;
    for (;;) {
      const auto reply = run(zero_, {boards_[index_of(board)]},
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
    const auto pattern = options_.details_prefix + "*";
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

  result<redis_reply> run(const script& what, const std::vector<std::string>& keys,
                          const std::vector<std::string>& values) {
    auto c = pool_.borrow();
    if (!c)
      return c.error();
    return (*c)->script(what.sha, what.source, {keys.begin(), keys.end()},
                        {values.begin(), values.end()});
  }

  static result<void> without_value(const result<redis_reply>& r) {
    if (!r)
      return r.error();
    return {};
  }

  [[nodiscard]] std::vector<std::string> all_keys() const {
    return {boards_[0], boards_[1], boards_[2], boards_[3], meta_, removed_};
  }

  [[nodiscard]] std::vector<std::string> window_keys(period board) const {
    return {boards_[index_of(board)], meta_, boards_[0], boards_[1], boards_[2], boards_[3]};
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
  std::array<std::string, period_count> boards_;
  const std::string meta_;
  const std::string removed_;
  const script apply_ = find_script("apply.lua");
  const script remove_ = find_script("remove.lua");
  const script window_ = find_script("window.lua");
  const script rank_ = find_script("rank.lua");
  const script start_periods_ = find_script("start_periods.lua");
  const script zero_ = find_script("zero.lua");
  const script begin_rebuild_ = find_script("begin_rebuild.lua");
  const script finish_rebuild_ = find_script("finish_rebuild.lua");

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
