#pragma once

#include "actors/supervision/blocking_calls.hpp"
#include "stores/contracts/cache_reads.hpp"

#include <memory>
#include <utility>

namespace standings {

/// Reads of a cache that blocks, on the threads of `calls`.
class blocking_cache_reads final : public cache_reads {
public:
  blocking_cache_reads(rank_cache_ptr cache, blocking_calls& calls, boost::asio::io_context& loop)
      : cache_(std::move(cache)), calls_(calls), loop_(loop) {}

  /// The read itself finds out, and may block.
  bool complete() override { return true; }

  task<result<board_page>> top(period board, std::size_t offset, std::size_t limit) override {
    return run<board_page>([cache = cache_, board, offset, limit]() -> result<board_page> {
      if (!cache->complete())
        return warming();
      return cache->top(board, offset, limit);
    });
  }
  task<result<std::optional<cached_user>>> find(const std::string& user_id) override {
    return run<std::optional<cached_user>>(
        [cache = cache_, user_id] { return cache->find(user_id); });
  }
  task<result<std::optional<user_rank>>> rank(const std::string& user_id, period board) override {
    return run<std::optional<user_rank>>(
        [cache = cache_, user_id, board]() -> result<std::optional<user_rank>> {
          if (!cache->complete())
            return warming();
          return cache->rank(user_id, board);
        });
  }
  task<result<user_ranks>> ranks(std::vector<std::string> user_ids, period board) override {
    return run<user_ranks>(
        [cache = cache_, ids = std::move(user_ids), board]() -> result<user_ranks> {
          if (!cache->complete())
            return warming();
          return cache->ranks(ids, board);
        });
  }
  task<result<std::optional<neighbourhood>>> around(const std::string& user_id, period board,
                                                    std::size_t limit) override {
    return run<std::optional<neighbourhood>>(
        [cache = cache_, user_id, board, limit]() -> result<std::optional<neighbourhood>> {
          if (!cache->complete())
            return warming();
          return cache->around(user_id, board, limit);
        });
  }

private:
  static failure warming() { return fail(errc::cache_warming, "the cache is being filled"); }

  template <class T>
  task<result<T>> run(std::function<result<T>()> read) {
    return calls_.run<T>(loop_, std::move(read));
  }

  const rank_cache_ptr cache_;
  blocking_calls& calls_;
  boost::asio::io_context& loop_;
};

} // namespace standings
