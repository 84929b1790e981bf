#include "stores/redis/cache_audit.hpp"

#include "core/base/validate.hpp"
#include "core/leaderboard/details_json.hpp"
#include "core/leaderboard/foreign_score.hpp"
#include "stores/redis/cache_writer.hpp"

#include <algorithm>
#include <mutex>

namespace standings {

namespace {

/// Redis serves no other client during a command: with few users per command, other readers wait
/// for tenths of a millisecond.
constexpr std::size_t look_batch = 200;
constexpr auto page = "250"; ///< keys per page of a scan; Redis may return more

class redis_cache_audit final : public cache_audit {
public:
  explicit redis_cache_audit(const redis_cache_options& options)
      : pool_(options.connection, options.connections, {}),
        keys_(options.key_prefix, options.details_prefix),
        writer_(pool_, keys_, options.clock, options.own) {}

  result<std::vector<entry_view>> view(std::span<const std::string> user_ids,
                                       const period_starts& starts) override {
    std::vector<entry_view> out;
    out.reserve(user_ids.size());
    for (std::size_t first = 0; first < user_ids.size(); first += look_batch) {
      const auto some = user_ids.subspan(first, std::min(look_batch, user_ids.size() - first));
      const auto replies = look_at(some);
      if (!replies)
        return replies.error();
      for (std::size_t i = 0; i < some.size(); ++i)
        out.push_back(view_of(*replies, i, starts));
    }
    return out;
  }

  result<id_page> list(cache_part part, const std::string& cursor) override {
    auto c = pool_.borrow();
    if (!c)
      return c.error();
    const std::string_view from = cursor.empty() ? "0" : std::string_view{cursor};
    return part == details_part ? list_details(*c, from) : list_board(*c, part, from);
  }

  result<std::uint64_t> write_if_unchanged(std::span<const conditional_write> users) override {
    return writer_.write_if_unchanged(users);
  }

  result<bool> set_verified_run(const std::string& generation, const std::string& run_id) override {
    const auto reply = run_script(pool_, set_verified_run_, {keys_.meta()}, {generation, run_id});
    if (!reply)
      return reply.error();
    return reply->integer() == 1;
  }

  result<std::string> verified_run() override {
    auto c = pool_.borrow();
    if (!c)
      return c.error();
    const auto reply = (*c)->command({"HGET", keys_.meta(), "verified"});
    if (!reply)
      return reply.error();
    return std::string{reply->text()};
  }

private:
  /// Returns one reply for the details and one for each board.
  result<std::vector<redis_reply>> look_at(std::span<const std::string> user_ids) {
    auto c = pool_.borrow();
    if (!c)
      return c.error();
    std::vector<std::string> details_keys;
    details_keys.reserve(user_ids.size());
    for (const auto& id : user_ids)
      details_keys.push_back(keys_.details(id));
    std::vector<redis_connection::arguments> commands(1 + period_count);
    commands[0].push_back("MGET");
    commands[0].insert(commands[0].end(), details_keys.begin(), details_keys.end());
    for (std::size_t p = 0; p < period_count; ++p) {
      auto& words = commands[1 + p];
      words = {"ZMSCORE", keys_.boards()[p]};
      words.insert(words.end(), user_ids.begin(), user_ids.end());
    }
    return (*c)->pipeline(commands);
  }

  static entry_view view_of(const std::vector<redis_reply>& replies, std::size_t i,
                            const period_starts& starts) {
    entry_view out;
    for (std::size_t p = 0; p < period_count; ++p)
      if (const auto score = replies[1 + p][i]; !score.is_nil()) {
        const auto whole = whole_score(score.number());
        out.foreign = out.foreign || !whole;
        out.board[p] = whole.value_or(shown_score(score.number()));
      }
    if (const auto text = replies[0][i]; text.is_string()) {
      out.token = text.text();
      if (auto found = parse_details(text.text())) {
        leave_what_counts(found->user, out, starts);
        out.details = std::move(found->user);
      } else {
        out.foreign = out.foreign || holds_foreign_score(text.text());
      }
    }
    return out;
  }

  static void leave_what_counts(user_record& details, entry_view& seen,
                                const period_starts& starts) {
    const auto counting = counting_scores(details, starts);
    for (std::size_t p = 0; p < period_count; ++p)
      if (seen.board[p] == details.score[p])
        seen.board[p] = counting[p];
    details.score = counting;
  }

  result<id_page> list_board(redis_pool::lease& c, cache_part part, std::string_view cursor) {
    const auto reply = c->command({"ZSCAN", keys_.boards()[part], cursor, "COUNT", page});
    if (!reply)
      return reply.error();
    auto out = page_of(*reply);
    const auto found = (*reply)[1];
    std::uint64_t foreign = 0;
    for (std::size_t i = 0; i + 1 < found.size(); i += 2) {
      out.user_ids.emplace_back(found[i].text());
      const bool ours = validate_user_id(out.user_ids.back()) && whole_score(found[i + 1].number());
      foreign += ours ? 0 : 1;
    }
    if (const auto done = count_foreign(c, part, cursor == "0", foreign, out.next.empty()); !done)
      return done.error();
    return out;
  }

  /// Adds up during a scan, and leaves the sum for the status. Overlapping scans of one board are
  /// not told apart: their sums would be of no use.
  result<void> count_foreign(redis_pool::lease& c, cache_part part, bool first, std::uint64_t more,
                             bool last) {
    std::string sum;
    {
      const std::lock_guard lock{mutex_};
      foreign_[part] = (first ? 0 : foreign_[part]) + more;
      sum = std::to_string(foreign_[part]);
    }
    if (!last)
      return {};
    const auto field = meta_field::foreign(all_periods[part]);
    // if the cache was lost, do not create a meta hash with this field alone
    const auto there = c->command({"EXISTS", keys_.meta()});
    if (!there || there->integer() == 0)
      return there ? result<void>{} : result<void>{there.error()};
    if (const auto done = c->command({"HSET", keys_.meta(), field, sum}); !done)
      return done.error();
    return {};
  }

  /// Skips values that are no strings, and those that were set aside under the same prefix.
  result<id_page> list_details(redis_pool::lease& c, std::string_view cursor) {
    const auto pattern = keys_.details_pattern();
    const auto reply =
        c->command({"SCAN", cursor, "MATCH", pattern, "COUNT", page, "TYPE", "string"});
    if (!reply)
      return reply.error();
    auto out = page_of(*reply);
    const auto found = (*reply)[1];
    for (std::size_t i = 0; i < found.size(); ++i)
      if (keys_.is_own_details(found[i].text()))
        out.user_ids.emplace_back(keys_.user_of(found[i].text()));
    return out;
  }

  static id_page page_of(const redis_reply& reply) {
    const auto next = reply[0].text();
    return {{}, next == "0" ? std::string{} : std::string{next}};
  }

  redis_pool pool_;
  const key_scheme keys_;
  cache_writer writer_;
  const redis_script set_verified_run_ = find_redis_script("set_verified_run.lua");

  std::mutex mutex_;
  std::array<std::uint64_t, period_count> foreign_{}; ///< members, of each board's walk
};

} // namespace

cache_audit_ptr make_redis_cache_audit(const redis_cache_options& options) {
  return std::make_shared<redis_cache_audit>(options);
}

} // namespace standings
