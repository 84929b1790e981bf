#include "core/leaderboard/feeds.hpp"

#include <gtest/gtest.h>

#include <map>

namespace standings {
namespace {

using ids = std::vector<std::string>;

class Feeds : public testing::Test {
protected:
  ids reached(const ids& first) { return reached_from(first, feeds_of()); }

  feeds_of_fn feeds_of() {
    return [this](const std::string& id) {
      const auto at = feeds.find(id);
      return at == feeds.end() ? nullptr : &at->second;
    };
  }

  std::map<std::string, ids> feeds{
      {"eu", {"global"}}, {"acme.eu", {"eu", "global", "gone"}}, {"global", {}}, {"lone", {}}};
};

TEST_F(Feeds, LeadOnceToEveryLeaderboardThatTheyReach) {
  EXPECT_EQ(reached({"acme.eu"}), (ids{"acme.eu", "eu", "global"}));
  EXPECT_EQ(reached({"global", "acme.eu", "global"}), (ids{"global", "acme.eu", "eu"}));
  EXPECT_EQ(reached({"lone"}), ids{"lone"});
  EXPECT_EQ(reached({"gone"}), ids{});
}

TEST_F(Feeds, EndOnACycleThatIsThereNevertheless) {
  feeds["global"] = {"eu"};
  EXPECT_EQ(reached({"eu"}), (ids{"eu", "global"}));
}

TEST_F(Feeds, HaveToExist) {
  EXPECT_EQ(validate_feeds("new", {"eu", "nowhere"}, feeds_of()).error().field, "feeds");
  EXPECT_TRUE(validate_feeds("new", {"eu", "lone"}, feeds_of()));
}

TEST_F(Feeds, MayNotLeadBack) {
  EXPECT_FALSE(validate_feeds("global", {"acme.eu"}, feeds_of()));
  EXPECT_FALSE(validate_feeds("eu", {"acme.eu"}, feeds_of()));
  EXPECT_TRUE(validate_feeds("lone", {"acme.eu"}, feeds_of()));
}

TEST_F(Feeds, ReachABoundedNumberOfLeaderboards) {
  for (int i = 0; i < 70; ++i)
    feeds["n" + std::to_string(i)] = i == 0 ? ids{} : ids{"n" + std::to_string(i - 1)};
  EXPECT_TRUE(validate_feeds("new", {"n62"}, feeds_of())) << "63, and itself";
  EXPECT_FALSE(validate_feeds("new", {"n63"}, feeds_of()));
}

} // namespace
} // namespace standings
