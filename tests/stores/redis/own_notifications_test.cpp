#include "stores/redis/key_events.hpp"
#include "tests/support/redis_cache_harness.hpp"
#include "tests/support/store_records.hpp"

#include <gmock/gmock.h>
#include <signal.h>

namespace standings {
namespace {

using std::chrono::milliseconds;
using test::at;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

/// The cache, and a listener that is told which notifications it causes.
class OwnNotifications : public testing::Test {
protected:
  OwnNotifications() {
    harness.options().own = own;
    harness.options().connection.command_timeout = milliseconds{500};
    cache = harness.open();
    audit = harness.audit();
    cache->begin_rebuild().value();
    cache->finish_rebuild().value();
    listen();
  }

  void listen() {
    key_events_options options;
    options.connection = harness.options().connection;
    options.key_prefixes = {harness.options().details_prefix};
    options.own = own;
    events.reset();
    events = std::move(open_redis_key_events(options).value());
  }

  static user_record user(const std::string& id, std::int64_t version, std::int64_t score = 5) {
    return {id, {score, score, score, score}, at("2026-03-10T08:00:00Z"), version};
  }

  static std::vector<user_record> many(int count, std::int64_t version) {
    std::vector<user_record> out;
    for (int i = 0; i < count; ++i)
      out.push_back(user("user" + std::to_string(i), version));
    return out;
  }

  /// The events taken for foreign, as `event user`. A key of ours marks the end: Redis reports
  /// changes in order.
  std::vector<std::string> foreign() {
    const auto end = "user:details:end" + std::to_string(++ends);
    harness.command({"SETEX", end, "100", "x"});
    std::vector<std::string> out;
    for (int i = 0; i < 100; ++i)
      for (const auto& event : events->next(milliseconds{100}).value()) {
        if (event.key == end && event.what == "expire")
          return out;
        if (event.key != end)
          out.push_back(event.what + " " + event.key.substr(13));
      }
    ADD_FAILURE() << "the end was not heard";
    return out;
  }

  own_writes_ptr own = std::make_shared<own_writes>();
  test::redis_cache_harness harness;
  rank_cache_ptr cache;
  cache_audit_ptr audit;
  std::unique_ptr<key_events> events;
  int ends = 0;
};

TEST_F(OwnNotifications, OfUpdatesAreNoneOfAnotherProgram) {
  for (int round = 1; round <= 6; ++round)
    cache->apply(many(1'000, round)).value();
  EXPECT_THAT(foreign(), IsEmpty());
  EXPECT_EQ(events->own(), 6'000U);
}

TEST_F(OwnNotifications, OfStatesThatAreNotNewerAreNotExpectedEither) {
  cache->apply(many(600, 5)).value();
  cache->apply(many(600, 4)).value();
  cache->load(many(600, 5)).value();
  EXPECT_THAT(foreign(), IsEmpty());
  EXPECT_EQ(events->own(), 600U);
  harness.command({"SET", "user:details:user1", "theirs"});
  EXPECT_THAT(foreign(), ElementsAre("set user1"));
}

TEST_F(OwnNotifications, OfAUserTwiceInABatchAreTwo) {
  cache->apply(std::vector{user("ann", 1), user("ann", 2), user("ben", 2), user("ann", 1)}).value();
  EXPECT_THAT(foreign(), IsEmpty());
  EXPECT_EQ(events->own(), 3U);
  harness.command({"SET", "user:details:ann", "theirs"});
  EXPECT_THAT(foreign(), ElementsAre("set ann"));
}

TEST_F(OwnNotifications, OfRemovalsAreNoneOfAnotherProgram) {
  cache->apply(many(600, 1)).value();
  const std::vector<deletion> gone{{"user0", 2}, {"user1", 0}, {"nobody", 2}, {"user2", 2}};
  cache->remove(gone).value();
  cache->replay_removals(std::vector<deletion>{{"user3", 5}, {"user0", 5}}).value();
  EXPECT_THAT(foreign(), IsEmpty());
  harness.command({"DEL", "user:details:user1", "user:details:user4", "user:details:user0"});
  EXPECT_THAT(foreign(), ElementsAre("del user1", "del user4"));
}

TEST_F(OwnNotifications, OfZeroingARebuildAndClearingAreNoneOfAnotherProgram) {
  cache->begin_rebuild().value();
  cache->load(many(1'200, 1)).value();
  cache->finish_rebuild().value();
  period_starts starts{};
  starts[index_of(period::daily)] = at("2026-03-11T00:00:00Z");
  cache->start_periods(starts).value();
  EXPECT_THAT(foreign(), IsEmpty());
  EXPECT_EQ(events->own(), 2'400U);
  cache->clear().value();
  EXPECT_THAT(foreign(), IsEmpty());
  EXPECT_EQ(events->own(), 3'600U);
}

TEST_F(OwnNotifications, OfConditionalWritesAreNoneOfAnotherProgram) {
  cache->apply(many(2, 1)).value();
  const std::vector<std::string> ids{"user0", "user1", "ann"};
  const auto seen = audit->view(ids, {}).value();
  const std::vector<conditional_write> writes{{user("user0", 1, 7), seen[0].token},
                                              {user("user1", 1, 7), "changed meanwhile"},
                                              {user("ann", 1, 7), seen[2].token}};
  EXPECT_EQ(audit->write_if_unchanged(writes).value(), 2U);
  EXPECT_THAT(foreign(), IsEmpty());
  EXPECT_EQ(events->own(), 4U);
}

TEST_F(OwnNotifications, OfMakingRoomAreNoneOfAnotherProgram) {
  harness.command({"RPUSH", "user:details:ann", "theirs"});
  EXPECT_THAT(foreign(), IsEmpty()) << "lists are not listened for";
  cache->apply(std::vector{user("ann", 1), user("ben", 1)}).value();
  EXPECT_THAT(foreign(), IsEmpty());
  EXPECT_EQ(events->own(), 4U) << "two users, and the two names of what was in the way";
}

TEST_F(OwnNotifications, HideNoneOfAnotherProgramAmongThem) {
  cache->apply(many(500, 1)).value();
  harness.command({"SET", "user:details:user7", "theirs"});
  cache->apply(many(500, 2)).value();
  harness.command({"DEL", "user:details:user8"});
  cache->apply(many(500, 3)).value();
  harness.command({"HSET", "user:details:user9x", "theirs", "1"});
  harness.command({"SET", "user:details:user9", "theirs"});
  EXPECT_THAT(foreign(), UnorderedElementsAre("set user7", "del user8", "set user9"));
  EXPECT_EQ(events->own(), 1'500U) << "of each key one was too many, whichever that was";
}

TEST_F(OwnNotifications, AreHandedOnWhereTheReplyWasLost) {
  cache->apply(many(1, 1)).value(); // so that the script is known to Redis
  EXPECT_THAT(foreign(), IsEmpty());
  harness.server().signal(SIGSTOP);
  EXPECT_FALSE(cache->apply(std::vector{user("ann", 2)}));
  harness.server().signal(SIGCONT);
  EXPECT_THAT(foreign(), ElementsAre("set ann")) << "Redis has run it, and we do not know";
  harness.command({"SET", "user:details:ann", "theirs"});
  EXPECT_THAT(foreign(), ElementsAre("set ann"));
}

TEST_F(OwnNotifications, AreStillToldApartAfterTheListenerHasStartedAnew) {
  cache->apply(many(10, 1)).value();
  listen();
  cache->apply(many(10, 2)).value();
  EXPECT_THAT(foreign(), IsEmpty());
  EXPECT_EQ(events->own(), 10U);
}

TEST_F(OwnNotifications, ThatWereSwitchedOffHideNothingAfterwards) {
  harness.command({"CONFIG", "SET", "notify-keyspace-events", ""});
  cache->apply(many(10, 1)).value();
  EXPECT_FALSE(events->still_notified().value());
  harness.command({"SET", "user:details:user3", "theirs"});
  EXPECT_THAT(foreign(), ElementsAre("set user3"));
}

TEST_F(OwnNotifications, OfReadsAreNone) {
  harness.command({"CONFIG", "SET", "notify-keyspace-events", "KEAmn"});
  ASSERT_EQ(cache->find("nobody").value(), std::nullopt);
  cache->apply(many(2, 1)).value();
  EXPECT_THAT(foreign(), IsEmpty());
}

} // namespace
} // namespace standings
