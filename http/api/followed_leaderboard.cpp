#include "http/api/followed_leaderboard.hpp"

#include "actors/leaderboard/board_source.hpp"

#include <utility>

namespace standings {

namespace {

class followed_default final : public followed_leaderboard {
public:
  followed_default(cache_reads_ptr reads, rank_cache_ptr cache)
      : reads_(std::move(reads)), cache_(std::move(cache)) {}

  board_watch::signs signs() override {
    return {cache_->changes(), reads_->complete(), reads_->version().has_value()};
  }

  task<result<followed_page>> top(period board, std::uint64_t limit) override {
    if (!reads_->complete())
      co_return still_warming();
    auto page = co_await reads_->top(board, 0, limit);
    if (!page)
      co_return page.error();
    co_return followed_page{std::move(*page)};
  }

  void end() override { reads_->end(); }

private:
  const cache_reads_ptr reads_;
  const rank_cache_ptr cache_;
};

} // namespace

followed_leaderboard_ptr follow_default(cache_reads_ptr reads, rank_cache_ptr cache) {
  return std::make_shared<followed_default>(std::move(reads), std::move(cache));
}

} // namespace standings
