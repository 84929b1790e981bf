#include "core/base/presentable.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

TEST(Presentable, LeavesReadableTextAsItIs) {
  for (const auto* text : {"", "plain", "l'équipe \"x\" \\", "الأهلي 曼联 🎲"})
    EXPECT_EQ(presentable(text), text);
}

TEST(Presentable, ForgesNoLineAndSteersNoTerminal) {
  EXPECT_EQ(presentable("x\n2026-01-01 error forged\r"), "x\\n2026-01-01 error forged\\r");
  EXPECT_EQ(presentable("\x1b[31mred\x1b]0;title\x07"), "\\x1b[31mred\\x1b]0;title\\x07");
  EXPECT_EQ(presentable("\x7f\xc2\x9b\t"), "\\x7f\\x9b\\t");
  EXPECT_EQ(presentable(std::string{"a\0b", 3}), "a\\x00b");
  EXPECT_EQ(presentable("\u202ename\u2028next\u2066"), "\\u202ename\\u2028next\\u2066");
  EXPECT_EQ(presentable("\xff\xc3"), "\\xff\\xc3");
}

TEST(PresentableJson, EscapesTheSameAsJsonHasIt) {
  std::string out = "m:";
  append_presentable_json(out, "a\"\\\n\x1b\x7f\xc2\x9b\u202e\xff é");
  EXPECT_EQ(out, "m:\"a\\\"\\\\\\n\\u001b\\u007f\\u009b\\u202e\\ufffd é\"");
}

TEST(StorableText, ReplacesWhatNoDatabaseHolds) {
  EXPECT_EQ(storable_text("fine 😀\n"), "fine 😀\n");
  EXPECT_EQ(storable_text(std::string{"a\0b", 3}), "a\uFFFDb");
  EXPECT_EQ(storable_text("cut \xed\xa0\xbd."), "cut \uFFFD.");
  EXPECT_EQ(storable_text("\xff\xfe"), "\uFFFD\uFFFD");
}

} // namespace
} // namespace standings
