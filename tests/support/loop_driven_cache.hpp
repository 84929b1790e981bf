#pragma once

#include "stores/redis/rank_cache.hpp"
#include "tests/support/redis_cache_harness.hpp"

#include <boost/asio/io_context.hpp>

#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace standings::test {

/// Runs a loop until the task has its value.
template <class T>
T run_until_done(boost::asio::io_context& loop, task<T> of) {
  std::optional<T> out;
  [](task<T> awaited, std::optional<T>& to) -> detached {
    to = co_await awaited;
  }(std::move(of), out);
  while (!out) {
    loop.restart();
    loop.run_one();
  }
  return std::move(*out);
}

/// A cache whose boards and users are read as the coroutines of an event loop do.
class loop_driven_cache final : public rank_cache {
public:
  explicit loop_driven_cache(const redis_cache_options& options)
      : made_(make_redis_cache(options)), reads_(made_.reads(loop_)) {}

  ~loop_driven_cache() override { reads_->end(); }

  result<std::optional<cached_user>> find(const std::string& user_id) override {
    const std::lock_guard lock{mutex_};
    return run_until_done(loop_, reads_->find(user_id));
  }
  result<board_page> top(period board, std::size_t offset, std::size_t limit) override {
    const std::lock_guard lock{mutex_};
    return run_until_done(loop_, reads_->top(board, offset, limit));
  }
  result<std::optional<user_rank>> rank(const std::string& user_id, period board) override {
    const std::lock_guard lock{mutex_};
    return run_until_done(loop_, reads_->rank(user_id, board));
  }
  result<user_ranks> ranks(std::span<const std::string> user_ids, period board) override {
    const std::lock_guard lock{mutex_};
    return run_until_done(loop_, reads_->ranks({user_ids.begin(), user_ids.end()}, board));
  }
  result<std::optional<neighbourhood>> around(const std::string& user_id, period board,
                                              std::size_t limit) override {
    const std::lock_guard lock{mutex_};
    return run_until_done(loop_, reads_->around(user_id, board, limit));
  }

  // -- the rest is the cache's own
  result<void> apply(std::span<const user_record> users) override { return cache().apply(users); }
  result<void> load(std::span<const user_record> users) override { return cache().load(users); }
  using rank_cache::remove;
  result<void> remove(std::span<const deletion> users) override { return cache().remove(users); }
  result<void> replay_removals(std::span<const deletion> users) override {
    return cache().replay_removals(users);
  }
  result<void> start_periods(const period_starts& starts) override {
    return cache().start_periods(starts);
  }
  result<void> clear() override { return cache().clear(); }
  result<void> invalidate() override { return cache().invalidate(); }
  result<std::vector<entry_view>> view(std::span<const std::string> user_ids,
                                       const period_starts& starts) override {
    return cache().view(user_ids, starts);
  }
  result<std::uint64_t> write_if_unchanged(std::span<const conditional_write> users) override {
    return cache().write_if_unchanged(users);
  }
  result<std::int64_t> watermark() override { return cache().watermark(); }
  result<void> begin_rebuild() override { return cache().begin_rebuild(); }
  result<std::uint64_t> finish_rebuild() override { return cache().finish_rebuild(); }
  std::uint64_t changes() override { return cache().changes(); }
  bool complete() override { return cache().complete(); }
  result<bool> verify() override { return cache().verify(); }
  result<cache_state> state() override { return cache().state(); }

private:
  [[nodiscard]] rank_cache& cache() const { return *made_.cache; }

  const redis_cache made_;
  boost::asio::io_context loop_{1};
  std::mutex mutex_; ///< a loop has one thread
  cache_reads_ptr reads_;
};

/// A private Redis that is read by an event loop.
class loop_driven_harness final : public rank_cache_harness {
public:
  explicit loop_driven_harness(score_order order = score_order::desc) {
    redis_.options().order = order;
  }

  rank_cache_ptr open() override { return std::make_shared<loop_driven_cache>(redis_.options()); }
  cache_audit_ptr audit() override { return redis_.audit(); }
  [[nodiscard]] bool sweeps() const override { return redis_.sweeps(); }
  void set_time(sys_time now) override { redis_.set_time(now); }

private:
  redis_cache_harness redis_;
};

} // namespace standings::test
