#pragma once

#include "stores/contracts/cache_reads.hpp"

#include <atomic>
#include <memory>
#include <utility>

namespace standings::test {

/// What the test and the reads share.
struct counted_reads {
  std::atomic<int> boards = 0;            ///< how often a board was read
  std::atomic<bool> fail = false;         ///< whether reads fail
  std::atomic<bool> others_write = false; ///< whether other programs can change the cache unnoticed
};

/// Reads of a cache in this process that are counted, and fail when told to.
class counting_reads final : public cache_reads {
public:
  counting_reads(rank_cache_ptr of, std::shared_ptr<counted_reads> counted)
      : of_(std::move(of)), counted_(std::move(counted)) {}

  bool complete() override { return of_->complete(); }
  std::optional<std::uint64_t> version() override {
    return counted_->others_write ? std::nullopt : of_->version();
  }
  task<result<board_page>> top(period board, std::size_t offset, std::size_t limit) override {
    ++counted_->boards;
    if (counted_->fail)
      co_return standings::fail(errc::store_unavailable, "the cache cannot be reached");
    co_return of_->top(board, offset, limit);
  }
  task<result<std::optional<cached_user>>> find(const std::string& user_id) override {
    co_return of_->find(user_id);
  }
  task<result<std::optional<user_rank>>> rank(const std::string& user_id, period board) override {
    co_return of_->rank(user_id, board);
  }
  task<result<user_ranks>> ranks(std::vector<std::string> user_ids, period board) override {
    co_return of_->ranks(user_ids, board);
  }
  task<result<std::optional<neighbourhood>>> around(const std::string& user_id, period board,
                                                    std::size_t limit) override {
    co_return of_->around(user_id, board, limit);
  }

private:
  const rank_cache_ptr of_;
  const std::shared_ptr<counted_reads> counted_;
};

} // namespace standings::test
