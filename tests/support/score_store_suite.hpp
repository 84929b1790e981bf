#pragma once

#include "tests/support/named_scores_harness.hpp"
#include "tests/support/postgres_store_harness.hpp"
#include "tests/support/score_store_harness.hpp"
#include "tests/support/sqlite_store_harness.hpp"
#include "tests/support/store_records.hpp"
#include "tests/support/until_unlocked.hpp"

#include <gtest/gtest.h>

namespace standings::test {

/// Every backend of score_store.
inline std::vector<score_store_backend> score_store_backends() {
  return {{"sqlite",
           [] {
             return std::make_unique<sqlite_store_harness>();
           }},
          {"postgres", [] {
             return std::make_unique<postgres_store_harness>();
           }}};
}

/// Every backend of score_store, and the users of a named leaderboard on each.
inline std::vector<score_store_backend> all_score_store_backends() {
  auto out = score_store_backends();
  out.push_back({"sqlite_named", [] {
                   return std::make_unique<named_scores_harness<sqlite_store_harness>>();
                 }});
  out.push_back({"postgres_named", [] {
                   return std::make_unique<named_scores_harness<postgres_store_harness>>();
                 }});
  return out;
}

/// Base of the contract suites: an empty database and a connection to it.
class score_store_suite : public testing::TestWithParam<score_store_backend> {
protected:
  static std::vector<update_outcome> apply(score_store& to,
                                           const std::vector<score_update>& batch) {
    return apply_until_unlocked(to, batch);
  }

  std::vector<update_outcome> apply(const std::vector<score_update>& batch) {
    return apply(*store, batch);
  }

  update_outcome add(const std::string& user_id, std::int64_t count, const std::string& key = {}) {
    return apply({{user_id, count, key}}).at(0);
  }

  /// Other tests have the same lock on PostgreSQL, whose name is that of the table.
  result<period_state> reset(period board) {
    return until_unlocked([&] { return store->reset(board); });
  }

  void put(const std::vector<user_record>& users) { store->put(users).value(); }

  /// The user, who has to exist.
  user_record get(const std::string& user_id) { return store->find(user_id).value().value(); }

  bool knows(const std::string& user_id) { return store->find(user_id).value().has_value(); }

  std::vector<user_record> everyone() { return store->scan({}, 1'000'000).value(); }

  sys_time now() { return store->periods().value().now; }

  std::unique_ptr<score_store_harness> harness = GetParam().make();
  std::unique_ptr<score_store> store = harness->open();
};

/// Base of the suites with a clock that stands still unless it is set.
class score_store_clock_suite : public score_store_suite {
protected:
  void SetUp() override {
    harness->set_time(test::at("2026-03-10T12:00:00Z"));
    store = harness->open();
  }

  /// Reopens the connection with these boundaries.
  void use(const calendar& boundaries) {
    harness->use_calendar(boundaries);
    store = harness->open();
  }
};

/// Runs `suite` over every backend.
#define STANDINGS_OVER_SCORE_STORES(suite)                                                         \
  INSTANTIATE_TEST_SUITE_P(Stores, suite, testing::ValuesIn(test::score_store_backends()),         \
                           [](const auto& with) { return with.param.name; })

/// Runs `suite` over every backend, and over named leaderboards on it.
#define STANDINGS_OVER_ALL_SCORE_STORES(suite)                                                     \
  INSTANTIATE_TEST_SUITE_P(Stores, suite, testing::ValuesIn(test::all_score_store_backends()),     \
                           [](const auto& with) { return with.param.name; })

} // namespace standings::test
