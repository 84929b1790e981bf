#include "core/session.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

constexpr std::size_t most = 1'000'000;

parsed_session parsed(const std::string& text, const std::string& id = "s1") {
  return parse_session(id, text, most).value();
}

std::string reason(const std::string& text, const std::string& id = "s1") {
  const auto out = parse_session(id, text, most);
  if (out)
    return "stored";
  EXPECT_EQ(out.error().code, errc::invalid_session);
  return out.error().detail;
}

std::string with_messages(const std::string& messages) {
  return R"({"session_id":"s1","messages":[)" + messages + "]}";
}

sys_time at(const char* text) {
  return parse_iso8601(text).value();
}

TEST(Session, HasAllThatItsTextTells) {
  const auto got = parsed(R"({"session_id":"s1","group":"dev","created_at":"2026-01-02T03:04:05Z",
    "updated_at":"2026-01-03T03:04:05.000006+01:00","messages":[
      {"sender_id":"ann","sender_name":"Ann","content":"hello","timestamp":"2026-01-02T03:04:05Z",
       "message_id":"m1"},
      {"sender_id":"bob","content":"hi"}]})");
  EXPECT_EQ(got.session, (session_record{"s1",
                                         "dev",
                                         at("2026-01-02T03:04:05Z"),
                                         at("2026-01-03T02:04:05.000006Z"),
                                         {{"ann", "Ann", "hello", at("2026-01-02T03:04:05Z"), "m1"},
                                          {"bob", "", "hi", std::nullopt, ""}}}));
  EXPECT_TRUE(got.skipped.empty());
  EXPECT_EQ(got.duplicates, 0U);
}

TEST(Session, NeedsNothingButAnObject) {
  EXPECT_EQ(parsed("{}").session, (session_record{"s1", "", {}, {}, {}}));
  EXPECT_EQ(parsed(R"({"group":null,"created_at":null,"messages":null})").session,
            (session_record{"s1", "", {}, {}, {}}));
}

TEST(Session, TakesNumbersForIdsAndTimes) {
  const auto got =
      parse_session("7",
                    R"({"session_id":7,"created_at":1700000000,"updated_at":1700000000500,
          "messages":[{"sender_id":42,"content":"x","timestamp":1700000000.25,"message_id":9}]})",
                    most);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->session.created_at, from_micros(1'700'000'000'000'000));
  EXPECT_EQ(got->session.updated_at, from_micros(1'700'000'000'500'000));
  EXPECT_EQ(got->session.messages.at(0).sender_id, "42");
  EXPECT_EQ(got->session.messages.at(0).message_id, "9");
  EXPECT_EQ(got->session.messages.at(0).sent_at, from_micros(1'700'000'000'250'000));
}

TEST(Session, ThatCannotBeStoredSaysWhy) {
  EXPECT_EQ(reason("{"), "not valid JSON");
  EXPECT_EQ(reason(""), "not valid JSON");
  EXPECT_EQ(reason("[]"), "not a JSON object");
  EXPECT_EQ(reason(std::string{"{\0}", 3}), "NUL bytes");
  EXPECT_EQ(reason("{\"group\":\"\xff\"}"), "not valid UTF-8");
  EXPECT_EQ(reason(R"({"group":"a\u0000b"})"), "group has NUL bytes");
  EXPECT_EQ(reason(R"({"group":[]})"), "group is no text");
  EXPECT_EQ(reason(R"({"session_id":"s2"})"), "session_id is not that of the key");
  EXPECT_EQ(reason(R"({"created_at":"yesterday"})"), "created_at is no time");
  EXPECT_EQ(reason(R"({"updated_at":1e300})"), "updated_at is no time");
  EXPECT_EQ(reason(R"({"messages":{}})"), "messages is no list");
  EXPECT_EQ(reason(with_messages(R"({"sender_id":"a","content":"x\u0000"})")),
            "content has NUL bytes");
  EXPECT_EQ(reason(with_messages(R"({"sender_id":"\u0000","content":"x"})")),
            "sender_id has NUL bytes");
  EXPECT_EQ(reason("{\"group\":\"" + std::string(most, 'x') + "\"}"), "larger than 1000000 bytes");
  EXPECT_EQ(reason("{\"group\":\"" + std::string(513, 'x') + "\"}"),
            "group is longer than 512 bytes");
  EXPECT_EQ(reason(std::string(100, '[') + std::string(100, ']')), "not valid JSON");
}

TEST(Session, NeedsAKeyThatIsAnId) {
  EXPECT_NE(reason("{}", ""), "stored");
  EXPECT_NE(reason("{}", "\xff"), "stored");
  EXPECT_NE(reason("{}", std::string{"a\0b", 3}), "stored");
  EXPECT_NE(reason("{}", std::string(513, 'x')), "stored");
  EXPECT_EQ(reason("{}", std::string(512, 'x')), "stored");
}

TEST(Session, SkipsAMessageThatCannotBeStoredAndKeepsTheOthers) {
  const auto got = parsed(with_messages(R"({"content":"x"},7,{"sender_id":"","content":"x"},
    {"sender_id":"a"},{"sender_id":"a","content":1},{"sender_id":{},"content":"x"},
    {"sender_id":"a","content":"x","timestamp":"noon"},{"sender_id":"a","content":"good"})"));
  ASSERT_EQ(got.session.messages.size(), 1U);
  EXPECT_EQ(got.session.messages[0].content, "good");
  EXPECT_EQ(got.skipped, (std::vector<skip_count>{{"sender_id is missing", 2},
                                                  {"message is no object", 1},
                                                  {"content is missing", 1},
                                                  {"content is no text", 1},
                                                  {"sender_id is no text", 1},
                                                  {"timestamp is no time", 1}}));
}

TEST(Session, HasEachMessageOnceInTheOrderOfTheFirst) {
  const auto got = parsed(with_messages(R"(
    {"sender_id":"a","content":"x","message_id":"1"},
    {"sender_id":"a","content":"other","message_id":"1"},
    {"sender_id":"a","content":"x","message_id":"2"},
    {"sender_id":"a","content":"x","timestamp":"2026-01-01T00:00:00Z"},
    {"sender_id":"a","content":"x","timestamp":"2026-01-01T01:00:00+01:00"},
    {"sender_id":"a","content":"x","timestamp":"2026-01-01T00:00:01Z"},
    {"sender_id":"a","content":"x"},
    {"sender_id":"a","content":"x"},
    {"sender_id":"b","content":"x"})"));
  EXPECT_EQ(got.duplicates, 3U);
  ASSERT_EQ(got.session.messages.size(), 6U);
  EXPECT_EQ(got.session.messages[0].message_id, "1");
  EXPECT_EQ(got.session.messages[0].content, "x");
  EXPECT_EQ(got.session.messages[5].sender_id, "b");
}

TEST(Session, MessageKeysOfDifferentKindsNeverMeet) {
  const session_message by_id{"a", "", "x", {}, "5"};
  const session_message by_time{"a", "", "x", from_micros(5), ""};
  const session_message by_content{"a", "", "x", {}, ""};
  EXPECT_NE(message_key(by_id), message_key(by_time));
  EXPECT_NE(message_key(by_time), message_key(by_content));
  EXPECT_NE(message_key({"a", "", "bc", {}, ""}), message_key({"ab", "", "c", {}, ""}));
}

TEST(Session, HintsNameASessionPlainlyOrInJson) {
  EXPECT_EQ(hinted_session("s1"), "s1");
  EXPECT_EQ(hinted_session("a session: with spaces"), "a session: with spaces");
  EXPECT_EQ(hinted_session(R"({"session_id":"s1","event":"changed"})"), "s1");
  EXPECT_EQ(hinted_session(R"({"session_id":17})"), "17");
  EXPECT_EQ(hinted_session(""), std::nullopt);
  EXPECT_EQ(hinted_session("{}"), std::nullopt);
  EXPECT_EQ(hinted_session("{\"session_id\""), std::nullopt);
  EXPECT_EQ(hinted_session(R"({"session_id":[]})"), std::nullopt);
  EXPECT_EQ(hinted_session("\xff"), std::nullopt);
  EXPECT_EQ(hinted_session(std::string(1'000, 'x')), std::nullopt);
}

TEST(Session, IdsOfAnyBytesCanBeShown) {
  EXPECT_EQ(presentable_id("plain: Ä"), "plain: Ä");
  EXPECT_EQ(presentable_id("a\nb"), "a%0Ab");
  EXPECT_EQ(presentable_id("\xff\xc3\xa4"), "%FF%C3%A4");
  EXPECT_EQ(presentable_id(std::string{"a\0b", 3}), "a%00b");
  EXPECT_EQ(presentable_id(std::string(511, 'x') + "Ä"), std::string(511, 'x'));
}

TEST(Session, SkipsAddUpByReason) {
  std::vector<skip_count> all;
  add_skip(all, "one");
  add_skip(all, "two", 5);
  add_skip(all, "one", 2);
  EXPECT_EQ(all, (std::vector<skip_count>{{"one", 3}, {"two", 5}}));
}

} // namespace
} // namespace standings
