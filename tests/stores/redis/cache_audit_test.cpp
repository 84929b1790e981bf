#include "tests/support/redis_cache_harness.hpp"
#include "tests/support/store_records.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace standings {
namespace {

using test::at;
using ids = std::vector<std::string>;

/// What other programs do to the keys.
class RedisCacheAudit : public testing::Test {
protected:
  void SetUp() override {
    cache->begin_rebuild().value();
    cache->finish_rebuild().value();
  }

  void zadd(const std::string& board, const std::string& score, const std::string& id) {
    harness.command({"ZADD", "leaderboard:" + board, score, id});
  }

  void set_details(const std::string& id, const std::string& text) {
    const auto key = "user:details:" + id;
    harness.command({"SET", key, text});
  }

  std::string details_text(const std::string& id) {
    const auto key = "user:details:" + id;
    return std::string{harness.command({"GET", key}).text()};
  }

  static user_record anna(std::int64_t score, std::int64_t version) {
    return {"anna", {score, score, score, score}, at("2026-03-10T08:00:00Z"), version};
  }

  entry_view look(const std::string& id, const period_starts& starts = {}) {
    return audit->view(ids{id}, starts).value().at(0);
  }

  test::redis_cache_harness harness;
  rank_cache_ptr cache = harness.open();
  cache_audit_ptr audit = harness.audit();
};

TEST_F(RedisCacheAudit, SeesWhoIsOnOneBoardOnly) {
  zadd("weekly", "7", "anna");
  const auto view = look("anna");
  EXPECT_TRUE(view.present());
  EXPECT_FALSE(view.details);
  EXPECT_EQ(view.token, "");
  EXPECT_FALSE(view.board[0]);
  EXPECT_EQ(view.board[1], std::optional<std::int64_t>{7});
}

TEST_F(RedisCacheAudit, ReadsDetailsAsAPythonScriptWritesThem) {
  set_details("zo\u00eb",
              "{\"user_id\": \"zo\\u00eb\", \"daily_pomo\": 1, \"weekly_pomo\": 2, "
              "\"monthly_pomo\": 3, \"yearly_pomo\": 4.0, "
              "\"updated_at\": \"2026-03-10T10:00:00.123456+00:00\", \"cached_at\": null}");
  const auto view = look("zo\u00eb");
  ASSERT_TRUE(view.details);
  EXPECT_EQ(*view.details,
            (user_record{"zo\u00eb", {1, 2, 3, 4}, at("2026-03-10T10:00:00.123456Z"), 0}));
  EXPECT_TRUE(view.present());
}

TEST_F(RedisCacheAudit, WhatCannotBeReadIsPresentWithoutDetails) {
  for (const std::string text :
       {"", "not JSON", "[]", "7", "{}", "{\"user_id\":7}", "{\"user_id\":\"anna\"", "\xff\xfe"}) {
    set_details("anna", text);
    const auto view = look("anna");
    EXPECT_FALSE(view.details) << text;
    EXPECT_EQ(view.token, text);
    EXPECT_EQ(view.present(), !text.empty()) << text;
  }
}

TEST_F(RedisCacheAudit, SettlesTheVeryTextThatWasSeen) {
  cache->apply(std::vector{anna(5, 7)}).value();
  const auto seen = look("anna").token;
  EXPECT_EQ(seen, details_text("anna"));
  auto rewritten = seen; // by another program, which keeps our version
  rewritten.replace(rewritten.find(":5,"), 3, ":6,");
  set_details("anna", rewritten);
  EXPECT_EQ(audit->write_if_unchanged(std::vector<conditional_write>{{anna(8, 8), seen}}).value(),
            0U);
  EXPECT_EQ(details_text("anna"), rewritten);
  EXPECT_EQ(
      audit->write_if_unchanged(std::vector<conditional_write>{{anna(8, 8), rewritten}}).value(),
      1U);
  EXPECT_EQ(cache->find("anna").value()->user, anna(8, 8));
}

TEST_F(RedisCacheAudit, SettlesOverDetailsThatCannotBeRead) {
  const std::string odd{"\0 % \xff \"", 7};
  set_details("anna", odd);
  EXPECT_EQ(audit->write_if_unchanged(std::vector<conditional_write>{{anna(5, 7), odd}}).value(),
            1U);
  EXPECT_EQ(*look("anna").details, anna(5, 7));
}

TEST_F(RedisCacheAudit, SettlesWhereAValueOfAnotherTypeWasSetAside) {
  harness.command({"LPUSH", "user:details:anna", "what", "is", "this"});
  zadd("daily", "1", "anna");
  EXPECT_EQ(look("anna").token, "");
  EXPECT_EQ(audit->write_if_unchanged(std::vector<conditional_write>{{anna(5, 7), ""}}).value(),
            1U);
  EXPECT_EQ(*look("anna").details, anna(5, 7));
}

TEST_F(RedisCacheAudit, SettlesABoardThatLostTheUser) {
  cache->apply(std::vector{anna(5, 7)}).value();
  harness.command({"ZREM", "leaderboard:monthly", "anna"});
  const auto view = look("anna");
  EXPECT_FALSE(view.board[2]);
  EXPECT_EQ(audit->write_if_unchanged(std::vector<conditional_write>{{*view.details, view.token}})
                .value(),
            1U);
  EXPECT_EQ(look("anna").board[2], std::optional<std::int64_t>{5});
}

TEST_F(RedisCacheAudit, WalksTheDetailsUnderItsPrefixAlone) {
  harness.options().details_prefix = "d[*]?:";
  const auto other = harness.audit();
  harness.command({"SET", "d[*]?:anna", "x"});
  harness.command({"SET", "d*x:ben", "x"});
  harness.command({"SET", "user:details:cy", "x"});
  std::set<std::string> found;
  std::string cursor;
  do {
    const auto page = other->list(details_part, cursor).value();
    found.insert(page.user_ids.begin(), page.user_ids.end());
    cursor = page.next;
  } while (!cursor.empty());
  EXPECT_EQ(found, (std::set<std::string>{"anna"}));
}

TEST_F(RedisCacheAudit, WalksEachPartForItself) {
  zadd("weekly", "1", "on a board");
  set_details("in details", "x");
  const auto part = [&](cache_part p) {
    return audit->list(p, "").value().user_ids;
  };
  EXPECT_EQ(part(index_of(period::weekly)), (ids{"on a board"}));
  EXPECT_EQ(part(details_part), (ids{"in details"}));
  EXPECT_TRUE(part(index_of(period::daily)).empty());
}

TEST_F(RedisCacheAudit, SurvivesALossOfItsScripts) {
  EXPECT_EQ(audit->write_if_unchanged(std::vector<conditional_write>{{anna(5, 7), ""}}).value(),
            1U);
  harness.command({"SCRIPT", "FLUSH"});
  EXPECT_EQ(
      audit->write_if_unchanged(std::vector<conditional_write>{{anna(6, 8), look("anna").token}})
          .value(),
      1U);
  EXPECT_FALSE(audit->set_verified_run("another", "mark").value());
}

TEST_F(RedisCacheAudit, AMarkIsGoneWithAFlush) {
  ASSERT_TRUE(audit->set_verified_run(cache->state().value().generation, "mark").value());
  harness.command({"FLUSHALL"});
  EXPECT_EQ(audit->verified_run().value(), "");
}

TEST_F(RedisCacheAudit, FailsWhereTheServerIsGoneAndWorksOnceItIsBack) {
  harness.server().kill();
  EXPECT_EQ(audit->view(ids{"anna"}, {}).error().code, errc::store_unavailable);
  EXPECT_EQ(audit->list(0, "").error().code, errc::store_unavailable);
  EXPECT_EQ(audit->list(details_part, "").error().code, errc::store_unavailable);
  EXPECT_EQ(
      audit->write_if_unchanged(std::vector<conditional_write>{{anna(5, 7), ""}}).error().code,
      errc::store_unavailable);
  EXPECT_EQ(audit->set_verified_run("g", "mark").error().code, errc::store_unavailable);
  EXPECT_EQ(audit->verified_run().error().code, errc::store_unavailable);
  harness.server().start();
  EXPECT_TRUE(test::eventually([&] { return audit->view(ids{"anna"}, {}).has_value(); },
                               std::chrono::seconds{10}));
}

// -- incomplete details ---------------------------------------------------------------

TEST_F(RedisCacheAudit, DetailsWithoutATimeKeepTheirScores) {
  set_details("anna", R"({"user_id":"anna","daily_pomo":1,"weekly_pomo":2,"monthly_pomo":3,)"
                      R"("yearly_pomo":4,"updated_at":null})");
  period_starts starts;
  starts.fill(at("2026-03-10T00:00:00Z"));
  const auto view = look("anna", starts);
  ASSERT_TRUE(view.details);
  EXPECT_EQ(view.details->score, (scores{1, 2, 3, 4}));
  EXPECT_EQ(view.details->updated_at, sys_time{});
}

TEST_F(RedisCacheAudit, DetailsWithoutAllScoresInWholeNumbersCannotBeRead) {
  for (const std::string score : {"null", "\"five\"", "5.5", "1e30", "[5]", "true"}) {
    set_details("anna", R"({"user_id":"anna","daily_pomo":)" + score
                            + R"(,"weekly_pomo":2,"monthly_pomo":3,"yearly_pomo":4,)"
                              R"("updated_at":"2026-03-10T10:00:00Z"})");
    EXPECT_FALSE(look("anna").details) << score;
    EXPECT_TRUE(look("anna").present()) << score;
  }
  set_details("anna", R"({"user_id":"anna","daily_pomo":1,"updated_at":"2026-03-10T10:00:00Z"})");
  EXPECT_FALSE(look("anna").details);
}

TEST_F(RedisCacheAudit, ABoardThatStillShowsAnExpiredScoreCountsZero) {
  cache->apply(std::vector{anna(5, 7)}).value(); // at 8:00; the board has not been zeroed since
  period_starts starts{};
  starts[index_of(period::daily)] = at("2026-03-10T09:00:00Z");
  EXPECT_EQ(look("anna", starts).board[0], std::optional<std::int64_t>{0});
  EXPECT_EQ(look("anna", starts).board[1], std::optional<std::int64_t>{5});
  zadd("daily", "6", "anna"); // written in the new period
  EXPECT_EQ(look("anna", starts).board[0], std::optional<std::int64_t>{6});
}

} // namespace
} // namespace standings
