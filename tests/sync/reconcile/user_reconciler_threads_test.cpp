#include "tests/support/user_reconciler_suite.hpp"

#include <atomic>
#include <random>
#include <thread>

namespace standings {
namespace {

/// Runs beside a service that scores all the time.
class UserReconcilerThreads : public test::user_reconciler_suite {
protected:
  static constexpr int users = 15;
  static constexpr int rounds = 150;
  using totals = std::array<std::int64_t, users>;

  static std::string id_of(int i) { return "user" + std::to_string(i); }

  /// Scores at random; if `lossy`, the cache misses every fourth write.
  totals score_at_random(unsigned seed, bool lossy) {
    const auto mine = database->open();
    std::mt19937 random{seed};
    const auto below = [&](int n) {
      return std::uniform_int_distribution<int>{0, n - 1}(random);
    };
    totals out{};
    for (int round = 0; round < rounds; ++round) {
      const auto i = below(users);
      const auto count = 1 + below(3);
      const auto done = mine->apply(std::vector<score_update>{{id_of(i), count, {}}});
      const auto code = done ? done->at(0).code : done.error().code;
      if (code != errc::none) { // nothing was changed; a client would retry
        EXPECT_EQ(code, errc::overloaded);
        continue;
      }
      out[static_cast<std::size_t>(i)] += count;
      const auto& user = done->at(0).user;
      if (!lossy || below(4) != 0)
        cache->apply(std::vector{user}).value();
    }
    return out;
  }

  void compare_while(const std::atomic<bool>& going) {
    int runs = 0;
    while (going || runs < 3) {
      next_run("run-" + std::to_string(++runs));
      const auto found = compare_everyone();
      EXPECT_EQ(found.counts.quarantined, 0U)
          << (found.quarantined.empty()
                  ? ""
                  : found.quarantined[0].user_id + ": " + found.quarantined[0].reason);
    }
  }

  void expect_totals(const totals& expected) {
    for (int i = 0; i < users; ++i) {
      const auto total = expected[static_cast<std::size_t>(i)];
      if (total == 0)
        continue;
      EXPECT_EQ(row(id_of(i)).score, (scores{total, total, total, total})) << id_of(i);
      expect_in_both(id_of(i));
    }
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, UserReconcilerThreads, testing::ValuesIn(test::store_pairs()),
                         [](const auto& with) { return with.param.name; });

TEST_P(UserReconcilerThreads, NoPointIsLostOrCountedTwiceAndTheStoresEndUpTheSame) {
  totals first{};
  totals second{};
  std::atomic<bool> going = true;
  {
    std::jthread comparing{[&] {
      compare_while(going);
    }};
    {
      const std::jthread scoring{[&] {
        first = score_at_random(1, false);
      }};
      second = score_at_random(2, true);
    }
    going = false;
  }
  next_run("last");
  compare_everyone();
  for (std::size_t i = 0; i < first.size(); ++i)
    first[i] += second[i];
  expect_totals(first);
}

} // namespace
} // namespace standings
