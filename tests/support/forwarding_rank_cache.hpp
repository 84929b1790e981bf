#pragma once

#include "stores/contracts/rank_cache.hpp"

#include <utility>

namespace standings::test {

/// Passes every call on; tests override what they are about.
class forwarding_rank_cache : public rank_cache {
public:
  explicit forwarding_rank_cache(rank_cache_ptr to) : to_(std::move(to)) {}

  using rank_cache::remove;
  result<void> apply(std::span<const user_record> users) override { return to_->apply(users); }
  result<void> remove(std::span<const deletion> users) override { return to_->remove(users); }
  result<void> replay_removals(std::span<const deletion> users) override {
    return to_->replay_removals(users);
  }
  result<std::optional<cached_user>> find(const std::string& user_id) override {
    return to_->find(user_id);
  }
  result<board_page> top(period board, std::size_t offset, std::size_t limit) override {
    return to_->top(board, offset, limit);
  }
  result<std::optional<user_rank>> rank(const std::string& user_id, period board) override {
    return to_->rank(user_id, board);
  }
  result<user_ranks> ranks(std::span<const std::string> user_ids, period board) override {
    return to_->ranks(user_ids, board);
  }
  result<std::optional<neighbourhood>> around(const std::string& user_id, period board,
                                              std::size_t limit) override {
    return to_->around(user_id, board, limit);
  }
  result<void> start_periods(const period_starts& starts) override {
    return to_->start_periods(starts);
  }
  result<void> clear() override { return to_->clear(); }
  result<void> invalidate() override { return to_->invalidate(); }
  result<std::vector<entry_view>> view(std::span<const std::string> user_ids,
                                       const period_starts& starts) override {
    return to_->view(user_ids, starts);
  }
  result<std::uint64_t> write_if_unchanged(std::span<const conditional_write> users) override {
    return to_->write_if_unchanged(users);
  }
  result<std::int64_t> watermark() override { return to_->watermark(); }
  result<void> begin_rebuild() override { return to_->begin_rebuild(); }
  result<void> load(std::span<const user_record> users) override { return to_->load(users); }
  result<std::uint64_t> finish_rebuild() override { return to_->finish_rebuild(); }
  std::optional<std::uint64_t> version() override { return to_->version(); }
  std::uint64_t changes() override { return to_->changes(); }
  bool complete() override { return to_->complete(); }
  result<bool> verify() override { return to_->verify(); }
  result<cache_state> state() override { return to_->state(); }
  std::uint64_t memory_bytes() override { return to_->memory_bytes(); }

private:
  const rank_cache_ptr to_;
};

} // namespace standings::test
