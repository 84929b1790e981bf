#include "tests/cli/program_test.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/raw_http.hpp"
#include "tests/support/service_under_test.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <sstream>

namespace standings::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class CommandLine : public ProgramTest {};

/// A service that is told to stop as soon as it listens.
finished serve_for_a_moment(const temp_dir& dir, words arguments) {
  arguments.insert(arguments.begin(), {"serve", "--port", "0", "--data-dir", dir / "data"});
  std::filesystem::remove(dir / "log"); // left by an earlier one
  process service{STANDINGS_BINARY, {arguments, dir / "output", dir / "log"}};
  eventually([&] { return read_file(dir / "log").find("Listening") != std::string::npos; },
             std::chrono::seconds{10});
  service.signal(SIGTERM);
  const auto exit_code = service.wait(std::chrono::seconds{10});
  return {exit_code, read_file(dir / "output"), read_file(dir / "log")};
}

TEST_F(CommandLine, TellsItsVersion) {
  const auto done = run(STANDINGS_BINARY, {"--version"});
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_THAT(done.output, testing::MatchesRegex("standings [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST_F(CommandLine, HelpsWithCommandsAndFlags) {
  const auto all = run(STANDINGS_BINARY, {"--help"});
  EXPECT_EQ(all.exit_code, 0);
  EXPECT_THAT(all.output, AllOf(HasSubstr("serve"), HasSubstr("check"), HasSubstr("--version")));
  for (const auto* command : {"serve", "check"}) {
    const auto one = run(STANDINGS_BINARY, {command, "--help"});
    EXPECT_EQ(one.exit_code, 0) << command;
    for (const auto* flag : {"--config", "--host", "--port", "--data-dir", "--set"})
      EXPECT_THAT(one.output, HasSubstr(flag)) << command;
  }
}

TEST_F(CommandLine, RefusesWhatItDoesNotKnow) {
  for (const auto& arguments : {words{}, words{"dance"}, words{"serve", "--no-such-flag"},
                                words{"serve", "more"}, words{"serve", "--port"}}) {
    const auto done = run(STANDINGS_BINARY, arguments);
    ASSERT_TRUE(done.exit_code);
    EXPECT_GT(*done.exit_code, 0);
    EXPECT_THAT(done.error, HasSubstr("--help"));
  }
}

TEST_F(CommandLine, RefusesAPublicAddressWithoutAToken) {
  for (const auto* host : {"0.0.0.0", "::", "192.0.2.1"}) {
    const auto done = run_with({"serve", "--port", "0", "--host", host});
    EXPECT_EQ(done.exit_code, 2) << host;
    EXPECT_THAT(done.error, AllOf(HasSubstr("http.host"), HasSubstr("admin.token"))) << host;
    EXPECT_THAT(done.error, Not(HasSubstr("Listening"))) << host;
  }
}

TEST_F(CommandLine, TakesAPublicAddressWithAToken) {
  const auto done = serve_for_a_moment(
      dir, {"--host", "0.0.0.0", "--set", "admin.token=a-token-of-sufficient-length"});
  EXPECT_EQ(done.exit_code, 0) << done.error;
  EXPECT_THAT(done.error, AllOf(HasSubstr("Listening on http://0.0.0.0:"), HasSubstr("Stopped")));
}

TEST_F(CommandLine, RefusesUnknownOptionsFromEverySource) {
  const auto file = write("bad.yaml", "http:\n  prot: 8000\n");
  const std::vector<std::pair<finished, std::string>> cases{
      {run_with({"serve", "--config", file}), "http.prot"},
      {run_with({"serve", "--set", "http.prot=8000"}), "http.prot"},
      {run_with({"serve"}, {{"STANDINGS_HTTP_PROT", "8000"}}), "STANDINGS_HTTP_PROT"},
      {run_with({"check", "--config", file}), "http.prot"},
  };
  for (const auto& [done, named] : cases) {
    EXPECT_EQ(done.exit_code, 2);
    EXPECT_THAT(done.error, HasSubstr(named));
  }
}

TEST_F(CommandLine, ReportsAllProblemsAtOnce) {
  const auto done = run_with({"serve", "--port", "70000", "--set", "log.level=loud", "--set",
                              "leaderboard.time_zone=Nowhere/Land", "--set", "nonsense=1"});
  EXPECT_EQ(done.exit_code, 2);
  for (const auto* named : {"http.port", "log.level", "leaderboard.time_zone", "nonsense"})
    EXPECT_THAT(done.error, HasSubstr(named));
}

TEST_F(CommandLine, RefusesSettingsWithoutAValue) {
  const auto done = run_with({"serve", "--set", "http.port"});
  EXPECT_EQ(done.exit_code, 2);
  EXPECT_THAT(done.error, HasSubstr("key=value"));
}

TEST_F(CommandLine, RefusesAConfigFileThatIsMissingOrNotYaml) {
  for (const auto& file : {dir / "missing.yaml", write("broken.yaml", "http: [1, 2")}) {
    const auto done = run_with({"serve", "--config", file});
    EXPECT_EQ(done.exit_code, 2) << file;
    EXPECT_THAT(done.error, HasSubstr(file));
  }
}

TEST_F(CommandLine, RefusesADataDirectoryThatCannotBe) {
  const auto file = write("file", "");
  const auto done = run(STANDINGS_BINARY, {"serve", "--port", "0", "--data-dir", file + "/below"});
  EXPECT_EQ(done.exit_code, 2);
  EXPECT_THAT(done.error, HasSubstr("data directory"));
}

TEST_F(CommandLine, SaysThatAPortIsInUse) {
  const service_under_test first;
  const auto port = std::to_string(first.port());
  const auto done = run_with({"serve", "--port", port});
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_THAT(done.error, AllOf(HasSubstr("127.0.0.1:" + port), HasSubstr("in use")));
  EXPECT_EQ(first.client().get("/healthz").status, 200);
}

TEST_F(CommandLine, CreatesTheDataDirectoryAndTheDatabaseInIt) {
  const auto done = serve_for_a_moment(dir, {});
  EXPECT_EQ(done.exit_code, 0) << done.error;
  EXPECT_TRUE(std::filesystem::exists(dir / "data/standings.db"));
}

TEST_F(CommandLine, ChecksWhatIsFit) {
  const auto done = run_with({"check"});
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_THAT(done.output,
              AllOf(HasSubstr("config: ok\n"), HasSubstr("not there yet; serve creates it\n"),
                    HasSubstr("cache: ok\n")));
}

TEST_F(CommandLine, ChecksWithoutChangingAnything) {
  EXPECT_EQ(run_with({"check"}).exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(dir / "data"));
}

TEST_F(CommandLine, ChecksWhatIsNotFit) {
  std::filesystem::create_directories(dir / "data/standings.db");
  const auto done = run_with({"check"});
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_THAT(done.output, AllOf(HasSubstr("config: ok\n"), HasSubstr("database: not ok"),
                                 HasSubstr("cache: ok\n")));
}

TEST_F(CommandLine, ChecksADatabaseThatIsNone) {
  std::filesystem::create_directories(dir / "data");
  write("data/standings.db", std::string(10'000, 'x'));
  const auto done = run_with({"check"});
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_THAT(done.output, HasSubstr("database: not ok"));
}

TEST_F(CommandLine, TakesSettingsFromTheEnvironmentBelowFlags) {
  std::filesystem::create_directories(dir
                                      / "data/other.db"); // a directory, so no database opens it
  EXPECT_EQ(run_with({"check"}).exit_code, 0);
  const process::variables other{{"STANDINGS_DATABASE_PATH", "other.db"}};
  EXPECT_EQ(run_with({"check"}, other).exit_code, 1);
  EXPECT_EQ(run_with({"check", "--set", "database.path=third.db"}, other).exit_code, 0);
}

/// A first start and its output.
TEST_F(CommandLine, SaysFirstWhatRunsOnWhat) {
  const auto done = serve_for_a_moment(dir, {});
  const auto first = done.error.substr(0, done.error.find('\n'));
  for (const auto* part : {"Standings ", "without a file", "SQLite /", "/data/standings.db",
                           "cache in memory", "with token", "data directory /", "aliases from /"})
    EXPECT_THAT(first, HasSubstr(part));
  EXPECT_THAT(first, HasSubstr("/data/sports_data.db"));
}

TEST_F(CommandLine, SaysNoSecretWhenItSaysWhatRuns) {
  const words stores{"--set", "database.backend=postgres",    "--set", "cache.backend=redis",
                     "--set", "cache.password=hunter2",       "--set", "cache.port=1",
                     "--set", "admin.token=hunter2-is-secret"};
  for (const auto& [url, address] : std::vector<std::pair<std::string, std::string>>{
           {"postgresql://me:hunter2@127.0.0.1:1/scores?password=hunter2", "127.0.0.1:1/scores,"},
           {"postgresql://127.0.0.1:1/scores?user=me@x&password=hunter2", "127.0.0.1:1/scores,"},
           {"postgresql://me:hun?ter2@127.0.0.1:1/scores", "127.0.0.1:1/scores,"},
           {"host=127.0.0.1 port=1 dbname=scores password=hunter2", "127.0.0.1:1/scores,"},
           {"host=127.0.0.1 port=1 dbname='a b' password='hunter2 x'", "as configured,"}}) {
    auto arguments = stores;
    arguments.insert(arguments.end(), {"--set", "database.url=" + url});
    const auto done = serve_for_a_moment(dir, arguments);
    EXPECT_THAT(done.error, HasSubstr("PostgreSQL " + address)) << url;
    EXPECT_THAT(done.error, HasSubstr("Redis 127.0.0.1:1/0")) << url;
    EXPECT_THAT(done.error, HasSubstr("with token")) << url;
    EXPECT_THAT(done.error, Not(HasSubstr("hunter2"))) << url;
  }
}

TEST_F(CommandLine, ServesADatabaseFileOnce) {
  const service_under_test first;
  const auto link = dir / "link.db";
  std::filesystem::create_symlink(first.database(), link);
  for (const auto& path : {first.database(), link}) {
    const auto done = run_with({"serve", "--port", "0", "--set", "database.path=" + path});
    EXPECT_EQ(done.exit_code, 1) << path;
    EXPECT_THAT(done.error, AllOf(HasSubstr("another service"), HasSubstr("standings.db"))) << path;
  }
  EXPECT_EQ(run_with({"check", "--set", "database.path=" + first.database()}).exit_code, 0);
  EXPECT_EQ(first.client().get("/healthz").status, 200);
}

TEST_F(CommandLine, ServesADatabaseFileAgainAfterAKill) {
  service_under_test service;
  service.kill();
  service.start();
  EXPECT_EQ(service.client().update("ann").status, 200);
}

TEST_F(CommandLine, NamesWhyItCannotListen) {
  const std::vector<std::pair<words, std::string>> cases{
      {{"--host", "192.0.2.1"}, "this machine has no such address"},
      {{"--host", "no-such-host.invalid"}, "does not resolve"}};
  for (const auto& [where, why] : cases) {
    words arguments{"serve", "--set", "admin.token=a-token-of-sufficient-length"};
    arguments.insert(arguments.end(), where.begin(), where.end());
    const auto done = run_with(arguments);
    EXPECT_EQ(done.exit_code, 1);
    EXPECT_THAT(done.error, AllOf(HasSubstr("cannot listen on"), HasSubstr(why)));
    EXPECT_FALSE(std::filesystem::exists(dir / "data/standings.db")) << "before anything else";
  }
}

TEST_F(CommandLine, RefusesADatabaseFileThatIsNoneAtTheStart) {
  std::filesystem::create_directories(dir / "data");
  write("data/standings.db", std::string(10'000, 'x'));
  const auto done = run_with({"serve", "--port", "0"});
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_THAT(done.error, AllOf(HasSubstr("not one of SQLite"), HasSubstr("data/standings.db"),
                                Not(HasSubstr("Listening"))));
}

TEST_F(CommandLine, RefusesADatabaseInADirectoryThatIsNotThere) {
  for (const auto* command : {"serve", "check"}) {
    const auto done = run_with({command, "--port", "0", "--set", "database.path=no/such/x.db"});
    EXPECT_EQ(done.exit_code, 1) << command;
    EXPECT_THAT(done.error + done.output, HasSubstr("no/such: No such file")) << command;
  }
}

TEST_F(CommandLine, KeepsItsFilesToItsUser) {
  EXPECT_EQ(serve_for_a_moment(dir, {}).exit_code, 0);
  using std::filesystem::perms;
  const auto others = perms::group_all | perms::others_all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{dir / "data"})
    EXPECT_EQ(entry.status().permissions() & others, perms::none) << entry.path();
  EXPECT_EQ(std::filesystem::status(dir / "data").permissions() & others, perms::none);
}

TEST_F(CommandLine, WarnsOfAFileOfSecretsThatEverybodyMayRead) {
  const auto file = write("c.yaml", "admin: { token: a-token-of-sufficient-length }\n");
  const auto harmless = write("harmless.yaml", "http: { threads: 3 }\n");
  std::filesystem::permissions(file, std::filesystem::perms{0644});
  EXPECT_THAT(run_with({"check", "--config", file}).error, HasSubstr("chmod 600"));
  EXPECT_THAT(run_with({"check", "--config", harmless}).error, Not(HasSubstr("chmod")));
  std::filesystem::permissions(file, std::filesystem::perms{0640});
  EXPECT_THAT(run_with({"check", "--config", file}).error, Not(HasSubstr("chmod")));
}

TEST_F(CommandLine, SaysWhatAnOrchestratorHasPutIntoTheEnvironment) {
  const auto done = run_with({"check"}, {{"STANDINGS_PORT", "tcp://10.0.0.9:8000"}});
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_THAT(done.error, HasSubstr("STANDINGS_PORT"));
}

TEST_F(CommandLine, LogsALineOfJsonPerEvent) {
  const auto done = serve_for_a_moment(dir, {"--set", "log.format=json"});
  EXPECT_EQ(done.exit_code, 0);
  std::istringstream log{done.error};
  std::string line;
  int lines = 0;
  for (; std::getline(log, line); ++lines) {
    const auto event = boost::json::parse(line).as_object();
    for (const auto* name : {"time", "level", "message"})
      EXPECT_TRUE(event.contains(name)) << line;
  }
  EXPECT_GT(lines, 2);
}

TEST_F(CommandLine, FillsAnEmptyDatabaseForADemoAndNoOther) {
  const auto users = [&] {
    return run_with({"check"}).output;
  };
  EXPECT_EQ(serve_for_a_moment(dir, {"--demo"}).exit_code, 0);
  EXPECT_THAT(users(), HasSubstr(", 500 users\n"));
  const auto again = serve_for_a_moment(dir, {"--demo"});
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_THAT(again.error, HasSubstr("has users already"));
  EXPECT_THAT(users(), HasSubstr(", 500 users\n"));
}

TEST_F(CommandLine, HealthAsksTheRunningService) {
  service_under_test service;
  const auto port = std::to_string(service.port());
  for (const auto& how : {words{"health"}, words{"health", "--ready"}}) {
    auto asked = how;
    asked.insert(asked.end(), {"--port", port});
    const auto done = run_with(asked);
    EXPECT_EQ(done.exit_code, 0) << done.error;
    EXPECT_THAT(done.output, testing::AnyOf("ok\n", "ready\n"));
  }
  service.kill();
  const auto done = run_with({"health", "--port", port});
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_THAT(done.error, HasSubstr("no service answers"));
}

} // namespace
} // namespace standings::test
