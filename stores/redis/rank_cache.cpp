#include "stores/redis/rank_cache.hpp"

#include "log/log.hpp"
#include "stores/contracts/generation.hpp"
#include "stores/redis/asides.hpp"
#include "stores/redis/board_reader.hpp"
#include "stores/redis/cache_writer.hpp"
#include "stores/redis/clearing.hpp"
#include "stores/redis/completeness.hpp"
#include "stores/redis/entry_views.hpp"
#include "stores/redis/health.hpp"
#include "stores/redis/known_starts.hpp"
#include "stores/redis/multiplexer.hpp"
#include "stores/redis/rank_gatherer.hpp"
#include "stores/redis/script.hpp"
#include "stores/redis/watch.hpp"
#include "stores/redis/zeroing.hpp"

#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <mutex>

namespace standings {

namespace {

class redis_rank_cache final : public rank_cache {
public:
  explicit redis_rank_cache(const redis_cache_options& options)
      : options_(options), shared_pool_(options.pool ? options.pool : own_pool()),
        pool_(*shared_pool_), keys_(options.key_prefix, options.details_prefix),
        writer_(
            pool_, keys_, options.clock, [this] { return starts_.latest(); }, options.own,
            options.order),
        reader_(keys_, options.order, [this](bool complete) { note(complete); }),
        watch_(keys_.meta(), options.clock), starts_(options.clock) {}

  result<void> apply(std::span<const user_record> users) override {
    return counted(writer_.apply(users));
  }

  std::vector<result<void>> apply_together(std::span<const cache_update> updates) override {
    std::vector<cache_writer::update> ours;
    for (const auto& [cache, users] : updates) {
      auto* of = dynamic_cast<redis_rank_cache*>(cache);
      if (!of || &of->pool_ != &pool_)
        return rank_cache::apply_together(updates);
      ours.push_back({&of->writer_, users});
    }
    auto outcomes = cache_writer::apply_together(pool_, ours);
    for (const auto& one : updates)
      ++static_cast<redis_rank_cache*>(one.cache)->changes_;
    return outcomes;
  }

  result<void> load(std::span<const user_record> users) override {
    return counted(writer_.load(users));
  }

  using rank_cache::remove;
  result<void> remove(std::span<const deletion> users) override {
    return counted(writer_.remove(users));
  }

  result<void> replay_removals(std::span<const deletion> users) override {
    return counted(writer_.replay_removals(users));
  }

  result<std::optional<cached_user>> find(const std::string& user_id) override {
    return read<std::optional<cached_user>>(
        [&](redis_calls& calls) { return reader_.find(calls, user_id, starts_.now()); });
  }

  result<board_page> top(period board, std::size_t offset, std::size_t limit) override {
    return read<board_page>([&](redis_calls& calls) {
      return reader_.top(calls, board, offset, limit, starts_.now());
    });
  }

  result<std::optional<user_rank>> rank(const std::string& user_id, period board) override {
    auto found = ranks(std::span{&user_id, 1}, board);
    if (!found)
      return found.error();
    return found->users.front();
  }

  result<user_ranks> ranks(std::span<const std::string> user_ids, period board) override {
    return read<user_ranks>([&](redis_calls& calls) {
      return reader_.ranks(calls, board, {user_ids.begin(), user_ids.end()});
    });
  }

  result<std::optional<neighbourhood>> around(const std::string& user_id, period board,
                                              std::size_t limit) override {
    return read<std::optional<neighbourhood>>([&](redis_calls& calls) {
      return reader_.around(calls, user_id, board, limit, starts_.now());
    });
  }

  result<void> start_periods(const period_starts& starts) override {
    std::vector<std::string> values;
    for (const auto start : starts)
      values.push_back(std::to_string(to_micros(start)));
    values.push_back(std::to_string(to_micros(starts_.latest())));
    const auto members = run_script(pool_, start_periods_, keys_.shared(), values);
    if (!members)
      return members.error();
    const auto before = starts_.learn(starts);
    for (auto p : all_periods)
      if (before[index_of(p)] < starts[index_of(p)])
        if (const auto done = zero_unless_empty(p, starts, *members); !done) {
          starts_.set(before); // the caller tries again
          return done.error();
        }
    return {};
  }

  result<void> clear() override {
    complete_ = knowledge::incomplete;
    auto c = pool_.borrow();
    if (!c)
      return c.error();
    return counted(clear_redis_cache(**c, keys_, options_.own.get()));
  }

  result<void> invalidate() override {
    auto c = pool_.borrow();
    if (!c)
      return c.error();
    if (const auto done =
            (*c)->pipeline({{"HDEL", keys_.meta(), "generation"}, {"UNLINK", keys_.removed()}});
        !done)
      return done.error();
    complete_ = knowledge::incomplete;
    ++changes_;
    return {};
  }

  result<std::vector<entry_view>> view(std::span<const std::string> user_ids,
                                       const period_starts& starts) override {
    return view_entries(pool_, keys_, user_ids, starts);
  }

  result<std::uint64_t> write_if_unchanged(std::span<const conditional_write> users) override {
    return counted(writer_.write_if_unchanged(users));
  }

  result<std::int64_t> watermark() override {
    auto c = pool_.borrow();
    if (!c)
      return c.error();
    const auto reply = (*c)->command({"HGET", keys_.meta(), "watermark"});
    if (!reply)
      return reply.error();
    return watermark_in(*reply);
  }

  result<void> begin_rebuild() override {
    token_ = new_generation();
    std::vector<std::string> values{token_};
    for (const auto start : starts_.now())
      values.push_back(std::to_string(to_micros(start)));
    const auto beat = watch_.next_beat();
    values.push_back(beat.field);
    values.push_back(std::to_string(beat.number));
    values.push_back(std::to_string(to_micros(starts_.latest())));
    auto c = pool_.borrow();
    if (!c)
      return c.error();
    if (auto made = make_room_for_boards(**c); !made)
      return made;
    if (const auto begun = run_script(**c, begin_rebuild_, keys_.shared(), values); !begun)
      return begun.error();
    watch_.beat_was_left(beat);
    return {};
  }

  result<std::uint64_t> finish_rebuild() override {
    const auto reply =
        run_script(pool_, finish_rebuild_, keys_.shared(), {token_, new_generation()});
    if (!reply)
      return reply.error();
    if (reply->integer() == 0)
      return fail(errc::cache_warming, "the cache was lost while it was being filled");
    complete_ = knowledge::complete;
    ++changes_;
    return std::uint64_t{0};
  }

  std::uint64_t changes() override { return changes_; }

  bool complete() override {
    if (complete_ == knowledge::none)
      static_cast<void>(verify());
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
    const auto seen = read_contents(**c, keys_);
    if (!seen)
      return seen.error();
    if (seen->watermark < watermark_ && seen->complete) {
      // an old snapshot: the other instances must learn of it, too
      if (const auto done = run_script(**c, invalidate_, {keys_.meta()}, {}); !done)
        return done.error();
      tell_it_went_back();
      watermark_ = seen->watermark;
      complete_ = knowledge::incomplete;
      return false;
    }
    watermark_ = seen->watermark;
    note(seen->complete);
    return seen->complete;
  }

  result<cache_state> state() override {
    auto c = pool_.borrow();
    if (!c)
      return c.error();
    const auto seen = read_contents(**c, keys_);
    if (!seen)
      return seen.error();
    cache_state out;
    out.reachable = true;
    out.complete = seen->complete;
    out.generation = seen->generation;
    out.members = seen->members;
    if (const auto done = add_redis_health(**c, keys_, out); !done)
      return done.error();
    for (const auto& kept : undated_)
      out.undated_scores += kept;
    return out;
  }

  // -- for the reads of event loops

  [[nodiscard]] board_reader& reader() { return reader_; }
  [[nodiscard]] period_starts starts() const { return starts_.now(); }
  [[nodiscard]] bool may_be_complete() const { return complete_ != knowledge::incomplete; }
  [[nodiscard]] boost::asio::thread_pool& opener() {
    std::call_once(opener_made_,
                   [this] { opener_ = std::make_unique<boost::asio::thread_pool>(2); });
    return *opener_;
  }
  [[nodiscard]] redis_options reads_options() const {
    auto out = options_.connection;
    out.breaker = options_.reads_breaker;
    return out;
  }

  /// A connection whose server was looked at; blocking.
  result<std::unique_ptr<redis_connection>> open() {
    auto opened = redis_connection::open(options_.connection);
    if (opened)
      if (const auto greeted = greet(**opened); !greeted)
        return greeted.error();
    return opened;
  }

private:
  enum class knowledge : std::uint8_t { none, incomplete, complete };

  std::shared_ptr<redis_pool> own_pool() {
    return std::make_shared<redis_pool>(options_.connection, options_.connections,
                                        [this](redis_connection& c) { return greet(c); });
  }

  /// Counts a write, also a failed one: a part of it may have arrived.
  template <class Outcome>
  Outcome counted(Outcome of) {
    ++changes_;
    return of;
  }

  /// Runs a read that blocks.
  template <class T, class Read>
  result<T> read(const Read& start) {
    auto c = pool_.borrow();
    if (!c)
      return c.error();
    blocking_redis_calls calls{**c};
    return value_at_once(start(calls));
  }

  /// Called for each new connection: another server, or the same after a restart, may hold nothing
  /// or an old snapshot. All instances must learn of it.
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
    log_to(log_component::cache)
        .warn("Redis was restarted, promoted or put back to an earlier state: the cache is "
              "loaded again from the database");
  }

  /// A board key of another type would make a rebuild fail. Only such keys are passed on: the user
  /// may lack rights on the names to which they are renamed.
  result<void> make_room_for_boards(redis_connection& c) {
    const auto wrong = keys_of_another_type(c, keys_);
    if (!wrong)
      return wrong.error();
    return wrong->empty() ? result<void>{}
                          : make_room(c, keys_.meta(), *wrong, options_.clock(), nullptr);
  }

  /// `members`: how many users are on each board. After a start, thousands of empty ones are told.
  result<void> zero_unless_empty(period board, const period_starts& starts,
                                 const redis_reply& members) {
    const auto p = index_of(board);
    if (members[p].integer() != 0)
      return counted(zero(board, starts[p]));
    undated_[p] = 0;
    return {};
  }

  result<void> zero(period board, sys_time start) {
    const auto done = zero_expired(pool_, keys_, board, start, options_.own.get(), options_.order);
    if (!done)
      return done.error();
    undated_[index_of(board)] = done->undated;
    if (done->undated + done->foreign > 0)
      log_to(log_component::cache)
          .warn("{} scores of the {} board stay as they are: it is unknown when {} of them were "
                "written, and {} are not scores of the service",
                done->undated + done->foreign, to_string(board), done->undated, done->foreign);
    return {};
  }

  void note(bool complete) { complete_ = complete ? knowledge::complete : knowledge::incomplete; }

  const redis_cache_options options_;
  const std::shared_ptr<redis_pool> shared_pool_;
  redis_pool& pool_;
  const key_scheme keys_;
  cache_writer writer_;
  board_reader reader_;
  const redis_script start_periods_ = find_redis_script("start_periods.lua", {"record_starts.lua"});
  const redis_script begin_rebuild_ = find_redis_script("begin_rebuild.lua", {"record_starts.lua"});
  const redis_script finish_rebuild_ = find_redis_script("finish_rebuild.lua");
  const redis_script invalidate_ = find_redis_script("invalidate.lua");
  redis_watch watch_;
  std::once_flag opener_made_;
  std::unique_ptr<boost::asio::thread_pool> opener_; ///< opens connections of event loops

  std::atomic<knowledge> complete_ = knowledge::none;
  std::atomic<std::int64_t> watermark_ = 0; ///< the highest version seen
  std::array<std::atomic<std::uint64_t>, period_count> undated_{};
  std::atomic<std::uint64_t> changes_ = 0; ///< counts own writes

  known_starts starts_;
  std::string token_; ///< of the current rebuild; used by one rebuilder at a time
};

/// Reads on a connection that the loop's coroutines share.
class redis_cache_reads final : public cache_reads {
public:
  redis_cache_reads(std::shared_ptr<redis_rank_cache> of, boost::asio::io_context& loop)
      : of_(std::move(of)),
        calls_(
            loop, of_->opener(), [of = of_.get()] { return of->open(); }, of_->reads_options()),
        ranks_(loop, of_->reader(), calls_) {}

  void end() override {
    calls_.end();
    ranks_.end();
  }

  bool complete() override { return of_->may_be_complete(); }

  task<result<board_page>> top(period board, std::size_t offset, std::size_t limit) override {
    return of_->reader().top(calls_, board, offset, limit, of_->starts());
  }
  task<result<std::optional<cached_user>>> find(const std::string& user_id) override {
    return of_->reader().find(calls_, user_id, of_->starts());
  }
  task<result<std::optional<user_rank>>> rank(const std::string& user_id, period board) override {
    return ranks_.rank(user_id, board);
  }
  task<result<user_ranks>> ranks(std::vector<std::string> user_ids, period board) override {
    return of_->reader().ranks(calls_, board, std::move(user_ids));
  }
  task<result<std::optional<neighbourhood>>> around(const std::string& user_id, period board,
                                                    std::size_t limit) override {
    return of_->reader().around(calls_, user_id, board, limit, of_->starts());
  }

private:
  const std::shared_ptr<redis_rank_cache> of_;
  redis_multiplexer calls_;
  rank_gatherer ranks_;
};

} // namespace

redis_cache make_redis_cache(const redis_cache_options& options) {
  auto made = std::make_shared<redis_rank_cache>(options);
  return {made, [made](boost::asio::io_context& loop) {
            return std::make_unique<redis_cache_reads>(made, loop);
          }};
}

redis_cache_options for_named_leaderboard(const redis_cache_options& of_default,
                                          const std::string& id, score_order order) {
  auto out = of_default;
  const auto in_braces = "{" + id + "}:"; // a hash tag: all keys are in one slot of a cluster
  out.key_prefix += in_braces;
  out.details_prefix += in_braces;
  out.order = order;
  return out;
}

rank_cache_ptr make_redis_rank_cache(const redis_cache_options& options) {
  return make_redis_cache(options).cache;
}

} // namespace standings
