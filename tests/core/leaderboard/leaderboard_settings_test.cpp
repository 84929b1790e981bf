#include "core/leaderboard/leaderboard_settings.hpp"
#include "core/leaderboard/metadata.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace standings {
namespace {

namespace json = boost::json;

result<leaderboard_settings> parsed(const std::string& text) {
  return parse_settings(json::parse(text).as_object(), {});
}

TEST(LeaderboardSettings, AreOptional) {
  EXPECT_EQ(parsed("{}").value(), leaderboard_settings{});
}

TEST(LeaderboardSettings, ComeBackFromTheirJson) {
  leaderboard_settings settings;
  settings.rules = {score_mode::latest, score_order::asc, score_limit - 1};
  settings.time_zone = "Europe/Berlin";
  settings.week_start = "sunday";
  settings.feeds = {"a", "b.c"};
  settings.metadata = R"({"a":[1,"x"],"b":null})";
  EXPECT_EQ(settings_in(settings_json(settings)), (stored_settings{settings}));
  EXPECT_EQ(parsed(settings_json(settings)).value(), settings);
}

TEST(LeaderboardSettings, KeepTheNumbersOfMetadataHoweverOftenTheyAreReadAndWritten) {
  leaderboard_settings settings;
  settings.metadata = R"({"a":[9.522444552911937E-1,-0E0,5E-324,18446744073709551615]})";
  auto stored = settings_json(settings);
  for (int i = 0; i < 3; ++i)
    stored = settings_json(settings_in(stored).settings);
  EXPECT_EQ(settings_in(stored), (stored_settings{settings})) << stored;
}

TEST(LeaderboardSettings, OfTheDatabaseNameWhatAnotherProgramMadeUnreadable) {
  const std::vector<std::pair<std::string, std::string>> changed{
      {"no json", "settings"},
      {"[]", "settings"},
      {R"({"mode":"Best","order":"asc"})", "mode"},
      {R"({"mode":"best","order":"ASC"})", "order"},
      {R"({"mode":null})", "mode"},
      {R"({"max_count":0})", "max_count"},
      {R"({"max_count":"9"})", "max_count"},
      {R"({"max_count":-1})", "max_count"},
      {R"({"time_zone":"Mars/Base"})", "time_zone or week_start"},
      {R"({"week_start":"someday"})", "time_zone or week_start"},
      {R"({"feeds":{}})", "feeds"},
      {R"({"metadata":{"a":1e999}})", ""},
      {R"({"a setting of another version":1})", ""},
      {"{}", ""}};
  for (const auto& [text, name] : changed)
    EXPECT_EQ(settings_in(text).unreadable, name) << text;
  EXPECT_EQ(settings_in(R"({"mode":"Best","order":"asc"})").settings.rules.order, score_order::asc);
}

TEST(LeaderboardSettings, OfTheDatabaseAreAsByDefaultWhereTheyCannotBeRead) {
  for (const std::string text :
       {R"({"max_count":-1})", R"({"max_count":1.5})", R"({"time_zone":"Mars/Base"})",
        R"({"week_start":"someday"})", R"({"feeds":["a",1]})"})
    EXPECT_EQ(settings_in(text).settings, leaderboard_settings{}) << text;
}

TEST(LeaderboardSettings, TakeNoNumberThatWouldNotBeJsonAgain) {
  for (const std::string number : {"1e999", "-1e999", "[1,{\"b\":1e400}]"}) {
    const auto read = parsed(R"({"metadata":{"a":)" + number + "}}");
    ASSERT_FALSE(read) << number;
    EXPECT_EQ(read.error().field, "metadata");
    EXPECT_FALSE(is_metadata(R"({"a":)" + number + "}"));
  }
  EXPECT_TRUE(is_metadata(R"({"a":[1e308,null,"1e999"]})"));
  EXPECT_FALSE(is_metadata("{bad"));
  EXPECT_FALSE(is_metadata("[]"));
}

TEST(LeaderboardSettings, AreRefusedWithTheFieldThatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> wrong{
      {R"({"mode":"max"})", "mode"},         {R"({"mode":1})", "mode"},
      {R"({"order":"up"})", "order"},        {R"({"time_zone":1})", "time_zone"},
      {R"({"max_count":"1"})", "max_count"}, {R"({"feeds":"a"})", "feeds"},
      {R"({"feeds":[1]})", "feeds"},         {R"({"metadata":[]})", "metadata"},
      {R"({"colour":"red"})", "colour"}};
  for (const auto& [text, field] : wrong) {
    const auto read = parsed(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().field, field) << text;
  }
}

TEST(LeaderboardSettings, AreValidated) {
  const auto field_of = [](leaderboard_settings settings) {
    const auto valid = validate_settings("acme", settings);
    return valid ? std::string{} : valid.error().field;
  };
  leaderboard_settings good;
  EXPECT_EQ(field_of(good), "");
  auto bad = good;
  bad.time_zone = "Europe/Nowhere";
  EXPECT_EQ(field_of(bad), "time_zone");
  bad = good;
  bad.time_zone = "../../etc/passwd";
  EXPECT_EQ(field_of(bad), "time_zone");
  bad = good;
  bad.week_start = "Monday";
  EXPECT_EQ(field_of(bad), "week_start");
  for (const auto count : {std::int64_t{0}, std::int64_t{-1}, score_limit}) {
    bad = good;
    bad.rules.max_count = count;
    EXPECT_EQ(field_of(bad), "max_count") << count;
  }
  bad = good;
  bad.metadata = R"({"x":")" + std::string(4'096, 'x') + R"("})";
  EXPECT_EQ(field_of(bad), "metadata");
  for (const std::vector<std::string>& feeds : {std::vector<std::string>{"acme"},
                                                {"a", "a"},
                                                {"A"},
                                                {"update"},
                                                {"1", "2", "3", "4", "5", "6", "7", "8", "9"}}) {
    bad = good;
    bad.feeds = feeds;
    EXPECT_EQ(field_of(bad), "feeds") << feeds.front();
  }
  EXPECT_EQ(validate_settings("default", good).error().code, errc::invalid_leaderboard_id);
}

TEST(LeaderboardSettings, KeepModeAndOrderWhenTheyChange) {
  leaderboard_settings from;
  auto to = from;
  to.rules.max_count = 5;
  EXPECT_TRUE(validate_change(from, to));
  to.rules.mode = score_mode::best;
  EXPECT_EQ(validate_change(from, to).error().field, "mode");
  to = from;
  to.rules.order = score_order::asc;
  EXPECT_EQ(validate_change(from, to).error().field, "order");
}

} // namespace
} // namespace standings
