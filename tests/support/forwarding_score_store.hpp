#pragma once

#include "stores/contracts/score_store.hpp"

#include <memory>
#include <utility>

namespace standings::test {

/// Passes every call on to another store; a test overrides the calls it wants to observe or to
/// fail.
class forwarding_score_store : public score_store {
public:
  explicit forwarding_score_store(std::unique_ptr<score_store> to) : to_(std::move(to)) {}

  result<std::vector<update_outcome>> apply(std::span<const score_update> batch) override {
    return to_->apply(batch);
  }
  result<void> put(std::span<const user_record> users) override { return to_->put(users); }
  result<std::optional<user_record>> find(const std::string& id) override { return to_->find(id); }
  result<std::vector<user_record>> find_many(std::span<const std::string> ids) override {
    return to_->find_many(ids);
  }
  result<std::vector<user_record>> scan(const std::string& after, std::size_t limit) override {
    return to_->scan(after, limit);
  }
  result<std::vector<deletion>> scan_deletions(const std::string& after,
                                               std::size_t limit) override {
    return to_->scan_deletions(after, limit);
  }
  result<board_page> top(period p, std::size_t offset, std::size_t limit) override {
    return to_->top(p, offset, limit);
  }
  result<std::uint64_t> count() override { return to_->count(); }
  result<std::optional<std::int64_t>> remove(const std::string& id,
                                             const std::string& run) override {
    return to_->remove(id, run);
  }
  result<period_state> reset(period p) override { return to_->reset(p); }
  result<period_state> periods() override { return to_->periods(); }
  result<std::size_t> tidy(std::size_t limit) override { return to_->tidy(limit); }
  result<std::size_t> forget_requests(std::size_t limit) override {
    return to_->forget_requests(limit);
  }

protected:
  /// For stores that use what a derived object holds.
  void release() { to_.reset(); }

private:
  std::unique_ptr<score_store> to_;
};

} // namespace standings::test
