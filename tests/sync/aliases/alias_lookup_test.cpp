#include "core/aliases/alias_values.hpp"
#include "sync/aliases/alias_lookup.hpp"
#include "tests/support/alias_cache_suite.hpp"

#include <gmock/gmock.h>

namespace standings::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

using ids = std::vector<std::string>;

class AliasLookup : public alias_cache_suite {
protected:
  void SetUp() override {
    put(alias_type::team, {{"rmcf", R"(["1","7"])"}, {"broken", "no json"}, {"odd", "[1]"}});
    put(alias_type::player, {{"cr7", R"(["9"])"}, {"a:b", R"(["10"])"}});
  }

  result<resolved_names> resolve(const std::string& team, const std::string& player) {
    return resolve_through(*cache, {team, player}, 1h);
  }
};
STANDINGS_OVER_ALIAS_CACHES(AliasLookup);

TEST_P(AliasLookup, FindsTheIdsOfAnAlias) {
  EXPECT_EQ(find_alias_ids(*cache, alias_type::team, "rmcf").value(), (ids{"1", "7"}));
  for (const auto* alias : {"none", "broken", "odd"})
    EXPECT_EQ(find_alias_ids(*cache, alias_type::team, alias).error().code, errc::unknown_alias);
  EXPECT_EQ(find_alias_ids(*cache, alias_type::team, "").error().code, errc::out_of_range);
}

TEST_P(AliasLookup, ResolvesOnceAndRemembers) {
  const auto first = resolve("rmcf", "cr7").value();
  EXPECT_FALSE(first.cached);
  EXPECT_THAT(first.team_ids, ElementsAre("1", "7"));
  EXPECT_THAT(first.player_ids, ElementsAre("9"));
  const auto second = resolve("rmcf", "cr7").value();
  EXPECT_TRUE(second.cached);
  EXPECT_EQ(second.team_ids, first.team_ids);
  EXPECT_EQ(second.player_ids, first.player_ids);
}

TEST_P(AliasLookup, RemembersUntilTheTimeIsOver) {
  resolve("rmcf", "cr7").value();
  put(alias_type::team, {{"rmcf", R"(["2"])"}});
  EXPECT_THAT(resolve("rmcf", "cr7").value().team_ids, ElementsAre("1", "7"));
  harness->pass(61min);
  const auto again = resolve("rmcf", "cr7").value();
  EXPECT_FALSE(again.cached);
  EXPECT_THAT(again.team_ids, ElementsAre("2"));
}

TEST_P(AliasLookup, SaysWhichNameIsUnknownAndRemembersNothing) {
  EXPECT_EQ(resolve("none", "cr7").error().field, "team");
  EXPECT_EQ(resolve("rmcf", "none").error().field, "player");
  EXPECT_EQ(resolve("rmcf", "none").error().code, errc::unknown_alias);
  put(alias_type::player, {{"none", R"(["3"])"}});
  EXPECT_THAT(resolve("rmcf", "none").value().player_ids, ElementsAre("3"));
}

TEST_P(AliasLookup, TakesWhatItCannotReadInTheQueryCacheForNothing) {
  for (const auto* text :
       {"", "[]", "{}", R"({"team_ids":["1"]})", R"({"team_ids":1,"player_ids":[]})"}) {
    cache->put_query("rmcf", "cr7", text, 1h).value();
    EXPECT_FALSE(resolve("rmcf", "cr7").value().cached) << text;
  }
}

TEST(AliasValue, IsReadBack) {
  EXPECT_EQ(parse_alias_value(alias_value({"7", "x\"y", "1"})), (ids{"1", "7", "x\"y"}));
  EXPECT_EQ(parse_alias_value("[]"), ids{});
  for (const auto* text : {"", "1", "{}", "[1]", "[\"1\"", "null"})
    EXPECT_EQ(parse_alias_value(text), std::nullopt) << text;
}

} // namespace
} // namespace standings::test
