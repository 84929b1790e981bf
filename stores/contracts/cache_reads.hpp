#pragma once

#include "core/base/task.hpp"
#include "stores/contracts/rank_cache.hpp"

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace standings {

/// Reads of a rank_cache for the coroutines of one event loop: they never block its thread. See
/// rank_cache for what they return. For that thread only.
class cache_reads {
public:
  cache_reads() = default;
  cache_reads(const cache_reads&) = delete;
  cache_reads& operator=(const cache_reads&) = delete;
  virtual ~cache_reads() = default;

  /// Reads under way, and further ones, fail with `shutting_down`.
  virtual void end() {}

  /// Whether the cache may be complete, as far as is known. A read that finds it incomplete fails
  /// with `cache_warming`.
  [[nodiscard]] virtual bool complete() = 0;

  /// See rank_cache.
  [[nodiscard]] virtual std::optional<std::uint64_t> version() { return std::nullopt; }

  [[nodiscard]] virtual task<result<board_page>> top(period board, std::size_t offset,
                                                     std::size_t limit) = 0;
  [[nodiscard]] virtual task<result<std::optional<cached_user>>>
  find(const std::string& user_id) = 0;
  [[nodiscard]] virtual task<result<std::optional<user_rank>>> rank(const std::string& user_id,
                                                                    period board) = 0;
  [[nodiscard]] virtual task<result<user_ranks>> ranks(std::vector<std::string> user_ids,
                                                       period board) = 0;
  [[nodiscard]] virtual task<result<std::optional<neighbourhood>>>
  around(const std::string& user_id, period board, std::size_t limit) = 0;
};

using cache_reads_ptr = std::unique_ptr<cache_reads>;

/// Makes the reads of one loop.
using cache_reads_factory = std::function<cache_reads_ptr(boost::asio::io_context& loop)>;

/// The reads of a cache that does not block, because it is in this process.
class direct_cache_reads final : public cache_reads {
public:
  explicit direct_cache_reads(rank_cache_ptr cache) : cache_(std::move(cache)) {}

  bool complete() override { return cache_->complete(); }
  std::optional<std::uint64_t> version() override { return cache_->version(); }

  task<result<board_page>> top(period board, std::size_t offset, std::size_t limit) override {
    co_return cache_->top(board, offset, limit);
  }
  task<result<std::optional<cached_user>>> find(const std::string& user_id) override {
    co_return cache_->find(user_id);
  }
  task<result<std::optional<user_rank>>> rank(const std::string& user_id, period board) override {
    co_return cache_->rank(user_id, board);
  }
  task<result<user_ranks>> ranks(std::vector<std::string> user_ids, period board) override {
    co_return cache_->ranks(user_ids, board);
  }
  task<result<std::optional<neighbourhood>>> around(const std::string& user_id, period board,
                                                    std::size_t limit) override {
    co_return cache_->around(user_id, board, limit);
  }

private:
  const rank_cache_ptr cache_;
};

} // namespace standings
