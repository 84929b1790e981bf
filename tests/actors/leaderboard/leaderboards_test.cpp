#include "actors/leaderboard/leaderboard_writer.hpp"
#include "actors/leaderboard/leaderboards.hpp"
#include "actors/leaderboard/leaderboards_worker.hpp"
#include "actors/leaderboard/scoring.hpp"
#include "stores/memory/rank_cache.hpp"
#include "stores/sqlite/leaderboard_store.hpp"
#include "tests/support/actor_test.hpp"
#include "tests/support/forwarding_rank_cache.hpp"
#include "tests/support/forwarding_score_store.hpp"
#include "tests/support/recorded_events.hpp"
#include "tests/support/temp_dir.hpp"

#include <SQLiteCpp/Database.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <utility>

namespace standings::test {
namespace {

using outcomes = std::vector<update_outcome>;

/// Users whose pages cannot be read once `lost` is set.
class losing_scores final : public forwarding_score_store {
public:
  losing_scores(std::unique_ptr<score_store> to, const bool& lost)
      : forwarding_score_store(std::move(to)), lost_(lost) {}

  result<std::vector<user_record>> scan(const std::string& after, std::size_t limit) override {
    if (lost_)
      return fail(errc::store_unavailable, "connection lost");
    return forwarding_score_store::scan(after, limit);
  }

private:
  const bool& lost_;
};

/// A store with such users.
class losing_leaderboards final : public leaderboard_store {
public:
  losing_leaderboards(std::unique_ptr<leaderboard_store> to, const bool& lost, int& noted)
      : to_(std::move(to)), lost_(lost), noted_(noted) {}

  result<std::optional<leaderboard>> find(const std::string& id) override { return to_->find(id); }
  result<std::vector<leaderboard>> find_all(std::span<const std::string> ids) override {
    return to_->find_all(ids);
  }
  result<std::vector<leaderboard>> list(const leaderboard_query& q) override {
    return to_->list(q);
  }
  result<saved_leaderboard> save(const std::string& id, const leaderboard_settings& s) override {
    return to_->save(id, s);
  }
  result<std::vector<saved_leaderboard>> make(std::span<const std::string> ids) override {
    return to_->make(ids);
  }
  result<bool> archive(const std::string& id) override { return to_->archive(id); }
  result<bool> restore(const std::string& id) override { return to_->restore(id); }
  result<std::size_t> purge(std::size_t limit) override { return to_->purge(limit); }
  result<std::vector<leaderboard>> recently_used(std::size_t limit) override {
    return to_->recently_used(limit);
  }
  result<void> note_used(std::span<const std::string> ids) override {
    ++noted_;
    return to_->note_used(ids);
  }
  result<std::vector<update_outcome>> apply(std::span<const score_update> batch) override {
    return to_->apply(batch);
  }
  result<std::size_t> forget_requests(std::size_t limit) override {
    return to_->forget_requests(limit);
  }
  result<bool> recount_users() override { return to_->recount_users(); }
  result<void> set_metadata(const std::string& id, const std::string& user_id,
                            const std::string& metadata) override {
    return to_->set_metadata(id, user_id, metadata);
  }
  result<user_metadata> metadata_of(const leaderboard& which,
                                    std::span<const std::string> user_ids) override {
    return to_->metadata_of(which, user_ids);
  }
  result<std::vector<past_period>> past_periods(const std::string& id, period board) override {
    return to_->past_periods(id, board);
  }
  result<std::optional<past_board>> past(const std::string& id, period board, sys_time at,
                                         std::size_t offset, std::size_t limit) override {
    return to_->past(id, board, at, offset, limit);
  }
  result<std::vector<foreign_score>> foreign_scores(const foreign_score_place& after,
                                                    std::size_t limit) override {
    return to_->foreign_scores(after, limit);
  }
  result<void> settle(std::span<const foreign_score> changes) override {
    return to_->settle(changes);
  }
  std::unique_ptr<score_store> scores_of(const leaderboard& which) override {
    return std::make_unique<losing_scores>(to_->scores_of(which), lost_);
  }

private:
  std::unique_ptr<leaderboard_store> to_;
  const bool& lost_;
  int& noted_;
};

/// A cache to which another program writes again whatever is repaired.
class incurable_cache final : public forwarding_rank_cache {
public:
  using forwarding_rank_cache::forwarding_rank_cache;

  result<std::vector<entry_view>> view(std::span<const std::string> user_ids,
                                       const period_starts&) override {
    return std::vector<entry_view>(user_ids.size());
  }
  result<void> begin_rebuild() override {
    ++loads;
    return forwarding_rank_cache::begin_rebuild();
  }

  int loads = 0;
};

/// A cache that cannot be reached while `away` is set.
class distant_cache final : public forwarding_rank_cache {
public:
  distant_cache(rank_cache_ptr to, const bool& away)
      : forwarding_rank_cache(std::move(to)), away_(away) {}

  result<void> start_periods(const period_starts& starts) override {
    return away_ ? gone() : forwarding_rank_cache::start_periods(starts);
  }
  result<void> apply(std::span<const user_record> users) override {
    return away_ ? gone() : forwarding_rank_cache::apply(users);
  }
  result<void> load(std::span<const user_record> users) override {
    return away_ ? gone() : forwarding_rank_cache::load(users);
  }

private:
  static result<void> gone() {
    return fail(errc::store_unavailable, "the cache cannot be reached");
  }

  const bool& away_;
};

/// A cache at whose first load something else happens.
class interrupted_cache final : public forwarding_rank_cache {
public:
  interrupted_cache(rank_cache_ptr to, std::function<void()> then)
      : forwarding_rank_cache(std::move(to)), then_(std::move(then)) {}

  result<void> load(std::span<const user_record> users) override {
    if (const auto then = std::exchange(then_, nullptr))
      then();
    return forwarding_rank_cache::load(users);
  }

private:
  std::function<void()> then_;
};

/// The named leaderboards on SQLite with caches in this process.
class Leaderboards : public ActorTest {
protected:
  [[nodiscard]] leaderboard_store_factory opener() {
    return [this]() -> result<std::unique_ptr<leaderboard_store>> {
      if (away_)
        return fail(errc::store_unavailable, "away");
      auto opened = open_sqlite_leaderboards({.path = dir_ / "standings.db"}, score_rules{});
      if (!opened)
        return opened.error();
      return std::make_unique<losing_leaderboards>(std::move(*opened), lost_, noted_);
    };
  }

  void start() {
    leaderboards_ = spawn(
        leaderboards,
        [this](caf::local_actor* owner, leaderboards_front_actor front, std::size_t index) {
          return owner->spawn(leaderboards_worker, opener(), shelf_, std::move(front), index);
        },
        shelf_, options_);
    const leaderboard_writer_tools tools{.open = opener(),
                                         .caches = {.shelf = shelf_,
                                                    .default_cache = default_cache_,
                                                    .hydration = {},
                                                    .leaderboards = leaderboards_}};
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

  static leaderboard_shelf_ptr bounded_shelf(std::uint64_t bytes) {
    return std::make_shared<leaderboard_shelf>(
        [](const leaderboard&) { return make_memory_cache().cache; }, shelf_bounds{.bytes = bytes});
  }

  /// Caches that outlive their place on the shelf, as those in Redis do.
  leaderboard_shelf_ptr shelf_of_kept_caches() {
    return std::make_shared<leaderboard_shelf>([this](const leaderboard& of) {
      auto& one = kept_[of.id];
      return one ? one : one = make_memory_cache().cache;
    });
  }

  /// Leaves a complete cache with one user.
  void leave_in_cache(const std::string& id, const std::string& user) {
    auto& cache = *(kept_[id] = make_memory_cache().cache);
    const std::vector<user_record> users{{user, {1, 1, 1, 1}, system_now(), 1}};
    cache.begin_rebuild().value();
    cache.load(users).value();
    cache.finish_rebuild().value();
  }

  std::uint64_t left_in_cache(const std::string& id) {
    return kept_.at(id)->state().value().members[0];
  }

  void add_users(const std::string& id, int count) {
    std::vector<user_record> users;
    for (int i = 0; i < count; ++i)
      users.push_back({"user" + std::to_string(i), {1, 1, 1, 1}, system_now(), 0});
    const auto on = store();
    on->scores_of(*on->find(id).value())->put(users).value();
  }

  /// Before the start; each has a user, and the last one was used last.
  void make_used_in_turn(const std::vector<std::string>& ids) {
    for (const auto& id : ids) {
      const auto on = store();
      static_cast<void>(on->save(id, {}).value());
      const std::vector<score_update> one{{"ann", 5, {}, {}, {id}}};
      on->apply(one).value();
      const std::vector<std::string> used{id};
      on->note_used(used).value();
    }
  }

  /// As another program does.
  void write_settings(const std::string& text) {
    SQLite::Database{dir_ / "standings.db", SQLite::OPEN_READWRITE, 5'000}.exec(
        "UPDATE standings_leaderboards SET settings = '" + text + "'");
  }

  std::unique_ptr<leaderboard_store> store() { return std::move(opener()().value()); }

  temp_dir dir_;
  bool away_ = false;
  bool cache_away_ = false;
  int noted_ = 0;     ///< how often uses were noted
  bool lost_ = false; ///< while users are being read
  std::map<std::string, rank_cache_ptr> kept_;
  leaderboards_options options_;
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

TEST_F(Leaderboards, LoadedAnewDuringALoadAreRepairedAsWell) {
  start();
  make("acme").value();
  update("acme", "ann", 5);
  const auto there = shelf_->put(*store()->find("acme").value());
  const std::vector<user_record> damaged{{"ann", {1, 1, 1, 1}, system_now(), 1'000'000}};
  there->cache->apply(damaged).value();
  auto first = request<leaderboard_loaded>(leaderboards_, load_leaderboard{"acme"});
  auto second = request<leaderboard_loaded>(leaderboards_, load_leaderboard{"acme", true});
  settle();
  EXPECT_TRUE(first.get());
  EXPECT_TRUE(second.get());
  EXPECT_EQ(there->cache->find("ann").value()->user.score[0], 5);
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

TEST_F(Leaderboards, AreLoadedAnewIfAComparisonFindsTheirCachesDifferent) {
  const auto events = std::make_shared<recorded_events>();
  options_.events = events;
  start();
  for (const auto* id : {"same", "behind", "ahead", "cold"}) {
    make(id, R"({"mode":"best","order":"asc"})").value();
    if (id != std::string{"cold"})
      load(id).value();
    update(id, "ann", 5);
  }
  {
    const auto on = store();
    const std::vector<score_update> behind_its_back{{"bob", 3, {}, {}, {"behind"}}};
    on->apply(behind_its_back).value();
  }
  const std::vector<user_record> unknown{{"eve", {1, 1, 1, 1}, system_now(), 1'000'000}};
  ASSERT_TRUE(shelf_->find("ahead")->cache->apply(unknown));
  auto asked = request<caches_compared>(leaderboards_, compare_caches{"run"});
  auto shared = request<caches_compared>(leaderboards_, compare_caches{"run"});
  settle();
  advance(1s); // what differs is looked at once more
  advance(1s);
  advance(1s);
  const auto found = asked.get().value();
  EXPECT_EQ(found.leaderboards, 1U);
  EXPECT_EQ(found.differing, 2U);
  EXPECT_EQ(found.failed, 0U);
  EXPECT_EQ(shared.get().value().differing, 2U);
  EXPECT_EQ(shelf_->counts.same_caches.value(), 1U);
  EXPECT_EQ(shelf_->counts.differing_caches.value(), 2U);
  EXPECT_EQ(shelf_->counts.failed_comparisons.value(), 0U);
  ASSERT_EQ(events->states(), ids{"drift found"}) << "one event, however many differ";
  EXPECT_EQ(recorded_events::field(events->all[0], "differing"), "2");
  EXPECT_EQ(recorded_events::field(events->all[0], "same"), "1");
  EXPECT_EQ(recorded_events::field(events->all[0], "run_id"), "run");
  EXPECT_NE(events->all[0].text.find(recorded_events::field(events->all[0], "leaderboard")),
            std::string::npos);
  advance(2s);
  EXPECT_EQ(cached("behind"), (ids{"bob", "ann"}));
  EXPECT_EQ(cached("ahead"), ids{"ann"});
}

TEST_F(Leaderboards, AreComparedWhenTheirSharedCachesBeginToBeUsed) {
  shelf_ = shelf_of_kept_caches();
  options_.shared_caches = true;
  start();
  for (const auto* id : {"behind", "same"}) {
    make(id).value();
    update(id, "ann", 5);
    load(id).value();
  }
  advance(2s);
  advance(2s);
  {
    const auto on = store(); // a process that was killed before it wrote to the cache
    const std::vector<score_update> last{{"bob", 3, {}, {}, {"behind"}}};
    on->apply(last).value();
  }
  advance(2s);
  EXPECT_EQ(cached("behind"), ids{"ann"}) << "it was in use before";
  for (const auto* id : {"behind", "same"}) {
    shelf_->remove(id);
    shelf_->put(*store()->find(id).value());
  }
  for (int i = 0; i < 4; ++i)
    advance(2s);
  EXPECT_EQ(cached("behind"), (ids{"ann", "bob"}));
  EXPECT_EQ(cached("same"), ids{"ann"});
}

TEST_F(Leaderboards, ThatDifferWhateverIsDoneAreLeftUntilTheNextRun) {
  const auto cache = std::make_shared<incurable_cache>(make_memory_rank_cache());
  shelf_ = std::make_shared<leaderboard_shelf>([cache](const leaderboard&) { return cache; });
  options_.shared_caches = true;
  start();
  make("acme").value();
  update("acme", "ann", 5);
  load("acme").value();
  for (const int of_earlier_runs : {1, 3}) {
    EXPECT_EQ(cache->loads, of_earlier_runs);
    auto asked = request<caches_compared>(leaderboards_, compare_caches{"run"});
    for (int i = 0; i < 30; ++i)
      advance(1s);
    EXPECT_EQ(asked.get().value().differing, 1U);
    EXPECT_EQ(cache->loads, of_earlier_runs + 2) << "loaded, and cleared and loaded";
  }
}

TEST_F(Leaderboards, ShowScoresThatACacheCannotHoldAsTheNearestThatItCan) {
  start();
  make("acme").value();
  load("acme").value();
  for (const auto* user : {"ann", "bob", "cy"})
    update("acme", user, 5);
  SQLite::Database{dir_ / "standings.db", SQLite::OPEN_READWRITE, 5'000}.exec(
      "UPDATE standings_leaderboard_scores SET yearly_pomo = -5 WHERE user_id = 'ann';"
      "UPDATE standings_leaderboard_scores SET yearly_pomo = 9007199254740993"
      " WHERE user_id = 'bob'");
  advance(2s);
  const auto yearly = [this](const std::string& user) {
    return shelf_->find("acme")->cache->find(user).value()->user.score[index_of(period::yearly)];
  };
  EXPECT_EQ(yearly("ann"), 0);
  EXPECT_EQ(yearly("bob"), score_limit - 1);
  auto asked = request<caches_compared>(leaderboards_, compare_caches{"run"});
  for (int i = 0; i < 4; ++i)
    advance(1s);
  EXPECT_EQ(asked.get().value().differing, 0U);
  shelf_->remove("acme");
  load("acme").value();
  EXPECT_EQ(yearly("ann"), 0);
  EXPECT_EQ(yearly("bob"), score_limit - 1);
}

TEST_F(Leaderboards, AnswerARunThatAsksDuringAComparisonOfNewOnes) {
  options_.shared_caches = true;
  start();
  for (const auto* id : {"behind", "same"})
    make(id).value();
  for (const auto* id : {"behind", "same"})
    load(id).value();
  advance(2s);
  {
    const auto on = store();
    const std::vector<score_update> behind_its_back{{"bob", 3, {}, {}, {"behind"}}};
    on->apply(behind_its_back).value();
  }
  const auto there = shelf_->find("behind");
  shelf_->remove("other");
  make("other").value();
  shelf_->put(*store()->find("other").value()); // new, so that a comparison begins
  load("other").value();
  advance(2s);
  auto first = request<caches_compared>(leaderboards_, compare_caches{"run"});
  auto second = request<caches_compared>(leaderboards_, compare_caches{"run"});
  settle();
  for (int i = 0; i < 4; ++i)
    advance(2s);
  EXPECT_EQ(first.get().value().differing, 1U);
  EXPECT_EQ(second.get().value().differing, 1U);
  EXPECT_EQ(cached("behind"), ids{"bob"});
}

TEST_F(Leaderboards, BringRowsThatAnotherProgramChangesToTheirCaches) {
  start();
  make("acme").value();
  load("acme").value();
  update("acme", "ann", 5);
  ASSERT_EQ(cached("acme"), ids{"ann"});
  SQLite::Database{dir_ / "standings.db", SQLite::OPEN_READWRITE, 5'000}.exec(
      "DELETE FROM standings_leaderboard_scores;"
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)"
      " INSERT INTO standings_leaderboard_scores (leaderboard_id, user_id, daily_pomo, updated_at,"
      " version) SELECT 1, 'user' || i, i, 0, 0 FROM n");
  advance(2s);
  EXPECT_EQ(shelf_->find("acme")->cache->state().value().members[0], 1'200U);
  EXPECT_EQ(cached("acme").at(0), "user1200");
  EXPECT_TRUE(store()->foreign_scores({}, 10).value().empty());
}

TEST_F(Leaderboards, ArchivedByAnotherProcessLeaveNothingInTheCache) {
  shelf_ = shelf_of_kept_caches();
  start();
  make("acme").value();
  update("acme", "ann", 5);
  load("acme").value();
  store()->archive("acme").value();
  kept_.at("acme")->clear().value(); // as the other process does
  load("acme").value();              // as somebody reads it here
  ASSERT_EQ(left_in_cache("acme"), 1U);
  advance(2s);
  EXPECT_FALSE(shelf_->holds("acme"));
  EXPECT_EQ(left_in_cache("acme"), 0U);
}

TEST_F(Leaderboards, ArchivedWhileTheyAreLoadedLeaveNothingInTheCache) {
  const auto cache = std::make_shared<interrupted_cache>(make_memory_rank_cache(), [this] {
    store()->archive("acme").value();
    shelf_->remove("acme");
  });
  shelf_ = std::make_shared<leaderboard_shelf>([cache](const leaderboard&) { return cache; });
  start();
  make("acme").value();
  add_users("acme", 4'500);
  EXPECT_EQ(load("acme").error().code, errc::unknown_leaderboard);
  EXPECT_EQ(cache->state().value().members[0], 0U);
}

TEST_F(Leaderboards, MadeAnewShowNothingThatIsLeftOfAnEarlierOne) {
  shelf_ = shelf_of_kept_caches();
  start();
  leave_in_cache("acme", "eve");
  leave_in_cache("acme.eu", "eve");
  make("acme").value();
  EXPECT_EQ(left_in_cache("acme"), 0U);
  ASSERT_TRUE(ask<std::vector<leaderboard_info>>(leaderboards_,
                                                 make_leaderboards{{"acme", "acme.eu"}, {}}));
  EXPECT_EQ(left_in_cache("acme.eu"), 0U);
  update("acme", "ann", 5);
  load("acme").value();
  EXPECT_EQ(cached("acme"), ids{"ann"});
}

TEST_F(Leaderboards, ThatAreRestoredAreLoadedAgain) {
  shelf_ = shelf_of_kept_caches();
  start();
  make("acme").value();
  update("acme", "ann", 5);
  store()->archive("acme").value();
  leave_in_cache("acme", "ann"); // as it was before
  ASSERT_TRUE(ask<leaderboard_info>(leaderboards_, restore_leaderboard{"acme"}));
  EXPECT_FALSE(kept_.at("acme")->complete());
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

TEST_F(Leaderboards, AreAllLookedAfterHoweverManyAreInUse) {
  options_.refreshed_at_once = 2;
  start();
  leaderboard_settings changed;
  changed.rules.max_count = 7;
  for (const auto* id : {"a", "b", "c", "d", "e"}) {
    make(id).value();
    load(id).value();
    store()->save(id, changed).value();
  }
  advance(2s);
  for (const auto& there : shelf_->all())
    EXPECT_EQ(there->of.settings.rules.max_count, 7) << there->of.id;
}

TEST_F(Leaderboards, AreUnavailableToAllWhoWaitForALoadThatLosesTheDatabase) {
  start();
  for (const auto* id : {"a", "b"})
    make(id).value();
  lost_ = true;
  auto first = request<leaderboard_loaded>(leaderboards_, load_leaderboard{"a"});
  auto second = request<leaderboard_loaded>(leaderboards_, load_leaderboard{"b"});
  settle();
  EXPECT_EQ(first.get().error().code, errc::store_unavailable);
  EXPECT_EQ(second.get().error().code, errc::store_unavailable);
  lost_ = false;
  advance(1s);
  EXPECT_TRUE(load("a")) << "its successor has a new connection";
}

TEST_F(Leaderboards, KnowTheirPeriodsOnceTheyWereDescribed) {
  start();
  make("acme").value();
  EXPECT_TRUE(ask<leaderboard_info>(leaderboards_, describe_leaderboard{"acme"}));
  EXPECT_GT(shelf_->find("acme")->next_boundary_us, to_micros(system_now()));
}

TEST_F(Leaderboards, TellWhetherAnotherProcessHasChangedOrArchivedOneThatWasIdle) {
  start();
  for (const auto* id : {"changed", "gone", "same"}) {
    make(id).value();
    ask<leaderboard_info>(leaderboards_, describe_leaderboard{id}).value();
  }
  leaderboard_settings settings;
  settings.rules.max_count = 7;
  store()->save("changed", settings).value();
  store()->archive("gone").value();
  auto changed = request<bool>(leaderboards_, look_at_leaderboard{"changed"});
  auto gone = request<bool>(leaderboards_, look_at_leaderboard{"gone"});
  auto same = request<bool>(leaderboards_, look_at_leaderboard{"same"});
  auto again = request<bool>(leaderboards_, look_at_leaderboard{"same"});
  settle();
  EXPECT_TRUE(changed.get().value());
  EXPECT_FALSE(gone.get().value());
  EXPECT_TRUE(same.get().value());
  EXPECT_TRUE(again.get().value());
  EXPECT_EQ(shelf_->find("changed")->of.settings.rules.max_count, 7);
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

TEST_F(Leaderboards, AreMadeTogetherWithTheirPeriods) {
  start();
  make("acme.eu").value();
  auto made = ask<std::vector<leaderboard_info>>(leaderboards_,
                                                 make_leaderboards{{"acme.eu", "acme.us"}, {}});
  ASSERT_TRUE(made);
  EXPECT_FALSE(made->at(0).created);
  EXPECT_TRUE(made->at(1).created);
  EXPECT_GT(shelf_->find("acme.us")->next_boundary_us, to_micros(system_now()));
  store()->archive("acme.eu").value();
  made = ask<std::vector<leaderboard_info>>(leaderboards_,
                                            make_leaderboards{{"acme.eu", "acme.jp"}, {}});
  EXPECT_EQ(made.error().code, errc::unknown_leaderboard);
  EXPECT_EQ(ask<leaderboard_info>(leaderboards_, describe_leaderboard{"acme.jp"}).error().code,
            errc::unknown_leaderboard);
}

TEST_F(Leaderboards, LeaveTheCacheWhenItTakesTooMuchMemoryAndAreLoadedAgain) {
  shelf_ = bounded_shelf(1'000'000);
  start();
  for (const auto* id : {"a", "b", "c", "d", "e"}) {
    make(id).value();
    add_users(id, 1'500);
    load(id).value();
    EXPECT_LE(shelf_->memory_bytes(), 1'000'000U) << id;
  }
  EXPECT_FALSE(shelf_->holds("a"));
  EXPECT_TRUE(shelf_->holds("e"));
  EXPECT_EQ(load("a").value().users, 1'500U);
  EXPECT_TRUE(shelf_->holds("a"));
}

TEST_F(Leaderboards, AreDroppedByTheNextLookIfUpdatesFillTheCache) {
  shelf_ = bounded_shelf(1'000'000);
  start();
  for (const auto* id : {"old", "new"}) {
    make(id).value();
    load(id).value();
  }
  for (const auto* id : {"old", "new"}) {
    std::vector<score_update> updates;
    for (int i = 0; i < 2'500; ++i)
      updates.push_back({"user" + std::to_string(i), 1, {}, {}, {id}});
    ask<outcomes>(scoring_, update_scores{updates}).value();
  }
  EXPECT_TRUE(shelf_->is_over());
  EXPECT_TRUE(shelf_->holds("old"));
  advance(2s);
  EXPECT_FALSE(shelf_->holds("old"));
}

TEST_F(Leaderboards, ThoseUsedLastAreLoadedAfterAStart) {
  make_used_in_turn({"first", "second", "third"});
  options_.warm = 2;
  start();
  EXPECT_FALSE(shelf_->holds("third")) << "what is read now comes first";
  advance(2s);
  EXPECT_TRUE(shelf_->holds("third"));
  EXPECT_TRUE(shelf_->holds("second"));
  EXPECT_FALSE(shelf_->holds("first"));
  EXPECT_TRUE(shelf_->take_used().empty()) << "that was no use of them";
  EXPECT_EQ(load("third").value().users, 0U) << "it is complete";
  EXPECT_EQ(cached("third"), ids{"ann"});
}

TEST_F(Leaderboards, AreOnlyWarmedWhileThereIsRoom) {
  make_used_in_turn({"small", "large", "largest"});
  for (const auto* id : {"large", "largest"})
    add_users(id, 3'000);
  shelf_ = bounded_shelf(1'000'000);
  options_.warm = 10;
  start();
  advance(2s);
  EXPECT_TRUE(shelf_->holds("largest"));
  EXPECT_FALSE(shelf_->holds("small"));
  EXPECT_LE(shelf_->memory_bytes(), 1'000'000U);
  EXPECT_EQ(ask<component_status>(leaderboards_, get_status{}).value().gauges.back().second, 0);
}

TEST_F(Leaderboards, AreNotWarmedIfThatIsSwitchedOff) {
  make_used_in_turn({"first"});
  start();
  advance(2s);
  EXPECT_EQ(shelf_->size(), 0U);
}

TEST_F(Leaderboards, AreWarmedOnceTheDatabaseIsThere) {
  make_used_in_turn({"first", "second"});
  options_.warm = 10;
  away_ = true;
  start();
  advance(4s);
  away_ = false;
  advance(10s);
  advance(2s);
  EXPECT_TRUE(shelf_->holds("first"));
  EXPECT_TRUE(shelf_->holds("second"));
}

TEST_F(Leaderboards, AreNotedAsUsedOnceAMinute) {
  start();
  make("acme").value();
  load("acme").value();
  const auto look = [this] {
    static_cast<void>(shelf_->find("acme"));
    advance(2s);
    return noted_;
  };
  EXPECT_EQ(look(), 1);
  for (int i = 0; i < 10; ++i)
    look();
  EXPECT_EQ(noted_, 1);
  advance(60s);
  EXPECT_EQ(look(), 2);
}

TEST_F(Leaderboards, AreDescribedAndUpdatedWhileTheirCacheIsAway) {
  cache_away_ = true;
  shelf_ = std::make_shared<leaderboard_shelf>([this](const leaderboard&) {
    return std::make_shared<distant_cache>(make_memory_rank_cache(), cache_away_);
  });
  start();
  make("acme").value();
  EXPECT_TRUE(ask<leaderboard_info>(leaderboards_, describe_leaderboard{"acme"}));
  EXPECT_EQ(shelf_->find("acme")->next_boundary_us, 0) << "the next one tries again";
  const auto done = update("acme", "ann", 5);
  EXPECT_EQ(done.code, errc::none);
  EXPECT_TRUE(done.cache_pending);
  cache_away_ = false;
  EXPECT_TRUE(ask<leaderboard_info>(leaderboards_, describe_leaderboard{"acme"}));
  EXPECT_GT(shelf_->find("acme")->next_boundary_us, to_micros(system_now()));
  load("acme").value();
  EXPECT_EQ(cached("acme"), ids{"ann"});
}

TEST_F(Leaderboards, InUseAreServedAsBeforeWhileTheirSettingsCannotBeRead) {
  const std::string asc = R"({"order":"asc","mode":"best"})";
  start();
  make("laps", asc).value();
  load("laps").value();
  update("laps", "fast", 10);
  update("laps", "slow", 30);
  const ids in_order{"fast", "slow"};
  ASSERT_EQ(cached("laps"), in_order);
  write_settings("{broken");
  advance(2s);
  EXPECT_EQ(cached("laps"), in_order);
  EXPECT_EQ(shelf_->find("laps")->of.unreadable, "settings");
  const auto described = ask<leaderboard_info>(leaderboards_, describe_leaderboard{"laps"}).value();
  EXPECT_EQ(described.settings.rules.order, score_order::asc);
  const auto page =
      ask<board_page>(leaderboards_, read_named_board{"laps", {period::daily, 0, 10}}).value();
  EXPECT_EQ(page.entries.at(0).user.user_id, "fast") << "from the database, too";
  EXPECT_EQ(
      ask<reset_report>(leaderboards_, reset_named_period{"laps", period::daily}).error().code,
      errc::rejected_row);
  EXPECT_EQ(ask<bool>(scoring_, remove_user{"fast", {}, "laps"}).error().code, errc::rejected_row);
  write_settings(asc);
  advance(2s);
  EXPECT_TRUE(shelf_->find("laps")->of.unreadable.empty());
  update("laps", "fastest", 1);
  EXPECT_EQ(cached("laps"), (ids{"fastest", "fast", "slow"}));
}

TEST_F(Leaderboards, NotInUseAreRefusedWhileTheirSettingsCannotBeRead) {
  start();
  make("laps", R"({"order":"asc"})").value();
  update("laps", "ann", 10);
  write_settings(R"({"order":"ASC"})");
  shelf_->remove("laps");
  const auto why = load("laps").error();
  EXPECT_EQ(why.code, errc::rejected_row);
  EXPECT_EQ(why.detail, "the setting 'order' cannot be read in the database");
  EXPECT_EQ(ask<leaderboard_info>(leaderboards_, describe_leaderboard{"laps"}).error().code,
            errc::rejected_row);
  EXPECT_EQ(ask<leaderboard_counts>(leaderboards_, count_leaderboard{"laps"}).error().code,
            errc::rejected_row);
  EXPECT_EQ(
      ask<board_page>(leaderboards_, read_named_board{"laps", {period::daily, 0, 10}}).error().code,
      errc::rejected_row);
  EXPECT_FALSE(shelf_->holds("laps"));
  EXPECT_TRUE(ask<std::vector<leaderboard_info>>(leaderboards_, make_leaderboards{{"laps"}, {}}));
  EXPECT_TRUE(ask<bool>(leaderboards_, archive_leaderboard{"laps"}).value());
}

TEST_F(Leaderboards, WhoseOrderAnotherProgramTurnsAreLoadedAnew) {
  start();
  make("laps").value();
  load("laps").value();
  update("laps", "fast", 10);
  update("laps", "slow", 30);
  ASSERT_EQ(cached("laps"), (ids{"slow", "fast"}));
  write_settings(R"({"order":"asc"})");
  advance(2s);
  EXPECT_FALSE(shelf_->find("laps")->cache->complete());
  EXPECT_FALSE(shelf_->find("laps")->has_turned) << "what others share is cleared";
  load("laps").value();
  EXPECT_EQ(cached("laps"), (ids{"fast", "slow"}));
}

TEST_F(Leaderboards, AnswerAtOnceWhileTheDatabaseIsAway) {
  away_ = true;
  start();
  EXPECT_EQ(make("acme").error().code, errc::store_unavailable);
  EXPECT_EQ(load("acme").error().code, errc::store_unavailable);
}

} // namespace
} // namespace standings::test
