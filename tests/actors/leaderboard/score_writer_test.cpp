#include "actors/leaderboard/score_writer.hpp"
#include "stores/memory/rank_cache.hpp"
#include "stores/sqlite/connection.hpp"
#include "stores/sqlite/score_store.hpp"
#include "tests/support/actor_test.hpp"
#include "tests/support/captured_log.hpp"
#include "tests/support/forwarding_score_store.hpp"
#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <string>

namespace standings::test {
namespace {

using outcomes = std::vector<update_outcome>;

/// A front that only counts the writers that are ready, and how often one is free again.
scoring_front_actor::behavior_type front(scoring_front_actor::pointer, std::shared_ptr<int> ready,
                                         std::shared_ptr<int> free) {
  return {
      [](update_scores&) { return outcomes{}; },
      [](remove_user&) { return true; },
      [](get_status) { return component_status{}; },
      [ready](worker_ready) { ++*ready; },
      [](restart_child) {},
      [](expiry_due) {},
      [](batch_due) {},
      [free](writer_free) { ++*free; },
      [](retry_due) {},
  };
}

/// A store that applies nothing and loses its connection at the given call.
class losing_store final : public forwarding_score_store {
public:
  losing_store(std::unique_ptr<score_store> inner, int lost_at, errc how)
      : forwarding_score_store(std::move(inner)), left_(lost_at), how_(how) {}

  result<std::vector<update_outcome>> apply(std::span<const score_update> batch) override {
    if (--left_ <= 0)
      return fail(how_, "connection lost");
    return forwarding_score_store::apply(batch);
  }

private:
  int left_;
  errc how_;
};

class ScoreWriter : public ActorTest {
protected:
  [[nodiscard]] result<std::unique_ptr<score_store>> open() const {
    return open_sqlite_store({.path = dir_ / "standings.db"});
  }

  void start(score_store_factory factory) {
    const auto f = spawn(front, ready_, free_);
    writer_ = spawn(score_writer, std::move(factory), cache_, hydration_actor{}, f, std::size_t{0},
                    version_guard_ptr{});
    settle();
  }

  void start() {
    start([this] { return open(); });
  }

  void poison(const std::string& user) const {
    ASSERT_TRUE(open());
    open_sqlite(dir_ / "standings.db")
        ->exec("CREATE TRIGGER poison BEFORE INSERT ON pomo_leaderboard WHEN new.user_id = '" + user
               + "' BEGIN SELECT RAISE(ABORT, 'poisoned'); END");
  }

  result<outcomes> write(update_scores m) { return ask<outcomes>(writer_, std::move(m)); }

  static update_scores users(int n) {
    update_scores m;
    for (int i = 0; i < n; ++i)
      m.updates.push_back({"user" + std::to_string(i), i + 1, {}});
    return m;
  }

  temp_dir dir_;
  rank_cache_ptr cache_ = make_memory_rank_cache();
  std::shared_ptr<int> ready_ = std::make_shared<int>(0);
  std::shared_ptr<int> free_ = std::make_shared<int>(0);
  score_writer_actor writer_;
};

TEST_F(ScoreWriter, ReportsReadyOnceItHasItsConnection) {
  start();
  EXPECT_EQ(*ready_, 1);
}

TEST_F(ScoreWriter, DoesNotReportReadyWithoutAConnection) {
  start([] { return result<std::unique_ptr<score_store>>{fail(errc::store_unavailable, "away")}; });
  EXPECT_EQ(*ready_, 0);
}

TEST_F(ScoreWriter, APoisonedUserInABatchOfAThousandFailsAlone) {
  poison("user637");
  start();
  const auto answered = write(users(1'000)).value();
  auto store = open().value();
  for (std::size_t i = 0; i < answered.size(); ++i) {
    const auto id = "user" + std::to_string(i);
    const auto stored = store->find(id).value();
    const auto cached = cache_->find(id).value();
    if (i == 637) {
      EXPECT_EQ(answered[i].code, errc::rejected_row);
      EXPECT_FALSE(stored);
      EXPECT_FALSE(cached);
      continue;
    }
    ASSERT_EQ(answered[i].code, errc::none) << id;
    ASSERT_EQ(stored->score[0], static_cast<std::int64_t>(i) + 1);
    ASSERT_EQ(cached->user, *stored);
  }
}

TEST_F(ScoreWriter, TheCacheGetsTheLastOfSeveralStatesOfAUser) {
  start();
  const auto answered = write({{{"ada", 1, {}}, {"ada", 2, {}}, {"ada", 3, {}}}}).value();
  EXPECT_EQ(answered[0].user.score[0], 1);
  EXPECT_EQ(answered[2].user.score[0], 6);
  EXPECT_EQ(cache_->find("ada").value()->user.score[0], 6);
}

TEST_F(ScoreWriter, AReplayDoesNotPutAnOldStateIntoTheCache) {
  start();
  ASSERT_TRUE(write({{{"ada", 1, "key-1"}}}));
  ASSERT_TRUE(write({{{"ada", 5, {}}}}));
  const auto again = write({{{"ada", 1, "key-1"}}}).value();
  EXPECT_TRUE(again[0].replayed);
  EXPECT_EQ(again[0].user.score[0], 1);
  EXPECT_EQ(cache_->find("ada").value()->user.score[0], 6);
}

TEST_F(ScoreWriter, ALostStoreIsToldApartFromWhatWasCommittedBefore) {
  poison("user1");
  // tries: [0,8) [0,4) [0,2) [0,1) [1,2), and the connection is lost in [2,4)
  start([this]() -> result<std::unique_ptr<score_store>> {
    return std::unique_ptr<score_store>{
        std::make_unique<losing_store>(open().value(), 6, errc::outcome_unknown)};
  });
  const auto answered = write(users(8)).value();
  std::vector<errc> codes;
  for (const auto& o : answered)
    codes.push_back(o.code);
  using enum errc;
  EXPECT_THAT(codes, ::testing::ElementsAre(none, rejected_row, outcome_unknown, outcome_unknown,
                                            store_unavailable, store_unavailable, store_unavailable,
                                            store_unavailable));
}

TEST_F(ScoreWriter, EndsWhenItsStoreIsLost) {
  start([this]() -> result<std::unique_ptr<score_store>> {
    return std::unique_ptr<score_store>{
        std::make_unique<losing_store>(open().value(), 1, errc::store_unavailable)};
  });
  EXPECT_EQ(write(users(1)).value().at(0).code, errc::store_unavailable);
  EXPECT_EQ(write(users(1)).error().code, errc::store_unavailable);
}

TEST_F(ScoreWriter, IsFreeOnceABatchIsInTheDatabase) {
  start();
  ASSERT_TRUE(write(users(3)));
  EXPECT_EQ(*free_, 1);
  ASSERT_TRUE(write(users(2)));
  EXPECT_EQ(*free_, 2);
}

TEST_F(ScoreWriter, IsNotFreeWhileUpdatesHaveToBeTriedAgain) {
  start([this]() -> result<std::unique_ptr<score_store>> {
    return std::unique_ptr<score_store>{
        std::make_unique<losing_store>(open().value(), 1, errc::overloaded)};
  });
  EXPECT_EQ(write(users(1)).value().at(0).code, errc::overloaded);
  EXPECT_EQ(*free_, 0);
}

TEST_F(ScoreWriter, WhatWasCommittedReachesTheCacheAlthoughTheStoreWasLost) {
  poison("user1");
  start([this]() -> result<std::unique_ptr<score_store>> {
    return std::unique_ptr<score_store>{
        std::make_unique<losing_store>(open().value(), 6, errc::store_unavailable)};
  });
  const auto answered = write(users(8)).value();
  EXPECT_EQ(answered[0].code, errc::none);
  EXPECT_FALSE(answered[0].cache_pending);
  EXPECT_TRUE(cache_->find("user0").value());
  EXPECT_EQ(*free_, 0);
}

TEST_F(ScoreWriter, RemovesAUserFromBothStores) {
  start();
  ASSERT_TRUE(write({{{"ada", 1, {}}}}));
  EXPECT_TRUE(ask<bool>(writer_, remove_user{"ada"}).value());
  EXPECT_FALSE(cache_->find("ada").value());
  EXPECT_FALSE(open().value()->find("ada").value());
  EXPECT_EQ(ask<bool>(writer_, remove_user{"ada"}).error().code, errc::unknown_user);
}

TEST_F(ScoreWriter, LogsAFailureWithTheRequestsThatItConcerns) {
  start([this]() -> result<std::unique_ptr<score_store>> {
    return std::unique_ptr<score_store>{
        std::make_unique<losing_store>(open().value(), 1, errc::store_unavailable)};
  });
  const captured_log log;
  update_scores m;
  for (const auto* id : {"r1", "r1", "", "r2"})
    m.updates.push_back({"ann", 1, {}, id});
  ASSERT_TRUE(write(std::move(m)));
  EXPECT_THAT(log.text(), testing::HasSubstr("Failed to write a batch of 4"));
  EXPECT_THAT(log.text(),
              testing::HasSubstr(R"("component":"scoring","request_ids":["r1","r2"],"updates":4)"));
}

TEST_F(ScoreWriter, LogsAUserThatIsRefusedWithItsRequest) {
  poison("ann");
  start();
  const captured_log log;
  update_scores m;
  m.updates.push_back({"ann", 1, {}, "r7"});
  ASSERT_TRUE(write(std::move(m)));
  EXPECT_THAT(log.text(), testing::HasSubstr("Failed to write user 'ann'"));
  EXPECT_THAT(log.text(), testing::HasSubstr(R"("request_id":"r7")"));
}

} // namespace
} // namespace standings::test
