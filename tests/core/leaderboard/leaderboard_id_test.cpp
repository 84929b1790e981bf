#include "core/leaderboard/leaderboard_id.hpp"

#include <gtest/gtest.h>

#include <string>

namespace standings {
namespace {

TEST(LeaderboardId, IsPartsJoinedByDots) {
  for (const std::string id :
       {"a", "acme", "acme.eu", "global", "0", "years.2009", "a-b_c.d-", "a.b.c.d.e.f.g.h",
        "updates", "default.x", "abcdefghijklmnopqrstuvwxyz012345"})
    EXPECT_TRUE(validate_leaderboard_id(id)) << id;
}

TEST(LeaderboardId, IsRefusedOtherwise) {
  for (const std::string id :
       {"", ".", "a.", ".a", "a..b", "A", "acme.EU", "-a", "_a", "a.-b", "a b", "a/b", "ä",
        "a.b.c.d.e.f.g.h.i", "abcdefghijklmnopqrstuvwxyz0123456", "a\n", "{a}", "a:b", "a%2e"}) {
    const auto valid = validate_leaderboard_id(id);
    ASSERT_FALSE(valid) << id;
    EXPECT_EQ(valid.error().code, errc::invalid_leaderboard_id) << id;
    EXPECT_EQ(valid.error().field, "leaderboard") << id;
  }
}

TEST(LeaderboardId, HasAtMost128Bytes) {
  const std::string part(31, 'x');
  EXPECT_TRUE(validate_leaderboard_id(part + "." + part + "." + part + "." + part)) << "127";
  const std::string full(32, 'x');
  EXPECT_FALSE(validate_leaderboard_id(full + "." + full + "." + full + "." + full)) << "131";
}

TEST(LeaderboardId, SomeAreReserved) {
  EXPECT_FALSE(validate_leaderboard_id("default"));
  EXPECT_FALSE(validate_leaderboard_id("update"));
}

TEST(LeaderboardId, StandsInBracesInKeys) {
  EXPECT_TRUE(is_in_named_leaderboard("{acme.eu}:ann"));
  for (const auto* rest :
       {"ann", "{braced}", "{Braced}:ann", "{}:ann", "x{acme}:ann", "{acme} :ann"})
    EXPECT_FALSE(is_in_named_leaderboard(rest)) << rest;
}

TEST(LeaderboardId, NoUserOfTheDefaultLeaderboardHasAKeyOfANamedOne) {
  for (const auto* usual : {"ann", "{braced}", "{Braced}:ann", "x{acme}:ann", "{acme} :ann", ""}) {
    EXPECT_EQ(key_part_of(usual), usual);
    EXPECT_EQ(user_of_key_part(usual), usual);
  }
  for (const std::string odd : {"{acme.eu}:ann", "{}:ann", "{}", "{}ann", "{}{acme}:ann"}) {
    const auto part = key_part_of(odd);
    EXPECT_EQ(part, "{}" + odd);
    EXPECT_FALSE(is_in_named_leaderboard(part));
    EXPECT_EQ(user_of_key_part(part), odd);
  }
  EXPECT_EQ(user_of_key_part("{}ann"), "{}ann") << "nobody's key: that of ann has no mark";
}

TEST(LeaderboardId, BeginsWithItsTenant) {
  EXPECT_EQ(tenant_of("acme.eu.west"), "acme");
  EXPECT_EQ(tenant_of("acme"), "acme");
}

} // namespace
} // namespace standings
