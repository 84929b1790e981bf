#include "config/values.hpp"
#include "core/base/enum_names.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace standings {
namespace {

enum class fruit : std::uint8_t { apple, pear };

} // namespace

template <>
struct enum_names<fruit> {
  static constexpr enum_words<fruit, 2> all{{{"apple", fruit::apple}, {"pear", fruit::pear}}};
};

namespace {

using namespace std::chrono_literals;

TEST(ConfigValues, ReadsIntegersUpToTheirLimits) {
  EXPECT_EQ(parse_integer<std::uint16_t>("0").value(), 0);
  EXPECT_EQ(parse_integer<std::uint16_t>("65535").value(), 65535);
  EXPECT_EQ(parse_integer<std::int64_t>("-9223372036854775808").value(), INT64_MIN);
  EXPECT_EQ(parse_integer<std::uint64_t>("18446744073709551615").value(), UINT64_MAX);
}

TEST(ConfigValues, NamesTheRangeThatAnIntegerLeaves) {
  const auto high = parse_integer<std::uint16_t>("65536");
  ASSERT_FALSE(high);
  EXPECT_EQ(high.error().detail, "'65536' is not between 0 and 65535");
  const auto low = parse_integer<std::uint16_t>("-1");
  ASSERT_FALSE(low);
  EXPECT_EQ(low.error().detail, "'-1' is not between 0 and 65535");
  EXPECT_FALSE(parse_integer<std::int64_t>("9223372036854775808"));
  EXPECT_FALSE(parse_integer<std::uint64_t>("99999999999999999999999999"));
}

TEST(ConfigValues, TakesNoPartOfATextForAnInteger) {
  for (const auto* text :
       {"", "-", "+1", " 1", "1 ", "1x", "0x10", "1e3", "1.0", "1_000", "--1", "ten"})
    EXPECT_FALSE(parse_integer<std::uint32_t>(text)) << text;
  EXPECT_EQ(parse_integer<std::uint32_t>("ten").error().detail, "'ten' is not a whole number");
}

TEST(ConfigValues, ReadsDurationsInEachUnit) {
  EXPECT_EQ(parse_duration("500ms").value(), 500ms);
  EXPECT_EQ(parse_duration("30s").value(), 30s);
  EXPECT_EQ(parse_duration("2m").value(), 2min);
  EXPECT_EQ(parse_duration("1h").value(), 1h);
  EXPECT_EQ(parse_duration("0s").value(), 0ms);
  EXPECT_EQ(parse_duration("8760h").value(), max_duration);
}

TEST(ConfigValues, RefusesADurationWithoutUnitOrWithMore) {
  for (const auto* text : {"", "5", "s", "-5s", "1.5s", "5 s", "5S", "5d", "1h30m", "5s "})
    EXPECT_FALSE(parse_duration(text)) << text;
  EXPECT_EQ(parse_duration("5").error().detail,
            "'5' is not a duration such as 500ms, 30s, 2m or 1h");
}

TEST(ConfigValues, RefusesADurationTooLongToCalculateWith) {
  for (const auto* text :
       {"8761h", "31536000001ms", "9223372036854775807h", "99999999999999999999999s"})
    EXPECT_FALSE(parse_duration(text)) << text;
  EXPECT_EQ(parse_duration("8761h").error().detail, "'8761h' is longer than 8760h");
}

TEST(ConfigValues, WritesDurationsAsTheyAreRead) {
  for (const auto* text : {"0ms", "1ms", "1500ms", "5s", "90s", "2m", "1h", "8760h"})
    EXPECT_EQ(format_duration(parse_duration(text).value()), text);
}

TEST(ConfigValues, ReadsBooleansInOneSpelling) {
  EXPECT_TRUE(parse_boolean("true").value());
  EXPECT_FALSE(parse_boolean("false").value());
  for (const auto* text : {"", "True", "yes", "on", "1", "0"})
    EXPECT_FALSE(parse_boolean(text).has_value()) << text;
}

TEST(ConfigValues, NamesTheWordsOfAnEnumeration) {
  EXPECT_EQ(parse_enum<fruit>("pear").value(), fruit::pear);
  const auto unknown = parse_enum<fruit>("Pear");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().detail, "'Pear' is not one of: apple, pear");
}

TEST(ConfigValues, WritesAnEnumerationAsItIsRead) {
  EXPECT_EQ(name_of(fruit::apple), "apple");
}

TEST(ConfigValues, QuotesOnlyWhatCannotBeAConnectionStringOrAnEscape) {
  EXPECT_EQ(in_quotes("abc"), "'abc'");
  EXPECT_EQ(in_quotes("redis://:pw@h"), "the value");
  EXPECT_EQ(in_quotes("\x1b[31m"), "the value");
  EXPECT_EQ(in_quotes(std::string(33, 'a')), "the value");
}

TEST(ConfigValues, EncodesWhatHasAMeaningInAUrl) {
  EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encode("p@ss:w/ord?#%"), "p%40ss%3Aw%2Ford%3F%23%25");
  EXPECT_EQ(percent_encode("\xc3\xa9 "), "%C3%A9%20");
}

TEST(ConfigValues, FindsTheNearestOfSeveralNames) {
  const std::vector<std::string> names{"http.host", "http.port", "log"};
  EXPECT_EQ(nearest("http.prot", names), "http.port");
  EXPECT_EQ(nearest("http.hst", names), "http.host");
  EXPECT_EQ(nearest("HTTP.PORT", names), "http.port");
  EXPECT_EQ(nearest("lgo", names), "log");
  EXPECT_EQ(nearest("lxx", names), std::nullopt);
  EXPECT_EQ(nearest("something.else", names), std::nullopt);
  EXPECT_EQ(nearest("", names), std::nullopt);
}

TEST(ConfigValues, ReadListsWithCommas) {
  using texts = std::vector<std::string>;
  EXPECT_EQ(*parse_list(""), texts{});
  EXPECT_EQ(*parse_list(" "), texts{});
  EXPECT_EQ(*parse_list("a"), texts{"a"});
  EXPECT_EQ(*parse_list(" a ,b,c "), (texts{"a", "b", "c"}));
  for (const auto* text : {"a,", ",a", "a,,", "a, "})
    EXPECT_EQ(*parse_list(text), texts{"a"}) << text;
  EXPECT_EQ(*parse_list(format_list({"a", "b"})), (texts{"a", "b"}));
}

} // namespace
} // namespace standings
