#include "actors/leaderboard/leaderboard_writer.hpp"
#include "actors/leaderboard/leaderboards.hpp"
#include "actors/leaderboard/leaderboards_worker.hpp"
#include "actors/leaderboard/scoring.hpp"
#include "stores/memory/rank_cache.hpp"
#include "stores/sqlite/leaderboard_store.hpp"
#include "tests/support/actor_test.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

namespace standings::test {
namespace {

using outcomes = std::vector<update_outcome>;

/// The named leaderboards on SQLite with caches in this process.
class Leaderboards : public ActorTest {
protected:
  [[nodiscard]] leaderboard_store_factory opener() const {
    return [this]() -> result<std::unique_ptr<leaderboard_store>> {
      if (away_)
        return fail(errc::store_unavailable, "away");
      return open_sqlite_leaderboards({.path = dir_ / "standings.db"}, score_rules{});
    };
  }

  void start() {
    leaderboards_ = spawn(
        leaderboards,
        [this](caf::local_actor* owner, leaderboards_front_actor front, std::size_t index) {
          return owner->spawn(leaderboards_worker, opener(), shelf_, std::move(front), index);
        },
        shelf_, leaderboards_options{});
    const leaderboard_writer_tools tools{.open = opener(),
                                         .shelf = shelf_,
                                         .default_cache = default_cache_,
                                         .hydration = {},
                                         .leaderboards = leaderboards_};
    scoring_options options;
    options.shards = 2;
    scoring_ = spawn(
        scoring,
        [tools](caf::local_actor* owner, scoring_front_actor front, std::size_t shard) {
          return owner->spawn(leaderboard_writer, tools, std::move(front), shard);
        },
        options);
    settle();
  }

  result<leaderboard_info> make(const std::string& id, const std::string& settings = "{}") {
    return ask<leaderboard_info>(leaderboards_, save_leaderboard{id, settings});
  }

  update_outcome update(const std::string& id, const std::string& user, std::int64_t count) {
    auto done = ask<outcomes>(scoring_, update_scores{{{user, count, {}, {}, {id}}}}).value();
    return done.at(0);
  }

  result<leaderboard_loaded> load(const std::string& id) {
    auto asked = request<leaderboard_loaded>(leaderboards_, load_leaderboard{id});
    settle();
    return asked.get();
  }

  std::vector<std::string> cached(const std::string& id) {
    std::vector<std::string> out;
    const auto there = shelf_->find(id);
    if (there)
      for (const auto& entry : there->cache->top(period::daily, 0, 100).value().entries)
        out.push_back(entry.user.user_id);
    return out;
  }

  std::unique_ptr<leaderboard_store> store() { return std::move(opener()().value()); }

  temp_dir dir_;
  bool away_ = false;
  rank_cache_ptr default_cache_ = make_memory_rank_cache();
  leaderboard_shelf_ptr shelf_ = std::make_shared<leaderboard_shelf>([](const leaderboard& which) {
    return make_memory_cache(system_now, which.settings.rules.order).cache;
  });
  leaderboards_actor leaderboards_;
  scoring_actor scoring_;
};

using ids = std::vector<std::string>;

TEST_F(Leaderboards, AreLoadedWhenTheyAreFirstRead) {
  start();
  make("acme").value();
  update("acme", "ann", 5);
  EXPECT_TRUE(cached("acme").empty()) << "nobody has read it";
  EXPECT_EQ(load("acme").value().users, 1U);
  EXPECT_EQ(cached("acme"), ids{"ann"});
  EXPECT_EQ(load("acme").value().users, 0U) << "it is complete";
}

TEST_F(Leaderboards, TakeUpdatesToTheCachesOfThoseInUse) {
  start();
  make("acme").value();
  load("acme").value();
  update("acme", "ann", 5);
  EXPECT_EQ(cached("acme"), ids{"ann"});
  EXPECT_EQ(ask<bool>(scoring_, remove_user{"ann", {}, "acme"}).value(), true);
  EXPECT_TRUE(cached("acme").empty());
  EXPECT_EQ(ask<bool>(scoring_, remove_user{"ann", {}, "acme"}).error().code, errc::unknown_user);
  EXPECT_EQ(ask<bool>(scoring_, remove_user{"ann", {}, "none"}).error().code,
            errc::unknown_leaderboard);
}

TEST_F(Leaderboards, TakeTheDefaultLeaderboardsPartToItsCache) {
  start();
  make("acme", R"({"feeds":["default"]})").value();
  EXPECT_EQ(update("acme", "ann", 5).states.size(), 2U);
  EXPECT_EQ(default_cache_->find("ann").value()->user.score[0], 5);
}

TEST_F(Leaderboards, ManyPagesAreLoadedBesideASmallOne) {
  start();
  make("large").value();
  make("small").value();
  std::vector<user_record> users;
  for (int i = 0; i < 4'500; ++i)
    users.push_back({"user" + std::to_string(i), {1, 1, 1, 1}, system_now(), 0});
  {
    const auto on = store();
    on->scores_of(*on->find("large").value())->put(users).value();
  }
  auto first = request<leaderboard_loaded>(leaderboards_, load_leaderboard{"large"});
  auto second = request<leaderboard_loaded>(leaderboards_, load_leaderboard{"large"});
  auto other = request<leaderboard_loaded>(leaderboards_, load_leaderboard{"small"});
  settle();
  EXPECT_EQ(first.get().value().users, 4'500U);
  EXPECT_EQ(second.get().value().users, 4'500U) << "they share the load";
  EXPECT_EQ(other.get().value().users, 0U);
  EXPECT_EQ(shelf_->find("large")->cache->state().value().members[0], 4'500U);
}

TEST_F(Leaderboards, WhatACacheHasMissedIsLoadedAnew) {
  start();
  make("acme").value();
  load("acme").value();
  {
    const auto on = store();
    const std::vector<score_update> behind_its_back{{"ann", 5, {}, {}, {"acme"}}};
    on->apply(behind_its_back).value();
  }
  EXPECT_TRUE(cached("acme").empty());
  caf::anon_send(leaderboards_, cache_missed{"acme"});
  settle();
  advance(2s);
  EXPECT_EQ(cached("acme"), ids{"ann"});
}

TEST_F(Leaderboards, TakeOverWhatAnotherProcessHasChanged) {
  start();
  make("acme").value();
  load("acme").value();
  leaderboard_settings changed;
  changed.rules.max_count = 7;
  store()->save("acme", changed).value();
  advance(2s);
  EXPECT_EQ(shelf_->find("acme")->of.settings.rules.max_count, 7);
  store()->archive("acme").value();
  advance(2s);
  EXPECT_FALSE(shelf_->find("acme"));
  EXPECT_EQ(load("acme").error().code, errc::unknown_leaderboard);
}

TEST_F(Leaderboards, KeepSettingsThatAChangeDoesNotName) {
  start();
  make("acme", R"({"mode":"best","max_count":5})").value();
  const auto changed = make("acme", R"({"max_count":6})").value();
  EXPECT_FALSE(changed.created);
  EXPECT_EQ(changed.settings.rules.mode, score_mode::best);
  EXPECT_EQ(changed.settings.rules.max_count, 6);
  EXPECT_EQ(make("acme", R"({"mode":"sum"})").error().field, "mode");
}

TEST_F(Leaderboards, AnswerAtOnceWhileTheDatabaseIsAway) {
  away_ = true;
  start();
  EXPECT_EQ(make("acme").error().code, errc::store_unavailable);
  EXPECT_EQ(load("acme").error().code, errc::store_unavailable);
}

} // namespace
} // namespace standings::test
