#include "core/base/enum_names.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace standings {
namespace {

enum class fruit : std::uint8_t { apple, pear, plum };

} // namespace

template <>
struct enum_names<fruit> {
  static constexpr enum_words<fruit, 3> all{
      {{"apple", fruit::apple}, {"a pear", fruit::pear}, {"plum", fruit::plum}}};
};

namespace {

TEST(EnumNames, EachValueIsReadAsItIsWritten) {
  for (const auto& [word, value] : enum_names<fruit>::all) {
    EXPECT_EQ(name_of(value), word);
    EXPECT_EQ(value_named<fruit>(word), value);
  }
}

TEST(EnumNames, OtherTextsNameNoValue) {
  for (const auto* text : {"", "Apple", "pear", "apple "})
    EXPECT_FALSE(value_named<fruit>(text)) << text;
}

TEST(EnumNames, WhatIsNoValueHasTheLastWord) {
  EXPECT_EQ(name_of(static_cast<fruit>(9)), "plum");
}

TEST(EnumNames, ATableThatLacksAValueIsNoticed) {
  static_assert(names_each_until(fruit::plum));
  static_assert(!names_each_until(fruit::pear));
}

} // namespace
} // namespace standings
