#include "tests/cli/program_test.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/service_under_test.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace standings::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class NewTokens : public ProgramTest {};

TEST_F(NewTokens, OpenWhatTheyMay) {
  const auto made = run_with({"token", "new", "game", "--may", "write"});
  ASSERT_EQ(made.exit_code, 0) << made.error;
  EXPECT_THAT(made.output, AllOf(HasSubstr("name: \"game\""), HasSubstr("may: [write]")));
  constexpr std::string_view marker = "only this once: ";
  const auto at = made.error.find(marker);
  ASSERT_NE(at, std::string::npos) << made.error;
  const auto begin = at + marker.size();
  const auto token = made.error.substr(begin, made.error.find('\n', begin) - begin);
  EXPECT_GE(token.size(), 43U);
  EXPECT_THAT(made.output, Not(HasSubstr(token))) << "the entry goes to a file";

  const service_under_test service{
      {"tokens_file=" + write("tokens.yaml", made.output), "http.writes=token"}};
  http_client with{service.port(), {{"Authorization", "Bearer " + token}}};
  EXPECT_EQ(with.update("ann").status, 200);
  EXPECT_EQ(service.client().update("ann").status, 401);
}

TEST_F(NewTokens, MayBeForATenant) {
  const auto made = run_with({"token", "new", "game", "--may", "write", "--tenant", "a-b"});
  ASSERT_EQ(made.exit_code, 0) << made.error;
  EXPECT_THAT(made.output, HasSubstr("tenant: \"a-b\""));
}

TEST_F(NewTokens, DifferEachTime) {
  const words arguments{"token", "new", "game", "--may", "inspect,write"};
  const auto first = run_with(arguments);
  EXPECT_THAT(first.output, HasSubstr("may: [inspect, write]"));
  EXPECT_NE(first.output, run_with(arguments).output);
}

TEST_F(NewTokens, FitTheConfiguration) {
  const auto made = run_with({"token", "new", "game", "--may", "read"});
  const auto file = write("tokens.yaml", made.output);
  const std::vector<std::pair<words, std::string>> cases{
      {{"game", "--may", "read", "--set", "tokens_file=" + file}, "name: is taken"},
      {{"admin", "--may", "read"}, "name: is taken"},
      {{"a b", "--may", "read"}, "name: has to be"},
      {{"new", "--may", "read", "--tenant", "a/b"}, "tenant: has to be"}};
  for (const auto& [arguments, problem] : cases) {
    words all{"token", "new"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const auto refused = run_with(all);
    EXPECT_EQ(refused.exit_code, 2) << arguments[0];
    EXPECT_EQ(refused.output, "") << arguments[0];
    EXPECT_THAT(refused.error, HasSubstr(problem));
  }
  EXPECT_GT(run_with({"token", "new", "game", "--may", "fly"}).exit_code, 0);
  EXPECT_GT(run_with({"token", "new", "game"}).exit_code, 0);
}

TEST_F(NewTokens, AreJsonIfAsked) {
  const auto made = run_with({"token", "new", "game", "--may", "read", "--json"});
  const auto printed = boost::json::parse(made.output).as_object();
  EXPECT_GE(printed.at("token").as_string().size(), 43U);
  EXPECT_EQ(printed.at("entry").at("name").as_string(), "game");
  EXPECT_EQ(printed.at("entry").at("sha256").as_string().size(), 64U);
}

} // namespace
} // namespace standings::test
