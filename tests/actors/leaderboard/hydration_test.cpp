#include "actors/leaderboard/hydration.hpp"
#include "stores/memory/rank_cache.hpp"
#include "tests/support/actor_test.hpp"
#include "tests/support/recorded_events.hpp"

#include <caf/typed_event_based_actor.hpp>
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>

namespace standings::test {
namespace {

/// The database behind the stub workers.
struct shelf {
  std::map<std::string, user_record> users;
  rank_cache_ptr cache = make_memory_rank_cache();
  int loads = 0;
  int board_queries = 0;
  int counts = 0;
  int pages = 0;
  int die_at_page = 0;      ///< the worker dies when asked for this page, once
  bool unreachable = false; ///< workers cannot connect
  bool lose_lookups = false;
  bool cache_away = false;       ///< for checks and refreshes
  bool refuse_refreshes = false; ///< although checks work
  bool lost = false;             ///< what the next check finds
  int looks = 0;
  int several = 0; ///< requests to load several users
  std::vector<std::vector<std::string>> refreshed;
  std::function<void()> before_page = [] {
  };
};
using shelf_ptr = std::shared_ptr<shelf>;

caf::result<page_loaded> load_from(shelf& s, const load_page& m) {
  if (++s.pages == s.die_at_page)
    throw crash{{errc::store_unavailable, "connection lost", {}}};
  s.before_page();
  std::vector<user_record> page;
  for (auto at = s.users.upper_bound(m.after); at != s.users.end() && page.size() < m.limit; ++at)
    page.push_back(at->second);
  if (auto done = s.cache->load(page); !done)
    return to_error(done.error());
  return page_loaded{page.size(), page.empty() ? m.after : page.back().user_id,
                     page.size() < m.limit};
}

hydration_worker_actor::behavior_type stub_worker(hydration_worker_actor::pointer self, shelf_ptr s,
                                                  hydration_front_actor front, std::size_t index) {
  self->set_exception_handler([](std::exception_ptr& e) { return exit_reason_of("worker", e); });
  if (s->unreachable)
    throw crash{{errc::store_unavailable, "away", {}}};
  self->send(front, worker_ready{index});
  return {
      [s](const load_user& m) -> caf::result<cached_user> {
        ++s->loads;
        if (s->lose_lookups)
          throw crash{{errc::store_unavailable, "connection lost", {}}};
        const auto at = s->users.find(m.user_id);
        if (at == s->users.end())
          return to_error(errc::unknown_user, "no such user");
        return cached_user{at->second, {}};
      },
      [s](const load_users& m) -> caf::result<bool> {
        ++s->several;
        return !m.user_ids.empty();
      },
      [s](const read_user& m) -> caf::result<user_record> {
        const auto at = s->users.find(m.user_id);
        if (at == s->users.end())
          return to_error(errc::unknown_user, "no such user");
        return at->second;
      },
      [s](const read_board&) {
        ++s->board_queries;
        return board_page{s->users.size(), {}};
      },
      [s](count_users) -> std::uint64_t {
        ++s->counts;
        return s->users.size();
      },
      [s](begin_rebuild) -> caf::result<std::uint64_t> {
        if (auto begun = s->cache->begin_rebuild(); !begun)
          return to_error(begun.error());
        return s->users.size();
      },
      [s](const load_page& m) { return load_from(*s, m); },
      [s](finish_rebuild) -> caf::result<std::uint64_t> {
        return s->cache->finish_rebuild().value();
      },
      [s](const refresh_users& m) -> caf::result<bool> {
        if (s->cache_away || s->refuse_refreshes)
          return to_error(errc::store_unavailable, "away");
        s->refreshed.push_back(m.user_ids);
        return true;
      },
      [s](clear_cache) -> caf::result<bool> {
        if (auto done = s->cache->clear(); !done)
          return to_error(done.error());
        return true;
      },
      [s](verify_cache) -> caf::result<bool> {
        ++s->looks;
        if (s->cache_away)
          return to_error(errc::store_unavailable, "away");
        return s->cache->complete() && !std::exchange(s->lost, false);
      },
  };
}

class Hydration : public ActorTest {
protected:
  void fill(int users) {
    for (int i = 0; i < users; ++i) {
      const auto id = "user" + std::to_string(i);
      shelf_->users[id] = {id, {1, 2, 3, 4}, system_now(), i + 1};
    }
  }

  const std::shared_ptr<recorded_events> events_ = std::make_shared<recorded_events>();

  void start() {
    const hydration_worker_factory factory =
        [s = shelf_](caf::local_actor* owner, hydration_front_actor front, std::size_t index) {
          return owner->spawn(stub_worker, s, std::move(front), index);
        };
    hydration_ =
        spawn(hydration, factory, shelf_->cache, hydration_options{.page = 10, .events = events_});
  }

  hydration_status progress() {
    return ask<hydration_status>(hydration_, get_hydration_status{}).value();
  }

  std::uint64_t cached() { return shelf_->cache->state().value().members[0]; }

  bool stopped_ = false;
  shelf_ptr shelf_ = std::make_shared<shelf>();
  hydration_actor hydration_;
};

TEST_F(Hydration, WarmsTheCacheUpAtTheStart) {
  fill(95);
  start();
  settle();
  EXPECT_TRUE(shelf_->cache->complete());
  EXPECT_EQ(cached(), 95U);
  EXPECT_EQ(shelf_->pages, 10);
  EXPECT_EQ(progress().loaded, 95U);
  EXPECT_EQ(progress().total, 95U);
  EXPECT_EQ(progress().rebuilds, 1U);
}

TEST_F(Hydration, TellsOfARebuildAndOfItsProgressOnceASecond) {
  fill(35);
  shelf_->before_page = [this, page = std::make_shared<int>(0)] {
    if (++*page == 3)
      sched_.clock().current_time += 1s;
  };
  start();
  settle();
  EXPECT_THAT(events_->states(), testing::ElementsAre("rebuild started", "rebuild progress",
                                                      "rebuild progress", "rebuild completed"));
  EXPECT_EQ(recorded_events::field(events_->all[1], "done"), "10");
  EXPECT_EQ(recorded_events::field(events_->all[1], "total"), "35");
  EXPECT_EQ(recorded_events::field(events_->all[2], "done"), "30");
  EXPECT_EQ(recorded_events::field(events_->all[3], "done"), "35");
  EXPECT_EQ(events_->all[0].subject, events_->all[3].subject);
}

TEST_F(Hydration, TellsOfACacheThatIsAway) {
  start();
  settle();
  events_->all.clear();
  shelf_->cache_away = true;
  for (int i = 0; i < 3; ++i)
    advance(1s);
  EXPECT_THAT(events_->states(), testing::ElementsAre("outage began"));
  EXPECT_EQ(recorded_events::field(events_->all[0], "component"), "cache");
  shelf_->cache_away = false;
  advance(1s);
  EXPECT_THAT(events_->states(), testing::ElementsAre("outage began", "outage ended"));
}

TEST_F(Hydration, ConcurrentMissesOfOneUserMakeOneLoad) {
  fill(3);
  start();
  settle();
  std::vector<pending<cached_user>> askers;
  for (int i = 0; i < 100; ++i)
    askers.push_back(request<cached_user>(hydration_, load_user{"user" + std::to_string(i % 2)}));
  settle();
  EXPECT_EQ(shelf_->loads, 2);
  for (std::size_t i = 0; i < askers.size(); ++i)
    EXPECT_EQ(askers[i].get().value().user.user_id, "user" + std::to_string(i % 2));
}

TEST_F(Hydration, AMissAfterTheAnswerLoadsAgain) {
  fill(1);
  start();
  settle();
  EXPECT_TRUE(ask<cached_user>(hydration_, load_user{"user0"}));
  EXPECT_TRUE(ask<cached_user>(hydration_, load_user{"user0"}));
  EXPECT_EQ(shelf_->loads, 2);
}

TEST_F(Hydration, SeveralUsersAreLoadedInOneGo) {
  fill(3);
  start();
  settle();
  EXPECT_TRUE(ask<bool>(hydration_, load_users{{"user0", "user1", "nobody"}}));
  EXPECT_EQ(shelf_->several, 1);
}

TEST_F(Hydration, AllAskersOfAnUnknownUserAreToldSo) {
  start();
  settle();
  auto first = request<cached_user>(hydration_, load_user{"nobody"});
  auto second = request<cached_user>(hydration_, load_user{"nobody"});
  settle();
  EXPECT_EQ(first.get().error().code, errc::unknown_user);
  EXPECT_EQ(second.get().error().code, errc::unknown_user);
  EXPECT_EQ(shelf_->loads, 1);
}

TEST_F(Hydration, ALostWorkerFailsItsAskersAndIsReplaced) {
  fill(1);
  start();
  settle();
  shelf_->lose_lookups = true;
  EXPECT_EQ(ask<cached_user>(hydration_, load_user{"user0"}).error().code, errc::store_unavailable);
  shelf_->lose_lookups = false;
  EXPECT_EQ(ask<cached_user>(hydration_, load_user{"user0"}).error().code, errc::store_unavailable);
  advance(200ms);
  EXPECT_TRUE(ask<cached_user>(hydration_, load_user{"user0"}));
}

TEST_F(Hydration, CountsThatAreAskedForTogetherShareOneQuery) {
  fill(3);
  start();
  settle();
  const int before = shelf_->counts;
  auto a = request<std::uint64_t>(hydration_, count_users{});
  auto b = request<std::uint64_t>(hydration_, count_users{});
  settle();
  EXPECT_EQ(a.get().value(), 3U);
  EXPECT_EQ(b.get().value(), 3U);
  EXPECT_EQ(shelf_->counts - before, 1);
}

TEST_F(Hydration, EqualBoardQuestionsShareOneQuery) {
  start();
  settle();
  auto a = request<board_page>(hydration_, read_board{period::daily, 0, 10});
  auto b = request<board_page>(hydration_, read_board{period::daily, 0, 10});
  auto c = request<board_page>(hydration_, read_board{period::daily, 10, 10});
  settle();
  EXPECT_TRUE(a.get());
  EXPECT_TRUE(b.get());
  EXPECT_TRUE(c.get());
  EXPECT_EQ(shelf_->board_queries, 2);
}

TEST_F(Hydration, EverybodyWhoWaitsForACompleteCacheIsAnsweredByOneRebuild) {
  fill(50);
  start();
  std::vector<pending<bool>> askers;
  settle();
  ASSERT_TRUE(ask<bool>(hydration_, clear_cache{}));
  EXPECT_FALSE(shelf_->cache->complete());
  for (int i = 0; i < 20; ++i)
    askers.push_back(request<bool>(hydration_, ensure_complete{}));
  settle();
  for (auto& asker : askers)
    EXPECT_TRUE(asker.get().value());
  EXPECT_EQ(progress().rebuilds, 2U);
  EXPECT_EQ(cached(), 50U);
}

TEST_F(Hydration, ASecondRebuildAtTheSameTimeIsRefused) {
  fill(50);
  start();
  settle();
  auto first = request<rebuild_report>(hydration_, rebuild_cache{});
  auto second = request<rebuild_report>(hydration_, rebuild_cache{});
  settle();
  EXPECT_EQ(first.get().value().users, 50U);
  EXPECT_EQ(second.get().error().code, errc::run_in_progress);
}

TEST_F(Hydration, ARebuildSweepsUsersTheDatabaseDoesNotKnow) {
  fill(5);
  start();
  settle();
  shelf_->users.erase("user3");
  const auto report = ask<rebuild_report>(hydration_, rebuild_cache{}).value();
  EXPECT_EQ(report.users, 4U);
  EXPECT_EQ(report.swept, 1U);
  EXPECT_EQ(cached(), 4U);
}

TEST_F(Hydration, AWarmUpThatLosesItsWorkerIsTriedAgain) {
  fill(95);
  shelf_->die_at_page = 5;
  start();
  settle();
  EXPECT_FALSE(shelf_->cache->complete());
  EXPECT_FALSE(progress().last_error.empty());
  advance(200ms);
  advance(1s);
  EXPECT_TRUE(shelf_->cache->complete());
  EXPECT_EQ(cached(), 95U);
}

TEST_F(Hydration, AnUnreachableDatabaseIsWaitedFor) {
  fill(5);
  shelf_->unreachable = true;
  start();
  settle();
  EXPECT_EQ(ask<bool>(hydration_, ensure_complete{}).error().code, errc::store_unavailable);
  for (int i = 0; i < 30; ++i)
    advance(1s);
  shelf_->unreachable = false;
  advance(2500ms);
  EXPECT_TRUE(shelf_->cache->complete());
}

TEST_F(Hydration, WhoWaitsForARebuildIsToldWhenTheServiceStops) {
  fill(50);
  start();
  settle();
  auto asked = request<rebuild_report>(hydration_, rebuild_cache{});
  shelf_->before_page = [&] {
    if (!std::exchange(stopped_, true))
      caf::anon_send(hydration_, stop_waiting{});
  };
  settle();
  EXPECT_EQ(asked.get().error().code, errc::shutting_down);
}

TEST_F(Hydration, ManyDifferentBoardQuestionsAtOnceAreRefused) {
  start();
  settle();
  std::vector<pending<board_page>> askers;
  for (std::uint64_t offset = 0; offset < 20; ++offset)
    askers.push_back(request<board_page>(hydration_, read_board{period::daily, offset, 1}));
  settle();
  int refused = 0;
  for (auto& asker : askers)
    if (const auto page = asker.get(); !page) {
      EXPECT_EQ(page.error().code, errc::overloaded);
      ++refused;
    }
  EXPECT_GT(refused, 0);
  EXPECT_TRUE(ask<board_page>(hydration_, read_board{period::daily, 0, 1}));
}

TEST_F(Hydration, ClearingDuringARebuildStartsItOver) {
  fill(95);
  start();
  settle();
  bool cleared = false;
  shelf_->before_page = [&] {
    if (shelf_->pages % 10 == 5 && !std::exchange(cleared, true))
      caf::anon_send(hydration_, clear_cache{});
  };
  auto asked = request<rebuild_report>(hydration_, rebuild_cache{});
  settle();
  EXPECT_TRUE(cleared);
  EXPECT_EQ(asked.get().value().users, 95U);
  EXPECT_EQ(cached(), 95U);
  EXPECT_TRUE(shelf_->cache->complete());
}

TEST_F(Hydration, ACacheThatLostSomethingIsRebuiltWithoutBeingAsked) {
  fill(5);
  start();
  settle();
  shelf_->lost = true;
  advance(1s);
  EXPECT_EQ(progress().rebuilds, 2U);
  EXPECT_TRUE(progress().complete);
}

TEST_F(Hydration, ACacheThatIsAwayIsReportedAndLookedAtAgain) {
  start();
  settle();
  EXPECT_TRUE(progress().cache_reachable);
  shelf_->cache_away = true;
  advance(1s);
  EXPECT_FALSE(progress().cache_reachable);
  shelf_->cache_away = false;
  advance(1s);
  EXPECT_TRUE(progress().cache_reachable);
}

TEST_F(Hydration, UsersTheCacheMissedAreBroughtToItOnceItIsBack) {
  start();
  settle();
  shelf_->cache_away = true;
  caf::anon_send(hydration_, refresh_users{{"ada", "bob"}});
  caf::anon_send(hydration_, refresh_users{{"bob", "eve"}});
  for (int i = 0; i < 5; ++i)
    advance(1s);
  EXPECT_EQ(progress().pending, 3U);
  EXPECT_TRUE(shelf_->refreshed.empty());
  shelf_->cache_away = false;
  advance(1s);
  EXPECT_EQ(progress().pending, 0U);
  EXPECT_THAT(shelf_->refreshed,
              ::testing::ElementsAre(::testing::ElementsAre("ada", "bob", "eve")));
}

TEST_F(Hydration, UsersWhomTheCacheDoesNotTakeAreBroughtToItLater) {
  start();
  settle();
  shelf_->refuse_refreshes = true;
  caf::anon_send(hydration_, refresh_users{{"ada", "bob"}});
  advance(1s);
  EXPECT_EQ(progress().pending, 2U);
  EXPECT_TRUE(shelf_->refreshed.empty());
  shelf_->refuse_refreshes = false;
  advance(1s);
  EXPECT_EQ(progress().pending, 0U);
  EXPECT_THAT(shelf_->refreshed, ::testing::ElementsAre(::testing::ElementsAre("ada", "bob")));
}

TEST_F(Hydration, TooManyMissedUsersBecomeARebuild) {
  start();
  settle();
  shelf_->cache_away = true;
  refresh_users many;
  for (int i = 0; i < 100'001; ++i)
    many.user_ids.push_back(std::to_string(i));
  caf::anon_send(hydration_, many);
  settle();
  EXPECT_EQ(progress().pending, 0U);
  advance(1s);
  EXPECT_EQ(progress().rebuilds, 2U);
}

TEST_F(Hydration, AMissedDeletionBecomesARebuild) {
  start();
  settle();
  caf::anon_send(hydration_, refresh_all{});
  advance(1s);
  EXPECT_EQ(progress().rebuilds, 2U);
}

} // namespace
} // namespace standings::test
