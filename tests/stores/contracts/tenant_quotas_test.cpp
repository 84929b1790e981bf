#include "stores/contracts/leaderboard_store.hpp"
#include "tests/support/score_store_suite.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace standings {
namespace {

using namespace std::chrono_literals;
using ids = std::vector<std::string>;

/// A database of each backend whose tenants have quotas.
class TenantQuotas : public testing::TestWithParam<test::score_store_backend> {
protected:
  static tenant_quotas quotas() {
    tenant_quotas out;
    out.by_tenant["small"] = {.leaderboards = 2, .users = 3};
    return out;
  }

  void make(const std::string& id, ids feeds = {}) {
    leaderboard_settings settings;
    settings.feeds = std::move(feeds);
    static_cast<void>(store->save(id, settings).value());
  }

  std::vector<update_outcome> apply(const std::vector<score_update>& batch) {
    return test::apply_until_unlocked(*store, batch);
  }

  update_outcome add(const std::string& user_id, ids to, std::int64_t count = 1) {
    return apply({{user_id, count, {}, {}, std::move(to)}}).at(0);
  }

  bool knows(const std::string& id, const std::string& user_id) {
    return store->scores_of(*store->find(id).value())->find(user_id).value().has_value();
  }

  std::unique_ptr<test::score_store_harness> harness = GetParam().make();
  std::unique_ptr<leaderboard_store> store = harness->open_leaderboards(quotas());
};
STANDINGS_OVER_SCORE_STORES(TenantQuotas);

// -- making several ----------------------------------------------------------------

TEST_P(TenantQuotas, MakesThoseThatAreMissing) {
  make("acme.eu");
  const ids wanted{"acme.us", "acme.eu", "global"};
  const auto made = store->make(wanted).value();
  ASSERT_EQ(made.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(made[i].now.id, wanted[i]);
  EXPECT_TRUE(made[0].created);
  EXPECT_FALSE(made[1].created);
  EXPECT_TRUE(made[2].created);
  EXPECT_EQ(made[0].now.settings, leaderboard_settings{});
  EXPECT_EQ(add("ann", {"acme.us", "global"}).code, errc::none);
  EXPECT_FALSE(store->make(wanted).value()[0].created);
}

TEST_P(TenantQuotas, MakesNoneIfOneCannotBeMade) {
  make("old");
  store->archive("old").value();
  const auto archived = store->make(ids{"new", "old"});
  EXPECT_EQ(archived.error().code, errc::unknown_leaderboard);
  EXPECT_NE(archived.error().detail.find("archived"), std::string::npos);
  EXPECT_EQ(store->make(ids{"new", "a..b"}).error().code, errc::invalid_leaderboard_id);
  EXPECT_EQ(store->make(ids{"new", "small.a", "small.b", "small.c"}).error().code,
            errc::quota_exceeded);
  EXPECT_FALSE(store->find("new").value());
  EXPECT_FALSE(store->find("small.a").value());
}

TEST_P(TenantQuotas, TwoWhoMakeOneAtATimeMakeOne) {
  const auto other = harness->open_leaderboards(quotas());
  const ids wanted{"b", "a"};
  const ids reversed{"a", "b"};
  int created = 0;
  std::vector<saved_leaderboard> theirs;
  std::thread beside{[&] {
    theirs = test::until_unlocked([&] { return other->make(reversed); }).value();
  }};
  const auto ours = test::until_unlocked([&] { return store->make(wanted); }).value();
  beside.join();
  for (const auto* some : {&ours, static_cast<const std::vector<saved_leaderboard>*>(&theirs)})
    for (const auto& one : *some)
      created += one.created ? 1 : 0;
  EXPECT_EQ(created, 2);
  EXPECT_EQ(ours[0].now.number, theirs[1].now.number);
  EXPECT_EQ(ours[1].now.number, theirs[0].now.number);
}

// -- leaderboards --------------------------------------------------------------------

TEST_P(TenantQuotas, ATenantHasNoMoreLeaderboardsThanItMay) {
  make("small");
  make("small.a");
  make("smaller");
  for (const auto* other : {"smallest", "b", "c", "d"})
    make(other);
  const auto refused = store->save("small.b", {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::quota_exceeded);
  EXPECT_EQ(refused.error().detail,
            "tenant 'small' may have no more leaderboards: its quota leaderboards is 2");
  leaderboard_settings changed;
  changed.rules.max_count = 7;
  EXPECT_TRUE(store->save("small.a", changed)) << "a change makes none";
}

TEST_P(TenantQuotas, ArchivedLeaderboardsLeaveRoomForOthersUntilTheyAreRestored) {
  make("small.a");
  make("small.b");
  store->archive("small.a").value();
  make("small.c");
  EXPECT_EQ(store->restore("small.a").error().code, errc::quota_exceeded);
  EXPECT_TRUE(store->find("small.a").value()->archived_at);
  store->archive("small.c").value();
  EXPECT_TRUE(store->restore("small.a").value());
}

// -- users ---------------------------------------------------------------------------

TEST_P(TenantQuotas, ATenantHasNoMoreUsersThanItMay) {
  make("small.a");
  make("small.b");
  make("acme");
  EXPECT_EQ(add("ann", {"small.a", "small.b"}).code, errc::none) << "counts twice";
  EXPECT_EQ(add("bob", {"small.a"}).code, errc::none);
  const auto refused = add("cat", {"small.b"});
  EXPECT_EQ(refused.code, errc::quota_exceeded);
  EXPECT_EQ(refused.detail, "tenant 'small' may have no more users: its quota users is 3");
  EXPECT_FALSE(knows("small.b", "cat"));
  EXPECT_EQ(add("ann", {"small.b"}).code, errc::none) << "who is there goes on";
  for (const auto* user : {"cat", "dan", "eve", "fay"})
    EXPECT_EQ(add(user, {"acme"}).code, errc::none) << "others have no quota";
  EXPECT_EQ(add("cat", {"acme", "small.a"}).code, errc::quota_exceeded) << "all or none";
}

TEST_P(TenantQuotas, ANewUserBeyondTheQuotaIsRefusedAlone) {
  make("small.a");
  make("acme");
  const auto outcomes = apply({{"a", 1, {}, {}, {"small.a"}},
                               {"x", 1, {}, {}, {"acme"}},
                               {"b", 1, {}, {}, {"small.a"}},
                               {"a", 1, {}, {}, {"small.a"}},
                               {"c", 1, {}, {}, {"small.a"}},
                               {"d", 1, {}, {}, {"small.a"}},
                               {"c", 1, {}, {}, {"small.a"}},
                               {"e", 1, "key", {}, {"small.a"}},
                               {"y", 1, {}, {}, {"acme"}}});
  std::vector<bool> refused;
  for (const auto& one : outcomes) {
    EXPECT_TRUE(one.code == errc::none || one.code == errc::quota_exceeded);
    refused.push_back(one.code == errc::quota_exceeded);
  }
  EXPECT_EQ(refused,
            (std::vector<bool>{false, false, false, false, false, true, false, true, false}));
  EXPECT_FALSE(knows("small.a", "d"));
  EXPECT_TRUE(knows("acme", "y"));
  EXPECT_EQ(add("f", {"small.a"}).code, errc::quota_exceeded) << "the number is right";
}

TEST_P(TenantQuotas, RefusedUpdatesTakeNoRoom) {
  make("small.a");
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(add("user" + std::to_string(i), {"small.a"}, 1'000'000).code, errc::invalid_count);
  for (const auto* user : {"a", "b", "c"})
    EXPECT_EQ(add(user, {"small.a"}).code, errc::none);
  EXPECT_EQ(add("d", {"small.a"}).code, errc::quota_exceeded);
}

TEST_P(TenantQuotas, UsersWhoWereThereBeforeTheQuotaCount) {
  make("small.a");
  make("small.b");
  {
    const auto unlimited = harness->open_leaderboards();
    for (const auto* user : {"a", "b", "c", "d"}) {
      const std::vector<score_update> one{{user, 1, {}, {}, {"small.a"}}};
      test::until_unlocked([&] { return unlimited->apply(one); }).value();
    }
  }
  EXPECT_EQ(add("e", {"small.b"}).code, errc::quota_exceeded);
  EXPECT_EQ(add("d", {"small.a"}).code, errc::none);
}

TEST_P(TenantQuotas, WhatATenantIsFedByOthersCountsAndIsNotRefused) {
  make("small.all");
  make("acme", {"small.all"});
  for (const auto* user : {"a", "b", "c", "d", "e"})
    EXPECT_EQ(add(user, {"acme"}).code, errc::none);
  EXPECT_TRUE(knows("small.all", "e"));
  EXPECT_EQ(add("f", {"small.all"}).code, errc::quota_exceeded);
}

TEST_P(TenantQuotas, ACountFindsRoomThatOthersHaveMade) {
  harness->set_time(test::at("2026-03-10T12:00:00Z"));
  store = harness->open_leaderboards(quotas());
  make("small.a");
  make("small.b");
  for (const auto* user : {"a", "b"})
    add(user, {"small.a"});
  add("c", {"small.b"});
  EXPECT_EQ(add("d", {"small.a"}).code, errc::quota_exceeded);
  store->scores_of(*store->find("small.a").value())->remove("a", "test").value();
  store->archive("small.b").value();
  EXPECT_FALSE(store->recount_users().value()) << "it was counted just now";
  EXPECT_EQ(add("d", {"small.a"}).code, errc::quota_exceeded);
  harness->set_time(test::at("2026-03-10T12:02:00Z"));
  store = harness->open_leaderboards(quotas());
  EXPECT_TRUE(store->recount_users().value());
  EXPECT_FALSE(store->recount_users().value());
  EXPECT_EQ(add("d", {"small.a"}).code, errc::none);
  EXPECT_EQ(add("e", {"small.a"}).code, errc::none);
  EXPECT_EQ(add("f", {"small.a"}).code, errc::quota_exceeded) << "b, d and e";
}

// -- use -------------------------------------------------------------------------------

TEST_P(TenantQuotas, TellsWhichWereUsedLast) {
  // ahead of every clock, since the database's own may date the making of a leaderboard
  for (const auto* minute : {"00", "10", "20"}) {
    harness->set_time(test::at(std::string{"2107-03-10T12:"} + minute + ":00Z"));
    store = harness->open_leaderboards(quotas());
    make(std::string{"at"} + minute);
  }
  make("gone");
  store->archive("gone").value();
  harness->set_time(test::at("2107-03-10T12:30:00Z"));
  store = harness->open_leaderboards(quotas());
  store->note_used(ids{"at00"}).value();
  const auto recent = [&](std::size_t limit) {
    ids out;
    for (const auto& one : store->recently_used(limit).value())
      out.push_back(one.id);
    return out;
  };
  EXPECT_EQ(recent(10), (ids{"at00", "at20", "at10"}));
  EXPECT_EQ(recent(2), (ids{"at00", "at20"}));
}

} // namespace
} // namespace standings
