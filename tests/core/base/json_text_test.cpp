#include "core/base/json_text.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <limits>

namespace standings {
namespace {

TEST(JsonText, IsWhatTheLibraryPrints) {
  using namespace std::string_literals;
  for (const auto& text : {""s, "ada"s, "a\"b"s, "a\\b"s, "\n\t\b\f\r"s, "\x01\x1f\x7f"s, "a\0b"s,
                           "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"s, "</script>"s}) {
    std::string out = "x";
    append_json_string(out, text);
    EXPECT_EQ(out, "x" + boost::json::serialize(boost::json::string_view{text}));
  }
}

TEST(JsonText, HasTheWholeRangeOfNumbers) {
  std::string out;
  append_number(out, std::numeric_limits<std::int64_t>::min());
  append_number(out, std::numeric_limits<std::uint64_t>::max());
  append_number(out, 0);
  EXPECT_EQ(out, "-9223372036854775808184467440737095516150");
}

} // namespace
} // namespace standings
