#include "actors/reconcile/reconcile_worker.hpp"
#include "stores/memory/rank_cache.hpp"
#include "stores/sqlite/reconcile_store.hpp"
#include "stores/sqlite/score_store.hpp"
#include "tests/support/actor_test.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/watched_stores.hpp"

#include <caf/event_based_actor.hpp>
#include <gmock/gmock.h>

#include <memory>
#include <string>

namespace standings::test {
namespace {

using testing::ElementsAre;

/// A worker on stores of its own: three users in both.
class ReconcileWorker : public ActorTest {
protected:
  ReconcileWorker() {
    cache_->begin_rebuild().value();
    cache_->finish_rebuild().value();
    for (const auto* id : {"anna", "ben", "cleo"})
      cache_->apply(std::vector{score(id)}).value();
    settings_->run_id = "run-1";
    settings_->generation = generation();
  }

  user_record score(const std::string& id) {
    return store_->apply(std::vector<score_update>{{id, 1, {}}}).value().at(0).user;
  }

  void start(reconcile_store_factory open) {
    auto front = spawn([ready = ready_](caf::event_based_actor*) -> caf::behavior {
      return {[ready](worker_ready) {
        ++*ready;
      }};
    });
    worker_ =
        spawn(reconcile_worker, std::move(open), stores_.audit, cache_,
              caf::actor_cast<reconcile_front_actor>(front), std::size_t{0}, version_guard_ptr{});
    settle();
  }

  void start() {
    start([this]() -> result<std::unique_ptr<reconcile_store>> {
      auto rows = std::make_unique<watched_rows>(open_sqlite_reconcile_store(database_).value());
      rows_ = rows.get();
      return std::unique_ptr<reconcile_store>{std::move(rows)};
    });
  }

  std::string generation() { return cache_->state().value().generation; }

  result<run_basis> prepare(const run_state& state = {}) {
    return ask<run_basis>(worker_, prepare_run{state});
  }

  bool is_cached(const std::string& id) { return cache_->find(id).value().has_value(); }

  temp_dir dir_;
  sqlite_options database_{.path = dir_ / "standings.db"};
  std::unique_ptr<score_store> store_ = open_sqlite_store(database_).value();
  memory_cache stores_ = make_memory_cache();
  rank_cache_ptr cache_ = stores_.cache;
  std::shared_ptr<run_settings> settings_ = std::make_shared<run_settings>();
  std::shared_ptr<int> ready_ = std::make_shared<int>(0);
  watched_rows* rows_ = nullptr; ///< the worker's
  reconcile_worker_actor worker_;
};

TEST_F(ReconcileWorker, ReportsReadyOnceItHasItsConnection) {
  start([] {
    return result<std::unique_ptr<reconcile_store>>{fail(errc::store_unavailable, "away")};
  });
  EXPECT_EQ(*ready_, 0);
  start();
  EXPECT_EQ(*ready_, 1);
}

TEST_F(ReconcileWorker, PreparesARunOnACompleteCacheOnly) {
  start();
  const auto basis = prepare().value();
  EXPECT_EQ(basis.generation, generation());
  EXPECT_EQ(basis.users, 3U);
  EXPECT_FALSE(basis.has_evidence);
  cache_->invalidate().value();
  EXPECT_EQ(prepare().error().code, errc::cache_warming);
}

TEST_F(ReconcileWorker, FindsTheEvidenceThatAnEarlierRunHasLeft) {
  start();
  ASSERT_TRUE(ask<bool>(worker_, mark_verified{"run-1", generation(), 3}).value());
  run_state state;
  state.run_id = "run-1";
  state.generation = generation();
  state.verified_up_to = 3;
  const auto basis = prepare(state).value();
  EXPECT_TRUE(basis.has_evidence);
  EXPECT_EQ(basis.verified_up_to, 3);
  EXPECT_FALSE(ask<bool>(worker_, mark_verified{"run-1", "another", 3}).value());
}

TEST_F(ReconcileWorker, PlansAndComparesTheBatchesOfARun) {
  start();
  score("ben"); // which has not reached the cache
  const auto ends = ask<batch_ends>(worker_, plan_batches{"", 2, 10}).value();
  EXPECT_THAT(ends.last_ids, ElementsAre("ben"));
  const auto first =
      ask<batch_outcome>(worker_, compare_batch{settings_, "", "ben", false}).value();
  EXPECT_EQ(first.counts.checked, 2U);
  EXPECT_EQ(first.counts.healed, 1U);
  const auto rest = ask<batch_outcome>(worker_, compare_batch{settings_, "ben", "", true}).value();
  EXPECT_EQ(rest.counts.in_sync, 1U);
  EXPECT_EQ(ask<board_counts>(worker_, count_boards{}).value().members[0], 3U);
}

TEST_F(ReconcileWorker, BetweenRunsItComparesInACompleteCacheOnlyAndBringsNobodyThere) {
  start();
  score("dan");
  const compare_users dan{{"dan"}};
  EXPECT_EQ(ask<batch_outcome>(worker_, dan).value().counts.healed, 0U);
  EXPECT_FALSE(is_cached("dan"));
  cache_->invalidate().value();
  EXPECT_EQ(ask<batch_outcome>(worker_, dan).error().code, errc::cache_warming);
}

TEST_F(ReconcileWorker, ConfirmsACacheThatIsWholeAndStillTheSame) {
  start();
  const auto before = generation();
  EXPECT_TRUE(ask<bool>(worker_, confirm_cache{before}).value());
  cache_->invalidate().value();
  EXPECT_FALSE(ask<bool>(worker_, confirm_cache{before}).value());
  cache_->begin_rebuild().value();
  cache_->finish_rebuild().value();
  EXPECT_FALSE(ask<bool>(worker_, confirm_cache{before}).value());
}

TEST_F(ReconcileWorker, DeletesWhoIsGoneAndBringsThemBack) {
  start();
  const auto anna = store_->find("anna").value().value();
  cache_->remove("anna", anna.version).value();
  const delete_users gone{settings_, {{"anna", anna.version}}};
  EXPECT_EQ(ask<std::uint64_t>(worker_, gone).value(), 1U);
  EXPECT_FALSE(store_->find("anna").value());
  EXPECT_EQ(ask<undo_report>(worker_, undo_run{"run-1"}).value().restored, 1U);
  EXPECT_TRUE(store_->find("anna").value());
  EXPECT_TRUE(is_cached("anna"));
}

TEST_F(ReconcileWorker, EndsWhenItsStoreIsLost) {
  start();
  rows_->failing_finds = 1;
  const compare_users anna{{"anna"}};
  EXPECT_EQ(ask<batch_outcome>(worker_, anna).error().code, errc::store_unavailable);
  EXPECT_EQ(ask<batch_outcome>(worker_, anna).error().code, errc::store_unavailable);
  EXPECT_FALSE(ask<board_counts>(worker_, count_boards{})) << "it has ended";
}

} // namespace
} // namespace standings::test
