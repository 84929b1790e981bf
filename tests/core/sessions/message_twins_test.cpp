#include "core/sessions/message_twins.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

using rows = std::vector<std::int64_t>;

session_record source(std::vector<session_message> messages) {
  return {"s1", {}, {}, {}, std::move(messages)};
}

session_message message(const std::string& id, const std::string& content = "x") {
  return {"ann", {}, content, from_micros(1), id};
}

TEST(MessageTwins, ARowGetsTheIdThatItsMessageWasGiven) {
  const std::vector<twin_rows> pairs{{9, "m1", 1, ""}};
  const auto plan = settle_twins(source({message("m1")}), pairs);
  EXPECT_EQ(plan.dropped, (rows{9}));
  EXPECT_EQ(plan.named, (rows{1}));
  EXPECT_EQ(plan.names, (std::vector<std::string>{"m1"}));
}

TEST(MessageTwins, ARowKeepsTheIdThatItsMessageHasLost) {
  const std::vector<twin_rows> pairs{{9, "", 1, "m1"}};
  const auto plan = settle_twins(source({message("")}), pairs);
  EXPECT_EQ(plan.dropped, (rows{9}));
  EXPECT_TRUE(plan.named.empty());
}

TEST(MessageTwins, TwoMessagesSideBySideAreTwo) {
  const auto both = source({message("m1"), message("")});
  const std::vector<twin_rows> later_with{{9, "m1", 1, ""}};
  const std::vector<twin_rows> later_without{{9, "", 1, "m1"}};
  EXPECT_TRUE(settle_twins(both, later_with).dropped.empty());
  EXPECT_TRUE(settle_twins(both, later_without).dropped.empty());
}

TEST(MessageTwins, OneRowIsTheTwinOfOneMessage) {
  const std::vector<twin_rows> pairs{{8, "m1", 1, ""}, {9, "m2", 1, ""}};
  const auto plan = settle_twins(source({message("m1"), message("m2")}), pairs);
  EXPECT_EQ(plan.dropped, (rows{8}));
  EXPECT_EQ(plan.names, (std::vector<std::string>{"m1"}));
}

} // namespace
} // namespace standings
