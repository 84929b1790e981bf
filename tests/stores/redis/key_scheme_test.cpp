#include "stores/redis/key_scheme.hpp"

#include <gmock/gmock.h>

namespace standings {
namespace {

using testing::ElementsAre;

/// Other programs depend on these names: a change here breaks them.
TEST(KeyScheme, KeysAreWhatOtherProgramsRead) {
  const key_scheme keys{"leaderboard:", "user:details:"};
  EXPECT_EQ(keys.board(period::daily), "leaderboard:daily");
  EXPECT_EQ(keys.board(period::weekly), "leaderboard:weekly");
  EXPECT_EQ(keys.board(period::monthly), "leaderboard:monthly");
  EXPECT_EQ(keys.board(period::yearly), "leaderboard:yearly");
  EXPECT_EQ(keys.meta(), "leaderboard:meta");
  EXPECT_EQ(keys.removed(), "leaderboard:removed");
  EXPECT_EQ(keys.details("ann"), "user:details:ann");
  EXPECT_EQ(keys.details_pattern(), "user:details:*");
  EXPECT_EQ(aside_key("leaderboard:daily", from_micros(1'700'000'000'000'001)),
            "leaderboard:daily:foreign:1700000000000001");
  EXPECT_THAT(keys.shared(),
              ElementsAre("leaderboard:daily", "leaderboard:weekly", "leaderboard:monthly",
                          "leaderboard:yearly", "leaderboard:meta", "leaderboard:removed"));
  EXPECT_EQ(meta_field::expected(period::daily), "expected:daily");
  EXPECT_EQ(meta_field::foreign(period::yearly), "foreign:yearly");
}

TEST(KeyScheme, TheDefaultLeaderboardSharesNoKeyWithANamedOne) {
  const key_scheme keys{"leaderboard:", "user:details:"};
  const key_scheme acme{"leaderboard:{acme}:", "user:details:{acme}:"};
  for (const std::string id : {"ann", "{acme}:ann", "{}", "{}ann", "{}{acme}:ann"}) {
    EXPECT_EQ(keys.user_of(keys.details(id)), id);
    EXPECT_TRUE(keys.is_own_details(keys.details(id))) << id;
    EXPECT_EQ(acme.details(id), "user:details:{acme}:" + id);
    EXPECT_EQ(acme.user_of(acme.details(id)), id);
    EXPECT_TRUE(acme.is_own_details(acme.details(id))) << id;
    EXPECT_FALSE(keys.is_own_details(acme.details(id))) << id;
  }
  EXPECT_EQ(keys.details("{acme}:ann"), "user:details:{}{acme}:ann");
}

TEST(KeyScheme, KeysOfSessionsAndAliasesAreWhatOtherProgramsUse) {
  const session_keys sessions{"session:"};
  EXPECT_EQ(sessions.session("s1"), "session:s1");
  EXPECT_EQ(sessions.pattern(), "session:*");
  EXPECT_EQ(sessions.id_of("session:s1"), "s1");
  EXPECT_EQ(alias_keys::marker, "cache:alias_mirror");
  EXPECT_EQ(alias_keys::owner, "cache:alias_mirror:owner");
  EXPECT_EQ(alias_keys::pattern, "alias:*");
  const std::vector<std::string> names{"rmcf", "a:b"};
  EXPECT_THAT(alias_keys::records(alias_type::team, std::span{names}),
              ElementsAre("alias:team:rmcf", "alias:team:a:b"));
  EXPECT_EQ(alias_query_key("rmcf", "cr7"), "cache:team_player:rmcf:cr7");
}

TEST(KeyScheme, PrefixesAreTakenAsTheyAre) {
  const key_scheme keys{"b[1]*", "d?:"};
  EXPECT_EQ(keys.board(period::daily), "b[1]*daily");
  EXPECT_EQ(keys.details("*"), "d?:*");
  EXPECT_EQ(keys.details_pattern(), "d\\?:*");
  EXPECT_EQ(keys.user_of("d?:ann"), "ann");
  EXPECT_EQ(session_keys{"s*"}.pattern(), "s\\**");
}

} // namespace
} // namespace standings
