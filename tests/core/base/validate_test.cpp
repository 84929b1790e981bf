#include "core/base/validate.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace standings {
namespace {

bool is_user_id(std::string_view id) {
  const auto valid = validate_user_id(id);
  if (!valid) {
    EXPECT_EQ(valid.error().code, errc::invalid_user_id);
    EXPECT_EQ(valid.error().field, "user_id");
    EXPECT_FALSE(valid.error().detail.empty());
  }
  return valid.has_value();
}

/// U+0000 to U+07FF in two bytes, whether or not one would do.
std::string two_bytes(unsigned code_point) {
  return {static_cast<char>(0xc0 | code_point >> 6), static_cast<char>(0x80 | (code_point & 0x3f))};
}

TEST(UserId, IsAnyShortTextInAnyScript) {
  for (const auto* id :
       {"a", "42", "anna@example.org", "Zoë Müller", "日本語", "שלום", "मीना", "😀",
        "👩‍👩‍👧", " ", "'; DROP TABLE x; --", "\u00a0", "\U0010ffff", "\ufeff"})
    EXPECT_TRUE(is_user_id(id)) << id;
}

TEST(UserId, IsNotEmpty) {
  EXPECT_FALSE(is_user_id(""));
}

TEST(UserId, HasUpTo128Bytes) {
  EXPECT_TRUE(is_user_id(std::string(128, 'x')));
  EXPECT_FALSE(is_user_id(std::string(129, 'x')));
  std::string smileys;
  for (int i = 0; i < 32; ++i)
    smileys += "😀";
  EXPECT_EQ(smileys.size(), 128U);
  EXPECT_TRUE(is_user_id(smileys));
  EXPECT_FALSE(is_user_id(smileys + "😀")); // bytes count, not characters
}

TEST(UserId, HasNoC0ControlsAndNoDelete) {
  for (char c = 0; c < 0x20; ++c) {
    EXPECT_FALSE(is_user_id(std::string{c})) << static_cast<int>(c);
    EXPECT_FALSE(is_user_id(std::string{"ab"} + c)) << static_cast<int>(c);
  }
  EXPECT_FALSE(is_user_id("a\x7f"));
}

TEST(UserId, HasNoC1Controls) {
  for (unsigned c = 0x80; c < 0xa0; ++c)
    EXPECT_FALSE(is_user_id("a" + two_bytes(c))) << c;
  EXPECT_TRUE(is_user_id("a" + two_bytes(0xa0)));
}

TEST(UserId, IsValidUtf8) {
  EXPECT_FALSE(is_user_id("\xff"));
  EXPECT_FALSE(is_user_id("ok\xc3"));
}

TEST(Utf8, IsRefusedWhereItIsOverlong) {
  for (unsigned c = 0; c < 0x80; ++c)
    EXPECT_FALSE(is_valid_utf8(two_bytes(c))) << c;
  EXPECT_FALSE(is_valid_utf8("\xe0\x80\xaf"));     // '/' in three
  EXPECT_FALSE(is_valid_utf8("\xe0\x9f\xbf"));     // U+07FF in three
  EXPECT_FALSE(is_valid_utf8("\xf0\x80\x80\xaf")); // '/' in four
  EXPECT_FALSE(is_valid_utf8("\xf0\x8f\xbf\xbf")); // U+FFFF in four
  EXPECT_TRUE(is_valid_utf8("\xe0\xa0\x80"));      // U+0800, the first that needs three
  EXPECT_TRUE(is_valid_utf8("\xf0\x90\x80\x80"));  // U+10000, the first that needs four
}

TEST(Utf8, IsRefusedWithSurrogates) {
  EXPECT_TRUE(is_valid_utf8("\xed\x9f\xbf"));              // U+D7FF
  EXPECT_FALSE(is_valid_utf8("\xed\xa0\x80"));             // U+D800
  EXPECT_FALSE(is_valid_utf8("\xed\xbf\xbf"));             // U+DFFF
  EXPECT_TRUE(is_valid_utf8("\xee\x80\x80"));              // U+E000
  EXPECT_FALSE(is_valid_utf8("\xed\xa0\xbd\xed\xb8\x80")); // CESU-8
}

TEST(Utf8, IsRefusedBeyondUnicode) {
  EXPECT_TRUE(is_valid_utf8("\xf4\x8f\xbf\xbf"));  // U+10FFFF
  EXPECT_FALSE(is_valid_utf8("\xf4\x90\x80\x80")); // U+110000
  EXPECT_FALSE(is_valid_utf8("\xf8\x88\x80\x80\x80"));
  EXPECT_FALSE(is_valid_utf8("\xfe"));
}

TEST(Utf8, IsRefusedWhereItIsTruncatedOrBroken) {
  const std::string whole = "ü€😀";
  ASSERT_EQ(whole.size(), 9U);
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    const bool at_a_boundary = length == 0 || length == 2 || length == 5 || length == 9;
    EXPECT_EQ(is_valid_utf8(whole.substr(0, length)), at_a_boundary) << length;
  }
  EXPECT_FALSE(is_valid_utf8("\x80"));
  EXPECT_FALSE(is_valid_utf8("\xc3(")); // a start without its continuation
  EXPECT_FALSE(is_valid_utf8("a\xbf"));
}

TEST(Utf8, MayHoldControlCharacters) {
  EXPECT_TRUE(is_valid_utf8(std::string_view{"a\0b", 3}));
  EXPECT_TRUE(is_valid_utf8(""));
}

TEST(Count, IsOneToTheMaximum) {
  EXPECT_TRUE(validate_count(1, 10));
  EXPECT_TRUE(validate_count(10, 10));
  for (const auto count :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{11},
        std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
    const auto valid = validate_count(count, 10);
    ASSERT_FALSE(valid) << count;
    EXPECT_EQ(valid.error().code, errc::invalid_count);
    EXPECT_EQ(valid.error().field, "count");
    EXPECT_NE(valid.error().detail.find("10"), std::string::npos); // tells the maximum
  }
}

TEST(IdempotencyKey, IsUpTo128VisibleAsciiCharacters) {
  EXPECT_TRUE(validate_idempotency_key("6f1c9d0e-0b1a-4c55-9d59-0e4cf1d2a8b7"));
  EXPECT_TRUE(validate_idempotency_key("!"));
  EXPECT_TRUE(validate_idempotency_key("~"));
  EXPECT_TRUE(validate_idempotency_key(std::string(128, 'k')));
  for (const auto& key : {std::string{}, std::string(129, 'k'), std::string{"a\tb"},
                          std::string{"a\x7f"}, std::string{"ä"}, std::string{"a\0b", 3}}) {
    const auto valid = validate_idempotency_key(key);
    ASSERT_FALSE(valid) << key;
    EXPECT_EQ(valid.error().code, errc::out_of_range);
  }
}

TEST(ConstantTimeCompare, TellsEqualFromUnequal) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_TRUE(equal_in_constant_time("secret", "secret"));
  EXPECT_TRUE(equal_in_constant_time("\xff\x80", "\xff\x80"));
  EXPECT_FALSE(equal_in_constant_time("secret", "Secret"));
  EXPECT_FALSE(equal_in_constant_time("secret", "secreT"));
  EXPECT_FALSE(equal_in_constant_time("secret", "secre"));
  EXPECT_FALSE(equal_in_constant_time("secre", "secret"));
  EXPECT_FALSE(equal_in_constant_time("", "a"));
  EXPECT_FALSE(equal_in_constant_time("a", ""));
  EXPECT_FALSE(equal_in_constant_time("abab", "ab")); // a repetition is not equality
  EXPECT_FALSE(equal_in_constant_time(std::string_view{"\0", 1}, ""));
}

TEST(ConstantTimeCompare, SeesADifferenceInAnyBit) {
  const std::string secret = "0123456789abcdef";
  for (std::size_t i = 0; i < secret.size(); ++i)
    for (int bit = 0; bit < 8; ++bit) {
      auto other = secret;
      other[i] = static_cast<char>(other[i] ^ (1 << bit));
      EXPECT_FALSE(equal_in_constant_time(secret, other)) << i << ' ' << bit;
    }
}

} // namespace
} // namespace standings
