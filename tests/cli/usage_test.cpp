#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace standings::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using words = std::vector<std::string>;

const std::vector<words> all_commands{{"serve"},
                                      {"check"},
                                      {"adopt"},
                                      {"cache", "status"},
                                      {"cache", "init"},
                                      {"cache", "clear"},
                                      {"cache", "bench"},
                                      {"sync", "run"},
                                      {"sync", "status"},
                                      {"sync", "load"},
                                      {"sync", "reset"},
                                      {"sync", "start"},
                                      {"sync", "stop"},
                                      {"sync", "runs"},
                                      {"sync", "undo"},
                                      {"sync", "events"},
                                      {"sync", "recover"},
                                      {"sync", "test"},
                                      {"aliases", "sync"},
                                      {"aliases", "get"},
                                      {"sessions", "sync"},
                                      {"sessions", "compare"},
                                      {"sessions", "status"},
                                      {"board"},
                                      {"user"},
                                      {"rank"},
                                      {"update"},
                                      {"leaderboards", "list"},
                                      {"leaderboards", "show"},
                                      {"leaderboards", "create"},
                                      {"leaderboards", "change"},
                                      {"leaderboards", "archive"},
                                      {"leaderboards", "restore"},
                                      {"top"},
                                      {"health"},
                                      {"completions"},
                                      {"man"}};

finished refused(const words& arguments) {
  auto done = run(STANDINGS_BINARY, arguments);
  EXPECT_EQ(done.exit_code, 2) << done.error;
  EXPECT_EQ(done.output, "");
  return done;
}

TEST(Usage, NamesTheNearestCommand) {
  EXPECT_EQ(refused({"serv"}).error,
            "standings: unknown command 'serv'; did you mean 'serve'? See `standings --help`\n");
  EXPECT_THAT(refused({"sync", "sttus"}).error,
              HasSubstr("unknown command 'sttus'; did you mean 'status'? See `standings sync"));
  EXPECT_THAT(refused({"xylophone"}).error,
              AllOf(HasSubstr("unknown command 'xylophone'; see"), Not(HasSubstr("did you mean"))));
  EXPECT_THAT(refused({}).error, HasSubstr("no command is given"));
  EXPECT_THAT(refused({"sync"}).error, HasSubstr("no command is given; see `standings sync"));
}

TEST(Usage, NamesTheNearestFlag) {
  EXPECT_THAT(refused({"serve", "--prot", "1"}).error,
              HasSubstr("unknown flag '--prot'; did you mean '--port'?"));
  EXPECT_THAT(refused({"sync", "run", "--dryrun"}).error, HasSubstr("'--dry-run'"));
  EXPECT_THAT(refused({"serve", "--tokn=secret"}).error, Not(HasSubstr("secret")));
  EXPECT_THAT(refused({"serve", "more"}).error, HasSubstr("unexpected argument 'more'"));
}

TEST(Usage, EscapesWhatItRepeats) {
  EXPECT_THAT(refused({"\x1b]0;title\a"}).error, AllOf(HasSubstr("\\x1b"), Not(HasSubstr("\x1b"))));
}

TEST(Usage, NamesTheNearestSetting) {
  EXPECT_THAT(refused({"check", "--set", "http.prt"}).error, HasSubstr("'http.port=…'"));
  EXPECT_THAT(refused({"check", "--set", "foo"}).error, HasSubstr("'foo'"));
  EXPECT_THAT(refused({"check", "--set", "admin.token:hunter2"}).error,
              AllOf(HasSubstr("key=value"), Not(HasSubstr("hunter2"))));
}

TEST(Usage, TakesSharedFlagsBeforeAndAfterTheCommand) {
  const temp_dir dir;
  for (const auto& arguments : {words{"--data-dir", dir / "d", "check", "--set", "http.port=0"},
                                words{"--set", "http.port=0", "check", "--data-dir", dir / "d"}})
    EXPECT_EQ(run(STANDINGS_BINARY, arguments).exit_code, 0);
  const auto both = run(STANDINGS_BINARY, {"--set", "http.prt=0", "check", "--set", "cache.prt=1"});
  EXPECT_THAT(both.error, AllOf(HasSubstr("http.prt"), HasSubstr("cache.prt")));
}

TEST(Usage, RefusesSharedFlagsThatTheCommandDoesNotTake) {
  EXPECT_THAT(refused({"--url", "http://x", "check"}).error,
              HasSubstr("`standings check` takes no --url"));
  EXPECT_THAT(refused({"cache", "status", "--host", "redis"}).error, HasSubstr("cache.host"));
  refused({"--json", "man"});
}

TEST(Usage, ErrorsAreJsonWhereJsonIsWanted) {
  for (const auto& arguments :
       {words{"--json", "serv"}, words{"check", "--json", "--nonsense"},
        words{"check", "--json", "--set", "http.prt=1"}, words{"cache", "status", "--json"}}) {
    const auto error = boost::json::parse(refused(arguments).error).at("error").as_object();
    for (const auto* name : {"code", "message", "field"})
      EXPECT_TRUE(error.contains(name)) << name;
  }
}

TEST(Usage, HelpOfEachCommandShowsExamplesAndExitCodes) {
  for (auto command : all_commands) {
    command.emplace_back("--help");
    const auto done = run(STANDINGS_BINARY, command);
    EXPECT_EQ(done.exit_code, 0);
    EXPECT_THAT(done.output, AllOf(HasSubstr("Examples:\n  standings " + command[0]),
                                   HasSubstr("Exit codes:\n  0  ")));
  }
}

} // namespace
} // namespace standings::test
