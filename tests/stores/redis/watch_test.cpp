#include "tests/support/redis_cache_harness.hpp"
#include "tests/support/store_records.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

using test::at;

/// Redis goes back to an earlier state while the service watches.
class RedisWatch : public testing::Test {
protected:
  void SetUp() override {
    rebuild();
    ASSERT_TRUE(cache->verify().value());
  }

  void rebuild() {
    cache->begin_rebuild().value();
    cache->finish_rebuild().value();
  }

  void apply(std::int64_t version) {
    const auto time = at("2026-03-10T08:00:00Z");
    cache
        ->apply(
            std::vector{user_record{"anna", {version, version, version, version}, time, version}})
        .value();
  }

  std::string generation() {
    return std::string{harness.command({"HGET", "leaderboard:meta", "generation"}).text()};
  }

  test::redis_cache_harness harness;
  rank_cache_ptr cache = harness.open();
};

TEST_F(RedisWatch, StaysCompleteWhileNothingHappens) {
  for (int i = 0; i < 5; ++i)
    EXPECT_TRUE(cache->verify().value());
  const auto second = harness.open();
  EXPECT_TRUE(second->verify().value());
  EXPECT_TRUE(cache->verify().value());
  EXPECT_TRUE(second->verify().value());
}

TEST_F(RedisWatch, ASnapshotLoadedInPlaceIsNoticedAlsoUnderWrites) {
  apply(1);
  harness.command({"SAVE"});
  apply(2);
  ASSERT_TRUE(cache->verify().value());
  harness.command({"DEBUG", "RELOAD", "NOSAVE"});
  apply(3); // the highest version proves nothing any more
  EXPECT_FALSE(cache->verify().value());
  EXPECT_EQ(generation(), "") << "for all instances";
  rebuild();
  EXPECT_TRUE(cache->verify().value());
}

TEST_F(RedisWatch, ASnapshotOlderThanTheProcessIsNoticed) {
  harness.command({"SAVE"});
  const auto second = harness.open();
  ASSERT_TRUE(second->verify().value());
  harness.command({"DEBUG", "RELOAD", "NOSAVE"});
  EXPECT_FALSE(second->verify().value());
}

TEST_F(RedisWatch, ACacheThatWasSwappedForAnotherIsNoticed) {
  harness.command({"COPY", "leaderboard:meta", "leaderboard:meta", "DB", "1"});
  for (const auto* board : {"daily", "weekly", "monthly", "yearly"}) {
    const auto key = std::string{"leaderboard:"} + board;
    harness.command({"COPY", key, key, "DB", "1"});
  }
  ASSERT_TRUE(cache->verify().value());
  harness.command({"SWAPDB", "0", "1"});
  ASSERT_NE(generation(), "");
  EXPECT_FALSE(cache->verify().value());
}

TEST_F(RedisWatch, APromotionIsNoticedAlsoWhereTheDataIsTheSame) {
  test::redis_server other;
  const auto port = std::to_string(other.port());
  harness.command({"REPLICAOF", "127.0.0.1", port});
  harness.command({"REPLICAOF", "NO", "ONE"}); // before anything was copied
  EXPECT_FALSE(cache->verify().value());
  rebuild();
  EXPECT_TRUE(cache->verify().value());
}

TEST_F(RedisWatch, AFirstReplicaIsNoPromotion) {
  test::redis_server other;
  auto c = redis_connection::open([&] {
    auto out = harness.options().connection;
    out.port = other.port();
    return out;
  }());
  const auto port = std::to_string(harness.server().port());
  c.value()->command({"REPLICAOF", "127.0.0.1", port}).value();
  ASSERT_TRUE(test::eventually(
      [&] {
        return harness.command({"INFO", "replication"}).text().find("state=online")
               != std::string_view::npos;
      },
      std::chrono::seconds{20}));
  EXPECT_TRUE(cache->verify().value());
}

TEST_F(RedisWatch, ARestartThatCannotBeDeclaredYetIsDeclaredLater) {
  apply(1);
  harness.command({"SAVE"});
  apply(2);
  harness.server().kill();
  ASSERT_FALSE(cache->verify());
  harness.server().start();
  // makes Redis refuse the declaration, as a server that loads its snapshot does
  harness.command({"CONFIG", "SET", "min-replicas-to-write", "1"});
  EXPECT_TRUE(test::eventually(
      [&] {
        const auto seen = cache->verify();
        return !seen && seen.error().detail.find("replicas") != std::string::npos;
      },
      std::chrono::seconds{10}));
  ASSERT_NE(generation(), "");
  harness.command({"CONFIG", "SET", "min-replicas-to-write", "0"});
  EXPECT_TRUE(
      test::eventually([&] { return cache->verify().has_value(); }, std::chrono::seconds{10}));
  EXPECT_EQ(generation(), "");
  EXPECT_FALSE(cache->verify().value());
}

TEST_F(RedisWatch, ARebuildThatTheCacheWentBackUnderStartsAnew) {
  cache->begin_rebuild().value();
  harness.command({"SAVE"});
  apply(5);
  harness.server().kill();
  harness.server().start();
  EXPECT_TRUE(
      test::eventually([&] { return cache->verify().has_value(); }, std::chrono::seconds{10}));
  EXPECT_EQ(cache->finish_rebuild().error().code, errc::cache_warming);
}

TEST_F(RedisWatch, WorksWithoutInfo) {
  harness.command({"ACL", "SETUSER", "app", "on", ">pw", "~*", "&*", "+@all", "-info"});
  harness.options().connection.username = "app";
  harness.options().connection.password = "pw";
  const auto limited = harness.open();
  EXPECT_TRUE(limited->verify().value());
  const auto state = limited->state().value();
  EXPECT_TRUE(state.complete);
  EXPECT_TRUE(state.problems.empty());
  EXPECT_EQ(state.notes.size(), 1U);
  harness.command({"HSET", "leaderboard:meta", "watermark", "0"});
  harness.command({"SAVE"});
  ASSERT_TRUE(limited->verify().value());
  harness.command({"DEBUG", "RELOAD", "NOSAVE"});
  EXPECT_FALSE(limited->verify().value()) << "the heartbeat tells";
}

} // namespace
} // namespace standings
