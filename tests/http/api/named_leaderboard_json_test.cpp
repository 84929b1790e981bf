#include "core/base/exact_json.hpp"
#include "http/api/named_leaderboard_json.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>

namespace standings {
namespace {

namespace json = boost::json;

/// An object of so many numbers of all magnitudes.
json::object numbers_of(std::mt19937_64& random, int count) {
  std::uniform_real_distribution<double> digits{-10, 10};
  std::uniform_int_distribution<int> exponent{-300, 300};
  json::object out;
  for (int i = 0; i < count; ++i)
    out[std::to_string(i)] = digits(random) * (i % 2 == 0 ? 1 : std::pow(10.0, exponent(random)));
  return out;
}

TEST(MetadataJson, OfUsersHasTheNumbersThatWereWritten) {
  std::mt19937_64 random{7};
  for (int i = 0; i < 200; ++i) {
    const auto written = numbers_of(random, 20);
    const auto stored = parse_user_metadata(json::serialize(written));
    ASSERT_TRUE(stored);
    const auto shown = json_object_in(user_metadata_json("ada", *stored));
    ASSERT_TRUE(shown);
    EXPECT_EQ(shown->at("metadata"), written);
  }
}

TEST(MetadataJson, OfLeaderboardsHasTheNumbersThatWereStored) {
  std::mt19937_64 random{8};
  for (int i = 0; i < 100; ++i) {
    const auto written = numbers_of(random, 20);
    leaderboard_info info{};
    info.settings.metadata = json::serialize(written);
    const auto described = json_object_in(leaderboard_json(info));
    ASSERT_TRUE(described);
    EXPECT_EQ(described->at("settings").at("metadata"), written);
    const auto listed = json_object_in(leaderboards_json({info}, 10));
    ASSERT_TRUE(listed);
    EXPECT_EQ(listed->at("leaderboards").at(0).at("settings").at("metadata"), written);
  }
}

TEST(MetadataJson, IsRefusedWithANumberBeyondDoubles) {
  for (const std::string number : {"1e999", "-1e999", "1.7976931348623159e308"}) {
    const auto refused = parse_user_metadata(R"({"a":[)" + number + "]}");
    ASSERT_FALSE(refused) << number;
    EXPECT_EQ(refused.error().code, errc::out_of_range);
  }
  EXPECT_EQ(parse_user_metadata(R"({"a":1e-400,"b":1.7976931348623157e308})").value(),
            R"({"a":0E0,"b":1.7976931348623157E308})");
}

} // namespace
} // namespace standings
