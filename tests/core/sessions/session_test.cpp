#include "core/sessions/session.hpp"

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
  EXPECT_TRUE(got.ours);
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
  EXPECT_EQ(reason(R"({"session_id":"s1","messages":[)"), "not valid JSON");
  EXPECT_EQ(reason(std::string{"{\0}", 3}), "not valid JSON");
  EXPECT_EQ(reason(R"({"session_id":"s2","messages":[{"sender_id":"a","content":"x"}]})"),
            "session_id is not that of the key");
  EXPECT_EQ(reason("{\"group\":\"" + std::string(most, 'x') + "\"}"), "larger than 1000000 bytes");
}

TEST(Session, NeedsAKeyThatIsAnId) {
  EXPECT_NE(reason("{}", ""), "stored");
  EXPECT_NE(reason("{}", "\xff"), "stored");
  EXPECT_NE(reason("{}", std::string{"a\0b", 3}), "stored");
  EXPECT_NE(reason("{}", std::string(513, 'x')), "stored");
  EXPECT_EQ(reason("{}", std::string(512, 'x')), "stored");
}

TEST(Session, SkipsAMessageThatCannotBeStoredAndKeepsTheOthers) {
  const auto got = parsed(with_messages(
      R"({"content":"x"},7,{"sender_id":"","content":"x"},
    {"sender_id":"a"},{"sender_id":"a","content":1},{"sender_id":{},"content":"x"},null,[],
    {"sender_id":true,"content":"x"},{"sender_id":"a\u0000","content":"x"},
    {"sender_id":"\ud83d","content":"x"},{"sender_id":")"
      + std::string(513, 'x') + R"(","content":"x"},{"sender_id":"a","content":"good"})"));
  ASSERT_EQ(got.session.messages.size(), 1U);
  EXPECT_EQ(got.session.messages[0].content, "good");
  EXPECT_EQ(got.skipped, (std::vector<skip_count>{{"sender_id is missing", 2},
                                                  {"message is no object", 3},
                                                  {"content is missing", 1},
                                                  {"content is no text", 1},
                                                  {"sender_id is no text", 2},
                                                  {"sender_id has NUL bytes", 1},
                                                  {"sender_id is not valid UTF-8", 1},
                                                  {"sender_id is longer than 512 bytes", 1}}));
  EXPECT_TRUE(got.mended.empty());
}

TEST(Session, ABadOptionalFieldCostsThatFieldAlone) {
  const auto long_id = std::string(513, 'x');
  const auto got =
      parsed(R"({"session_id":["s1"],"group":[],"created_at":"yesterday","updated_at":1e300,
    "messages":[{"sender_id":"a","content":"0","timestamp":"noon","sender_name":true},
      {"sender_id":"a","content":"1","timestamp":false,"message_id":{}},
      {"sender_id":"a","content":"2","message_id":")"
             + long_id + R"(","sender_name":")" + long_id + R"("},
      {"sender_id":"a","content":"3","message_id":"\u0000"},
      {"sender_id":"a","content":"4","message_id":"\udc00","sender_name":"Al\ud83d"}]})");
  ASSERT_EQ(got.session.messages.size(), 5U);
  for (const auto& m : got.session.messages) {
    EXPECT_EQ(m.sent_at, std::nullopt);
    EXPECT_EQ(m.message_id, "");
  }
  EXPECT_EQ(got.session.messages[4].sender_name, "Al\uFFFD");
  EXPECT_EQ(got.session.group, "");
  EXPECT_EQ(got.session.created_at, std::nullopt);
  EXPECT_TRUE(got.skipped.empty());
  EXPECT_EQ(got.mended,
            (std::vector<skip_count>{
                {"session_id is no text", 1},
                {"group is no text", 1},
                {"created_at is no time", 1},
                {"updated_at is no time", 1},
                {"sender_name is no text", 1},
                {"timestamp is no time", 2},
                {"message_id is no text", 1},
                {"sender_name is longer than 512 bytes", 1},
                {"message_id is longer than 512 bytes", 1},
                {"message_id has NUL bytes", 1},
                {"sender_name has NUL bytes or half characters, which were replaced", 1},
                {"message_id is not valid UTF-8", 1}}));
}

TEST(Session, WhatNoDatabaseHoldsIsReplacedInAContent) {
  const auto got = parsed(with_messages(R"({"sender_id":"a","content":"cut \ud83d"},
    {"sender_id":"a","content":"\ude00\ud83d\ude00"},{"sender_id":"a","content":"nul\u0000"},
    {"sender_id":"a","content":")" + std::string{"\xff raw \0.", 8}
                                        + R"("},{"sender_id":"a","content":"fine 😀"})"));
  ASSERT_EQ(got.session.messages.size(), 5U);
  EXPECT_EQ(got.session.messages[0].content, "cut \uFFFD");
  EXPECT_EQ(got.session.messages[1].content, "\uFFFD😀");
  EXPECT_EQ(got.session.messages[2].content, "nul\uFFFD");
  EXPECT_EQ(got.session.messages[3].content, "\uFFFD raw \uFFFD.");
  EXPECT_EQ(got.session.messages[4].content, "fine 😀");
  EXPECT_EQ(got.mended, (std::vector<skip_count>{
                            {"content has NUL bytes or half characters, which were replaced", 4}}));
}

TEST(Session, ReadsWhatPythonWritesForNumbersThatAreNone) {
  const auto got = parsed(R"({"session_id":"s1","sentiment":NaN,"messages":[
    {"sender_id":"a","content":"NaN","timestamp":NaN,"score":-Infinity},
    {"sender_id":"b","content":"x","sender_name":Infinity,"message_id":NaN}]})");
  ASSERT_EQ(got.session.messages.size(), 2U);
  EXPECT_EQ(got.session.messages[0].content, "NaN");
  EXPECT_EQ(got.session.messages[1].message_id, "");
  EXPECT_TRUE(got.mended.empty());
}

TEST(Session, ReadsTimesAsOtherProgramsWriteThem) {
  const auto expected = at("2026-03-02T09:00:00Z");
  for (const auto* time :
       {R"("2026-03-02T09:00:00Z")", R"("2026-03-02T10:00:00+01:00")",
        R"("2026-03-02T14:00:00+05")", R"("2026-03-02T09:00")", R"("2026-03-02 09:00:00")",
        "1772442000", "1772442000000", "1772442000000000", "1772442000.0", R"("1772442000")",
        R"("1772442000.0")", R"("Mon, 02 Mar 2026 09:00:00 GMT")", "1772442000000000000"})
    EXPECT_EQ(parsed(with_messages(R"({"sender_id":"a","content":"x","timestamp":)"
                                   + std::string{time} + "}"))
                  .session.messages.at(0)
                  .sent_at,
              expected)
        << time;
  const auto got = parsed(R"({"session_id":"s1","created_at":"2026-03-02","updated_at":"",
    "messages":[{"sender_id":"a","content":"x","timestamp":"  "}]})");
  EXPECT_EQ(got.session.created_at, at("2026-03-02T00:00:00Z"));
  EXPECT_EQ(got.session.updated_at, std::nullopt);
  EXPECT_EQ(got.session.messages.at(0).sent_at, std::nullopt);
  EXPECT_TRUE(got.mended.empty()) << "an empty time tells nothing, and is not wrong";
}

TEST(Session, IdsMayBeNumbersOfAnyKind) {
  const auto got = parse_session("42", R"({"session_id":42.0,"group":7,"messages":[
    {"sender_id":42.0,"content":"a","message_id":1e2},
    {"sender_id":12345678901234567890123,"content":"b","message_id":18446744073709551615},
    {"sender_id":-1,"content":"c","message_id":1.5}]})",
                                 most);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->session.group, "7");
  const auto& all = got->session.messages;
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].sender_id, "42");
  EXPECT_EQ(all[0].message_id, "100");
  EXPECT_EQ(all[1].sender_id, "12345678901234567890123");
  EXPECT_EQ(all[1].message_id, "18446744073709551615");
  EXPECT_EQ(all[2].sender_id, "-1");
  EXPECT_EQ(all[2].message_id, "1.5");
}

TEST(Session, OfAKeyThatIsGivenTwiceTheLastOneCounts) {
  const auto got = parsed(R"({"session_id":"s1","group":"a","group":"b",
    "messages":[{"sender_id":"a","content":"x","content":"y"}]})");
  EXPECT_EQ(got.session.group, "b");
  EXPECT_EQ(got.session.messages.at(0).content, "y");
}

TEST(Session, LooksIntoDeepFieldsThatItDoesNotKnow) {
  EXPECT_EQ(parsed(R"({"session_id":"s1","tree":)" + std::string(100, '[') + std::string(100, ']')
                   + R"(,"messages":[{"sender_id":"a","content":"x"}]})")
                .session.messages.size(),
            1U);
}

TEST(Session, WhatOtherApplicationsKeepUnderThePrefixIsNotOurs) {
  const std::string pickle{"\x80\x04\x95\x0e\x00\x00\x00pickle", 13};
  for (const auto& text : {
           pickle,
           std::string{R"({"_permanent": true, "_fresh": false, "user_id": 7})"},     // Flask
           std::string{".eJyrVkpOLErNS1eyMjTSUcrMS0ksSVWyUkpUqgUAgvgJCQ:1tA:sig"},    // Django
           std::string{R"({"_auth_user_id":"1","_auth_user_hash":"ab"})"},            // Django
           std::string{R"({"cookie":{"originalMaxAge":null,"path":"/"},"views":3})"}, // express
           std::string{R"({"cookie":{"originalMaxAge":nul)"},
           std::string{R"(user_id|i:5;name|s:3:"abc";)"},                              // PHP
           std::string{R"(a:1:{s:4:"user";i:5;})"},                                    // PHP
           std::string{"\xac\xed\x00\x05sr", 6},                                       // Java
           std::string{R"({"agent":"planner","session_id":"s1","state":{"step":4}})"}, // an agent
           std::string{R"({"messages":[{"role":"user","content":"hi"}],"next":"tool"})"},
           std::string{R"({"messages":[],"user":7})"},
           std::string{R"({"messages":"3 unread"})"},
           std::string{R"({'user': 7})"},
           std::string{"42"},
           std::string{"[1,2]"},
           std::string{"\"text\""},
           std::string{"null"},
           std::string{""},
           std::string{"plain text"},
       }) {
    const auto got = parse_session("s1", text, most);
    ASSERT_TRUE(got) << text;
    EXPECT_FALSE(got->ours) << text;
  }
  const auto large = parse_session("s1", std::string(most + 1, 'x'), most);
  EXPECT_FALSE(large.value().ours);
}

TEST(Session, AChatSessionIsKnownByItsShape) {
  for (const auto* text :
       {R"({})", R"({"session_id":"s1"})", R"({"messages":[]})", R"({"created_at":"2026-01-01"})",
        R"({"session_id":"s1","group":"dev","mood":1})", R"({"session_id":"s1","messages":{}})",
        R"({"session_id":"s1","messages":[7],"mood":1})",
        R"({"mood":1,"messages":[{"content":"lost"},{"sender_id":"a","content":"kept"}]})"})
    EXPECT_TRUE(parsed(text).ours) << text;
  EXPECT_EQ(parsed(R"({"session_id":"s1","messages":{}})").mended,
            (std::vector<skip_count>{{"messages is no list", 1}}));
}

TEST(Session, HasEachMessageOnceInTheOrderOfTheFirst) {
  const auto got = parsed(with_messages(R"(
    {"sender_id":"a","content":"x","message_id":"1"},
    {"sender_id":"a","content":"x","message_id":"1"},
    {"sender_id":"a","content":"x","message_id":"2"},
    {"sender_id":"a","content":"x","timestamp":"2026-01-01T00:00:00Z"},
    {"sender_id":"a","content":"x","timestamp":"2026-01-01T01:00:00+01:00"},
    {"sender_id":"a","content":"x","timestamp":"2026-01-01T00:00:01Z"},
    {"sender_id":"a","content":"x"},
    {"sender_id":"a","content":"x"},
    {"sender_id":"b","content":"x"})"));
  EXPECT_EQ(got.duplicates, 3U);
  EXPECT_EQ(got.replaced, 0U);
  ASSERT_EQ(got.session.messages.size(), 6U);
  EXPECT_EQ(got.session.messages[0].message_id, "1");
  EXPECT_EQ(got.session.messages[0].content, "x");
  EXPECT_EQ(got.session.messages[5].sender_id, "b");
}

TEST(Session, OfTwoContentsUnderOneIdTheLaterOneCountsAsAnEdit) {
  const auto got = parsed(with_messages(R"(
    {"sender_id":"a","sender_name":"Ann","content":"one","message_id":"1"},
    {"sender_id":"a","content":"between"},
    {"sender_id":"a","content":"two","message_id":"1"},
    {"sender_id":"b","content":"x","message_id":"2"},
    {"sender_id":"c","content":"x","message_id":"2"})"));
  EXPECT_EQ(got.replaced, 2U);
  EXPECT_EQ(got.duplicates, 0U);
  ASSERT_EQ(got.session.messages.size(), 3U);
  EXPECT_EQ(got.session.messages[0].content, "two");
  EXPECT_EQ(got.session.messages[0].sender_name, "Ann");
  EXPECT_EQ(got.session.messages[2].sender_id, "c");
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
  EXPECT_EQ(hinted_session(R"({"session_id":"\ud83d"})"), std::nullopt);
  EXPECT_EQ(hinted_session(R"({"session_id":"s1","score":NaN})"), "s1");
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
