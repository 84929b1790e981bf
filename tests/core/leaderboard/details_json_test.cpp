#include "core/leaderboard/details_json.hpp"
#include "tests/support/store_times.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

using test::at;

std::string details(const std::string& score, const std::string& updated_at) {
  return R"({"user_id": "anna", "daily_pomo": )" + score + R"(, "weekly_pomo": )" + score
         + R"(, "monthly_pomo": )" + score + R"(, "yearly_pomo": )" + score + R"(, "updated_at": )"
         + updated_at + "}";
}

sys_time time_in(const std::string& updated_at) {
  const auto found = parse_details(details("14", updated_at));
  EXPECT_TRUE(found) << updated_at;
  return found ? found->user.updated_at : at("1999-01-01T00:00:00Z");
}

TEST(DetailsJson, TimesAreReadInAnyForm) {
  const auto noon = at("2026-11-26T12:00:00Z");
  for (const auto* form :
       {R"("2026-11-26T12:00:00Z")", R"("2026-11-26T12:00:00+00:00")", R"("2026-11-26 12:00:00")",
        R"("2026-11-26 12:00:00.000000+00:00")", R"("2026-11-26T07:00:00-05:00")",
        R"("2026-11-26T14:00+0200")", R"("2026-11-26T12:00")", R"("Thu, 26 Nov 2026 12:00:00 GMT")",
        R"("Thu Nov 26 12:00:00 UTC 2026")", R"x("Thu Nov 26 2026 13:00:00 GMT+0100 (CET)")x",
        R"("20261126T120000Z")", "1795694400", "1795694400.0", "1795694400000", "1795694400000000",
        R"("1795694400")", R"("1795694400.0")"})
    EXPECT_EQ(time_in(form), noon) << form;
}

TEST(DetailsJson, ADateAloneLastsUntilItsEnd) {
  EXPECT_EQ(time_in(R"("2026-11-26")"), at("2026-11-26T23:59:59.999999Z"));
}

TEST(DetailsJson, ZeroValuesAndWhatCannotBeReadAreUnknownTimes) {
  for (const auto* form :
       {"null", "0", "0.0", "-1", "true", "[]", "{}", R"("")", R"("yesterday")", R"("01/02/2026")",
        R"("0001-01-01T00:00:00Z")", R"("1970-01-01T00:00:00Z")", "1e300", "18446744073709551615"})
    EXPECT_EQ(time_in(form), sys_time{}) << form;
}

TEST(DetailsJson, WholeNumbersAreScoresHoweverTheyAreWritten) {
  for (const auto* form : {"19", "19.0", "1.9e1", R"("19")", R"("19.0")", "18.9999999999999"})
    EXPECT_EQ(parse_details(details(form, "null")).value().user.score, (scores{19, 19, 19, 19}))
        << form;
}

TEST(DetailsJson, ForeignScoresAreNotReadAndAreTold) {
  for (const auto* form : {"5.5", "-1", "9007199254740992", "1e30", R"("5.5")", R"("many")",
                           R"("inf")", "18446744073709551615"}) {
    EXPECT_FALSE(parse_details(details(form, "null"))) << form;
    EXPECT_TRUE(holds_foreign_score(details(form, "null"))) << form;
  }
  for (const std::string text : {"not JSON", "[]", "{}", "7", R"({"user_id":"anna"})"})
    EXPECT_FALSE(holds_foreign_score(text)) << text;
  EXPECT_FALSE(holds_foreign_score(details("null", "null")));
  EXPECT_FALSE(holds_foreign_score(details("5", "null")));
}

TEST(DetailsJson, AVersionThatCannotBeOursIsNone) {
  const auto version = [](const std::string& number) {
    return parse_details(R"({"user_id":"anna","daily_pomo":1,"weekly_pomo":1,"monthly_pomo":1,)"
                         R"("yearly_pomo":1,"version":)"
                         + number + "}")
        .value()
        .user.version;
  };
  EXPECT_EQ(version("4503599627370495"), 4'503'599'627'370'495);
  for (const auto* number : {"4503599627370496", "9223372036854775807", "1e300", "-1", "0", "1.5"})
    EXPECT_EQ(version(number), 0) << number;
}

TEST(DetailsJson, IdsMayBeNumbers) {
  auto text = details("5", "null");
  text.replace(text.find("\"anna\""), 6, "20");
  EXPECT_EQ(parse_details(text).value().user.user_id, "20");
}

TEST(DetailsJson, ScoresOfAnUnknownTimeAllCount) {
  period_starts starts;
  starts.fill(at("2026-11-26T00:00:00Z"));
  EXPECT_EQ(counting_scores({"anna", {1, 2, 3, 4}, {}, 0}, starts), (scores{1, 2, 3, 4}));
  EXPECT_EQ(counting_scores({"anna", {1, 2, 3, 4}, at("2026-11-25T23:00:00Z"), 0}, starts),
            (scores{0, 0, 0, 0}));
}

std::string score_text(const std::string& text) {
  const auto found = find_score(text, period::daily);
  return found ? text.substr(found->first, found->last - found->first) : "nowhere";
}

TEST(DetailsJson, FindsTheTextOfAScore) {
  EXPECT_EQ(score_text(R"({"daily_pomo":14,"weekly_pomo":3})"), "14");
  EXPECT_EQ(score_text("{\"daily_pomo\" :\n 14.0 }"), "14.0");
  EXPECT_EQ(score_text(R"({"daily_pomo": "14"})"), "\"14\"");
  EXPECT_EQ(score_text(R"({"daily_pomo": -1e3})"), "-1e3");
  for (const auto* text :
       {"", R"({"weekly_pomo":3})", R"({"daily_pomo":1,"more":{"daily_pomo":2}})",
        R"({"daily_pomo":"a\"b"})", R"({"daily_pomo":null})", R"({"daily_pomo")",
        R"({"daily_pomo":14)"})
    EXPECT_EQ(score_text(text), "nowhere") << text;
}

} // namespace
} // namespace standings
