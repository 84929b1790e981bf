#include "stores/contracts/key_events.hpp"
#include "stores/redis/key_events.hpp"
#include "tests/support/raw_redis.hpp"
#include "tests/support/servers.hpp"

#include <gmock/gmock.h>
#include <signal.h>

namespace standings {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsSupersetOf;

key_event changed(const std::string& key, const std::string& what) {
  return {key_event::kind::key, key, what};
}

key_event said(const std::string& channel, const std::string& text) {
  return {key_event::kind::message, channel, text};
}

class RedisKeyEvents : public testing::Test {
protected:
  key_events_options options() {
    key_events_options out;
    out.connection.port = server.port();
    out.key_prefixes = {"session:"};
    out.channels = {"session_updates"};
    return out;
  }

  static std::unique_ptr<key_events> open(const key_events_options& with) {
    return std::move(open_redis_key_events(with).value());
  }

  [[nodiscard]] test::raw_redis cli() const { return test::raw_redis{server.port()}; }

  /// The events received until there are `count` of them, or a second has passed.
  static std::vector<key_event> gather(key_events& from, std::size_t count) {
    std::vector<key_event> out;
    while (out.size() < count) {
      const auto some = from.next(seconds{1}).value();
      if (some.empty())
        break;
      out.insert(out.end(), some.begin(), some.end());
    }
    return out;
  }

  /// How long it takes until `next` finds the connection lost.
  static milliseconds time_to_notice(key_events& from) {
    const auto started = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() - started < seconds{20})
      if (const auto some = from.next(milliseconds{100}); !some) {
        EXPECT_EQ(some.error().code, errc::store_unavailable);
        break;
      }
    return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - started);
  }

  test::redis_server server;
};

TEST_F(RedisKeyEvents, TellOfChangedKeysAndOfMessagesInOrder) {
  const auto events = open(options());
  EXPECT_TRUE(events->notified());
  cli().command({"SET", "session:a", "1"});
  cli().command({"SET", "other", "1"});
  cli().command({"PUBLISH", "session_updates", "b"});
  cli().command({"RENAME", "session:a", "session:c"});
  cli().command({"DEL", "session:c"});
  EXPECT_THAT(gather(*events, 5),
              ElementsAre(changed("session:a", "set"), said("session_updates", "b"),
                          changed("session:a", "rename_from"), changed("session:c", "rename_to"),
                          changed("session:c", "del")));
}

TEST_F(RedisKeyEvents, TellOfKeysThatExpire) {
  const auto events = open(options());
  cli().command({"SET", "session:a", "1", "PX", "1"});
  EXPECT_THAT(gather(*events, 3),
              IsSupersetOf({changed("session:a", "set"), changed("session:a", "expired")}));
}

TEST_F(RedisKeyEvents, AreEmptyWhenTimeRunsOut) {
  const auto events = open(options());
  const auto started = std::chrono::steady_clock::now();
  EXPECT_TRUE(events->next(milliseconds{50}).value().empty());
  EXPECT_LT(std::chrono::steady_clock::now() - started, seconds{1});
}

TEST_F(RedisKeyEvents, StayEmptyForLongWithoutBeingTakenForLost) {
  auto with = options();
  with.connection.command_timeout = milliseconds{200};
  const auto events = open(with);
  EXPECT_TRUE(events->next(milliseconds{5'000}).value().empty());
  cli().command({"SET", "session:a", "1"});
  EXPECT_THAT(gather(*events, 1), ElementsAre(changed("session:a", "set")));
}

TEST_F(RedisKeyEvents, TakePrefixesLiterally) {
  auto with = options();
  with.key_prefixes = {"s*[x]?\\"};
  const auto events = open(with);
  cli().command({"SET", "sxx1\\a", "1"});
  cli().command({"SET", "s*[x]?\\a", "1"});
  EXPECT_THAT(gather(*events, 1), ElementsAre(changed("s*[x]?\\a", "set")));
}

TEST_F(RedisKeyEvents, BelongToTheConnectionsDatabase) {
  auto with = options();
  with.connection.db = 2;
  const auto events = open(with);
  cli().command({"SET", "session:zero", "1"});
  auto two = redis_connection::open(with.connection);
  two.value()->command({"SET", "session:two", "1"}).value();
  EXPECT_THAT(gather(*events, 1), ElementsAre(changed("session:two", "set")));
}

TEST_F(RedisKeyEvents, NeedThePasswordThatConnectionsNeed) {
  cli().command({"CONFIG", "SET", "requirepass", "right"});
  auto with = options();
  EXPECT_FALSE(open_redis_key_events(with));
  with.connection.password = "right";
  EXPECT_TRUE(open(with)->notified());
}

TEST_F(RedisKeyEvents, LeaveOnWhatIsOn) {
  cli().command({"CONFIG", "SET", "notify-keyspace-events", "Elx"});
  open(options());
  const auto flags = cli().command({"CONFIG", "GET", "notify-keyspace-events"}).at(1);
  for (const char c : {'E', 'l', 'x', 'K', 'g', '$', 'e'})
    EXPECT_NE(flags.find(c), std::string::npos) << c << " in " << flags;
}

TEST_F(RedisKeyEvents, LookAgainAndSwitchOnWhatSomebodyHasSwitchedOff) {
  const auto events = open(options());
  EXPECT_TRUE(events->still_notified().value());
  cli().command({"CONFIG", "SET", "notify-keyspace-events", ""});
  EXPECT_FALSE(events->still_notified().value());
  EXPECT_TRUE(events->notified());
  EXPECT_TRUE(events->still_notified().value());
  cli().command({"SET", "session:a", "1"});
  EXPECT_THAT(gather(*events, 1), ElementsAre(changed("session:a", "set")));
}

TEST_F(RedisKeyEvents, SayThatConfigIsForbiddenAndStillTellOfMessages) {
  cli().command({"ACL", "SETUSER", "board", "on", ">pass", "~*", "&*", "+@all", "-config"});
  auto with = options();
  with.connection.username = "board";
  with.connection.password = "pass";
  const auto events = open(with);
  EXPECT_FALSE(events->notified());
  EXPECT_FALSE(events->still_notified().value());
  cli().command({"PUBLISH", "session_updates", "a"});
  EXPECT_THAT(gather(*events, 1), ElementsAre(said("session_updates", "a")));
}

TEST_F(RedisKeyEvents, CannotBeOpenedWhereSubscribingIsForbidden) {
  cli().command({"ACL", "SETUSER", "board", "on", ">pass", "~*", "+@all", "resetchannels"});
  auto with = options();
  with.connection.username = "board";
  with.connection.password = "pass";
  EXPECT_EQ(open_redis_key_events(with).error().code, errc::store_unavailable);
}

TEST_F(RedisKeyEvents, NoticeAKilledConnection) {
  const auto events = open(options());
  cli().command({"CLIENT", "KILL", "TYPE", "pubsub"});
  EXPECT_LT(time_to_notice(*events), seconds{1});
}

TEST_F(RedisKeyEvents, NoticeAServerThatIsGone) {
  const auto events = open(options());
  server.kill();
  EXPECT_LT(time_to_notice(*events), seconds{1});
  EXPECT_FALSE(events->still_notified());
  EXPECT_FALSE(open_redis_key_events(options()));
}

TEST_F(RedisKeyEvents, NoticeAServerThatHangs) {
  const auto events = open(options());
  server.signal(SIGSTOP);
  EXPECT_LT(time_to_notice(*events), seconds{6});
  server.signal(SIGCONT);
}

TEST_F(RedisKeyEvents, GiveManyInPortions) {
  const auto events = open(options());
  for (int i = 0; i < 5; ++i)
    cli().command({"EVAL", "for i = 1, 1000 do redis.call('SET', 'session:' .. i, 1) end", "0"});
  std::size_t all = 0;
  while (all < 5'000) {
    const auto some = events->next(seconds{1}).value();
    ASSERT_FALSE(some.empty());
    EXPECT_LE(some.size(), 1'000U);
    all += some.size();
  }
  EXPECT_EQ(all, 5'000U);
}

} // namespace
} // namespace standings
