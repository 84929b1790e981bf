#include "core/leaderboard/details_json.hpp"
#include "tests/support/redis_cache_harness.hpp"
#include "tests/support/store_records.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

using test::at;
using ids = std::vector<std::string>;

/// A cache that other programs have filled earlier.
class RedisForeignContents : public testing::Test {
protected:
  void SetUp() override { rebuild(); }

  void rebuild() {
    cache->begin_rebuild().value();
    cache->finish_rebuild().value();
  }

  void zadd(const std::string& board, const std::string& score, const std::string& id) {
    const auto key = "leaderboard:" + board;
    harness.command({"ZADD", key, score, id});
  }

  void on_all_boards(const std::string& id, const std::string& score) {
    for (const auto* board : {"daily", "weekly", "monthly", "yearly"})
      zadd(board, score, id);
  }

  void set_details(const std::string& id, const std::string& updated_at,
                   const std::string& score = "14") {
    const auto key = "user:details:" + id;
    const auto text = R"({"user_id": ")" + id + R"(", "daily_pomo": )" + score
                      + R"(, "weekly_pomo": )" + score + R"(, "monthly_pomo": )" + score
                      + R"(, "yearly_pomo": )" + score + R"(, "updated_at": )" + updated_at + "}";
    harness.command({"SET", key, text});
  }

  void put(const std::string& id, const std::string& updated_at) {
    on_all_boards(id, "14");
    set_details(id, updated_at);
  }

  std::string word(const redis_connection::arguments& words) {
    return std::string{harness.command(words).text()};
  }

  std::string score_of(const std::string& board, const std::string& id) {
    const auto key = "leaderboard:" + board;
    return word({"ZSCORE", key, id});
  }

  std::string details_of(const std::string& id) {
    const auto key = "user:details:" + id;
    return word({"GET", key});
  }

  void start_the_day() {
    period_starts starts{};
    starts[index_of(period::daily)] = at("2026-03-10T00:00:00Z");
    cache->start_periods(starts).value();
  }

  std::vector<std::string> keys(const std::string& pattern) {
    const auto found = harness.command({"KEYS", pattern});
    std::vector<std::string> out;
    for (std::size_t i = 0; i < found.size(); ++i)
      out.emplace_back(found[i].text());
    return out;
  }

  test::redis_cache_harness harness;
  rank_cache_ptr cache = harness.open();
  cache_audit_ptr audit = harness.audit();
};

TEST_F(RedisForeignContents, TheScriptWritesDetailsAsBackupsHaveThem) {
  const user_record anna{"an\"na \\ ünïcode",
                         {0, 7, 1'234'567, score_limit - 1},
                         at("2026-03-10T08:00:00.123456Z"),
                         score_limit - 1};
  const std::vector<user_record> users{anna};
  cache->apply(users).value();
  const auto written = details_of(anna.user_id);
  const auto read = parse_details(written);
  ASSERT_TRUE(read) << written;
  EXPECT_EQ(written, details_json(anna, read->cached_at));
}

TEST_F(RedisForeignContents, AStartThatLiesAheadExpiresNoScoreAndIsPutRight) {
  harness.command({"HSET", "leaderboard:meta", "start:daily",
                   std::to_string(to_micros(at("2026-03-10T13:00:00Z")))});
  const std::vector<user_record> users{{"ann", {5, 6, 7, 8}, at("2026-03-10T12:00:00Z"), 1}};
  cache->apply(users).value();
  EXPECT_EQ(score_of("daily", "ann"), "5");
  EXPECT_NE(details_of("ann").find(R"("daily_pomo":5)"), std::string::npos) << details_of("ann");
  start_the_day();
  const auto midnight = std::to_string(to_micros(at("2026-03-10T00:00:00Z")));
  EXPECT_EQ(word({"HGET", "leaderboard:meta", "start:daily"}), midnight);
  EXPECT_EQ(score_of("daily", "ann"), "5");
}

TEST_F(RedisForeignContents, AStartThatOnlyAnotherProcessWasToldOfCounts) {
  const auto another = harness.open();
  start_the_day();
  const std::vector<user_record> users{{"ann", {5, 6, 7, 8}, at("2026-03-09T12:00:00Z"), 1}};
  another->apply(users).value();
  EXPECT_EQ(score_of("daily", "ann"), "0");
  EXPECT_EQ(score_of("weekly", "ann"), "6");
}

// -- times ---------------------------------------------------------------------------

TEST_F(RedisForeignContents, WhoWroteTodayKeepsTheScoreWhateverTheFormOfTheTime) {
  const std::vector<std::string> forms{R"("2026-03-10T08:00:00+00:00")",
                                       R"("2026-03-10 08:00:00.123456+00:00")",
                                       R"("2026-03-09T19:00:30-05:00")",
                                       R"("Tue, 10 Mar 2026 08:00:00 GMT")",
                                       R"x("Tue Mar 10 2026 09:00:00 GMT+0100 (CET)")x",
                                       R"("2026-03-10")",
                                       "1773129600",
                                       "1773129600.5",
                                       "1773129600000",
                                       "1773129600000000"};
  for (std::size_t i = 0; i < forms.size(); ++i)
    put("user" + std::to_string(i), forms[i]);
  start_the_day();
  for (std::size_t i = 0; i < forms.size(); ++i)
    EXPECT_EQ(score_of("daily", "user" + std::to_string(i)), "14") << forms[i];
}

TEST_F(RedisForeignContents, WhoWroteYesterdayLosesTheDailyScoreWhateverTheFormOfTheTime) {
  const std::vector<std::string> forms{R"("2026-03-09T23:59:59+00:00")",
                                       R"("2026-03-10T00:30:00+01:00")",
                                       R"("2026-03-09 08:00:00")",
                                       R"("Mon, 09 Mar 2026 08:00:00 GMT")",
                                       "1773043200",
                                       "1773043200000",
                                       "1773043200.25",
                                       R"("2026-03-09")"};
  for (std::size_t i = 0; i < forms.size(); ++i)
    put("user" + std::to_string(i), forms[i]);
  start_the_day();
  for (std::size_t i = 0; i < forms.size(); ++i) {
    const auto id = "user" + std::to_string(i);
    EXPECT_EQ(score_of("daily", id), "0") << forms[i];
    EXPECT_EQ(score_of("weekly", id), "14") << forms[i];
    EXPECT_NE(details_of(id).find(R"("daily_pomo": 0, "weekly_pomo": 14)"), std::string::npos)
        << details_of(id);
  }
}

TEST_F(RedisForeignContents, AScoreOfAnUnknownTimeIsKeptAndCounted) {
  const std::vector<std::string> forms{"null",
                                       "0",
                                       R"("")",
                                       R"("not a time")",
                                       R"("1970-01-01T00:00:00Z")",
                                       R"("0001-01-01T00:00:00Z")",
                                       R"("03/09/2026")"};
  for (std::size_t i = 0; i < forms.size(); ++i)
    put("user" + std::to_string(i), forms[i]);
  on_all_boards("without details", "14");
  start_the_day();
  for (std::size_t i = 0; i < forms.size(); ++i) {
    const auto id = "user" + std::to_string(i);
    EXPECT_EQ(score_of("daily", id), "14") << forms[i];
    EXPECT_EQ(cache->find(id).value().value().user.score, (scores{14, 14, 14, 14})) << forms[i];
    EXPECT_EQ(cache->rank(id, period::daily).value().value().score, 14);
    period_starts starts{};
    starts.fill(at("2026-03-10T00:00:00Z"));
    EXPECT_EQ(audit->view(ids{id}, starts).value()[0].details.value().score,
              (scores{14, 14, 14, 14}));
  }
  EXPECT_EQ(score_of("daily", "without details"), "14");
  EXPECT_EQ(cache->state().value().undated_scores, forms.size() + 1);
}

TEST_F(RedisForeignContents, WhoIsKeptDoesNotHideThoseBelow) {
  for (int i = 0; i < 700; ++i) // more than one step processes
    put("kept" + std::to_string(i), "null");
  for (int i = 0; i < 700; ++i) {
    const auto id = "old" + std::to_string(i);
    put(id, R"("2026-03-09 08:00:00")");
    zadd("daily", "7", id);
  }
  start_the_day();
  EXPECT_EQ(harness.command({"ZCOUNT", "leaderboard:daily", "1", "+inf"}).integer(), 700);
  EXPECT_EQ(cache->state().value().undated_scores, 700U);
}

TEST_F(RedisForeignContents, DetailsKeepTheirTimeToLiveWhenAScoreIsZeroed) {
  put("anna", R"("2026-03-09 08:00:00")");
  harness.command({"EXPIRE", "user:details:anna", "1000"});
  start_the_day();
  EXPECT_EQ(score_of("daily", "anna"), "0");
  EXPECT_GT(harness.command({"TTL", "user:details:anna"}).integer(), 900);
}

// -- scores --------------------------------------------------------------------------

TEST_F(RedisForeignContents, NoScoreBreaksAnAnswer) {
  for (const std::string score :
       {"inf", "-inf", "1e300", "7.5", "-3", "9007199254740993", "1000009.9999999999", "0.1"}) {
    on_all_boards("anna", score);
    const auto rank = cache->rank("anna", period::daily).value().value();
    EXPECT_GE(rank.score, 0) << score;
    EXPECT_LT(rank.score, score_limit) << score;
    const auto top = cache->top(period::daily, 0, 10).value();
    ASSERT_EQ(top.entries.size(), 1U) << score;
    EXPECT_EQ(top.entries[0].score, rank.score) << score;
    for (const auto shown : top.entries[0].user.score) {
      EXPECT_GE(shown, 0) << score;
      EXPECT_LT(shown, score_limit) << score;
    }
    EXPECT_EQ(cache->around("anna", period::daily, 3).value().value().self.score, rank.score);
  }
}

TEST_F(RedisForeignContents, ABoardShowsTheWholePartsOfDetailsWithForeignScores) {
  on_all_boards("anna", "7.5");
  harness.command({"SET", "user:details:anna",
                   R"({"user_id":"anna","daily_pomo":7.5,"weekly_pomo":12,"monthly_pomo":1e300,)"
                   R"("yearly_pomo":-3,"updated_at":null})"});
  const auto top = cache->top(period::daily, 0, 10).value();
  EXPECT_EQ(top.entries.at(0).user.score, (scores{7, 12, score_limit - 1, 0}));
}

TEST_F(RedisForeignContents, ForeignScoresAreSeenAsSuchAndLeftWhereTheyAre) {
  for (const std::string score : {"inf", "-inf", "7.5", "-3", "9007199254740992"}) {
    on_all_boards("anna", score);
    const auto view = audit->view(ids{"anna"}, {}).value()[0];
    EXPECT_TRUE(view.foreign) << score;
    EXPECT_TRUE(view.present()) << score;
  }
  on_all_boards("anna", "1000009.9999999999");
  const auto noise = audit->view(ids{"anna"}, {}).value()[0];
  EXPECT_FALSE(noise.foreign);
  EXPECT_EQ(noise.board[0], std::optional<std::int64_t>{1'000'010});
}

TEST_F(RedisForeignContents, AForeignScoreIsNotZeroedByAPeriod) {
  put("anna", R"("2026-03-09 08:00:00")");
  zadd("daily", "7.5", "anna");
  zadd("daily", "inf", "ben");
  start_the_day();
  EXPECT_EQ(score_of("daily", "anna"), "7.5");
  EXPECT_EQ(score_of("daily", "ben"), "inf");
}

TEST_F(RedisForeignContents, ForeignMembersAreCounted) {
  zadd("daily", "inf", "ann");
  zadd("daily", "-1", "ben");
  EXPECT_EQ(cache->state().value().foreign_members, 2U) << "without a walk";
  zadd("daily", "7.5", "cy");
  zadd("daily", "7", "\xff\xfe");
  zadd("daily", "7", "good");
  audit->list(index_of(period::daily), "").value();
  EXPECT_EQ(cache->state().value().foreign_members, 4U);
  harness.command({"ZREM", "leaderboard:daily", "ann", "ben", "cy", "\xff\xfe"});
  audit->list(index_of(period::daily), "").value();
  EXPECT_EQ(cache->state().value().foreign_members, 0U) << "it shrinks with what it is about";
}

// -- names ---------------------------------------------------------------------------

TEST_F(RedisForeignContents, MembersThatAreNoUserIdsAreNotShownAndKeepTheirRank) {
  on_all_boards("\xff\xfe", "30");
  on_all_boards("anna", "20");
  on_all_boards("line\nfeed", "15");
  on_all_boards(std::string(200, 'x'), "12");
  on_all_boards("ben", "10");
  const auto top = cache->top(period::daily, 0, 10).value();
  ASSERT_EQ(top.entries.size(), 2U);
  EXPECT_EQ(top.entries[0].user.user_id, "anna");
  EXPECT_EQ(top.entries[0].rank, 2U);
  EXPECT_EQ(top.entries[1].user.user_id, "ben");
  EXPECT_EQ(top.entries[1].rank, 5U);
  EXPECT_EQ(top.total_users, 5U);
  EXPECT_EQ(cache->rank("ben", period::daily).value().value().rank, 5U);
  const auto hood = cache->around("ben", period::daily, 4).value().value();
  EXPECT_EQ(hood.self.rank, 5U);
  ASSERT_EQ(hood.above.size(), 1U);
  EXPECT_EQ(hood.above[0].rank, 2U);
}

TEST_F(RedisForeignContents, DetailsAreThoseOfTheirKey) {
  harness.command({"SET", "user:details:anna",
                   R"({"user_id":"ben","daily_pomo":1,"weekly_pomo":1,"monthly_pomo":1,)"
                   R"("yearly_pomo":1})"});
  EXPECT_EQ(cache->find("anna").value().value().user.user_id, "anna");
}

// -- types ---------------------------------------------------------------------------

TEST_F(RedisForeignContents, KeysOfAnotherTypeAreSetAsideByARebuild) {
  harness.command({"DEL", "leaderboard:daily", "leaderboard:meta", "leaderboard:removed"});
  harness.command({"RPUSH", "leaderboard:daily", "what", "is", "this"});
  harness.command({"SET", "leaderboard:meta", "somebody's"});
  harness.command({"SADD", "leaderboard:removed", "theirs"});
  EXPECT_FALSE(cache->verify().value());
  rebuild();
  EXPECT_TRUE(cache->verify().value());
  const auto list = keys("leaderboard:daily:foreign:*");
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(harness.command({"LLEN", list[0]}).integer(), 3);
  const auto text = keys("leaderboard:meta:foreign:*");
  ASSERT_EQ(text.size(), 1U);
  EXPECT_EQ(word({"GET", text[0]}), "somebody's");
  EXPECT_EQ(keys("leaderboard:removed:foreign:*").size(), 1U);
  EXPECT_EQ(cache->state().value().keys_set_aside, 3U);
}

/// Whoever reads can ask for a load then, which makes room.
TEST_F(RedisForeignContents, ABoardOrStatusOfAnotherTypeMakesTheCacheIncomplete) {
  for (const auto* key : {"leaderboard:meta", "leaderboard:daily"}) {
    EXPECT_TRUE(cache->complete());
    harness.command({"DEL", key});
    harness.command({"SET", key, "somebody's"});
    EXPECT_EQ(cache->top(period::daily, 0, 10).error().code, errc::cache_warming) << key;
    EXPECT_EQ(cache->rank("anna", period::daily).error().code, errc::cache_warming) << key;
    EXPECT_FALSE(cache->complete()) << key;
    rebuild();
    EXPECT_TRUE(cache->top(period::daily, 0, 10)) << key;
  }
}

TEST_F(RedisForeignContents, DetailsOfAnotherTypeAreSetAsideByAWrite) {
  const user_record anna{"anna", {5, 5, 5, 5}, at("2026-03-10T08:00:00Z"), 7};
  harness.command({"HSET", "user:details:anna", "theirs", "1"});
  cache->apply(std::vector{anna, user_record{"ben", {1, 1, 1, 1}, anna.updated_at, 8}}).value();
  EXPECT_EQ(cache->find("anna").value().value().user, anna);
  const auto aside = keys("user:details:anna:foreign:*");
  ASSERT_EQ(aside.size(), 1U);
  EXPECT_EQ(word({"HGET", aside[0], "theirs"}), "1");
  EXPECT_EQ(cache->state().value().keys_set_aside, 1U);
}

// -- versions that cannot be ours ------------------------------------------------------

TEST_F(RedisForeignContents, AnImpossibleWatermarkIsNoneAndIsReplaced) {
  for (const std::string number :
       {"9223372036854775807", "9007199254740993", "4503599627370496", "-3", "1e30", "nan", "x"}) {
    harness.command({"HSET", "leaderboard:meta", "watermark", number});
    EXPECT_EQ(cache->watermark().value(), 0) << number;
    cache->apply(std::vector{user_record{"anna", {5, 5, 5, 5}, at("2026-03-10T08:00:00Z"), 7}})
        .value();
    EXPECT_EQ(cache->watermark().value(), 7) << number;
    harness.command({"HSET", "leaderboard:meta", "watermark", number});
    cache->remove("anna", 8).value();
    EXPECT_EQ(cache->watermark().value(), 8) << number;
    rebuild();
    harness.command({"ZREM", "leaderboard:removed", "anna"});
    harness.command({"DEL", "leaderboard:removed"});
  }
}

TEST_F(RedisForeignContents, DetailsWithAnImpossibleVersionDoNotOutliveAnUpdate) {
  for (const std::string number : {"9223372036854775807", "99999999999999999999", "5e18"}) {
    harness.command({"SET", "user:details:anna",
                     R"({"user_id":"anna","daily_pomo":1,"weekly_pomo":1,"monthly_pomo":1,)"
                     R"("yearly_pomo":1,"updated_at":"2026-03-10T08:00:00Z","version":)"
                         + number + "}"});
    const user_record anna{"anna", {5, 5, 5, 5}, at("2026-03-10T08:00:00Z"), 70};
    cache->apply(std::vector{anna}).value();
    EXPECT_EQ(cache->find("anna").value().value().user, anna) << number;
  }
}

TEST_F(RedisForeignContents, ARemovalUnderAnImpossibleVersionKeepsNobodyOut) {
  harness.command({"ZADD", "leaderboard:removed", "9e18", "anna"});
  const user_record anna{"anna", {5, 5, 5, 5}, at("2026-03-10T08:00:00Z"), 7};
  cache->apply(std::vector{anna}).value();
  EXPECT_EQ(cache->find("anna").value().value().user, anna);
  cache->remove("anna", 8).value();
  cache->apply(std::vector{anna}).value();
  EXPECT_FALSE(cache->find("anna").value()) << "the real removal counts";
}

TEST_F(RedisForeignContents, ARemovalLeavesDetailsOfAnotherType) {
  on_all_boards("anna", "5");
  harness.command({"RPUSH", "user:details:anna", "theirs"});
  cache->remove("anna", 9).value();
  EXPECT_FALSE(cache->rank("anna", period::daily).value());
  EXPECT_EQ(harness.command({"LLEN", "user:details:anna"}).integer(), 1);
}

TEST_F(RedisForeignContents, ClearingLeavesWhatIsNoUsersDetails) {
  cache->apply(std::vector{user_record{"anna", {5, 5, 5, 5}, at("2026-03-10T08:00:00Z"), 7}})
      .value();
  harness.command({"SET", "user:details:config", "not JSON"});
  harness.command({"HSET", "user:details:hash", "theirs", "1"});
  set_details("fraction", "null", "5.5");
  harness.command({"DEL", "leaderboard:weekly"});
  harness.command({"SET", "leaderboard:weekly", "somebody's"});
  cache->clear().value();
  EXPECT_FALSE(cache->find("anna").value());
  EXPECT_EQ(details_of("config"), "not JSON");
  EXPECT_EQ(word({"HGET", "user:details:hash", "theirs"}), "1");
  EXPECT_NE(details_of("fraction"), "");
  EXPECT_EQ(word({"GET", "leaderboard:weekly"}), "somebody's");
  EXPECT_EQ(harness.command({"EXISTS", "leaderboard:daily", "leaderboard:meta"}).integer(), 0);
}

} // namespace
} // namespace standings
