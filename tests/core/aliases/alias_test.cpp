#include "core/aliases/alias.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace standings {
namespace {

using namespace std::string_literals;

TEST(Alias, TypesHaveTheWordsOfKeysAndPaths) {
  for (const auto t : all_alias_types)
    EXPECT_EQ(parse_alias_type(to_string(t)), t);
  EXPECT_EQ(to_string(alias_type::league), "league");
  for (const auto* text : {"", "teams", "Team", "team "})
    EXPECT_FALSE(parse_alias_type(text)) << text;
}

TEST(Alias, KeysAreThePublishedOnes) {
  EXPECT_EQ(alias_key(alias_type::team, "rmcf"), "alias:team:rmcf");
  EXPECT_EQ(alias_key(alias_type::player, "a:b/c%20 \"d\""), "alias:player:a:b/c%20 \"d\"");
  EXPECT_EQ(alias_key(alias_type::market, "الأهلي"), "alias:market:الأهلي");
}

TEST(Alias, KeysLeadBackToTypeAndAlias) {
  for (const auto t : all_alias_types)
    for (const auto* alias : {"rmcf", "a:b", ":", "曼联", "a b"})
      EXPECT_EQ(parse_alias_key(alias_key(t, alias)), (alias_name{t, alias}));
  for (const auto* key : {"", "alias:", "alias:team", "alias:teams:x", "leaderboard:daily",
                          "cache:team_player:a:b", "xalias:team:a"})
    EXPECT_FALSE(parse_alias_key(key)) << key;
}

TEST(Alias, ValuesAreDistinctIdsInNumericalOrder) {
  EXPECT_EQ(alias_value({"7", "1"}), R"(["1","7"])");
  EXPECT_EQ(alias_value({"10", "9", "2", "10", "2"}), R"(["2","9","10"])");
  EXPECT_EQ(alias_value({"5"}), R"(["5"])");
  EXPECT_EQ(alias_value({"-3", "0", "-20", "9223372036854775807"}),
            R"(["-20","-3","0","9223372036854775807"])");
  EXPECT_EQ(alias_value({}), "[]");
}

TEST(Alias, ValuesPutWordsAfterNumbersAndEscapeThem) {
  EXPECT_EQ(alias_value({"b", "10", "a\"\\", "2", "1.5"}), R"(["2","10","1.5","a\"\\","b"])");
  EXPECT_EQ(alias_value({"\x01"}), R"(["\u0001"])");
  EXPECT_EQ(alias_value({"99999999999999999999", "7"}), R"(["7","99999999999999999999"])");
}

TEST(Alias, MayBeAnyTextThatAKeyCanHold) {
  for (const auto& alias : {"a"s, "a:b/c"s, "100%"s, "l'équipe \"x\""s, "الأهلي"s, "広島"s, "\n"s,
                            std::string(max_alias_bytes, 'x')})
    EXPECT_TRUE(validate_alias(alias)) << alias.substr(0, 40);
}

TEST(Alias, IsRefusedWithTheReason) {
  const auto detail_of = [](const std::string& alias) {
    const auto valid = validate_alias(alias);
    EXPECT_EQ(valid.error().code, errc::out_of_range);
    EXPECT_EQ(valid.error().field, "alias");
    return valid.error().detail;
  };
  EXPECT_EQ(detail_of(""), "is empty");
  EXPECT_EQ(detail_of("a\0b"s), "has a NUL character");
  EXPECT_EQ(detail_of("a\xff"), "is not valid UTF-8");
  EXPECT_THAT(detail_of(std::string(max_alias_bytes + 1, 'x')), testing::HasSubstr("longer"));
}

TEST(Alias, IsAbbreviatedBetweenCharacters) {
  EXPECT_EQ(abbreviated("short"), "short");
  EXPECT_EQ(abbreviated(std::string(65, 'x')), std::string(64, 'x'));
  std::string long_name;
  for (int i = 0; i < 30; ++i)
    long_name += "曼"; // three bytes
  EXPECT_EQ(abbreviated(long_name), long_name.substr(0, 63));
  EXPECT_EQ(abbreviated("\xff"), "?");
}

TEST(AliasQuery, KeysAreThePublishedOnes) {
  EXPECT_EQ(alias_query_key("rmcf", "cr7"), "cache:team_player:rmcf:cr7");
  EXPECT_EQ(alias_query_key("الأهلي", "a/b c"), "cache:team_player:الأهلي:a/b c");
}

TEST(AliasQuery, NoTwoPairsOfNamesShareAKey) {
  std::set<std::string> keys;
  const std::vector<std::string> parts{"a", "a:",  ":a",   "a:b",   "b",
                                       ":", "%3A", "a%3A", "%253A", ""};
  for (const auto& team : parts)
    for (const auto& player : parts)
      EXPECT_TRUE(keys.insert(alias_query_key(team, player)).second) << team << " | " << player;
}

} // namespace
} // namespace standings
