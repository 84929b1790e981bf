#include "tests/integration/api.hpp"
#include "tests/support/alias_file.hpp"
#include "tests/support/raw_redis.hpp"
#include "tests/support/servers.hpp"
#include "tests/support/service_under_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <thread>

namespace standings::test {
namespace {

using namespace std::string_literals;
using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;

const std::string aliases_root = "/api/aliases";

std::string alias_path(const std::string& type, const std::string& alias) {
  return aliases_root + "/" + type + "/" + encoded(alias);
}

std::string resolve_path_of(const std::string& team, const std::string& player) {
  return aliases_root + "/resolve?team=" + encoded(team) + "&player=" + encoded(player);
}

std::string ids_of(const response& answer) {
  return answer.status == 200 ? json::serialize(answer.json().at("ids")) : answer.problem_code();
}

// -- on SQLite and memory ------------------------------------------------------------

/// The service beside a source that another application writes.
class Aliases : public testing::Test {
protected:
  void start(std::vector<std::string> more = {}) {
    std::vector<std::string> settings{"aliases.source=" + file.path()};
    settings.insert(settings.end(), more.begin(), more.end());
    service.emplace(settings);
    client.emplace(service->client());
  }

  response sync(const std::string& query = {}) {
    return client->post(aliases_root + "/sync" + query);
  }

  response find(const std::string& type, const std::string& alias) {
    return client->get(alias_path(type, alias));
  }

  temp_dir dir;
  alias_file file{dir / "sports.db"};
  std::optional<service_under_test> service;
  std::optional<http_client> client;
};

TEST_F(Aliases, AreFoundByTypeAndName) {
  file.add(alias_type::team, 7, "rmcf");
  file.add(alias_type::team, 1, "rmcf");
  file.add(alias_type::league, 3, "rmcf");
  start();
  ASSERT_EQ(sync().status, 200);
  const auto team = find("team", "rmcf");
  EXPECT_EQ(team.json(), json::parse(R"({"type":"team","alias":"rmcf","ids":["1","7"]})"));
  EXPECT_EQ(ids_of(find("league", "rmcf")), R"(["3"])");
  const auto none = find("player", "rmcf");
  EXPECT_EQ(none.status, 404);
  EXPECT_EQ(none.problem_code(), "unknown_alias");
  EXPECT_EQ(text(none.json(), "field"), "player");
  EXPECT_EQ(find("club", "rmcf").problem_code(), "unknown_alias");
  EXPECT_EQ(text(find("club", "rmcf").json(), "field"), "type");
}

TEST_F(Aliases, MayHaveAnyNameThatAPathCanCarry) {
  const std::vector<std::string> names{"a/b",    "a:b",    "100%",  "%2F", "l'équipe \"x\"",
                                       "الأهلي", "曼联",   "広島",  "a b", "?x=1",
                                       "#",      "..",     ".",     "+",   "ü",
                                       "🎲",      "status", "a/b/c", "\\",  "a\nb"};
  for (std::size_t i = 0; i < names.size(); ++i)
    file.add(alias_type::team, static_cast<std::int64_t>(i), names[i]);
  start();
  ASSERT_EQ(sync().status, 200);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto found = find("team", names[i]);
    EXPECT_EQ(ids_of(found), "[\"" + std::to_string(i) + "\"]") << names[i];
    EXPECT_TRUE(found.status != 200 || text(found.json(), "alias") == names[i]) << found.body;
  }
}

TEST_F(Aliases, ThatCannotBeAreRefusedWithTheField) {
  start();
  for (const auto* path : {"/team/%00", "/team/%FF", "/team/a%00b"}) {
    const auto answer = client->get(aliases_root + path);
    EXPECT_EQ(answer.status, 422) << path;
    EXPECT_EQ(text(answer.json(), "field"), "team") << path;
  }
  EXPECT_EQ(client->get(aliases_root + "/team/%zz").problem_code(), "malformed");
  EXPECT_EQ(client->get(aliases_root + "/team/").problem_code(), "unknown_route");
  for (const auto* query : {"", "?team=a", "?player=a", "?team=a&player=b&player=c"}) {
    const auto answer = client->get(aliases_root + "/resolve"s + query);
    EXPECT_EQ(answer.status, 400) << query;
    EXPECT_THAT(text(answer.json(), "field"), testing::AnyOf("team", "player")) << query;
  }
  EXPECT_EQ(client->get(aliases_root + "/resolve?team=&player=b").status, 422);
}

TEST_F(Aliases, AreReportedCycleByCycle) {
  file.add(alias_type::team, 1, "a");
  file.add(alias_type::team, 2, "");
  start({"aliases.enabled=true"});
  ASSERT_TRUE(eventually([&] { return find("team", "a").status == 200; }, seconds{5}));
  auto cycle = sync().json();
  EXPECT_EQ(text(cycle, "message"), "No changes detected");
  EXPECT_EQ(text(cycle, "reason"), "requested");
  EXPECT_EQ(number(cycle, "total"), 1);
  EXPECT_EQ(number(cycle, "invalid"), 1);
  file.add(alias_type::team, 3, "b");
  file.exec("UPDATE team_aliases SET team_id = 9 WHERE alias = 'a'");
  cycle = sync().json();
  EXPECT_TRUE(cycle.at("success").as_bool());
  EXPECT_EQ(number(cycle, "added"), 1);
  EXPECT_EQ(number(cycle, "updated"), 1);
  const auto status = client->get(aliases_root + "/status").json();
  EXPECT_TRUE(status.at("enabled").as_bool());
  EXPECT_TRUE(status.at("running").as_bool());
  EXPECT_EQ(text(status, "source"), "sports.db") << "its name, not where it is";
  EXPECT_EQ(number(status, "interval_ms"), 120'000);
  EXPECT_EQ(number(status, "cycles"), 3);
  EXPECT_EQ(status.at("history").as_array().size(), 3U);
  EXPECT_EQ(status.at("last_cycle"), status.at("history").at(0));
  EXPECT_EQ(number(status.at("last_cycle"), "added"), 1);
}

TEST_F(Aliases, OfASuddenlyEmptyTableStayUntilTheyAreReleased) {
  file.add(alias_type::team, 1, "a");
  file.add(alias_type::league, 1, "b");
  start();
  ASSERT_EQ(sync().status, 200);
  file.exec("DELETE FROM team_aliases");
  const auto held = sync().json();
  EXPECT_FALSE(held.at("success").as_bool());
  EXPECT_THAT(text(held.at("tables").at(0), "error"), HasSubstr("empty"));
  EXPECT_EQ(find("team", "a").status, 200);
  EXPECT_EQ(sync("?release=maybe").problem_code(), "malformed");
  EXPECT_EQ(number(sync("?release=true").json(), "deleted"), 1);
  EXPECT_EQ(find("team", "a").status, 404);
  EXPECT_EQ(find("league", "b").status, 200);
}

TEST_F(Aliases, AreStoppedAndStarted) {
  start({"aliases.interval=100ms"});
  const auto running = [&] {
    return client->get(aliases_root + "/status").json().at("running").as_bool();
  };
  ASSERT_EQ(client->post(aliases_root + "/stop").status, 200);
  EXPECT_FALSE(running());
  file.add(alias_type::team, 1, "late");
  std::this_thread::sleep_for(std::chrono::milliseconds{400});
  EXPECT_EQ(find("team", "late").status, 404);
  ASSERT_EQ(client->post(aliases_root + "/start").status, 200);
  EXPECT_TRUE(running());
  EXPECT_TRUE(eventually([&] { return find("team", "late").status == 200; }, seconds{5}));
}

TEST_F(Aliases, SwitchedOffSayThatTheyAre) {
  start({"aliases.enabled=false"});
  for (const auto& answer :
       {find("team", "a"), client->get(resolve_path_of("a", "b")), sync(),
        client->post(aliases_root + "/start"), client->post(aliases_root + "/stop")}) {
    EXPECT_EQ(answer.status, 409);
    EXPECT_EQ(answer.problem_code(), "feature_disabled");
    EXPECT_EQ(answer.header("Retry-After"), "");
  }
  const auto status = client->get(aliases_root + "/status");
  EXPECT_EQ(status.status, 200);
  EXPECT_FALSE(status.json().at("enabled").as_bool());
  EXPECT_EQ(client->get("/readyz").status, 200);
}

TEST_F(Aliases, AreDisabledUntilTheSourceComes) {
  service.emplace(
      std::vector<std::string>{"aliases.source=" + (dir / "later.db"), "aliases.interval=100ms"});
  client.emplace(service->client());
  EXPECT_TRUE(eventually([&] { return find("team", "a").problem_code() == "feature_disabled"; },
                         seconds{5}));
  file.add(alias_type::team, 1, "a");
  file.exec("VACUUM INTO '" + (dir / "copy.db") + "'");
  std::filesystem::rename(dir / "copy.db", dir / "later.db");
  EXPECT_TRUE(eventually([&] { return find("team", "a").status == 200; }, seconds{5}));
  const auto enabled = [&] {
    return client->get(aliases_root + "/status").json().at("enabled").as_bool();
  };
  EXPECT_TRUE(eventually(enabled, seconds{5})) << "once the cycle that found it has ended";
}

TEST_F(Aliases, AreSteeredByAdministratorsOnly) {
  start({"admin.token=a-token-of-sufficient-length"});
  for (const auto* path : {"/sync", "/start", "/stop"}) {
    EXPECT_EQ(client->post(aliases_root + path).problem_code(), "unauthorized") << path;
    EXPECT_EQ(client
                  ->post(aliases_root + path, "",
                         {{"Authorization", "Bearer a-token-of-sufficient-length"}})
                  .status,
              200)
        << path;
  }
  EXPECT_EQ(client->get(aliases_root + "/status").status, 200);
}

TEST_F(Aliases, ResolveThroughTheQueryCache) {
  file.add(alias_type::team, 1, "rm:cf");
  file.add(alias_type::player, 9, "cr/7");
  start();
  ASSERT_EQ(sync().status, 200);
  const auto first = client->get(resolve_path_of("rm:cf", "cr/7"));
  EXPECT_EQ(first.json(), json::parse(R"({"team":"rm:cf","player":"cr/7","team_ids":["1"],
                                          "player_ids":["9"],"cached":false})"));
  EXPECT_TRUE(client->get(resolve_path_of("rm:cf", "cr/7")).json().at("cached").as_bool());
  const auto unknown = client->get(resolve_path_of("rm:cf", "nobody"));
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(unknown.problem_code(), "unknown_alias");
  EXPECT_EQ(text(unknown.json(), "field"), "player");
}

TEST_F(Aliases, ForgetAQueryOnceItsTimeIsOver) {
  file.add(alias_type::team, 1, "t");
  file.add(alias_type::player, 9, "p");
  start({"aliases.query_cache_ttl=300ms"});
  ASSERT_EQ(sync().status, 200);
  ASSERT_EQ(client->get(resolve_path_of("t", "p")).status, 200);
  EXPECT_TRUE(eventually(
      [&] { return !client->get(resolve_path_of("t", "p")).json().at("cached").as_bool(); },
      seconds{5}));
}

TEST_F(Aliases, OfTheRecordedDatabaseAreAllFound) {
  const auto path = dir / "recorded.db";
  load_recorded_aliases(path);
  service.emplace(std::vector<std::string>{"aliases.source=" + path});
  client.emplace(service->client());
  ASSERT_EQ(sync().status, 200);
  for (const auto type : all_alias_types)
    for (const auto& [alias, ids] : aliases_in(path, type))
      ASSERT_EQ(ids_of(find(to_string(type), alias)), value_of(ids)) << alias;
  EXPECT_EQ(text(sync().json(), "message"), "No changes detected");
}

// -- on Redis ------------------------------------------------------------------------

class AliasesOnRedis : public testing::Test {
protected:
  std::vector<std::string> settings(const std::string& interval) const {
    return {"cache.backend=redis", "cache.port=" + std::to_string(redis.port()),
            "aliases.source=" + file.path(), "aliases.interval=" + interval};
  }

  std::string key(const std::string& name) const {
    return raw_redis{redis.port()}.word({"GET", name});
  }

  ::testing::AssertionResult becomes(const std::string& name, const std::string& value) const {
    if (eventually([&] { return key(name) == value; }, seconds{10}))
      return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure() << name << " is " << key(name);
  }

  finished cli(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "aliases");
    for (const auto& setting : settings("200ms"))
      arguments.insert(arguments.end(), {"--set", setting});
    return run(STANDINGS_BINARY, arguments);
  }

  temp_dir dir;
  redis_server redis;
  alias_file file{dir / "sports.db"};
};

TEST_F(AliasesOnRedis, FollowTheSourceWhileTheServiceRuns) {
  service_under_test service{settings("200ms")};
  file.add(alias_type::team, 1, "rmcf");
  EXPECT_TRUE(becomes("alias:team:rmcf", R"(["1"])"));
  file.exec("UPDATE team_aliases SET team_id = 2");
  EXPECT_TRUE(becomes("alias:team:rmcf", R"(["2"])"));
  file.add(alias_type::team, 10, "rmcf");
  EXPECT_TRUE(becomes("alias:team:rmcf", R"(["2","10"])"));
  file.add(alias_type::team, 3, "other");
  file.exec("DELETE FROM team_aliases WHERE alias = 'rmcf'");
  EXPECT_TRUE(becomes("alias:team:rmcf", "(nil)"));
  EXPECT_TRUE(becomes("alias:team:other", R"(["3"])"));
}

TEST_F(AliasesOnRedis, AreSharedByInstances) {
  file.add(alias_type::team, 1, "t");
  file.add(alias_type::player, 2, "p");
  service_under_test first{settings("200ms")};
  service_under_test second{settings("200ms")};
  ASSERT_TRUE(becomes("alias:player:p", R"(["2"])"));
  auto one = first.client();
  auto other = second.client();
  EXPECT_TRUE(
      eventually([&] { return one.get(resolve_path_of("t", "p")).status == 200; }, seconds{5}));
  EXPECT_TRUE(other.get(resolve_path_of("t", "p")).json().at("cached").as_bool());
  EXPECT_THAT(raw_redis{redis.port()}.word({"TTL", "cache:team_player:t:p"}),
              testing::AnyOf("3600", "3599", "3598"));
  std::this_thread::sleep_for(seconds{1});
  const auto last = other.get(aliases_root + "/status").json().at("last_cycle");
  EXPECT_TRUE(last.at("skipped_reading").as_bool()) << "neither makes the other one read";
}

TEST_F(AliasesOnRedis, AreMirroredOnceByTheCommandLine) {
  file.add(alias_type::team, 7, "rmcf");
  file.add(alias_type::team, 1, "rmcf");
  auto done = cli({"sync", "--once"});
  EXPECT_EQ(done.exit_code, 0) << done.error;
  EXPECT_THAT(done.output, AllOf(HasSubstr("total 1"), HasSubstr("added 1")));
  EXPECT_THAT(done.output, testing::StartsWith("Mirroring " + file.path() + " to Redis 127.0.0.1:"
                                               + std::to_string(redis.port()) + "/0\n"));
  EXPECT_EQ(key("alias:team:rmcf"), R"(["1","7"])");
  done = cli({"sync", "--once"});
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_THAT(done.output, AllOf(HasSubstr("added 0"), HasSubstr("No changes detected")));
  done = cli({"get", "team", "rmcf"});
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_EQ(done.output, "1\n7\n");
  EXPECT_EQ(cli({"get", "team", "none"}).exit_code, 1);
  done = cli({"get", "club", "rmcf"});
  EXPECT_EQ(done.exit_code, 2);
  EXPECT_THAT(done.error, HasSubstr("TYPE"));
}

TEST_F(AliasesOnRedis, ThatCannotBeMirroredFailOnTheCommandLine) {
  file.exec("DROP TABLE league_aliases");
  file.add(alias_type::team, 1, "a");
  auto done = cli({"sync", "--once"});
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_THAT(done.error, HasSubstr("league: "));
  EXPECT_EQ(key("alias:team:a"), R"(["1"])");
  std::filesystem::remove(file.path());
  done = cli({"sync", "--once"});
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_THAT(done.error, HasSubstr("does not exist"));
  EXPECT_EQ(key("alias:team:a"), R"(["1"])");
}

TEST_F(AliasesOnRedis, RowsThatWereLeftOutAreAFailureAndForgeNoLine) {
  file.add(alias_type::team, 1, "good");
  file.exec("INSERT INTO team_aliases (team_id, alias) VALUES"
            " ('x' || char(10) || 'forged line' || char(27) || '[31m', NULL)");
  const auto done = cli({"sync", "--once"});
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_EQ(key("alias:team:good"), R"(["1"])");
  EXPECT_THAT(done.error, HasSubstr("x\\nforged line\\x1b[31m"));
  EXPECT_THAT(done.error, testing::Not(HasSubstr("\x1b")));
}

TEST_F(AliasesOnRedis, OfTwoFilesOnlyTheFirstIsMirrored) {
  file.add(alias_type::team, 1, "a");
  EXPECT_EQ(cli({"sync", "--once"}).exit_code, 0);
  const alias_file other{dir / "other.db"};
  other.add(alias_type::team, 2, "b");
  const auto cli_on_other = [&](std::vector<std::string> arguments) {
    for (auto& setting : settings("200ms"))
      arguments.insert(arguments.end(), {"--set", setting.starts_with("aliases.source=")
                                                      ? "aliases.source=" + other.path()
                                                      : setting});
    return run(STANDINGS_BINARY, arguments);
  };
  const auto refused = cli_on_other({"aliases", "sync", "--once"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.error, AllOf(HasSubstr("another alias source"), HasSubstr("sports.db")));
  EXPECT_EQ(key("alias:team:a"), R"(["1"])");
  EXPECT_EQ(key("alias:team:b"), "(nil)");
  EXPECT_EQ(cli_on_other({"aliases", "sync", "--once", "--release"}).exit_code, 0);
  EXPECT_EQ(key("alias:team:b"), R"(["2"])");
}

TEST_F(AliasesOnRedis, AQueryKeyOfAnotherTypeCostsOnlyTheQueryCache) {
  file.add(alias_type::team, 1, "t");
  file.add(alias_type::player, 2, "p");
  raw_redis{redis.port()}.command({"RPUSH", "cache:team_player:t:p", "x"});
  service_under_test service{settings("200ms")};
  auto client = service.client();
  EXPECT_TRUE(
      eventually([&] { return client.get(resolve_path_of("t", "p")).status == 200; }, seconds{10}));
  EXPECT_FALSE(client.get(resolve_path_of("t", "p")).json().at("cached").as_bool());
  EXPECT_NE(client.get(aliases_root + "/status").json().at("foreign_query_keys_met"), 0);
  EXPECT_EQ(raw_redis{redis.port()}.word({"TYPE", "cache:team_player:t:p"}), "list");
}

TEST_F(AliasesOnRedis, AreMirroredByTheCommandLineUntilCtrlC) {
  std::vector<std::string> arguments{"aliases", "sync"};
  for (const auto& setting : settings("200ms"))
    arguments.insert(arguments.end(), {"--set", setting});
  process mirror{STANDINGS_BINARY, {arguments, dir / "output", dir / "errors", {}}};
  file.add(alias_type::team, 1, "a");
  EXPECT_TRUE(becomes("alias:team:a", R"(["1"])"));
  file.exec("UPDATE team_aliases SET team_id = 2");
  EXPECT_TRUE(becomes("alias:team:a", R"(["2"])"));
  mirror.signal(SIGINT);
  EXPECT_EQ(mirror.wait(seconds{5}), 0);
  EXPECT_THAT(read_file(dir / "output"), testing::ContainsRegex("Stopped after [0-9]+ cycles\n$"));
}

TEST_F(AliasesOnRedis, NeedACacheThatTheCommandLineCanReach) {
  const auto done = run(STANDINGS_BINARY, {"aliases", "sync", "--once", "--data-dir", dir / "."});
  EXPECT_EQ(done.exit_code, 2);
  EXPECT_THAT(done.error, HasSubstr("/api/aliases/sync"));
}

} // namespace
} // namespace standings::test
