#include "core/leaderboard/details_json.hpp"
#include "http/api/leaderboard_json.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace standings {
namespace {

constexpr std::int64_t max_count = 10'000;

errc code_of(const std::string& body) {
  const auto update = parse_update(body, max_count);
  return update ? errc::none : update.error().code;
}

user_record user(const std::string& id) {
  return {id, {1, 2, 3, 4}, sys_time{std::chrono::microseconds{1'500'000}}, 9};
}

TEST(UpdateBody, HasAUserAndACount) {
  EXPECT_EQ(parse_update(R"({"user_id":"a","count":7})", max_count).value(),
            (score_update{"a", 7, ""}));
  EXPECT_EQ(parse_update(R"({"user_id":"a"})", max_count).value(), (score_update{"a", 1, ""}));
  EXPECT_EQ(parse_update(R"( {"count":10000,"user_id":"\u00e9\/"} )", max_count).value(),
            (score_update{"\xc3\xa9/", 10'000, ""}));
}

TEST(UpdateBody, IsMalformedUnlessItIsSuchAnObject) {
  for (const auto* body : {"",
                           " ",
                           "{",
                           "null",
                           "1",
                           "[]",
                           "\"a\"",
                           "{}",
                           R"({"user_id":1})",
                           R"({"user_id":null})",
                           R"({"user_id":["a"]})",
                           R"({"user_id":{}})",
                           R"({"user_id":true})",
                           R"({"count":1})",
                           R"({"user_id":"a","count":"1"})",
                           R"({"user_id":"a","count":null})",
                           R"({"user_id":"a","count":true})",
                           R"({"user_id":"a","count":[1]})",
                           R"({"user_id":"a","extra":1})",
                           R"({"user_id":"a"} x)",
                           R"({"user_id":"a",})",
                           R"({'user_id':'a'})",
                           R"({"user_id":"a"}{"user_id":"a"})",
                           "{\"user_id\":\"\xff\"}",
                           "{\"user_id\":\"a\x01\"}",
                           R"({"user_id":"\ud800"})",
                           "\xef\xbb\xbf{\"user_id\":\"a\"}",
                           R"({"user_id":"a","count":NaN})",
                           R"({"user_id":"a","count":01})"})
    EXPECT_EQ(code_of(body), errc::malformed) << body;
}

TEST(UpdateBody, IsMalformedWhereItNestsWithoutEnd) {
  EXPECT_EQ(code_of(std::string(100'000, '[')), errc::malformed);
  std::string nested;
  for (int i = 0; i < 50'000; ++i)
    nested += R"({"user_id":)";
  EXPECT_EQ(code_of(nested), errc::malformed);
}

TEST(UpdateBody, HasAnIdWithinItsBounds) {
  EXPECT_EQ(code_of(R"({"user_id":")" + std::string(128, 'x') + "\"}"), errc::none);
  EXPECT_EQ(code_of(R"({"user_id":")" + std::string(129, 'x') + "\"}"), errc::invalid_user_id);
  for (const auto* id : {"", R"(\u0000)", R"(\n)", R"(a\u007f)", R"(\u0085)"})
    EXPECT_EQ(code_of(std::string{R"({"user_id":")"} + id + "\"}"), errc::invalid_user_id) << id;
}

TEST(UpdateBody, HasACountWithinItsBounds) {
  for (const auto* count : {"1", "10000"})
    EXPECT_EQ(code_of(std::string{R"({"user_id":"a","count":)"} + count + "}"), errc::none);
  for (const auto* count : {"0", "-1", "10001", "1.5", "1e20", "-0", "9223372036854775808",
                            "18446744073709551616", "-9223372036854775809", "0.9", "1e-5"})
    EXPECT_EQ(code_of(std::string{R"({"user_id":"a","count":)"} + count + "}"), errc::invalid_count)
        << count;
}

TEST(BatchBody, TellsBadItemsFromABadBody) {
  const auto items =
      parse_batch(R"({"updates":[{"user_id":"a","count":2},{"user_id":""},7]})", max_count).value();
  ASSERT_EQ(items.size(), 3U);
  EXPECT_EQ(items[0].update, (score_update{"a", 2, ""}));
  EXPECT_EQ(items[0].problem.code, errc::none);
  EXPECT_EQ(items[1].problem.code, errc::invalid_user_id);
  EXPECT_EQ(items[2].problem.code, errc::malformed);
}

TEST(BatchBody, IsMalformedUnlessItIsAListUnderItsName) {
  for (const auto* body : {"", "[]", "{}", R"({"updates":{}})", R"({"updates":null})",
                           R"({"updates":[{"user_id":"a"}],"more":1})"}) {
    const auto items = parse_batch(body, max_count);
    ASSERT_FALSE(items) << body;
    EXPECT_EQ(items.error().code, errc::malformed) << body;
  }
}

TEST(BatchBody, HasOneToAThousandItems) {
  const auto size = [](std::size_t n) {
    std::string body = R"({"updates":[)";
    for (std::size_t i = 0; i < n; ++i)
      body += (i > 0 ? "," : "") + std::string{R"({"user_id":"a"})"};
    return parse_batch(body + "]}", max_count);
  };
  EXPECT_EQ(size(1'000).value().size(), 1'000U);
  EXPECT_EQ(size(0).error().code, errc::out_of_range);
  EXPECT_EQ(size(1'001).error().code, errc::out_of_range);
}

TEST(UserIdsBody, HoldsEachUserOnce) {
  EXPECT_EQ(parse_user_ids(R"({"user_ids":["b","a","b"]})").value(),
            (std::vector<std::string>{"b", "a"}));
}

TEST(UserIdsBody, IsMalformedUnlessItIsAListOfStringsUnderItsName) {
  for (const auto* body : {"", "[]", "{}", R"({"user_ids":"a"})", R"({"user_ids":["a",1]})",
                           R"({"user_ids":["a"],"more":1})", R"({"users":["a"]})"}) {
    const auto ids = parse_user_ids(body);
    ASSERT_FALSE(ids) << body;
    EXPECT_EQ(ids.error().code, errc::malformed) << body;
  }
}

TEST(UserIdsBody, HasOneToTwoHundredIds) {
  const auto size = [](std::size_t n) {
    std::string body = R"({"user_ids":[)";
    for (std::size_t i = 0; i < n; ++i)
      body += (i > 0 ? ",\"" : "\"") + std::to_string(i) + '"';
    return parse_user_ids(body + "]}");
  };
  EXPECT_EQ(size(200).value().size(), 200U);
  EXPECT_EQ(size(0).error().code, errc::out_of_range);
  EXPECT_EQ(size(201).error().code, errc::out_of_range);
}

TEST(UserIdsBody, RefusesAnInvalidIdAndNamesTheField) {
  const auto ids = parse_user_ids(R"({"user_ids":["a",""]})");
  ASSERT_FALSE(ids);
  EXPECT_EQ(ids.error().code, errc::invalid_user_id);
  EXPECT_EQ(ids.error().field, "user_ids");
}

TEST(RanksJson, OrdersUsersByRankAndNamesTheMissing) {
  const user_ranks found{9, {user_rank{7, 2, 9}, std::nullopt, user_rank{3, 5, 9}, std::nullopt}};
  EXPECT_EQ(ranks_json(period::daily, {"a", "x", "b", "y\""}, found),
            R"({"period":"daily","total_users":9,"entries":[)"
            R"({"rank_among":1,"rank":3,"user_id":"b","score":5},)"
            R"({"rank_among":2,"rank":7,"user_id":"a","score":2}],"not_found":["x","y\""]})");
}

TEST(DetailsJson, HasTheFieldsOfTheContract) {
  EXPECT_EQ(
      details_json(user("a"), sys_time{}),
      R"({"user_id":"a","daily_pomo":1,"weekly_pomo":2,"monthly_pomo":3,"yearly_pomo":4,)"
      R"("updated_at":"1970-01-01T00:00:01.500000Z","cached_at":"1970-01-01T00:00:00.000000Z",)"
      R"("version":9})");
}

TEST(RankJson, PrintsThePercentileWithTwoDecimals) {
  EXPECT_EQ(rank_json("a", period::weekly, {2, 5, 3}),
            R"({"user_id":"a","period":"weekly","rank":2,"score":5,"total_users":3,)"
            R"("percentile":66.67})");
}

TEST(BoardJson, HasTheFieldsOfTheContract) {
  board_page page;
  page.total_users = 1;
  page.entries.push_back({1, 4, user("a\"b")});
  EXPECT_EQ(board_json(period::yearly, 10, 0, page),
            R"({"period":"yearly","limit":10,"offset":0,"total_users":1,"entries":[{"rank":1,)"
            R"("user_id":"a\"b","score":4,"daily_pomo":1,"weekly_pomo":2,"monthly_pomo":3,)"
            R"("yearly_pomo":4}]})");
}

TEST(UpdateJson, WarnsWhereTheCacheIsBehind) {
  update_outcome outcome;
  outcome.user = user("a");
  EXPECT_TRUE(boost::json::parse(update_json(outcome)).at("warning").is_null());
  outcome.cache_pending = true;
  EXPECT_TRUE(boost::json::parse(update_json(outcome)).at("warning").is_string());
}

TEST(BatchJson, CountsWhatWasAppliedAndWhatFailed) {
  std::vector<batch_item> items(3);
  items[0].update.user_id = "a";
  items[1].problem = fail(errc::invalid_count, "why");
  items[2].update.user_id = "c";
  std::vector<update_outcome> outcomes(3);
  outcomes[0].user = user("a");
  outcomes[2].code = errc::score_overflow;
  const auto all = boost::json::parse(batch_json(items, outcomes)).as_object();
  EXPECT_EQ(all.at("success"), false);
  EXPECT_EQ(all.at("applied"), 1);
  EXPECT_EQ(all.at("failed"), 2);
  const auto& results = all.at("results").as_array();
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(results[0].at("data").at("user_id"), "a");
  EXPECT_EQ(results[1].at("code"), "invalid_count");
  EXPECT_EQ(results[2].at("code"), "score_overflow");
  EXPECT_EQ(results[2].at("user_id"), "c");
}

} // namespace
} // namespace standings
