#include "actors/supervision/event_log.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace standings {
namespace {

class EventLog : public testing::Test {
protected:
  void tell(const std::string& text, const std::string& subject = {}) {
    log.tell({event_kind::run, text, {}, subject});
  }

  /// The texts after `number`.
  std::vector<std::string> texts(std::uint64_t number = 0, std::size_t most = 1'000) {
    std::vector<std::string> out;
    for (const auto& entry : log.after(number, most)) {
      const auto from = entry.json->find("\"text\":\"") + 8;
      out.push_back(entry.json->substr(from, entry.json->find('"', from) - from));
    }
    return out;
  }

  event_log log{[] {
    return sys_time{};
  }};
};

using lines = std::vector<std::string>;

TEST_F(EventLog, GivesWhatCameAfterANumber) {
  EXPECT_EQ(texts(), lines{});
  for (const auto* text : {"a", "b", "c"})
    tell(text);
  EXPECT_EQ(texts(), (lines{"a", "b", "c"}));
  EXPECT_EQ(texts(1), (lines{"b", "c"}));
  EXPECT_EQ(texts(0, 2), (lines{"a", "b"}));
  EXPECT_EQ(texts(3), lines{});
}

TEST_F(EventLog, KeepsTheLatest) {
  for (int i = 0; i < 1'000; ++i)
    tell(std::to_string(i));
  const auto kept = texts();
  EXPECT_EQ(kept.size(), event_log::most_kept);
  EXPECT_EQ(kept.back(), "999");
  EXPECT_EQ(texts(500).front(), kept.front()) << "the oldest that is left";
}

TEST_F(EventLog, KeepsOnlyTheNewestOfASubject) {
  tell("other");
  for (int i = 0; i < 1'000; ++i)
    tell(std::to_string(i), "rebuild");
  EXPECT_EQ(texts(), (lines{"other", "999"}));
}

TEST_F(EventLog, KnowsItsOwnIdsOnly) {
  tell("a");
  tell("b");
  EXPECT_EQ(log.number_of(log.id_of(2)), 2U);
  EXPECT_EQ(log.number_of(log.id_of(3)), 0U) << "nothing has this number yet";
  EXPECT_EQ(log.number_of(event_log{}.id_of(1)), 0U) << "of another process";
  for (const auto* text : {"", "1", "-1", "x-1"})
    EXPECT_EQ(log.number_of(text), 0U) << text;
  EXPECT_EQ(log.number_of(log.id_of(1) + "x"), 0U);
}

TEST_F(EventLog, TellsWatchersUntilTheyStop) {
  int told = 0;
  log.watch(&told, [&] { ++told; });
  tell("a");
  tell("b");
  log.unwatch(&told);
  tell("c");
  EXPECT_EQ(told, 2);
}

TEST_F(EventLog, IsForManyThreads) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        tell("a", i % 2 == 0 ? "subject" : "");
        texts();
      }
    });
  for (auto& each : threads)
    each.join();
  std::uint64_t last = 0;
  for (const auto& entry : log.after(0, 1'000)) {
    EXPECT_GT(entry.number, last);
    last = entry.number;
  }
  EXPECT_EQ(last, 800U);
}

} // namespace
} // namespace standings
