#include "core/base/exact_json.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <locale>
#include <random>
#include <sstream>
#include <string>

namespace standings {
namespace {

namespace json = boost::json;

/// The number in a text; not a number if it is no double.
double double_in(const std::string& number) {
  const auto parsed = json_object_in("{\"n\":" + number + "}");
  const auto* value = parsed ? parsed->if_contains("n") : nullptr;
  return value && value->is_double() ? value->get_double() : std::nan("");
}

/// Whether both are the same double; 0 and -0 are not.
bool same_double(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

std::string scientific(double number, int digits) {
  std::ostringstream out;
  out.imbue(std::locale::classic());
  out.precision(digits);
  out << std::scientific << number;
  return out.str();
}

TEST(ExactJson, ReadsTheDoubleThatIsNearest) {
  EXPECT_TRUE(same_double(double_in("0.9522444552911937"), 0.9522444552911937));
  EXPECT_TRUE(same_double(double_in("1.50"), 1.5));
  EXPECT_TRUE(same_double(double_in("1E5"), 1e5));
  EXPECT_TRUE(same_double(double_in("1e+05"), 1e5));
  EXPECT_TRUE(same_double(double_in("-25e-1"), -2.5));
  EXPECT_TRUE(same_double(double_in("-0.0"), -0.0));
  EXPECT_TRUE(same_double(double_in("5e-324"), std::numeric_limits<double>::denorm_min()));
  EXPECT_TRUE(same_double(double_in("2.2250738585072011e-308"), 2.2250738585072011e-308));
  EXPECT_TRUE(same_double(double_in("1.7976931348623158e308"), std::numeric_limits<double>::max()));
  EXPECT_TRUE(same_double(double_in("9007199254740993.0"), 9007199254740992.0))
      << "half way, to the even one";
  EXPECT_TRUE(same_double(double_in("0.1" + std::string(5'000, '0') + "1"), 0.1));
  EXPECT_TRUE(same_double(double_in("0." + std::string(400, '0') + "1e401"), 1));
}

TEST(ExactJson, ReadsWhatNoDoubleCanHoldAsInfiniteOrAsZero) {
  const auto endless = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(same_double(double_in("1e999"), endless));
  EXPECT_TRUE(same_double(double_in("-1.7976931348623159e308"), -endless));
  EXPECT_TRUE(same_double(double_in(std::string(400, '9')), endless));
  EXPECT_TRUE(same_double(double_in("1e-400"), 0));
  EXPECT_TRUE(same_double(double_in("-1e-400"), -0.0));
  EXPECT_TRUE(same_double(double_in("2.4e-324"), 0));
}

TEST(ExactJson, KeepsIntegersOf64BitsAndRoundsLongerOnes) {
  const auto read_again = [](const std::string& number) {
    return json::serialize(json_object_in("{\"n\":" + number + "}").value().at("n"));
  };
  for (const auto* number : {"0", "7", "-9223372036854775808", "18446744073709551615"})
    EXPECT_EQ(read_again(number), number);
  EXPECT_TRUE(same_double(double_in("18446744073709551616"), 18446744073709551616.0));
  EXPECT_TRUE(
      same_double(double_in("123456789012345678901234567890"), 123456789012345678901234567890.0));
}

TEST(ExactJson, ReadsEveryDoubleThatIsPrintedWithEnoughDigits) {
  std::mt19937_64 random{20'240'601};
  for (int i = 0; i < 20'000; ++i) {
    const auto number =
        i % 2 == 0 ? std::bit_cast<double>(random()) : std::generate_canonical<double, 53>(random);
    if (!std::isfinite(number))
      continue;
    EXPECT_TRUE(same_double(double_in(scientific(number, 16)), number)) << scientific(number, 16);
    EXPECT_TRUE(same_double(double_in(scientific(number, 30)), number)) << scientific(number, 30);
    EXPECT_TRUE(same_double(double_in(json::serialize(json::value(number))), number))
        << scientific(number, 16);
  }
}

TEST(ExactJson, MakesTheSameValuesAsTheLibrary) {
  for (const std::string text :
       {R"({})", R"( {"a":[],"b":{},"c":[[1,-2],{"d":null}],"e":true,"f":false} )",
        R"({"a":"","\u00e9\n":"\"x\ud83d\ude00 €"})", R"({"a":0.5,"b":18446744073709551615})"})
    EXPECT_EQ(json_object_in(text), json::parse(text).as_object()) << text;
  json::object many;
  for (int i = 0; i < 1'000; ++i)
    many["key" + std::to_string(i)] = std::string(static_cast<std::size_t>(i), '\n');
  many[std::string(9'000, 'k') + "\n"] = std::string(9'000, 'v');
  EXPECT_EQ(json_object_in(json::serialize(many)), many);
}

TEST(ExactJson, IsAnObjectAndNothingElse) {
  for (const auto* text : {"", " ", "{", "[1]", "1", "null", "{} {}", "{} x", R"({"a":1)",
                           R"({"a":1.5)", R"({"a":1.})", R"({"a":.5})", R"({"a":+1})",
                           R"({"a":0x1})", R"({"a":NaN})", R"({"a":Infinity})", "{\"a\":\"\xff\"}"})
    EXPECT_EQ(json_object_in(text), std::nullopt) << text;
}

TEST(ExactJson, IsNestedAtMost32Levels) {
  const auto nested = [](std::size_t levels) {
    return R"({"a":)" + std::string(levels - 1, '[') + std::string(levels - 1, ']') + "}";
  };
  EXPECT_TRUE(json_object_in(nested(32)));
  EXPECT_EQ(json_prefix_of(nested(33)).error, json::error::too_deep);
}

TEST(ExactJson, SaysHowFarItWasRead) {
  EXPECT_EQ(json_prefix_of(R"( {"a":1} x)").size, 9U);
  EXPECT_EQ(json_prefix_of(R"( {"a":1} x)").value, json::value({{"a", 1}}));
  EXPECT_EQ(json_prefix_of(R"({"a":x})").size, 5U);
  EXPECT_EQ(json_prefix_of(R"({"a":x})").error, json::error::syntax);
  EXPECT_EQ(json_prefix_of(R"({"a":1)").error, json::error::incomplete);
}

} // namespace
} // namespace standings
