#include "http/api/request_json.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

namespace standings {
namespace {

using testing::HasSubstr;

std::string refusal(std::string_view body) {
  const auto parsed = parse_object(body);
  return parsed ? "parsed" : to_string(parsed.error().code) + ": " + parsed.error().detail;
}

TEST(RequestJson, SaysWhereItIsNotJson) {
  EXPECT_THAT(refusal(R"({"user_id": ada})"), HasSubstr("malformed: "));
  EXPECT_THAT(refusal(R"({"user_id": ada})"), HasSubstr("at byte 13"));
  EXPECT_THAT(refusal(R"({"user_id": "ada")"), HasSubstr("not valid JSON at byte 18"));
  EXPECT_THAT(refusal(R"({} {})"), HasSubstr("goes on after its JSON at byte 4"));
  EXPECT_THAT(refusal(""), HasSubstr("at byte 1"));
  EXPECT_THAT(refusal("[1]"), HasSubstr("has to be a JSON object"));
}

TEST(RequestJson, RefusesAFieldThatIsThereTwice) {
  EXPECT_THAT(refusal(R"({"user_id":"a","user_id":"b"})"), HasSubstr("twice"));
  EXPECT_THAT(refusal(R"({"user_id":"a","user\u005fid":"b"})"), HasSubstr("twice"));
  EXPECT_THAT(refusal(R"({"updates":[{"count":1},{"count":1,"count":2}]})"), HasSubstr("twice"));
}

TEST(RequestJson, RefusesMoreValuesThanAnyRequestNeedsBeforeItMakesThem) {
  const auto with = [](const std::string& value, std::size_t times) {
    std::string out{"{\"a\":["};
    for (std::size_t i = 0; i < times; ++i)
      out.append(i > 0 ? "," : "").append(value);
    return out + "]}";
  };
  EXPECT_EQ(refusal(with("1", 19'000)), "parsed");
  EXPECT_EQ(refusal(with("\",,[{\\\",,\"", 5'000)), "parsed") << "within texts they are none";
  for (const auto* value : {"1", "{}", "[]", "null"})
    EXPECT_THAT(refusal(with(value, 21'000)), HasSubstr("values")) << value;
}

TEST(RequestJson, AcceptsColonsAndQuotesWithinTexts) {
  EXPECT_EQ(refusal(R"({"a":"x:y\":z\\","b":{"a":[{"a":1},{"a":":"}]}})"
                    "\r\n"),
            "parsed");
  EXPECT_EQ(refusal(" {}\n"), "parsed");
}

} // namespace
} // namespace standings
