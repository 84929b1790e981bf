#include "stores/redis/own_writes.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace standings {
namespace {

using std::chrono::seconds;

class OwnWrites : public testing::Test {
protected:
  void SetUp() override { table.start_listening(); }

  bool announce(std::vector<std::string> keys) { return table.announce("set", keys); }

  /// The keys that turned out to be foreign, in order.
  std::string found() {
    std::string out;
    for (const auto& one : table.found_foreign())
      out += one.key + " ";
    return out;
  }

  std::chrono::steady_clock::time_point now{seconds{1'000}};
  own_writes table{[this] {
    return now;
  }};
};

TEST_F(OwnWrites, AnAnnouncedNotificationIsOursOnce) {
  EXPECT_FALSE(table.take("set", "a"));
  EXPECT_TRUE(announce({"a"}));
  EXPECT_TRUE(table.take("set", "a"));
  EXPECT_FALSE(table.take("set", "a"));
  EXPECT_EQ(table.heard(), 1U);
  EXPECT_EQ(found(), "");
}

TEST_F(OwnWrites, OtherKeysAndOtherEventsAreForeign) {
  announce({"a"});
  EXPECT_FALSE(table.take("set", "b"));
  EXPECT_FALSE(table.take("del", "a"));
  EXPECT_FALSE(table.take("expired", "a"));
  EXPECT_TRUE(table.take("set", "a"));
}

TEST_F(OwnWrites, OneForeignAmongOursIsLeftOverWhateverTheOrder) {
  for (int foreign = 0; foreign < 4; ++foreign) {
    announce({"a", "a", "a"}); // three of ours; one more is received
    int left_over = 0;
    for (int heard = 0; heard < 4; ++heard)
      left_over += table.take("set", "a") ? 0 : 1;
    EXPECT_EQ(left_over, 1);
  }
  EXPECT_EQ(found(), "");
}

TEST_F(OwnWrites, WhatWasNotWrittenHidesNothingLater) {
  {
    const std::vector<std::string> keys{"a", "b"};
    own_announcement announced{&table, "set", keys};
    announced.confirm(1);
  }
  EXPECT_FALSE(table.take("set", "a"));
  EXPECT_TRUE(table.take("set", "b"));
  EXPECT_EQ(found(), "");
}

TEST_F(OwnWrites, AForeignOneThatWasTakenForARefusedWriteIsFoundAfterAll) {
  const std::vector<std::string> keys{"a", "b"};
  {
    own_announcement announced{&table, "set", keys};
    EXPECT_TRUE(table.take("set", "a")); // another program's
    EXPECT_TRUE(table.take("set", "b")); // ours
    announced.confirm(1);
  }
  EXPECT_EQ(table.heard(), 1U);
  EXPECT_EQ(found(), "a ");
  EXPECT_EQ(found(), "") << "given once";
}

TEST_F(OwnWrites, OfTwoWritersOneMayBeRefused) {
  const std::vector<std::string> keys{"a"};
  own_announcement first{&table, "set", keys};
  {
    const own_announcement refused{&table, "set", keys};
    EXPECT_TRUE(table.take("set", "a")); // of the first, or foreign: not known yet
  }
  EXPECT_EQ(found(), "");
  EXPECT_FALSE(table.take("set", "a")) << "of two that were heard only one can be ours";
  first.confirm_all();
}

TEST_F(OwnWrites, AfterALostReplyNothingIsHidden) {
  const std::vector<std::string> keys{"heard", "unheard"};
  {
    const own_announcement announced{&table, "set", keys};
    EXPECT_TRUE(table.take("set", "heard"));
  }
  EXPECT_EQ(found(), "heard ");
  EXPECT_FALSE(table.take("set", "unheard")) << "perhaps ours, perhaps not";
}

TEST_F(OwnWrites, WhatIsNeverHeardIsForgottenWithinTwoLifetimes) {
  announce({"a", "b"});
  now += own_writes::lifetime - std::chrono::milliseconds{1};
  EXPECT_TRUE(table.take("set", "a"));
  now += own_writes::lifetime + std::chrono::milliseconds{1};
  EXPECT_FALSE(table.take("set", "b"));
}

TEST_F(OwnWrites, AnAnnouncementOutlivesTheTurnRightAfterIt) {
  announce({"old"});
  now += own_writes::lifetime - std::chrono::milliseconds{1};
  announce({"a"});
  now += std::chrono::milliseconds{1};
  EXPECT_TRUE(table.take("set", "a"));
  now += std::chrono::hours{1};
  announce({"b"});
  EXPECT_TRUE(table.take("set", "b"));
}

TEST_F(OwnWrites, AreKeptOnlyWhileSomebodyListens) {
  own_writes silent;
  const std::vector<std::string> keys{"a"};
  EXPECT_FALSE(silent.announce("set", keys));
  const auto first = silent.start_listening();
  EXPECT_TRUE(silent.announce("set", keys));
  const auto second = silent.start_listening();
  EXPECT_FALSE(silent.take("set", "a")) << "what the last listener did not hear, nobody will";
  silent.stop_listening(first);
  EXPECT_TRUE(silent.announce("set", keys)) << "the second one still listens";
  silent.stop_listening(second);
  EXPECT_FALSE(silent.announce("set", keys));
}

TEST_F(OwnWrites, AreForgottenWhereNotificationsWereOff) {
  announce({"a"});
  table.forget();
  EXPECT_FALSE(table.take("set", "a"));
}

TEST_F(OwnWrites, AreBoundedAndWhatIsBeyondIsForeign) {
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < own_writes::max_keys; ++i)
    keys.push_back(std::to_string(i));
  EXPECT_TRUE(announce(keys));
  const std::vector<std::string> more{"more"};
  {
    const own_announcement beyond{&table, "set", more};
    EXPECT_FALSE(table.take("set", "more"));
  }
  EXPECT_EQ(found(), "") << "what was not announced is not withdrawn";
}

TEST_F(OwnWrites, NoneIsCountedTwiceByThreads) {
  constexpr int rounds = 2'000;
  const std::vector<std::string> keys{"a"};
  std::thread writer{[&] {
    for (int i = 0; i < rounds; ++i) {
      own_announcement announced{&table, "set", keys};
      announced.confirm_all();
    }
  }};
  std::thread listener{[&] {
    for (int heard = 0; heard < rounds;)
      heard += table.take("set", "a") ? 1 : 0;
  }};
  writer.join();
  listener.join();
  EXPECT_EQ(table.heard(), static_cast<std::uint64_t>(rounds));
  EXPECT_FALSE(table.take("set", "a"));
}

} // namespace
} // namespace standings
