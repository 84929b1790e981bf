#include "actors/leaderboard/update_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace standings {

namespace {

using ::testing::ElementsAre;

/// A database that refuses the rows of some users, and keeps what it was asked to write at once.
class UpdateWriter : public ::testing::Test {
protected:
  std::vector<errc> write(const std::vector<std::string>& users) {
    asked_.clear();
    std::vector<score_update> updates;
    for (const auto& user : users)
      updates.push_back({user, static_cast<std::int64_t>(updates.size()) + 1, {}});
    std::vector<errc> codes;
    counts_.clear();
    for (const auto& outcome : writer_.write(updates, [this](auto part) { return apply(part); })) {
      codes.push_back(outcome.code);
      counts_.push_back(outcome.user.score[0]);
    }
    return codes;
  }

  std::set<std::string> refused_;
  std::vector<std::string> asked_;   ///< users of each try, joined
  std::vector<std::int64_t> counts_; ///< the counts, where each was answered
  errc down_ = errc::none;

private:
  result<std::vector<update_outcome>> apply(std::span<const score_update> part) {
    std::string names;
    bool is_refused = false;
    std::vector<update_outcome> out(part.size());
    for (std::size_t i = 0; i < part.size(); ++i) {
      names += part[i].user_id;
      is_refused = is_refused || refused_.contains(part[i].user_id);
      out[i].user.score[0] = part[i].count;
    }
    asked_.push_back(names);
    if (is_refused && down_ != errc::none)
      return fail(down_, "away");
    if (is_refused)
      return fail(errc::rejected_row, "refused");
    return out;
  }

  update_writer writer_;
};

using enum errc;

TEST_F(UpdateWriter, FindsTheUserWhoIsRefusedOnceAndWritesThemAloneFromThenOn) {
  refused_ = {"c"};
  EXPECT_THAT(write({"a", "b", "c", "d"}), ElementsAre(none, none, rejected_row, none));
  EXPECT_THAT(asked_, ElementsAre("abcd", "ab", "cd", "c", "d"));
  EXPECT_THAT(write({"a", "c", "b", "c", "d"}),
              ElementsAre(none, rejected_row, none, rejected_row, none));
  EXPECT_THAT(asked_, ElementsAre("abd", "c", "c"));
}

TEST_F(UpdateWriter, AnswersInTheOrderOfTheUpdates) {
  refused_ = {"c"};
  write({"c"});
  refused_.clear();
  EXPECT_THAT(write({"c", "a", "c", "b"}), ElementsAre(none, none, none, none));
  EXPECT_THAT(asked_, ElementsAre("ab", "c", "c"));
  EXPECT_THAT(counts_, ElementsAre(1, 2, 3, 4));
}

TEST_F(UpdateWriter, WritesUsersWithAllOthersAgainOnceTheDatabaseTakesThem) {
  refused_ = {"c"};
  write({"c"});
  refused_.clear();
  write({"c"});
  write({"a", "c", "b"});
  EXPECT_THAT(asked_, ElementsAre("acb"));
}

TEST_F(UpdateWriter, ALostConnectionEndsTheBatchAlsoAmongThoseWrittenAlone) {
  refused_ = {"c"};
  write({"c"});
  refused_ = {"c", "x"};
  write({"x"});
  down_ = store_unavailable;
  EXPECT_THAT(write({"c", "a", "x"}), ElementsAre(store_unavailable, none, store_unavailable));
  EXPECT_THAT(asked_, ElementsAre("a", "c"));
}

} // namespace

} // namespace standings
