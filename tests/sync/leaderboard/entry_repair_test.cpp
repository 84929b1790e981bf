#include "stores/sqlite/score_store.hpp"
#include "sync/leaderboard/cache_load.hpp"
#include "sync/leaderboard/entry_repair.hpp"
#include "sync/leaderboard/page_comparison.hpp"
#include "tests/support/forwarding_score_store.hpp"
#include "tests/support/redis_cache_harness.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <utility>

namespace standings {
namespace {

/// A database that is followed by something else when users are first read by their ids.
class interrupted_store final : public test::forwarding_score_store {
public:
  interrupted_store(std::unique_ptr<score_store> to, std::function<void()> then)
      : forwarding_score_store(std::move(to)), then_(std::move(then)) {}

  result<std::vector<user_record>> find_many(std::span<const std::string> ids) override {
    auto found = forwarding_score_store::find_many(ids);
    if (const auto then = std::exchange(then_, nullptr))
      then();
    return found;
  }

private:
  std::function<void()> then_;
};

/// A named leaderboard on Redis to which another program writes.
class EntryRepair : public testing::Test {
protected:
  EntryRepair() {
    harness.options().key_prefix = "leaderboard:{acme}:";
    harness.options().details_prefix = "user:details:{acme}:";
    cache = harness.open();
    named = std::make_shared<const shelved_leaderboard>(leaderboard{}, cache);
    count("ann", 5);
    count("bob", 3);
    cache->start_periods(store->periods().value().starts).value();
    load();
  }

  std::unique_ptr<score_store> open() {
    return std::move(open_sqlite_store({.path = dir / "scores.db"}).value());
  }

  void count(const std::string& user, std::int64_t by) {
    store->apply(std::vector<score_update>{{user, by, {}}}).value();
  }

  std::vector<user_record> rows() { return store->scan({}, 100).value(); }
  user_record row_of(const std::string& user) { return store->find(user).value().value(); }

  void load(bool repairs = false) {
    cache->begin_rebuild().value();
    cache_load all{named, open()};
    if (repairs)
      all.repair();
    while (!all.step().value()) {
    }
  }

  std::uint64_t differing() {
    return compare_with_cache(*named, rows(), store->periods().value().starts).value().differing;
  }

  std::string details_of(const std::string& user) {
    const auto key = "user:details:{acme}:" + user;
    return std::string{harness.command({"GET", key}).text()};
  }

  void set_details(const std::string& user, const std::string& text) {
    const auto key = "user:details:{acme}:" + user;
    harness.command({"SET", key, text});
  }

  std::string details_with(std::int64_t score, const std::string& rest) {
    const auto n = std::to_string(score);
    return R"({"user_id":"ann","daily_pomo":)" + n + R"(,"weekly_pomo":)" + n
           + R"(,"monthly_pomo":)" + n + R"(,"yearly_pomo":)" + n
           + R"(,"updated_at":"2026-03-10T08:00:00Z","cached_at":"2026-03-10T08:00:00Z")" + rest
           + "}";
  }

  /// What another program may leave as ann's details.
  std::map<std::string, std::string> damages() {
    const auto version = std::to_string(row_of("ann").version);
    return {{"another user's", details_of("bob")},
            {"the same version with other scores", details_with(7, R"(,"version":)" + version)},
            {"no version", details_with(7, "")},
            {"no version but the right scores", details_with(5, "")},
            {"a version beyond all", details_with(7, R"(,"version":1152921504606846976)")},
            {"a version beyond the database's", details_with(7, R"(,"version":1000000)")},
            {"cut off", R"({"user_id":"ann",)"},
            {"empty", ""},
            {"a fraction", R"({"user_id":"ann","daily_pomo":5.5,"weekly_pomo":5,"monthly_pomo":5,)"
                           R"("yearly_pomo":5,"version":)"
                               + version + "}"}};
  }

  result<void> repair(score_store& from, const std::vector<user_record>& users) {
    std::optional<failure> cache_failure;
    const auto done = replace_wrong_entries(*cache, from, users, cache_failure);
    EXPECT_FALSE(cache_failure);
    return done;
  }

  scores found(const std::string& user) {
    return cache->find(user).value().value_or(cached_user{}).user.score;
  }

  test::temp_dir dir;
  std::unique_ptr<score_store> store = open();
  test::redis_cache_harness harness;
  rank_cache_ptr cache;
  shelved_ptr named;
};

TEST_F(EntryRepair, AComparisonFindsDamagedDetailsAndARepairingLoadReplacesThem) {
  ASSERT_EQ(differing(), 0U);
  for (const auto& [what, text] : damages()) {
    set_details("ann", text);
    EXPECT_EQ(differing(), 1U) << what;
    load(true);
    EXPECT_EQ(differing(), 0U) << what;
    EXPECT_EQ(found("ann"), (scores{5, 5, 5, 5})) << what;
  }
}

TEST_F(EntryRepair, DetailsOfAnotherTypeAreFoundAndMadeGood) {
  harness.command({"DEL", "user:details:{acme}:ann"});
  harness.command({"HSET", "user:details:{acme}:ann", "a", "b"});
  EXPECT_EQ(differing(), 1U);
  load(true);
  EXPECT_EQ(differing(), 0U);
}

TEST_F(EntryRepair, ReplacesAScoreThatAnotherProgramHasPutOnABoard) {
  harness.command({"ZADD", "leaderboard:{acme}:yearly", "600", "ann"});
  EXPECT_EQ(differing(), 1U);
  load(true);
  EXPECT_EQ(differing(), 0U);
}

TEST_F(EntryRepair, AnyOtherLoadLeavesWhatAnotherProgramHasWritten) {
  for (const auto* version : {"no version", "a version beyond the database's"}) {
    const auto text = damages().at(version);
    set_details("ann", text);
    load();
    EXPECT_EQ(details_of("ann"), text);
  }
}

TEST_F(EntryRepair, NeverReplacesAStateThatIsNewerThanThePage) {
  const auto page = rows();
  count("ann", 4);
  cache->apply(std::vector{row_of("ann")}).value();
  ASSERT_TRUE(repair(*store, page));
  EXPECT_EQ(found("ann"), (scores{9, 9, 9, 9}));
}

/// The entry is replaced by what was read before the update, which it has kept out.
TEST_F(EntryRepair, TakesOverAnUpdateThatTheDamageHasKeptOut) {
  set_details("ann", damages().at("a version beyond the database's"));
  interrupted_store meanwhile{open(), [&] {
                                count("ann", 4);
                                cache->apply(std::vector{row_of("ann")}).value();
                                ASSERT_NE(found("ann")[3], 9);
                              }};
  ASSERT_TRUE(repair(meanwhile, rows()));
  EXPECT_EQ(found("ann"), (scores{9, 9, 9, 9}));
}

TEST_F(EntryRepair, LeavesAnEntryThatHasChangedSinceItWasRead) {
  set_details("ann", damages().at("no version"));
  interrupted_store meanwhile{open(), [&] {
                                count("ann", 4);
                                cache->apply(std::vector{row_of("ann")}).value();
                                ASSERT_EQ(found("ann")[3], 9);
                              }};
  ASSERT_TRUE(repair(meanwhile, rows()));
  EXPECT_EQ(found("ann"), (scores{9, 9, 9, 9}));
}

} // namespace
} // namespace standings
