#include "core/sessions/session_comparison.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

using fields = std::vector<std::string>;

const session_record full{"s1",
                          "dev",
                          from_micros(1),
                          from_micros(2),
                          {{"ann", "", "hello", from_micros(3), ""}, {"bob", "", "hi", {}, "m2"}}};

TEST(SessionComparison, EqualSessionsAreInSync) {
  const auto got = compare_session(full, full);
  EXPECT_EQ(got.verdict, session_verdict::in_sync);
  EXPECT_TRUE(got.fields.empty());
  EXPECT_EQ(got.source_messages, 2U);
  EXPECT_EQ(got.stored_messages, 2U);
  EXPECT_EQ(got.missing_messages, 0U);
}

TEST(SessionComparison, NamesEachFieldThatDiffers) {
  auto stored = full;
  stored.group = "ops";
  stored.created_at.reset();
  stored.updated_at = from_micros(1);
  stored.messages.pop_back();
  const auto got = compare_session(full, stored);
  EXPECT_EQ(got.verdict, session_verdict::differs);
  EXPECT_EQ(got.fields, (fields{"group", "created_at", "updated_at", "messages"}));
  EXPECT_EQ(got.missing_messages, 1U);
}

TEST(SessionComparison, AnEditedMessageIsMissing) {
  auto stored = full;
  stored.messages[1].content = "ho";
  EXPECT_EQ(compare_session(full, stored).fields, (fields{"messages"}));
}

TEST(SessionComparison, RowsMayHoldMoreThanTheSourceTells) {
  auto source = full;
  source.group.clear();
  source.created_at.reset();
  source.updated_at.reset();
  source.messages.pop_back();
  const auto got = compare_session(source, full);
  EXPECT_EQ(got.verdict, session_verdict::in_sync);
  EXPECT_EQ(got.source_messages, 1U);
  EXPECT_EQ(got.stored_messages, 2U);
}

TEST(SessionComparison, TheOrderOfMessagesDoesNotMatter) {
  auto stored = full;
  std::swap(stored.messages[0], stored.messages[1]);
  EXPECT_EQ(compare_session(full, stored).verdict, session_verdict::in_sync);
}

TEST(SessionComparison, AMessageWhoseIdWasTakenAwayIsThere) {
  auto source = full;
  source.messages[1].message_id.clear();
  EXPECT_EQ(compare_session(source, full).verdict, session_verdict::in_sync);
}

TEST(SessionComparison, AMessageWithoutAnIdBesideItsTwinWithOneIsMissing) {
  auto source = full;
  source.messages.push_back({"bob", "", "hi", {}, ""});
  EXPECT_EQ(compare_session(source, full).missing_messages, 1U);
}

TEST(SessionComparison, AnIdThatTheRowDoesNotHaveYetIsMissing) {
  auto source = full;
  source.messages[0].message_id = "m1";
  EXPECT_EQ(compare_session(source, full).missing_messages, 1U);
}

} // namespace
} // namespace standings
