#pragma once

#include "stores/contracts/reconcile_store.hpp"
#include "tests/support/score_store_suite.hpp"

#include <algorithm>

namespace standings::test {

/// Base of the contract suites of reconcile_store: the score writer's connection, `store`, and one
/// for reconcile.
class reconcile_store_suite : public score_store_suite {
protected:
  using ids = std::vector<std::string>;

  /// The rows written, by id.
  std::vector<user_record> write(const std::vector<row_change>& changes) {
    auto written = rows->write(changes).value();
    std::sort(written.begin(), written.end(),
              [](const auto& a, const auto& b) { return a.user_id < b.user_id; });
    return written;
  }

  user_record create(const std::string& id, const scores& score, sys_time updated_at = {}) {
    return write({{{id, score, updated_at, 0}, 0}}).at(0);
  }

  std::vector<deletion> remove_all(const std::vector<deletion>& users, const std::string& run_id) {
    return rows->remove(users, run_id).value();
  }

  deletion remove(const user_record& user, const std::string& run_id) {
    return remove_all({{user.user_id, user.version}}, run_id).at(0);
  }

  std::vector<user_record> restore(const std::string& run_id, const std::string& after = {},
                                   std::size_t limit = 1'000) {
    return rows->restore(run_id, after, limit).value();
  }

  std::unique_ptr<reconcile_store> rows = harness->open_rows();
};

} // namespace standings::test
