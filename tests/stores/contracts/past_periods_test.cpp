#include "core/leaderboard/leaderboard_id.hpp"
#include "tests/support/score_store_suite.hpp"
#include "tests/support/store_times.hpp"

#include <atomic>
#include <thread>

namespace standings {
namespace {

using test::at;
using entries = std::vector<past_entry>;

/// An empty database of each backend whose clock the test moves, with connections to the default
/// leaderboard and to the named ones.
class PastPeriods : public testing::TestWithParam<test::score_store_backend> {
protected:
  void SetUp() override {
    harness->use_calendar(calendar{});
    harness->set_time(at("2026-11-26T12:00:00Z"));
    named = harness->open_leaderboards();
    of_default = harness->open();
  }

  void make(const std::string& id, const std::string& zone = "UTC", score_rules rules = {}) {
    leaderboard_settings settings;
    settings.time_zone = zone;
    settings.rules = rules;
    ASSERT_TRUE(named->save(id, settings));
  }

  void add(const std::string& id, const std::string& user_id, std::int64_t count) {
    const auto done = test::apply_until_unlocked(*named, {{user_id, count, {}, {}, {id}}});
    ASSERT_EQ(done[0].code, errc::none) << done[0].detail;
  }

  void add_to_default(const std::string& user_id, std::int64_t count) {
    const auto done = test::apply_until_unlocked(*of_default, {{user_id, count, {}}});
    ASSERT_EQ(done[0].code, errc::none) << done[0].detail;
  }

  std::optional<past_board> past(const std::string& id, const char* time,
                                 period board = period::daily) {
    return named->past(id, board, at(time), 0, 100).value();
  }

  std::vector<std::string> starts_of_past(const std::string& id, period board = period::daily) {
    std::vector<std::string> out;
    for (const auto& one : named->past_periods(id, board).value())
      out.push_back(to_iso8601(one.started_at).substr(0, 16));
    return out;
  }

  std::unique_ptr<test::score_store_harness> harness = GetParam().make();
  std::unique_ptr<leaderboard_store> named;
  std::unique_ptr<score_store> of_default;
};
STANDINGS_OVER_SCORE_STORES(PastPeriods);

TEST_P(PastPeriods, KeepTheBoardOfADefaultLeaderboardAsItEnded) {
  for (const auto* id : {"anna", "bert", "cleo", "Zoë"})
    add_to_default(id, 5);
  add_to_default("bert", 1);
  harness->set_time(at("2026-11-27T00:00:01Z"));
  add_to_default("anna", 100); // the first write of the new day closes the old one
  const auto page = past("default", "2026-11-26T15:00:00Z");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->of, (past_period{at("2026-11-26T00:00:00Z"), at("2026-11-27T00:00:00Z"), 4}));
  EXPECT_EQ(page->entries,
            (entries{{1, "bert", 6}, {2, "cleo", 5}, {3, "anna", 5}, {4, "Zoë", 5}}));
  EXPECT_TRUE(starts_of_past("default", period::monthly).empty()); // it goes on
}

TEST_P(PastPeriods, KeepTheBoardOfANamedLeaderboardAsItEnded) {
  make("acme");
  make("laps", "UTC", {score_mode::best, score_order::asc, 1'000});
  for (const auto* id : {"b", "a", "c"}) {
    add("acme", id, 7);
    add("laps", id, 70);
  }
  add("acme", "b", 1);
  add("laps", "c", 0);
  harness->set_time(at("2026-11-27T00:00:00Z"));
  add("acme", "a", 1);
  add("laps", "a", 1);
  EXPECT_EQ(past("acme", "2026-11-26T00:00:00Z")->entries,
            (entries{{1, "b", 8}, {2, "c", 7}, {3, "a", 7}}));
  EXPECT_EQ(past("laps", "2026-11-26T00:00:00Z")->entries,
            (entries{{1, "c", 0}, {2, "a", 70}, {3, "b", 70}}));
}

TEST_P(PastPeriods, AreClosedByAReadIfNobodyWrites) {
  make("acme");
  add("acme", "anna", 3);
  add_to_default("anna", 4);
  harness->set_time(at("2026-11-28T09:00:00Z"));
  EXPECT_EQ(past("acme", "2026-11-26T12:00:00Z")->entries, (entries{{1, "anna", 3}}));
  EXPECT_EQ(past("default", "2026-11-26T12:00:00Z")->entries, (entries{{1, "anna", 4}}));
  const std::vector<std::string> days{"2026-11-27T00:00", "2026-11-26T00:00"};
  EXPECT_EQ(starts_of_past("acme"), days);
  EXPECT_EQ(starts_of_past("default"), days);
  EXPECT_EQ(past("acme", "2026-11-27T12:00:00Z")->of.total_users, 1U); // known, with 0
  EXPECT_TRUE(past("acme", "2026-11-27T12:00:00Z")->entries.empty());
}

TEST_P(PastPeriods, AreClosedByWhoeverLooksAfterThePeriods) {
  make("acme");
  add("acme", "anna", 3);
  add_to_default("anna", 4);
  harness->set_time(at("2026-11-27T00:00:05Z"));
  ASSERT_TRUE(of_default->periods());
  ASSERT_TRUE(named->scores_of(*named->find("acme").value())->periods());
  harness->use_calendar(std::nullopt); // a reader that cannot close
  const auto reader = harness->open_leaderboards();
  EXPECT_EQ(reader->past_periods("acme", period::daily).value().size(), 1U);
  EXPECT_EQ(reader->past_periods("default", period::daily).value().size(), 1U);
}

TEST_P(PastPeriods, HaveNoneOfThePeriodThatIsOpen) {
  make("acme");
  add("acme", "anna", 3);
  EXPECT_FALSE(past("acme", "2026-11-26T12:00:00Z"));
  EXPECT_FALSE(past("acme", "2026-11-25T12:00:00Z")); // before anybody kept anything
  EXPECT_TRUE(starts_of_past("acme").empty());
}

TEST_P(PastPeriods, AreClosedBeforeAnyKindOfWrite) {
  make("acme");
  const auto acme = *named->find("acme").value();
  std::vector<std::function<void()>> writes{
      [&] { ASSERT_TRUE(named->scores_of(acme)->remove("anna", "run")); },
      [&] {
        ASSERT_TRUE(named->scores_of(acme)->put(
            std::array{user_record{"anna", {0, 0, 0, 0}, at("2026-11-29T00:00:02Z"), 0}}));
      },
      [&] { ASSERT_TRUE(named->scores_of(acme)->reset(period::weekly)); },
      [&] {
        ASSERT_TRUE(named->scores_of(acme)->tidy(10));
      }};
  for (std::size_t i = 0; i < writes.size(); ++i) {
    add("acme", "anna", 5);
    const auto day = at("2026-11-26T12:00:00Z") + std::chrono::hours{24 * i};
    harness->set_time(at("2026-11-27T02:00:00Z") + std::chrono::hours{24 * i});
    writes[i]();
    const auto page = named->past("acme", period::daily, day, 0, 10).value();
    ASSERT_TRUE(page) << i;
    EXPECT_EQ(page->entries, (entries{{1, "anna", 5}})) << i;
  }
}

TEST_P(PastPeriods, OfTheDefaultLeaderboardAreClosedBeforeAnyKindOfWrite) {
  const auto rows = harness->open_rows();
  std::vector<std::function<void()>> writes{
      [&] { ASSERT_TRUE(of_default->remove("anna", "run")); },
      [&] {
        ASSERT_TRUE(of_default->put(
            std::array{user_record{"anna", {0, 0, 0, 0}, at("2026-11-29T00:00:02Z"), 0}}));
      },
      [&] { ASSERT_TRUE(of_default->reset(period::weekly)); },
      [&] { ASSERT_TRUE(of_default->tidy(10)); },
      [&] { // as reconcile writes
        const auto version = of_default->find("anna").value()->version;
        ASSERT_TRUE(rows->write(std::array{
            row_change{{"anna", {9, 9, 9, 9}, at("2026-12-01T01:00:00Z"), 0}, version}}));
      }};
  for (std::size_t i = 0; i < writes.size(); ++i) {
    add_to_default("anna", 5);
    const auto day = at("2026-11-26T12:00:00Z") + std::chrono::hours{24 * i};
    harness->set_time(at("2026-11-27T02:00:00Z") + std::chrono::hours{24 * i});
    writes[i]();
    const auto page = named->past("default", period::daily, day, 0, 10).value();
    ASSERT_TRUE(page) << i;
    EXPECT_EQ(page->entries, (entries{{1, "anna", 5}})) << i;
  }
}

TEST_P(PastPeriods, EndWithAReset) {
  make("acme");
  add("acme", "anna", 3);
  add_to_default("anna", 4);
  harness->set_time(at("2026-11-26T13:00:00Z"));
  ASSERT_TRUE(named->scores_of(*named->find("acme").value())->reset(period::yearly));
  ASSERT_TRUE(of_default->reset(period::yearly));
  add("acme", "bert", 1);
  add_to_default("bert", 1);
  for (const std::string id : {"acme", "default"}) {
    const auto page = past(id, "2026-11-26T12:00:00Z", period::yearly);
    ASSERT_TRUE(page) << id;
    EXPECT_EQ(page->of.started_at, at("2026-01-01T00:00:00Z")) << id;
    EXPECT_GE(page->of.ended_at, at("2026-11-26T13:00:00Z")) << id;
    EXPECT_EQ(page->entries, (entries{{1, "anna", id == "acme" ? 3 : 4}})) << id;
  }
  harness->set_time(at("2027-01-01T00:00:00Z"));
  EXPECT_EQ(past("acme", "2026-12-31T12:00:00Z", period::yearly)->entries,
            (entries{{1, "bert", 1}}));
}

TEST_P(PastPeriods, FollowTheZoneOfTheirLeaderboard) {
  make("tokyo", "Asia/Tokyo");
  make("berlin", "Europe/Berlin");
  harness->set_time(at("2026-12-31T14:59:59Z"));
  add("tokyo", "anna", 1);
  add("berlin", "anna", 1);
  harness->set_time(at("2026-12-31T15:00:00Z")); // the year has ended in Tokyo
  add("tokyo", "anna", 10);
  add("berlin", "anna", 10);
  EXPECT_EQ(past("tokyo", "2026-12-31T14:00:00Z", period::yearly)->entries,
            (entries{{1, "anna", 1}}));
  EXPECT_FALSE(past("berlin", "2026-12-31T14:00:00Z", period::yearly));
  harness->set_time(at("2026-12-31T23:00:00Z"));
  EXPECT_EQ(past("berlin", "2026-12-31T14:00:00Z", period::yearly)->entries,
            (entries{{1, "anna", 11}}));
}

TEST_P(PastPeriods, CopeWithDaysOf23And25Hours) {
  make("berlin", "Europe/Berlin");
  harness->set_time(at("2027-03-27T23:30:00Z"));
  add("berlin", "anna", 2);
  harness->set_time(at("2027-03-28T21:59:59Z"));
  add("berlin", "anna", 3);
  harness->set_time(at("2027-03-28T22:00:00Z"));
  add("berlin", "anna", 4);
  const auto short_day = past("berlin", "2027-03-28T12:00:00Z");
  ASSERT_TRUE(short_day);
  EXPECT_EQ(short_day->of.ended_at - short_day->of.started_at, std::chrono::hours{23});
  EXPECT_EQ(short_day->entries, (entries{{1, "anna", 5}}));
  harness->set_time(at("2027-10-30T22:30:00Z"));
  add("berlin", "anna", 6);
  harness->set_time(at("2027-10-31T22:59:59Z"));
  add("berlin", "anna", 7);
  harness->set_time(at("2027-10-31T23:00:00Z"));
  add("berlin", "anna", 8);
  const auto long_day = past("berlin", "2027-10-31T12:00:00Z");
  ASSERT_TRUE(long_day);
  EXPECT_EQ(long_day->of.ended_at - long_day->of.started_at, std::chrono::hours{25});
  EXPECT_EQ(long_day->entries, (entries{{1, "anna", 13}}));
}

TEST_P(PastPeriods, AreKeptInTheNumberThatIsConfiguredAndThenPurged) {
  make("acme");
  for (int day = 0; day < 7; ++day) {
    harness->set_time(at("2026-12-01T10:00:00Z") + std::chrono::hours{24 * day});
    add("acme", "anna", day + 1);
  }
  EXPECT_EQ(starts_of_past("acme"),
            (std::vector<std::string>{"2026-12-06T00:00", "2026-12-05T00:00", "2026-12-04T00:00",
                                      "2026-12-03T00:00"}));
  EXPECT_FALSE(past("acme", "2026-12-02T12:00:00Z"));
  EXPECT_EQ(past("acme", "2026-12-03T12:00:00Z")->entries, (entries{{1, "anna", 3}}));
  std::size_t purged = 0;
  while (const auto gone = named->purge(1).value())
    purged += gone;
  EXPECT_GE(purged, 4U); // two days, each a score and a row
  EXPECT_EQ(starts_of_past("acme").size(), 4U);
}

TEST_P(PastPeriods, ArePagedByRank) {
  make("acme");
  for (int i = 0; i < 25; ++i)
    add("acme", "user" + std::to_string(i), i + 1);
  harness->set_time(at("2026-11-27T00:00:00Z"));
  const auto page = named->past("acme", period::daily, at("2026-11-26T12:00:00Z"), 20, 3).value();
  ASSERT_TRUE(page);
  EXPECT_EQ(page->entries, (entries{{21, "user4", 5}, {22, "user3", 4}, {23, "user2", 3}}));
  EXPECT_EQ(page->of.total_users, 25U);
}

TEST_P(PastPeriods, OfAnUnknownOrArchivedLeaderboardAreRefused) {
  EXPECT_EQ(named->past_periods("acme", period::daily).error().code, errc::unknown_leaderboard);
  make("acme");
  ASSERT_TRUE(named->archive("acme").value());
  EXPECT_EQ(named->past("acme", period::daily, at("2026-11-25T00:00:00Z"), 0, 1).error().code,
            errc::unknown_leaderboard);
}

/// Every update that was acknowledged before the boundary is in the board that ended, every later
/// one in the new one, whichever connection noticed the boundary first.
TEST_P(PastPeriods, LoseNoUpdateThatMeetsTheBoundary) {
  make("acme");
  harness->set_time(at("2026-11-26T23:59:59Z"));
  std::atomic<int> written{0};
  std::vector<std::thread> writers;
  for (int w = 0; w < 3; ++w)
    writers.emplace_back([&, w] {
      const auto to_named = harness->open_leaderboards();
      const auto to_default = harness->open();
      const auto user = "user" + std::to_string(w);
      for (int i = 0; i < 40; ++i) {
        const auto one = test::apply_until_unlocked(*to_named, {{user, 1, {}, {}, {"acme"}}});
        const auto other = test::apply_until_unlocked(*to_default, {{user, 1, {}}});
        ASSERT_EQ(one[0].code, errc::none);
        ASSERT_EQ(other[0].code, errc::none);
        ++written;
      }
    });
  while (written < 40)
    std::this_thread::yield();
  harness->set_time(at("2026-11-27T00:00:00Z"));
  for (auto& one : writers)
    one.join();
  for (const std::string id : {"acme", "default"}) {
    std::int64_t sum = 0;
    if (const auto page = past(id, "2026-11-26T12:00:00Z"))
      for (const auto& entry : page->entries)
        sum += entry.score;
    const auto board =
        id == "acme" ? named->scores_of(*named->find(id).value())->top(period::daily, 0, 10).value()
                     : of_default->top(period::daily, 0, 10).value();
    for (const auto& entry : board.entries)
      sum += entry.score;
    EXPECT_EQ(sum, 120) << id;
  }
}

} // namespace
} // namespace standings
