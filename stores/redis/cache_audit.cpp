#include "stores/redis/cache_audit.hpp"

#include "core/base/validate.hpp"
#include "core/leaderboard/foreign_score.hpp"
#include "stores/redis/cache_writer.hpp"
#include "stores/redis/entry_views.hpp"
#include "stores/redis/known_starts.hpp"

#include <mutex>

namespace standings {

namespace {

constexpr auto page = "250"; ///< keys per page of a scan; Redis may return more

class redis_cache_audit final : public cache_audit {
public:
  explicit redis_cache_audit(const redis_cache_options& options)
      : pool_(options.connection, options.connections, {}),
        keys_(options.key_prefix, options.details_prefix), starts_(options.clock),
        writer_(
            pool_, keys_, options.clock, [this] { return starts_.latest(); }, options.own) {}

  result<std::vector<entry_view>> view(std::span<const std::string> user_ids,
                                       const period_starts& starts) override {
    starts_.learn(starts);
    return view_entries(pool_, keys_, user_ids, starts);
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
  known_starts starts_;
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
