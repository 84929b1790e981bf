#include "tests/integration/api.hpp"
#include "tests/support/raw_http.hpp"
#include "tests/support/service_under_test.hpp"

#include <gtest/gtest.h>

namespace standings::test {
namespace {

struct bad_case {
  std::string body;
  int status;
  std::string code;
};

/// After each test the service still works, and nothing was counted.
class BadUpdates : public testing::Test {
protected:
  void TearDown() override {
    EXPECT_EQ(number(admin_status(client), "database_users"), 0);
    EXPECT_EQ(number(client.get(api_root + "/yearly").json(), "total_users"), 0);
    const auto good = client.update("good", 3);
    ASSERT_EQ(good.status, 200);
    EXPECT_EQ(number(good.json().at("data"), "yearly_pomo"), 3);
    EXPECT_TRUE(service.running().running());
  }

  void expect_refused(const std::vector<bad_case>& cases) {
    for (const auto& c : cases) {
      const auto answer = client.post(api_root + "/update", c.body);
      EXPECT_EQ(answer.status, c.status) << c.body.substr(0, 200);
      EXPECT_EQ(answer.problem_code(), c.code) << c.body.substr(0, 200);
    }
  }

  service_under_test service;
  http_client client = service.client();
};

TEST_F(BadUpdates, AreMalformedWhereTheyAreNotJsonObjects) {
  std::vector<bad_case> cases;
  for (const auto* body : {"", "nonsense", "{", "}", "null", "true", "3", "\"a\"", "[]",
                           "[{\"user_id\":\"a\"}]", "{\"user_id\":\"a\"", "{\"user_id\":\"a\"}}",
                           "<user_id>a</user_id>", "user_id=a&count=1", "{user_id:\"a\"}"})
    cases.push_back({body, 400, "malformed"});
  cases.push_back({std::string(500'000, '['), 400, "malformed"});
  cases.push_back({std::string("{\"user_id\":\"a\0b\"}", 17), 400, "malformed"});
  expect_refused(cases);
}

TEST_F(BadUpdates, AreMalformedWhereAFieldIsMissingUnknownOrOfAnotherType) {
  expect_refused({
      {R"({})", 400, "malformed"},
      {R"({"count":1})", 400, "malformed"},
      {R"({"user_id":1})", 400, "malformed"},
      {R"({"user_id":null})", 400, "malformed"},
      {R"({"user_id":["a"]})", 400, "malformed"},
      {R"({"user_id":{"a":1}})", 400, "malformed"},
      {R"({"user_id":false})", 400, "malformed"},
      {R"({"user_id":"a","count":"1"})", 400, "malformed"},
      {R"({"user_id":"a","count":null})", 400, "malformed"},
      {R"({"user_id":"a","count":[1]})", 400, "malformed"},
      {R"({"user_id":"a","count":true})", 400, "malformed"},
      {R"({"user_id":"a","points":1})", 400, "malformed"},
      {R"({"user_id":"a","Count":1})", 400, "malformed"},
      {R"({"user_id":"a","count":1,"":1})", 400, "malformed"},
  });
}

TEST_F(BadUpdates, NameTheFieldToBlame) {
  const auto field = [&](const char* body) {
    return text(client.post(api_root + "/update", body).json(), "field");
  };
  EXPECT_EQ(field(R"({"count":1})"), "user_id");
  EXPECT_EQ(field(R"({"user_id":""})"), "user_id");
  EXPECT_EQ(field(R"({"user_id":"a","count":0})"), "count");
  EXPECT_EQ(field(R"({"user_id":"a","points":0})"), "points");
}

TEST_F(BadUpdates, AreInvalidWhereTheIdIs) {
  std::string wide; // 43 characters of 3 bytes: 129 bytes
  for (int i = 0; i < 43; ++i)
    wide += "\xe2\x82\xac";
  std::vector<bad_case> cases;
  for (const auto& id :
       {std::string{}, std::string(129, 'x'), wide, std::string(100'000, 'x'),
        std::string{R"(a\u0000)"}, std::string{R"(\n)"}, std::string{R"(a\tb)"},
        std::string{R"(\u001f)"}, std::string{R"(\u007f)"}, std::string{R"(\u0085)"}})
    cases.push_back({R"({"user_id":")" + id + "\"}", 422, "invalid_user_id"});
  expect_refused(cases);
}

TEST_F(BadUpdates, AreMalformedWhereTheyAreNotUtf8) {
  std::vector<bad_case> cases;
  for (const auto* id : {"\xff", "\xc3", "a\x80", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80",
                         R"(\ud800)", R"(\udc00\ud800)", R"(\ud800x)"})
    cases.push_back({std::string{R"({"user_id":")"} + id + "\"}", 400, "malformed"});
  expect_refused(cases);
}

TEST_F(BadUpdates, AreInvalidWhereTheCountIs) {
  std::vector<bad_case> cases;
  for (const auto* count :
       {"0", "-1", "-0", "1.5", "1e20", "10001", "9223372036854775807", "9223372036854775808",
        "-9223372036854775808", "18446744073709551616", "1e308", "0.0001"})
    cases.push_back(
        {std::string{R"({"user_id":"a","count":)"} + count + "}", 422, "invalid_count"});
  expect_refused(cases);
}

TEST_F(BadUpdates, AreRefusedByTheirHeaders) {
  const auto path = api_root + "/update";
  const std::string body = R"({"user_id":"a"})";
  for (const auto* type : {"text/plain", "application/x-www-form-urlencoded", "application/xml",
                           "multipart/form-data"}) {
    const auto answer = client.post(path, body, {}, type);
    EXPECT_EQ(answer.status, 415) << type;
    EXPECT_EQ(answer.problem_code(), "unsupported_media_type") << type;
  }
  const auto zipped = client.post(path, body, {{"Content-Encoding", "gzip"}});
  EXPECT_EQ(zipped.status, 415);
  EXPECT_EQ(zipped.problem_code(), "unsupported_media_type");
  for (const auto& key : {std::string(129, 'k'), std::string{"a b"}, std::string{"\xc3\xa9"}}) {
    const auto answer = client.post(path, body, {{"Idempotency-Key", key}});
    EXPECT_EQ(answer.status, 422) << key;
    EXPECT_EQ(answer.problem_code(), "out_of_range") << key;
  }
}

TEST_F(BadUpdates, AreRefusedByTheirSize) {
  const auto large = R"({"user_id":")" + std::string(2 << 20, 'x') + "\"}";
  const auto answer = client.post(api_root + "/update", large);
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.problem_code(), "body_too_large");
  const auto padded = R"({"user_id":"a"})" + std::string(2 << 20, ' ');
  EXPECT_EQ(client.post(api_root + "/update/batch", padded).problem_code(), "body_too_large");
}

TEST_F(BadUpdates, AreRefusedWhereTheyArriveInPart) {
  const auto whole = post_request(api_root + "/update", R"({"user_id":"a","count":1})");
  const auto head = whole.find("\r\n\r\n") + 4;
  for (auto size = head; size < whole.size(); ++size) {
    raw_connection c{service.port()};
    ASSERT_TRUE(c.send(whole.substr(0, size)));
    if (size % 2 == 0)
      continue; // hangs up
    c.shut_write();
    EXPECT_EQ(c.read().problem_code(), "malformed") << size;
  }
}

TEST_F(BadUpdates, OfABatchAreRefusedTogetherWhereTheBodyIsBad) {
  std::string many = R"({"updates":[)";
  for (int i = 0; i < 1'001; ++i)
    many += (i > 0 ? "," : "") + std::string{R"({"user_id":"a"})"};
  const std::vector<bad_case> cases{
      {"", 400, "malformed"},
      {"[]", 400, "malformed"},
      {"{}", 400, "malformed"},
      {R"({"updates":1})", 400, "malformed"},
      {R"({"updates":{"user_id":"a"}})", 400, "malformed"},
      {R"({"updates":[{"user_id":"a"}],"x":1})", 400, "malformed"},
      {R"({"updates":[]})", 422, "out_of_range"},
      {many + "]}", 422, "out_of_range"},
  };
  for (const auto& c : cases) {
    const auto answer = client.post(api_root + "/update/batch", c.body);
    EXPECT_EQ(answer.status, c.status) << c.body.substr(0, 100);
    EXPECT_EQ(answer.problem_code(), c.code) << c.body.substr(0, 100);
  }
}

TEST_F(BadUpdates, OfABatchAreToldItemByItem) {
  const auto answer = client.post(
      api_root + "/update/batch",
      R"({"updates":[{"user_id":""},7,null,{"user_id":"a","count":0},{"count":1},{"user_id":1}]})");
  ASSERT_EQ(answer.status, 200);
  const auto all = answer.json();
  EXPECT_EQ(all.at("success"), false);
  EXPECT_EQ(number(all, "applied"), 0);
  EXPECT_EQ(number(all, "failed"), 6);
  std::vector<std::string> codes;
  for (const auto& item : all.at("results").as_array())
    codes.push_back(text(item, "code"));
  EXPECT_EQ(codes, (std::vector<std::string>{"invalid_user_id", "malformed", "malformed",
                                             "invalid_count", "malformed", "malformed"}));
}

TEST(ScoreLimit, IsNeverPassed) {
  service_under_test service{{"leaderboard.max_count=9007199254740991"}};
  auto client = service.client();
  constexpr std::int64_t most = 9'007'199'254'740'991; // 2^53 - 1
  EXPECT_EQ(client.update("a", most - 1).status, 200);
  EXPECT_EQ(client.update("b", most).status, 200);
  EXPECT_EQ(client.update("b", 1).problem_code(), "score_overflow");
  const auto refused = client.update("a", 2);
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(refused.problem_code(), "score_overflow");
  EXPECT_EQ(client.update("a", most).problem_code(), "score_overflow");
  EXPECT_EQ(client.update("a", most + 1).problem_code(), "invalid_count");
  const auto last = client.update("a", 1);
  ASSERT_EQ(last.status, 200);
  EXPECT_EQ(number(last.json().at("data"), "daily_pomo"), most);
  for (const auto& root : {api_root, database_root})
    EXPECT_EQ(whole_board(client, root + "/daily"),
              (std::vector<standing>{{"b", most}, {"a", most}}));
}

} // namespace
} // namespace standings::test
