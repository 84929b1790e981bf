#include "tests/support/process.hpp"
#include "tests/support/service_under_test.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace standings::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using words = std::vector<std::string>;

class UserCommands : public testing::Test {
protected:
  static void SetUpTestSuite() {
    service = std::make_unique<service_under_test>(words{"admin.open_on_loopback=true"});
  }
  static void TearDownTestSuite() { service.reset(); }

  static finished call(words arguments) {
    const auto url = "http://127.0.0.1:" + std::to_string(service->port());
    arguments.insert(arguments.begin(), {"--url", url});
    return run(STANDINGS_BINARY, arguments);
  }

  static inline std::unique_ptr<service_under_test> service;
};

TEST_F(UserCommands, UpdateOnceForEachKey) {
  EXPECT_EQ(call({"update", "anna", "5", "--idempotency-key", "one"}).output,
            "anna: daily 5, weekly 5, monthly 5, yearly 5\n");
  EXPECT_THAT(call({"update", "anna", "5", "--idempotency-key", "one"}).output,
              HasSubstr("daily 5,"));
  EXPECT_THAT(call({"update", "anna", "2"}).output, HasSubstr("daily 7,"));
  const auto refused = call({"update", "anna", "0", "--json"});
  EXPECT_EQ(refused.exit_code, 1);
  const auto error = boost::json::parse(refused.error).at("error");
  EXPECT_EQ(error.at("code"), "invalid_count");
  EXPECT_EQ(error.at("field"), "count");
  EXPECT_EQ(call({"update", "anna", "many"}).exit_code, 2);
  EXPECT_EQ(call({"update", "anna", "1", "--idempotency-key", "a\nb"}).exit_code, 2);
}

TEST_F(UserCommands, ShowUsersAndRanks) {
  ASSERT_EQ(call({"update", "carl/../x y", "3"}).exit_code, 0);
  EXPECT_THAT(call({"user", "carl/../x y"}).output,
              AllOf(HasSubstr("user:     carl/../x y\n"), HasSubstr("yearly:   3\n")));
  EXPECT_THAT(call({"rank", "carl/../x y", "daily"}).output,
              AllOf(HasSubstr(" is number "), HasSubstr(" (daily), score 3\n")));
  EXPECT_EQ(boost::json::parse(call({"rank", "carl/../x y", "daily", "--json"}).output).at("score"),
            3);
  const auto unknown = call({"user", "nobody"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.error, HasSubstr("unknown_user"));
  ASSERT_EQ(call({"update", "--", "-dash", "3"}).exit_code, 0);
  EXPECT_EQ(call({"user", "--", "-dash"}).exit_code, 0);
}

TEST_F(UserCommands, PrintABoardWithEscapedIds) {
  ASSERT_EQ(call({"update", "\u202egnp", "9"}).exit_code, 0);
  const auto text = call({"board", "daily", "--limit", "5"});
  EXPECT_EQ(text.exit_code, 0) << text.error;
  EXPECT_THAT(text.output, AllOf(HasSubstr("\\u202egnp"), Not(HasSubstr("\u202e"))));
  const auto as_json = call({"board", "daily", "--json"}).output;
  EXPECT_THAT(as_json, Not(HasSubstr("\u202e")));
  EXPECT_THAT(boost::json::serialize(boost::json::parse(as_json)), HasSubstr("\u202egnp"));
  EXPECT_EQ(call({"board", "hourly"}).exit_code, 2);
  EXPECT_EQ(call({"board", "daily", "--limit", "0"}).exit_code, 2);
}

TEST_F(UserCommands, StatusCommandsPrintJson) {
  for (const auto& command :
       {words{"sync", "status"}, words{"sync", "runs"}, words{"sync", "events"}, words{"health"},
        words{"sync", "run", "--dry-run"}, words{"top"}}) {
    auto arguments = command;
    arguments.emplace_back("--json");
    const auto done = call(arguments);
    EXPECT_EQ(done.exit_code, 0) << command[0] << done.error;
    EXPECT_TRUE(boost::json::parse(done.output).is_object()) << command[0];
  }
}

} // namespace
} // namespace standings::test
