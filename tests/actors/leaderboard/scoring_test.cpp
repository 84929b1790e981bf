#include "actors/leaderboard/scoring.hpp"
#include "tests/support/actor_test.hpp"

#include <caf/typed_event_based_actor.hpp>
#include <gmock/gmock.h>

#include <map>
#include <memory>
#include <set>
#include <string>

namespace standings::test {
namespace {

using outcomes = std::vector<update_outcome>;

/// The writers' side: the batches they received, and how they behave.
struct stage {
  std::vector<update_scores> batches; ///< in order of arrival
  std::vector<std::string> removals;
  std::vector<std::string> log; ///< batches and removals in order
  std::map<std::string, std::int64_t> counted;
  bool hold = false;          ///< keep batches unanswered
  bool hold_removals = false; ///< keep removals unanswered
  std::vector<caf::typed_response_promise<bool>> held_removals;
  bool throw_on_batch = false;  ///< die with a batch in hand
  errc lose = errc::none;       ///< answer the batch with this code, and end
  bool free_early = false;      ///< take another batch before the last one is answered
  score_writer_actor heir;      ///< who answers the batches instead
  bool unreachable = false;     ///< die before being ready
  std::set<std::string> locked; ///< users whose rows cannot be locked
  std::vector<caf::typed_response_promise<outcomes>> held;
  std::vector<update_scores> held_batches;
};
using stage_ptr = std::shared_ptr<stage>;

outcomes count(stage& s, const update_scores& batch) {
  outcomes out;
  for (const auto& update : batch.updates) {
    update_outcome o;
    if (s.locked.contains(update.user_id)) {
      o.code = errc::overloaded;
      o.detail = "locked; nothing was counted";
      out.push_back(o);
      continue;
    }
    s.counted[update.user_id] += update.count;
    o.user.user_id = update.user_id;
    o.user.score.fill(s.counted[update.user_id]);
    out.push_back(o);
  }
  return out;
}

score_writer_actor::behavior_type writer(score_writer_actor::pointer self, stage_ptr s,
                                         scoring_front_actor front, std::size_t shard) {
  if (s->unreachable)
    throw crash{{errc::store_unavailable, "away", {}}};
  self->set_exception_handler([](std::exception_ptr& e) { return exit_reason_of("writer", e); });
  self->send(front, worker_ready{shard});
  return {
      [self, s, front, shard](const update_scores& batch) -> caf::result<outcomes> {
        if (batch.updates.empty()) { // the test releases the held batches
          for (std::size_t i = 0; i < s->held.size(); ++i)
            s->held[i].deliver(count(*s, s->held_batches[i]));
          s->held.clear();
          return outcomes{};
        }
        s->batches.push_back(batch);
        s->log.push_back("batch of " + std::to_string(batch.updates.size()));
        if (s->free_early)
          self->send(front, writer_free{shard});
        if (s->heir)
          return self->delegate(s->heir, batch);
        if (s->throw_on_batch)
          throw std::runtime_error("died with a batch in hand");
        if (s->lose != errc::none) {
          outcomes lost(batch.updates.size());
          for (auto& o : lost)
            o.code = s->lose;
          self->quit(to_error({s->lose, "lost", {}}));
          return lost;
        }
        if (s->hold) {
          auto promise = self->make_response_promise<outcomes>();
          s->held.push_back(promise);
          s->held_batches.push_back(batch);
          return promise;
        }
        return count(*s, batch);
      },
      [self, s](const remove_user& m) -> caf::result<bool> {
        s->removals.push_back(m.user_id);
        s->log.push_back("remove " + m.user_id);
        if (s->hold_removals) {
          s->held_removals.push_back(self->make_response_promise<bool>());
          return s->held_removals.back();
        }
        return true;
      },
  };
}

class Scoring : public ActorTest {
protected:
  void start(scoring_options options = {.shards = 1}) {
    const writer_factory factory = [s = stage_](caf::local_actor* owner, scoring_front_actor front,
                                                std::size_t shard) {
      return owner->spawn(writer, s, std::move(front), shard);
    };
    scoring_ = spawn(scoring, factory, options);
    settle();
  }

  static update_scores one(const std::string& user, std::int64_t n = 1, std::string key = {}) {
    return {{{user, n, std::move(key)}}};
  }

  pending<outcomes> send(update_scores m) {
    auto asked = request<outcomes>(scoring_, std::move(m));
    settle();
    return asked;
  }

  void release() {
    stage_->hold = false;
    caf::anon_send(writer_now(), update_scores{});
    settle();
  }

  caf::actor writer_now() {
    using pointer = scoring_front_actor::stateful_pointer<scoring_state>;
    auto& writers = *caf::actor_cast<pointer>(scoring_)->state.writers;
    return caf::actor_cast<caf::actor>(writers.worker<score_writer_actor>(0));
  }

  stage_ptr stage_ = std::make_shared<stage>();
  scoring_actor scoring_;
};

TEST_F(Scoring, ALoneUpdateWaitsForNobody) {
  start();
  auto asked = send(one("ada", 3));
  EXPECT_EQ(asked.get().value().at(0).user.score[0], 3);
  EXPECT_EQ(stage_->batches.size(), 1U);
}

TEST_F(Scoring, WhatArrivesWhileTheWriterIsBusyGoesAsOneBatch) {
  start();
  stage_->hold = true;
  auto first = send(one("ada"));
  std::vector<pending<outcomes>> later;
  for (int i = 0; i < 50; ++i)
    later.push_back(send(one("user" + std::to_string(i))));
  EXPECT_EQ(stage_->batches.size(), 1U);
  release();
  ASSERT_EQ(stage_->batches.size(), 2U);
  EXPECT_EQ(stage_->batches[1].updates.size(), 50U);
  EXPECT_TRUE(first.get());
  for (auto& asked : later)
    EXPECT_EQ(asked.get().value().at(0).code, errc::none);
}

TEST_F(Scoring, AWriterThatIsFreeGetsTheNextBatchBeforeTheLastOneIsAnswered) {
  start();
  stage_->hold = stage_->free_early = true;
  auto first = send(one("ada"));
  auto second = send(one("bob"));
  EXPECT_EQ(stage_->batches.size(), 2U);
  EXPECT_FALSE(first.answered());
  release();
  EXPECT_EQ(first.get().value().at(0).user.user_id, "ada");
  EXPECT_EQ(second.get().value().at(0).user.user_id, "bob");
}

TEST_F(Scoring, NoMoreThanTwoBatchesAreUnanswered) {
  start();
  stage_->hold = stage_->free_early = true;
  std::vector<pending<outcomes>> asked;
  for (const auto* user : {"ada", "bob", "cy", "dan"})
    asked.push_back(send(one(user)));
  EXPECT_EQ(stage_->batches.size(), 2U);
  release();
  ASSERT_EQ(stage_->batches.size(), 3U);
  EXPECT_EQ(stage_->batches[2].updates.size(), 2U);
  for (auto& one_of_them : asked)
    EXPECT_EQ(one_of_them.get().value().at(0).code, errc::none);
}

TEST_F(Scoring, ARemovalFollowsABatchThatIsOnItsWayToTheCache) {
  start();
  stage_->hold = stage_->free_early = true;
  auto update = send(one("ada"));
  auto removal = request<bool>(scoring_, remove_user{"ada"});
  settle();
  EXPECT_TRUE(removal.get().value());
  EXPECT_FALSE(update.answered());
  release();
  EXPECT_EQ(update.get().value().at(0).code, errc::none);
  EXPECT_EQ(stage_->log.front(), "batch of 1");
}

TEST_F(Scoring, ABatchThatIsLostOnItsWayToTheCacheIsNotCountedAgain) {
  start();
  stage_->free_early = true;
  stage_->heir = spawn([](score_writer_actor::pointer self) -> score_writer_actor::behavior_type {
    self->quit();
    return {[](const update_scores&) { return outcomes{}; },
            [](const remove_user&) {
              return true;
            }};
  });
  settle();
  EXPECT_EQ(send(one("ada")).get().value().at(0).code, errc::outcome_unknown);
  EXPECT_EQ(stage_->batches.size(), 1U);
}

TEST_F(Scoring, BatchesAreBounded) {
  start({.shards = 1, .max_batch = 20});
  stage_->hold = true;
  auto first = send(one("ada"));
  update_scores many;
  for (int i = 0; i < 50; ++i)
    many.updates.push_back({"user" + std::to_string(i), 1, {}});
  auto asked = send(many);
  release();
  EXPECT_TRUE(first.get());
  EXPECT_EQ(asked.get().value().size(), 50U);
  ASSERT_EQ(stage_->batches.size(), 4U);
  EXPECT_EQ(stage_->batches[1].updates.size(), 20U);
  EXPECT_EQ(stage_->batches[3].updates.size(), 10U);
}

TEST_F(Scoring, OutcomesKeepTheOrderOfTheRequestAcrossShards) {
  start({.shards = 4});
  update_scores many;
  for (int i = 0; i < 100; ++i)
    many.updates.push_back({"user" + std::to_string(i), i + 1, {}});
  const auto answered = send(many).get().value();
  ASSERT_EQ(answered.size(), 100U);
  for (std::size_t i = 0; i < 100; ++i) {
    EXPECT_EQ(answered[i].user.user_id, "user" + std::to_string(i));
    EXPECT_EQ(answered[i].user.score[0], static_cast<std::int64_t>(i) + 1);
  }
  EXPECT_EQ(stage_->batches.size(), 4U);
}

TEST_F(Scoring, AnEmptyRequestIsAnsweredEmpty) {
  start();
  EXPECT_TRUE(send(update_scores{}).get().value().empty());
}

TEST_F(Scoring, AWriterThatDiesIsReplacedAndTheQueueSurvives) {
  start();
  stage_->throw_on_batch = true;
  auto in_hand = request<outcomes>(scoring_, one("ada"));
  auto queued = request<outcomes>(scoring_, one("bob"));
  settle();
  EXPECT_EQ(in_hand.get().value().at(0).code, errc::outcome_unknown);
  EXPECT_FALSE(queued.answered());
  stage_->throw_on_batch = false;
  advance(200ms);
  EXPECT_EQ(queued.get().value().at(0).user.score[0], 1);
  EXPECT_EQ(send(one("eve")).get().value().at(0).code, errc::none);
}

TEST_F(Scoring, WhatALostWriterHadInHandIsRepeatedWhereAKeyProtectsIt) {
  start();
  stage_->throw_on_batch = true;
  auto keyed = request<outcomes>(scoring_, one("ada", 2, "key-1"));
  auto bare = request<outcomes>(scoring_, one("bob", 2));
  settle();
  stage_->throw_on_batch = false;
  advance(200ms);
  EXPECT_EQ(keyed.get().value().at(0).user.score[0], 2);
  // bob's update had not reached the writer, so nothing is unknown about it
  EXPECT_EQ(bare.get().value().at(0).user.score[0], 2);
}

TEST_F(Scoring, WhatTheWriterSaysWasNotAppliedIsRepeated) {
  start();
  stage_->lose = errc::store_unavailable;
  auto asked = send(one("ada", 5));
  EXPECT_FALSE(asked.answered());
  stage_->lose = errc::none;
  advance(200ms);
  EXPECT_EQ(asked.get().value().at(0).user.score[0], 5);
  EXPECT_EQ(stage_->counted["ada"], 5);
}

TEST_F(Scoring, AnUnknownOutcomeWithoutKeyIsReportedNotGuessed) {
  start();
  stage_->lose = errc::outcome_unknown;
  EXPECT_EQ(send(one("ada")).get().value().at(0).code, errc::outcome_unknown);
}

TEST_F(Scoring, AfterALossUpdatesWaitForTheNextWriterHoweverLongTheLastOneRan) {
  start();
  advance(2s);
  stage_->lose = errc::outcome_unknown;
  EXPECT_EQ(send(one("ada")).get().value().at(0).code, errc::outcome_unknown);
  stage_->lose = errc::none;
  auto asked = send(one("ben"));
  EXPECT_FALSE(asked.answered());
  advance(200ms);
  EXPECT_EQ(asked.get().value().at(0).code, errc::none);
}

TEST_F(Scoring, AnUnknownOutcomeWithKeyIsResolvedByRepeatingIt) {
  start();
  stage_->lose = errc::outcome_unknown;
  auto asked = send(one("ada", 1, "key-1"));
  stage_->lose = errc::none;
  advance(200ms);
  EXPECT_EQ(asked.get().value().at(0).code, errc::none);
}

TEST_F(Scoring, WaitingWorkIsRefusedWhenPatienceEnds) {
  stage_->unreachable = true;
  start();
  auto asked = send(one("ada"));
  advance(500ms);
  EXPECT_FALSE(asked.answered());
  advance(600ms);
  EXPECT_EQ(asked.get().value().at(0).code, errc::store_unavailable);
}

TEST_F(Scoring, NewWorkIsRefusedAtOnceInALongOutage) {
  stage_->unreachable = true;
  start();
  advance(1100ms);
  EXPECT_EQ(send(one("ada")).get().value().at(0).code, errc::store_unavailable);
}

TEST_F(Scoring, AnOutageEndsWithoutHelp) {
  stage_->unreachable = true;
  start();
  for (int i = 0; i < 60; ++i)
    advance(1s);
  stage_->unreachable = false;
  advance(2500ms);
  EXPECT_EQ(send(one("ada")).get().value().at(0).code, errc::none);
}

TEST_F(Scoring, AWriterThatHangsIsGivenUp) {
  start();
  stage_->hold = true;
  auto keyed = send(one("ada", 1, "key-1"));
  auto bare = send(one("bob"));
  advance(31s);
  EXPECT_TRUE(keyed.answered());
  EXPECT_EQ(keyed.get().value().at(0).code, errc::outcome_unknown);
  stage_->hold = false;
  advance(3s);
  EXPECT_EQ(send(one("eve")).get().value().at(0).code, errc::none);
}

TEST_F(Scoring, WhatMayHaveBeenCountedIsNeverReportedAsNotCounted) {
  start();
  stage_->throw_on_batch = true;
  stage_->unreachable = true; // no replacement starts
  auto keyed = send(one("ada", 1, "key-1"));
  advance(1100ms);
  EXPECT_EQ(keyed.get().value().at(0).code, errc::outcome_unknown);
}

TEST_F(Scoring, AnUnknownOutcomeStaysUnknownWhenTheRepetitionsAreRefused) {
  start();
  stage_->lose = errc::outcome_unknown;
  auto keyed = send(one("ada", 1, "key-1"));
  stage_->lose = errc::store_unavailable;
  for (int i = 0; i < 15; ++i)
    advance(100ms);
  ASSERT_GT(stage_->batches.size(), 1U);
  EXPECT_EQ(keyed.get().value().at(0).code, errc::outcome_unknown);
}

TEST_F(Scoring, AFullQueueRefusesAtOnce) {
  start({.shards = 1, .max_queue = 10});
  stage_->hold = true;
  auto first = send(one("ada"));
  update_scores many;
  for (int i = 0; i < 15; ++i)
    many.updates.push_back({"user" + std::to_string(i), 1, {}});
  auto asked = send(many);
  release();
  const auto answered = asked.get().value();
  EXPECT_EQ(answered[9].code, errc::none);
  EXPECT_EQ(answered[10].code, errc::overloaded);
  EXPECT_TRUE(first.get());
}

TEST_F(Scoring, ARemovalComesAfterTheUsersEarlierIncrements) {
  start();
  stage_->hold = true;
  auto first = send(one("ada"));
  auto second = send(one("ada"));
  auto removal = request<bool>(scoring_, remove_user{"ada"});
  settle();
  auto third = send(one("ada"));
  release();
  EXPECT_TRUE(removal.get().value());
  EXPECT_THAT(stage_->log,
              ::testing::ElementsAre("batch of 1", "batch of 1", "remove ada", "batch of 1"));
  EXPECT_TRUE(first.get());
  EXPECT_TRUE(second.get());
  EXPECT_TRUE(third.get());
}

TEST_F(Scoring, AWriterThatHangsOverARemovalIsGivenUpAndReplaced) {
  start();
  stage_->hold_removals = true;
  const auto hanging = writer_now();
  auto removal = request<bool>(scoring_, remove_user{"ada"});
  settle();
  auto waiting = send(one("bob"));
  advance(31s);
  const auto answered = removal.get();
  ASSERT_FALSE(answered);
  EXPECT_EQ(answered.error().code, errc::outcome_unknown);
  EXPECT_NE(answered.error().detail.find("may have been removed"), std::string::npos);
  stage_->hold_removals = false;
  advance(3s);
  EXPECT_EQ(waiting.get().value().at(0).code, errc::none) << "the queue outlives the writer";
  EXPECT_NE(writer_now(), hanging) << "the writer that hung was ended";
  EXPECT_EQ(send(one("eve")).get().value().at(0).code, errc::none);
  auto again = request<bool>(scoring_, remove_user{"ada"});
  settle();
  EXPECT_TRUE(again.get().value());
}

TEST_F(Scoring, AShardWhoseRemovalTimedOutIsDownUntilItsWriterIsReplaced) {
  start();
  stage_->hold_removals = true;
  auto removal = request<bool>(scoring_, remove_user{"ada"});
  settle();
  stage_->unreachable = true; // no replacement starts
  advance(31s);
  ASSERT_TRUE(removal.answered());
  const auto status = ask<component_status>(scoring_, get_status{}).value();
  EXPECT_THAT(status.gauges, ::testing::Contains(::testing::Pair("writers_ready", 0)));
}

TEST_F(Scoring, ALockedUserIsTriedAgainWhileEverybodyElseGoesOn) {
  start();
  stage_->locked = {"ada"};
  auto ada = send(one("ada", 5));
  EXPECT_FALSE(ada.answered());
  EXPECT_EQ(send(one("bob")).get().value().at(0).code, errc::none);
  advance(100ms);
  EXPECT_FALSE(ada.answered());
  stage_->locked.clear();
  advance(100ms);
  EXPECT_EQ(ada.get().value().at(0).user.score[0], 5);
  EXPECT_EQ(stage_->counted["ada"], 5);
}

TEST_F(Scoring, ALockedUserIsToldInTimeThatNothingWasCounted) {
  start();
  stage_->locked = {"ada"};
  auto ada = send(one("ada"));
  for (int i = 0; i < 21; ++i)
    advance(100ms);
  const auto told = ada.get().value().at(0);
  EXPECT_EQ(told.code, errc::overloaded);
  EXPECT_EQ(told.detail, "locked; nothing was counted");
  stage_->locked.clear();
  EXPECT_EQ(send(one("ada")).get().value().at(0).user.score[0], 1);
}

TEST_F(Scoring, ALockedUsersUpdatesAndRemovalKeepTheirOrder) {
  start();
  stage_->locked = {"ada"};
  auto first = send(one("ada", 1));
  auto second = send(one("ada", 2));
  auto removal = request<bool>(scoring_, remove_user{"ada"});
  settle();
  auto third = send(one("ada", 4));
  EXPECT_EQ(stage_->batches.size(), 1U) << "what comes later is not tried before";
  stage_->locked.clear();
  advance(100ms);
  EXPECT_EQ(first.get().value().at(0).user.score[0], 1);
  EXPECT_EQ(second.get().value().at(0).user.score[0], 3);
  EXPECT_TRUE(removal.get().value());
  EXPECT_EQ(third.get().value().at(0).user.score[0], 7);
  EXPECT_THAT(stage_->log,
              ::testing::ElementsAre("batch of 1", "batch of 2", "remove ada", "batch of 1"));
}

TEST_F(Scoring, APromptMessageIsNotHeldUpByALockedUser) {
  start();
  stage_->locked = {"ada"};
  update_scores both{{{"ada", 1, {}}, {"bob", 1, {}}}, true};
  auto answered = send(both).get().value();
  EXPECT_EQ(answered.at(0).code, errc::overloaded);
  EXPECT_EQ(answered.at(1).code, errc::none);
  auto patient = send(one("ada"));
  answered = send(both).get().value();
  EXPECT_EQ(answered.at(0).code, errc::overloaded) << "nor by one that is set aside already";
  EXPECT_EQ(answered.at(1).code, errc::none);
  EXPECT_FALSE(patient.answered());
}

TEST_F(Scoring, ALockedUserSurvivesTheWriter) {
  start();
  stage_->locked = {"ada"};
  auto ada = send(one("ada"));
  caf::anon_send_exit(writer_now(), caf::exit_reason::kill);
  settle();
  stage_->locked.clear();
  for (int i = 0; i < 4; ++i)
    advance(100ms);
  EXPECT_EQ(ada.get().value().at(0).code, errc::none);
}

TEST_F(Scoring, UpdatesThatAreSetAsideAreBoundedToo) {
  start({.shards = 1, .max_queue = 3});
  stage_->locked = {"ada"};
  std::vector<pending<outcomes>> asked;
  for (int i = 0; i < 3; ++i)
    asked.push_back(send(one("ada")));
  EXPECT_EQ(send(one("bob")).get().value().at(0).code, errc::overloaded);
  stage_->locked.clear();
  advance(100ms);
  for (auto& a : asked)
    EXPECT_EQ(a.get().value().at(0).code, errc::none);
}

TEST_F(Scoring, OneShardsOutageLeavesTheOtherServing) {
  start({.shards = 2});
  stage_->unreachable = true;
  caf::anon_send_exit(writer_now(), caf::exit_reason::kill);
  settle();
  advance(1100ms);
  std::size_t served = 0;
  std::size_t refused = 0;
  for (int i = 0; i < 40; ++i) {
    const auto code = send(one("user" + std::to_string(i))).get().value().at(0).code;
    served += code == errc::none ? 1 : 0;
    refused += code == errc::store_unavailable ? 1 : 0;
  }
  EXPECT_GT(served, 5U);
  EXPECT_GT(refused, 5U);
  EXPECT_EQ(served + refused, 40U);
}

TEST_F(Scoring, StatusCountsWorkAndReadyWriters) {
  start({.shards = 2});
  send(one("ada")).get().value();
  const auto status = ask<component_status>(scoring_, get_status{}).value();
  EXPECT_EQ(status.workers.size(), 2U);
  EXPECT_THAT(status.gauges, ::testing::Contains(::testing::Pair("writers_ready", 2)));
  EXPECT_THAT(status.gauges, ::testing::Contains(::testing::Pair("updates", 1)));
  EXPECT_THAT(status.gauges, ::testing::Contains(::testing::Pair("updates_queued", 0)));
}

} // namespace
} // namespace standings::test
