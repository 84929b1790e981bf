#include "actors/leaderboard/hydration_worker.hpp"
#include "stores/memory/rank_cache.hpp"
#include "stores/sqlite/score_store.hpp"
#include "tests/support/actor_test.hpp"
#include "tests/support/forwarding_score_store.hpp"
#include "tests/support/temp_dir.hpp"

#include <caf/event_based_actor.hpp>

#include <memory>
#include <string>

namespace standings::test {
namespace {

/// Fails reads of users and of pages with this code, if one is set.
class failing_reads final : public forwarding_score_store {
public:
  failing_reads(std::unique_ptr<score_store> to, std::shared_ptr<errc> code)
      : forwarding_score_store(std::move(to)), code_(std::move(code)) {}

  result<std::optional<user_record>> find(const std::string& id) override {
    if (*code_ != errc::none)
      return fail(*code_, "told to");
    return forwarding_score_store::find(id);
  }
  result<std::vector<user_record>> scan(const std::string& after, std::size_t limit) override {
    if (*code_ != errc::none)
      return fail(*code_, "told to");
    return forwarding_score_store::scan(after, limit);
  }

private:
  std::shared_ptr<errc> code_;
};

/// A worker between a database of three users and an empty cache.
class HydrationWorker : public ActorTest {
protected:
  HydrationWorker() {
    for (const auto* id : {"anna", "ben", "cleo"})
      score(id);
  }

  user_record score(const std::string& id) {
    return store_->apply(std::vector<score_update>{{id, 1, {}}}).value().at(0).user;
  }

  void start(score_store_factory open) {
    auto front = spawn([ready = ready_](caf::event_based_actor*) -> caf::behavior {
      return {[ready](worker_ready) {
        ++*ready;
      }};
    });
    const evidence_fn evidence = [this] {
      return evidence_;
    };
    worker_ =
        spawn(hydration_worker, std::move(open), hydration_tools{cache_, nullptr, evidence, guard_},
              caf::actor_cast<hydration_front_actor>(front), std::size_t{0});
    settle();
  }

  void start() {
    start([this]() -> result<std::unique_ptr<score_store>> {
      return std::unique_ptr<score_store>{
          std::make_unique<failing_reads>(open_sqlite_store(database_).value(), failing_)};
    });
  }

  result<cached_user> load(const std::string& id) {
    return ask<cached_user>(worker_, load_user{id});
  }

  /// Returns how many users were loaded.
  std::uint64_t rebuild(bool anew = true) {
    EXPECT_EQ(ask<std::uint64_t>(worker_, begin_rebuild{anew}).value(), 3U);
    std::uint64_t users = 0;
    std::string after;
    for (bool done = false; !done;) {
      const auto page = ask<page_loaded>(worker_, load_page{after, 2}).value();
      users += page.users;
      after = page.last;
      done = page.done;
    }
    EXPECT_TRUE(ask<std::uint64_t>(worker_, finish_rebuild{}));
    return users;
  }

  bool is_cached(const std::string& id) { return cache_->find(id).value().has_value(); }

  temp_dir dir_;
  sqlite_options database_{.path = dir_ / "standings.db"};
  std::unique_ptr<score_store> store_ = open_sqlite_store(database_).value();
  rank_cache_ptr cache_ = make_memory_rank_cache();
  version_guard_ptr guard_;
  std::optional<std::int64_t> evidence_;
  std::shared_ptr<errc> failing_ = std::make_shared<errc>(errc::none);
  std::shared_ptr<int> ready_ = std::make_shared<int>(0);
  hydration_worker_actor worker_;
};

TEST_F(HydrationWorker, ReportsReadyOnceItHasItsConnection) {
  start([] { return result<std::unique_ptr<score_store>>{fail(errc::store_unavailable, "away")}; });
  EXPECT_EQ(*ready_, 0);
  start();
  EXPECT_EQ(*ready_, 1);
}

TEST_F(HydrationWorker, BringsAUserToTheCache) {
  start();
  EXPECT_EQ(load("anna").value().user, store_->find("anna").value().value());
  EXPECT_TRUE(is_cached("anna"));
  EXPECT_EQ(load("nobody").error().code, errc::unknown_user);
}

TEST_F(HydrationWorker, AsksNoDatabaseForWhomTheCacheHasByNow) {
  start();
  ASSERT_TRUE(load("anna"));
  *failing_ = errc::store_unavailable;
  EXPECT_TRUE(load("anna"));
}

TEST_F(HydrationWorker, ReadsTheDatabaseWithoutTouchingTheCache) {
  start();
  EXPECT_EQ(ask<user_record>(worker_, read_user{"anna"}).value().user_id, "anna");
  EXPECT_EQ(ask<user_record>(worker_, read_user{"nobody"}).error().code, errc::unknown_user);
  EXPECT_EQ(ask<board_page>(worker_, read_board{period::daily, 0, 2}).value().entries.size(), 2U);
  EXPECT_EQ(ask<std::uint64_t>(worker_, count_users{}).value(), 3U);
  EXPECT_FALSE(is_cached("anna"));
}

TEST_F(HydrationWorker, RebuildsTheCache) {
  start();
  EXPECT_FALSE(ask<bool>(worker_, verify_cache{}).value());
  EXPECT_EQ(rebuild(), 3U);
  EXPECT_TRUE(ask<bool>(worker_, verify_cache{}).value());
  for (const auto* id : {"anna", "ben", "cleo"})
    EXPECT_TRUE(is_cached(id)) << id;
  EXPECT_TRUE(ask<bool>(worker_, clear_cache{}));
  EXPECT_FALSE(ask<bool>(worker_, verify_cache{}).value());
}

TEST_F(HydrationWorker, VerifiesTheCacheAlsoWhereItFindsThatTheDatabaseIsAway) {
  start();
  rebuild();
  guard_ = std::make_shared<version_guard>(
      [] { return result<std::unique_ptr<history_store>>{fail(errc::store_unavailable, "away")}; },
      cache_);
  start();
  EXPECT_TRUE(ask<bool>(worker_, verify_cache{}).value());
  EXPECT_FALSE(ask<bool>(worker_, verify_cache{})) << "it has ended";
}

TEST_F(HydrationWorker, BringsAVerifiedCacheUpToDateUnlessItIsToBeBuiltAnew) {
  start();
  rebuild();
  const auto generation = cache_->state().value().generation;
  evidence_ = score("anna").version;
  const auto ben = score("ben");
  rebuild(false);
  EXPECT_EQ(cache_->find("ben").value()->user, ben);
  EXPECT_EQ(cache_->state().value().generation, generation);
  rebuild(true);
  EXPECT_NE(cache_->state().value().generation, generation);
}

TEST_F(HydrationWorker, BringsMissedUsersToTheCache) {
  start();
  EXPECT_TRUE(ask<bool>(worker_, refresh_users{{"anna", "cleo", "nobody"}}));
  EXPECT_TRUE(is_cached("anna"));
  EXPECT_FALSE(is_cached("ben"));
}

TEST_F(HydrationWorker, EndsWhenItsDatabaseIsLost) {
  start();
  *failing_ = errc::store_unavailable;
  EXPECT_EQ(load("anna").error().code, errc::store_unavailable);
  EXPECT_FALSE(ask<std::uint64_t>(worker_, count_users{})) << "it has ended";
}

TEST_F(HydrationWorker, EndsWhenItsDatabaseIsLostDuringARebuild) {
  start();
  ASSERT_TRUE(ask<std::uint64_t>(worker_, begin_rebuild{}));
  *failing_ = errc::store_unavailable;
  EXPECT_EQ(ask<page_loaded>(worker_, load_page{"", 2}).error().code, errc::store_unavailable);
  EXPECT_FALSE(ask<std::uint64_t>(worker_, count_users{})) << "it has ended";
}

TEST_F(HydrationWorker, SurvivesALockOfAnotherProgram) {
  start();
  *failing_ = errc::overloaded;
  EXPECT_EQ(load("anna").error().code, errc::overloaded);
  *failing_ = errc::none;
  EXPECT_TRUE(load("anna"));
}

TEST_F(HydrationWorker, SurvivesACacheThatWasLostDuringARebuild) {
  start();
  ASSERT_TRUE(ask<std::uint64_t>(worker_, begin_rebuild{}));
  cache_->clear().value();
  EXPECT_EQ(ask<std::uint64_t>(worker_, finish_rebuild{}).error().code, errc::cache_warming);
  EXPECT_EQ(rebuild(), 3U);
}

} // namespace
} // namespace standings::test
