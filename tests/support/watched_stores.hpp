#pragma once

#include "stores/contracts/cache_audit.hpp"
#include "stores/contracts/reconcile_store.hpp"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace standings::test {

/// A reconcile_store that lets a test act between calls, and fails when told to.
class watched_rows final : public reconcile_store {
public:
  explicit watched_rows(std::unique_ptr<reconcile_store> to) : to_(std::move(to)) {}

  std::function<void(int)> before_find = [](int) {
  }; ///< called with the number of earlier calls
  std::function<void()> before_write = [] {
  };
  std::function<void()> before_remove = [] {
  };
  int failing_finds = 0; ///< how many of the next calls fail

  result<std::int64_t> barrier() override { return to_->barrier(); }
  result<std::uint64_t> count() override { return to_->count(); }
  result<bool> versions_foreign_writes() override { return to_->versions_foreign_writes(); }
  result<std::pair<period_starts, sys_time>> starts() override { return to_->starts(); }

  result<std::vector<std::string>> batch_ends(const std::string& after, std::size_t batch,
                                              std::size_t count) override {
    return to_->batch_ends(after, batch, count);
  }

  result<std::vector<user_record>> read(const id_range& range, std::size_t limit) override {
    return to_->read(range, limit);
  }

  result<std::vector<user_record>> find(std::span<const std::string> user_ids) override {
    before_find(finds_++);
    if (failing_finds > 0) {
      --failing_finds;
      return fail(errc::store_unavailable, "lost");
    }
    return to_->find(user_ids);
  }

  result<std::vector<std::string>> written_since(std::int64_t version, const std::string& after,
                                                 std::size_t limit) override {
    return to_->written_since(version, after, limit);
  }

  result<std::vector<standings::archived_user>>
  archived(std::span<const std::string> user_ids) override {
    return to_->archived(user_ids);
  }

  result<std::vector<user_record>> write(std::span<const row_change> changes) override {
    before_write();
    return to_->write(changes);
  }

  result<std::vector<deletion>> remove(std::span<const deletion> users,
                                       const std::string& run_id) override {
    before_remove();
    return to_->remove(users, run_id);
  }

  result<std::vector<user_record>> restore(const std::string& run_id, const std::string& after,
                                           std::size_t limit) override {
    return to_->restore(run_id, after, limit);
  }

private:
  std::unique_ptr<reconcile_store> to_;
  int finds_ = 0;
};

/// A cache_audit that lets a test act between calls.
class watched_audit final : public cache_audit {
public:
  explicit watched_audit(cache_audit_ptr to) : to_(std::move(to)) {}

  std::function<void()> before_write = [] {
  };
  std::function<void()> before_view = [] {
  };

  result<std::vector<entry_view>> view(std::span<const std::string> user_ids,
                                       const period_starts& starts) override {
    before_view();
    return to_->view(user_ids, starts);
  }

  result<id_page> list(cache_part part, const std::string& cursor) override {
    return to_->list(part, cursor);
  }

  result<std::uint64_t> write_if_unchanged(std::span<const conditional_write> users) override {
    before_write();
    return to_->write_if_unchanged(users);
  }

  result<bool> set_verified_run(const std::string& generation, const std::string& run_id) override {
    return to_->set_verified_run(generation, run_id);
  }

  result<std::string> verified_run() override { return to_->verified_run(); }

private:
  cache_audit_ptr to_;
};

} // namespace standings::test
