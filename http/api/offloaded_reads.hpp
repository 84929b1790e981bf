#pragma once

#include "actors/supervision/blocking_calls.hpp"
#include "stores/contracts/cache_reads.hpp"

namespace standings {

/// The reads of a cache that blocks, each on a thread of `calls`.
class offloaded_reads final : public cache_reads {
public:
  offloaded_reads(rank_cache_ptr cache, blocking_calls& calls, boost::asio::io_context& loop)
      : cache_(std::move(cache)), calls_(calls), loop_(loop) {}

  bool complete() override { return true; } // the read looks

  task<result<board_page>> top(period board, std::size_t offset, std::size_t limit) override {
    return calls_.run<board_page>(loop_, [cache = cache_, board, offset, limit] {
      return if_complete(*cache, [&] { return cache->top(board, offset, limit); });
    });
  }
  task<result<std::optional<cached_user>>> find(const std::string& user_id) override {
    return calls_.run<std::optional<cached_user>>(
        loop_, [cache = cache_, user_id] { return cache->find(user_id); });
  }
  task<result<std::optional<user_rank>>> rank(const std::string& user_id, period board) override {
    return calls_.run<std::optional<user_rank>>(loop_, [cache = cache_, user_id, board] {
      return if_complete(*cache, [&] { return cache->rank(user_id, board); });
    });
  }
  task<result<std::optional<neighbourhood>>> around(const std::string& user_id, period board,
                                                    std::size_t limit) override {
    return calls_.run<std::optional<neighbourhood>>(loop_, [cache = cache_, user_id, board, limit] {
      return if_complete(*cache, [&] { return cache->around(user_id, board, limit); });
    });
  }

private:
  template <class Read>
  static auto if_complete(rank_cache& cache, const Read& read) -> decltype(read()) {
    if (!cache.complete())
      return fail(errc::cache_warming, "the cache is being filled");
    return read();
  }

  const rank_cache_ptr cache_;
  blocking_calls& calls_;
  boost::asio::io_context& loop_;
};

} // namespace standings
