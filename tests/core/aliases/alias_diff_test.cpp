#include "core/aliases/alias_diff.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace standings {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using cached = std::vector<std::optional<std::string>>;

TEST(AliasDiff, TellsNewChangedAndEqualAliasesApart) {
  const std::vector<alias_record> source{
      {"a", R"(["1"])"}, {"b", R"(["2"])"}, {"c", R"(["3"])"}, {"d", R"(["4","5"])"}};
  const auto diff = diff_aliases(source, cached{R"(["1"])", std::nullopt, R"(["9"])", R"(["4"])"});
  EXPECT_THAT(diff.writes, ElementsAre(1, 2, 3));
  EXPECT_THAT(diff.is_new, ElementsAre(true, false, false));
  EXPECT_EQ(diff.same, 1U);
}

TEST(AliasDiff, WritesValuesAnewThatAreWrittenDifferently) {
  const std::vector<alias_record> source{{"a", R"(["1","7"])"}, {"b", R"(["1","7"])"}};
  const auto diff = diff_aliases(source, cached{R"(["1", "7"])", R"(["7","1"])"});
  EXPECT_THAT(diff.writes, ElementsAre(0, 1));
  EXPECT_THAT(diff.is_new, ElementsAre(false, false));
}

TEST(AliasDiff, OfNothingIsNothing) {
  const auto diff = diff_aliases({}, {});
  EXPECT_THAT(diff.writes, IsEmpty());
  EXPECT_EQ(diff.same, 0U);
}

TEST(AliasDiff, LeavesTheCacheEqualToTheSource) {
  std::mt19937 random{11};
  for (int round = 0; round < 200; ++round) {
    std::vector<alias_record> source;
    cached now;
    for (int i = 0; i < 30; ++i) {
      source.push_back({std::to_string(i), alias_value({std::to_string(random() % 3)})});
      now.push_back(random() % 3 == 0 ? std::nullopt
                                      : std::optional{alias_value({std::to_string(random() % 3)})});
    }
    const auto diff = diff_aliases(source, now);
    for (const auto at : diff.writes)
      now[at] = source[at].value;
    for (std::size_t i = 0; i < source.size(); ++i)
      ASSERT_EQ(now[i], source[i].value);
    EXPECT_EQ(diff.same + diff.writes.size(), source.size());
  }
}

TEST(AliasDeletion, IsAllowedForATableThatWasReadToItsEnd) {
  EXPECT_TRUE(may_delete_aliases({true, 5, false}, 9).allowed);
  EXPECT_TRUE(may_delete_aliases({true, 1, false}, 1'000'000).allowed);
}

TEST(AliasDeletion, IsNeverAllowedWhereReadingFailed) {
  for (const bool released : {false, true}) {
    const auto verdict = may_delete_aliases({false, 5, released}, 9);
    EXPECT_FALSE(verdict.allowed);
    EXPECT_THAT(verdict.reason, HasSubstr("not read to its end"));
  }
}

TEST(AliasDeletion, IsHeldWhereATableReadsEmptyAndTheCacheIsNot) {
  const auto verdict = may_delete_aliases({true, 0, false}, 1);
  EXPECT_FALSE(verdict.allowed);
  EXPECT_THAT(verdict.reason, HasSubstr("empty"));
  EXPECT_TRUE(may_delete_aliases({true, 0, false}, 0).allowed) << "nothing is missing";
  EXPECT_TRUE(may_delete_aliases({true, 0, true}, 1).allowed) << "somebody meant it";
}

TEST(SeenAliases, KnowsWhatWasAdded) {
  seen_aliases seen;
  for (int i = 0; i < 1'000; i += 2)
    seen.add("alias " + std::to_string(i));
  seen.seal();
  for (int i = 0; i < 1'000; ++i)
    EXPECT_EQ(seen.contains("alias " + std::to_string(i)), i % 2 == 0) << i;
}

} // namespace
} // namespace standings
