#include "core/base/hex.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

TEST(Hex, EveryByteIsReadAsItIsWritten) {
  for (int byte = 0; byte < 256; ++byte)
    for (const auto digits : {hex_digits, upper_hex_digits}) {
      std::string text;
      append_hex(text, static_cast<unsigned char>(byte), digits);
      ASSERT_EQ(text.size(), 2U);
      EXPECT_EQ(hex_value(text[0]) * 16 + hex_value(text[1]), byte) << text;
    }
}

TEST(Hex, OtherCharactersAreNoDigits) {
  for (const char c : {'g', 'G', '/', ':', '@', '`', ' ', '\0', '\xff'})
    EXPECT_EQ(hex_value(c), -1) << c;
}

} // namespace
} // namespace standings
