#include "core/leaderboard/feeds.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

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

  result<void> change(const std::string& id, const ids& before, const ids& after) {
    const auto exists = [this](const std::string& of) {
      return feeds.contains(of) && !missing.contains(of);
    };
    return validate_feeds({id, before, after}, exists, {feeds.begin(), feeds.end()});
  }

  /// Each of n0 to n(length - 1) feeds the one before.
  void make_chain(int length) {
    for (int i = 0; i < length; ++i)
      feeds["n" + std::to_string(i)] = i == 0 ? ids{} : ids{"n" + std::to_string(i - 1)};
  }

  std::set<std::string> missing; ///< archived
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

TEST_F(Feeds, HaveToExistWhereTheyAreNew) {
  EXPECT_EQ(change("new", {}, {"eu", "nowhere"}).error().field, "feeds");
  EXPECT_TRUE(change("new", {}, {"eu", "lone"}));
  EXPECT_TRUE(change("acme.eu", feeds["acme.eu"], {"eu", "gone", "lone"}))
      << "what was fed before may be gone";
}

TEST_F(Feeds, AddedOnesAreThoseThatWereNotThereBefore) {
  EXPECT_EQ(added_feeds({"a", {"b", "c"}, {"c", "d", "b", "e"}}), (ids{"d", "e"}));
  EXPECT_EQ(added_feeds({"a", {"b", "c"}, {"c"}}), ids{});
}

TEST(ForeignFeeds, StayWhereATenantLeavesThemOut) {
  ids feeds{"acme.new", "other.c"};
  keep_foreign_feeds("acme", {"acme.old", "other.b", "default", "other.c", "acmes"}, feeds);
  EXPECT_EQ(feeds, (ids{"acme.new", "other.c", "other.b", "default", "acmes"}));
}

TEST_F(Feeds, MayNotLeadBack) {
  EXPECT_FALSE(change("global", {}, {"acme.eu"}));
  EXPECT_FALSE(change("eu", {"global"}, {"acme.eu"}));
  EXPECT_TRUE(change("lone", {}, {"acme.eu"}));
}

TEST_F(Feeds, MayNotLeadBackThroughOneThatIsArchived) {
  feeds["global"] = {"archived"};
  feeds["archived"] = {"lone"};
  missing.insert("archived");
  const auto refused = change("lone", {}, {"acme.eu"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().detail, "feeds would lead back to 'lone'") << "no name of another";
}

TEST_F(Feeds, ReachABoundedNumberOfLeaderboards) {
  make_chain(70);
  EXPECT_TRUE(change("new", {}, {"n62"})) << "63, and itself";
  EXPECT_FALSE(change("new", {}, {"n63"}));
}

TEST_F(Feeds, AreBoundedAlsoForThoseThatLeadToALeaderboard) {
  make_chain(40); // n39 leads to n38, and so on to n0
  feeds["m0"] = {};
  for (int i = 1; i < 40; ++i)
    feeds["m" + std::to_string(i)] = {"m" + std::to_string(i - 1)};
  EXPECT_TRUE(change("n0", {}, {"m23"})) << "40 and 24";
  EXPECT_FALSE(change("n0", {}, {"m24"}));
}

} // namespace
} // namespace standings
