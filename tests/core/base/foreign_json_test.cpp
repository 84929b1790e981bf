#include "core/base/foreign_json.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

TEST(ForeignJson, LeavesStrictJsonAsItIs) {
  for (const auto* text : {R"({"a":[1,-2.5,1e10,true,null,"x\"\\\u00e4\n"],"b":{}})", R"("😀")", "",
                           R"({"n":-123456789012345678})", R"(["NaN","Infinity \\"])"})
    EXPECT_EQ(readable_json(text), text);
}

TEST(ForeignJson, MakesNothingOfNumbersThatAreNone) {
  EXPECT_EQ(readable_json(R"([NaN,Infinity,-Infinity])"), "[null,null,null]");
}

TEST(ForeignJson, KeepsTheDigitsOfLongNumbersAsText) {
  EXPECT_EQ(readable_json("[1234567890123456789,1e9999,1e-9999]"),
            R"(["1234567890123456789","1e9999","1e-9999"])");
}

TEST(ForeignJson, HalfAnEmojiBecomesBytesThatAreNoUtf8) {
  EXPECT_EQ(readable_json(R"("\ud83d")"), "\"\xed\xa0\xbd\"");
  EXPECT_EQ(readable_json(R"("\uDE00\ud83d\ude00\ud83d\n")"),
            "\"\xed\xb8\x80\\ud83d\\ude00\xed\xa0\xbd\\n\"");
}

TEST(ForeignJson, EscapesControlCharactersInTexts) {
  EXPECT_EQ(readable_json(std::string{"{\"a\":\"x\n\0y\"}", 12}), R"({"a":"x\u000a\u0000y"})");
}

TEST(ForeignJson, EndsWhereverTheTextDoes) {
  for (const auto* text : {"\"", "\"\\", "\"\\u", "\"\\ud83d\\", "-", "{\"a"})
    EXPECT_FALSE(readable_json(text).empty());
  EXPECT_EQ(readable_json("\xef\xbb\xbf{}"), "{}");
}

} // namespace
} // namespace standings
