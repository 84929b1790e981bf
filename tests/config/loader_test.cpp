#include "config/loader.hpp"
#include "config/paths.hpp"
#include "tests/config/load_from.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace standings {
namespace {

using test::load_from;
using lines = std::vector<std::string>;
using variables = std::map<std::string, std::string>;
using flags = std::vector<std::pair<std::string, std::string>>;

/// A file that is removed when the test ends.
class temporary_file {
public:
  explicit temporary_file(const std::string& text) { std::ofstream{path_} << text; }
  ~temporary_file() { std::remove(path_.c_str()); }
  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

private:
  const std::string path_ = testing::TempDir() + "/standings_loader_" + std::to_string(getpid())
                            + testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST(ConfigLoader, TellsWhereEachValueComesFrom) {
  const temporary_file file{"cache:\n  backend: redis\nhttp: { threads: 3 }\n"};
  const auto out = load({.file = file.path(),
                         .environment = {{"STANDINGS_HTTP_THREADS", "4"},
                                         {"REDIS_URL", "redis://:hunter2@redis.test:7000/2"},
                                         {"DATABASE_URL", "postgresql://h/d"}},
                         .overrides = {{"log.level", "debug"}}});
  EXPECT_EQ(out.problems, lines{});
  const std::map<std::string, std::string> wanted{
      {"cache.backend", file.path() + ":2"}, {"cache.url", "REDIS_URL"},
      {"cache.host", "REDIS_URL"},           {"cache.port", "REDIS_URL"},
      {"cache.password", "REDIS_URL"},       {"cache.db", "REDIS_URL"},
      {"database.url", "DATABASE_URL"},      {"http.threads", "STANDINGS_HTTP_THREADS"},
      {"log.level", "command line"}};
  EXPECT_EQ(out.sources, wanted);
}

TEST(ConfigLoader, GivesTheDefaultsForNoSources) {
  const auto out = load({});
  EXPECT_EQ(out.problems, lines{});
  EXPECT_EQ(out.notes, lines{});
  for (const auto& o : all_options())
    EXPECT_EQ(o.get(out.value), o.get(config{})) << o.path;
}

TEST(ConfigLoader, PrefersFlagsToEnvironmentToFileToDefaults) {
  const temporary_file file{"http: { port: 1, threads: 1, max_in_flight: 901 }\n"};
  const auto out =
      load({.file = file.path(),
            .environment = {{"STANDINGS_HTTP_PORT", "2"}, {"STANDINGS_HTTP_THREADS", "2"}},
            .overrides = {{"http.port", "3"}}});
  EXPECT_EQ(out.problems, lines{});
  EXPECT_EQ(out.value.http.port, 3);
  EXPECT_EQ(out.value.http.threads, 2U);
  EXPECT_EQ(out.value.http.max_in_flight, 901U);
  EXPECT_EQ(out.value.http.max_connections, config{}.http.max_connections);
}

TEST(ConfigLoader, TakesEveryOptionFromEnvironmentAndFlags) {
  for (const auto& o : all_options()) {
    const auto text = o.get(config{});
    EXPECT_EQ(load_from({{environment_name(o), text}}).problems, lines{}) << o.path;
    EXPECT_EQ(load_from({}, {{o.path, text}}).problems, lines{}) << o.path;
  }
}

TEST(ConfigLoader, LetsTheLastOfTwoFlagsWin) {
  EXPECT_EQ(load_from({}, {{"http.port", "1"}, {"http.port", "2"}}).value.http.port, 2);
}

TEST(ConfigLoader, NamesTheVariableOfAWrongType) {
  EXPECT_EQ(load_from({{"STANDINGS_HTTP_PORT", "web"}}).problems,
            lines{"STANDINGS_HTTP_PORT: http.port: 'web' is not a whole number"});
  EXPECT_EQ(load_from({{"REDIS_DB", "-1"}}).problems,
            lines{"REDIS_DB: cache.db: '-1' is not between 0 and 4294967295"});
}

TEST(ConfigLoader, NamesTheOptionOfAFlagOfAWrongType) {
  EXPECT_EQ(load_from({}, {{"log.level", "loud"}}).problems,
            lines{"command line: log.level: 'loud' is not one of: debug, info, warn, error"});
}

TEST(ConfigLoader, RefusesUnknownVariablesThatResembleAKnownOne) {
  const auto out = load_from({{"STANDINGS_HTTP_PROT", "1"},
                              {"STANDINGS_XYZZY", "1"},
                              {"HOME", "/root"},
                              {"STANDING", "1"}});
  EXPECT_EQ(out.problems, (lines{"unknown environment variable 'STANDINGS_HTTP_PROT' "
                                 "(did you mean 'STANDINGS_HTTP_PORT'?)"}));
  EXPECT_EQ(out.notes, lines{"unknown environment variable 'STANDINGS_XYZZY' is passed over"});
}

TEST(ConfigLoader, TreatsEmptyVariablesOfItsOwnAsNotSet) {
  const temporary_file file{"http: { port: 1 }\ncache: { host: file }\n"};
  const auto out = load({.file = file.path(),
                         .environment = {{"STANDINGS_HTTP_PORT", ""},
                                         {"STANDINGS_CACHE_HOST", ""},
                                         {"REDIS_HOST", "shared"},
                                         {"STANDINGS_HTTP_PROT", ""}},
                         .overrides = {{"cache.backend", "redis"}}});
  EXPECT_EQ(out.problems, lines{});
  EXPECT_EQ(out.notes, lines{});
  EXPECT_EQ(out.value.http.port, 1);
  EXPECT_EQ(out.value.cache.host, "shared");
}

TEST(ConfigLoader, PassesOverWhatKubernetesInjectsForAServiceOfItsName) {
  const auto out = load_from({{"STANDINGS_SERVICE_HOST", "10.0.0.9"},
                              {"STANDINGS_SERVICE_PORT", "8000"},
                              {"STANDINGS_SERVICE_PORT_HTTP", "8000"},
                              {"STANDINGS_PORT", "tcp://10.0.0.9:8000"},
                              {"STANDINGS_PORT_8000_TCP", "tcp://10.0.0.9:8000"},
                              {"STANDINGS_PORT_8000_TCP_PROTO", "tcp"},
                              {"STANDINGS_PORT_8000_TCP_PORT", "8000"},
                              {"STANDINGS_PORT_8000_TCP_ADDR", "10.0.0.9"},
                              {"STANDINGS_PORT_53_UDP_ADDR", "10.0.0.9"}});
  EXPECT_EQ(out.problems, lines{});
  ASSERT_EQ(out.notes.size(), 1U);
  for (const auto* name :
       {"STANDINGS_SERVICE_HOST", "STANDINGS_PORT, ", "STANDINGS_PORT_53_UDP_ADDR"})
    EXPECT_NE(out.notes[0].find(name), std::string::npos) << name;
}

TEST(ConfigLoader, PassesOverWhatKubernetesInjectsUnderTheNameOfAnOption) {
  // services named standings-http, standings-cache, redis and postgres
  const auto out = load_from({{"STANDINGS_HTTP_PORT", "tcp://10.0.0.9:8000"},
                              {"STANDINGS_HTTP_SERVICE_HOST", "10.0.0.9"},
                              {"STANDINGS_CACHE_PORT", "tcp://10.0.0.9:6379"},
                              {"STANDINGS_CACHE_PORT_6379_TCP_ADDR", "10.0.0.9"},
                              {"REDIS_PORT", "tcp://10.0.0.9:6379"},
                              {"POSTGRES_PORT", "tcp://10.0.0.9:5432"},
                              {"POSTGRES_HOST", "db"},
                              {"REDIS_HOST", "cache"}},
                             {{"cache.backend", "redis"}, {"database.backend", "postgres"}});
  EXPECT_EQ(out.problems, lines{});
  EXPECT_EQ(out.value.http.port, config{}.http.port);
  EXPECT_EQ(out.value.cache.port, 6379);
  EXPECT_EQ(out.value.cache.host, "cache");
  EXPECT_EQ(out.value.database.url, "postgresql://postgres@db:5432/postgres");
}

TEST(ConfigLoader, PassesOverWhatDockerLinksInject) {
  const auto out = load_from({{"STANDINGS_NAME", "/web/standings"},
                              {"STANDINGS_ENV_REDIS_VERSION", "7"},
                              {"REDIS_NAME", "/standings/redis"},
                              {"REDIS_ENV_GOSU_VERSION", "1.16"}});
  EXPECT_EQ(out.problems, lines{});
  EXPECT_EQ(out.notes.size(), 1U);
}

TEST(ConfigLoader, ReadsAPortOfItsOwnBesideInjectedOnes) {
  const auto out = load_from({{"STANDINGS_HTTP_PORT", "81"}, {"STANDINGS_PORT", "tcp://h:80"}});
  EXPECT_EQ(out.problems, lines{});
  EXPECT_EQ(out.value.http.port, 81);
}

TEST(ConfigLoader, RefusesUnknownFlags) {
  EXPECT_EQ(load_from({}, {{"http.prot", "1"}, {"http", "1"}, {"", "1"}}).problems,
            (lines{"command line: unknown option 'http.prot' (did you mean 'http.port'?)",
                   "command line: unknown option 'http'", "command line: unknown option ''"}));
}

TEST(ConfigLoader, ReportsTheProblemsOfAllSourcesAtOnce) {
  const temporary_file file{"http: { port: x }\n"};
  const auto out =
      load({.file = file.path(),
            .environment = {{"STANDINGS_HTTP_THREADS", "0"}, {"STANDINGS_LOG_LEVL", "1"}},
            .overrides = {{"log.format", "xml"}}});
  EXPECT_EQ(out.problems, (lines{file.path() + ":1: http.port: 'x' is not a whole number",
                                 "unknown environment variable 'STANDINGS_LOG_LEVL' "
                                 "(did you mean 'STANDINGS_LOG_LEVEL'?)",
                                 "command line: log.format: 'xml' is not one of: text, json, auto",
                                 "http.threads: has to be from 1 to 1024"}));
}

TEST(ConfigLoader, RefusesAPublicAddressWithoutAToken) {
  const variables open{{"STANDINGS_HTTP_HOST", "0.0.0.0"}};
  ASSERT_EQ(load_from(open).problems.size(), 1U);
  EXPECT_TRUE(load_from(open).problems[0].starts_with("http.host: "));
  EXPECT_EQ(load_from(open, {{"admin.token", "0123456789abcdef"}}).problems, lines{});
}

TEST(ConfigLoader, UnderstandsTheConventionalRedisVariables) {
  const auto out = load_from({{"REDIS_HOST", "r"},
                              {"REDIS_PORT", "6380"},
                              {"REDIS_USERNAME", "u"},
                              {"REDIS_PASSWORD", "hunter2"},
                              {"REDIS_DB", "3"}});
  EXPECT_EQ(out.problems, lines{});
  EXPECT_EQ(out.value.cache.host, "r");
  EXPECT_EQ(out.value.cache.port, 6380);
  EXPECT_EQ(out.value.cache.username, "u");
  EXPECT_EQ(out.value.cache.password, "hunter2");
  EXPECT_EQ(out.value.cache.db, 3U);
}

TEST(ConfigLoader, RanksConventionalVariablesBetweenFileAndItsOwn) {
  const temporary_file file{"cache: { host: file, username: file }\n"};
  const auto out = load({.file = file.path(),
                         .environment = {{"REDIS_HOST", "shared"},
                                         {"REDIS_USERNAME", "shared"},
                                         {"STANDINGS_CACHE_USERNAME", "own"}},
                         .overrides = {}});
  EXPECT_EQ(out.value.cache.host, "shared");
  EXPECT_EQ(out.value.cache.username, "own");
}

TEST(ConfigLoader, ChoosesNoBackendByConventionalVariablesAndSaysSo) {
  const variables shared{{"REDIS_HOST", "r"}, {"DATABASE_URL", "postgresql://u:hunter2@h/db"}};
  const auto out = load_from(shared);
  EXPECT_EQ(out.problems, lines{});
  EXPECT_EQ(out.value.cache.backend, cache_backend::memory);
  EXPECT_EQ(out.value.database.backend, database_backend::sqlite);
  EXPECT_EQ(out.notes,
            (lines{"REDIS_HOST is set, but cache.backend is memory: Redis is not used",
                   "DATABASE_URL is set, but database.backend is sqlite: PostgreSQL is not used"}));
  EXPECT_EQ(load_from(shared, {{"cache.backend", "redis"}, {"database.backend", "postgres"}}).notes,
            lines{});
}

TEST(ConfigLoader, TreatsEmptyConventionalVariablesAsNotSet) {
  const temporary_file file{"cache: { port: 7000 }\ndatabase: { url: postgresql://h/db }\n"};
  const auto out =
      load({.file = file.path(),
            .environment = {{"REDIS_PORT", ""}, {"DATABASE_URL", ""}, {"POSTGRES_HOST", ""}},
            .overrides = {}});
  EXPECT_EQ(out.problems, lines{});
  EXPECT_EQ(out.value.cache.port, 7000);
  EXPECT_EQ(out.value.database.url, "postgresql://h/db");
}

TEST(ConfigLoader, DoesNotReadConventionalVariablesThatItsOwnReplace) {
  const variables wrong{{"REDIS_PORT", "default"}};
  EXPECT_EQ(load_from(wrong).problems,
            lines{"REDIS_PORT: cache.port: 'default' is not a whole number"});
  EXPECT_EQ(load_from(wrong, {{"cache.port", "6379"}}).problems, lines{});
  auto both = wrong;
  both.emplace("STANDINGS_CACHE_PORT", "6379");
  EXPECT_EQ(load_from(both).problems, lines{});
}

std::string url_from(variables environment) {
  return load_from(std::move(environment)).value.database.url;
}

TEST(ConfigLoader, CombinesThePartsOfAPostgresUrl) {
  EXPECT_EQ(url_from({{"POSTGRES_HOST", "db.internal"},
                      {"POSTGRES_PORT", "5433"},
                      {"POSTGRES_USER", "me"},
                      {"POSTGRES_PASSWORD", "hunter2"},
                      {"POSTGRES_DB", "scores"}}),
            "postgresql://me:hunter2@db.internal:5433/scores");
}

TEST(ConfigLoader, EncodesThePartsOfAPostgresUrl) {
  EXPECT_EQ(url_from({{"POSTGRES_HOST", "h"},
                      {"POSTGRES_USER", "a@b"},
                      {"POSTGRES_PASSWORD", "p:/?#%&@ "},
                      {"POSTGRES_DB", "x/y"}}),
            "postgresql://a%40b:p%3A%2F%3F%23%25%26%40%20@h:5432/x%2Fy");
  EXPECT_EQ(url_from({{"POSTGRES_HOST", "/var/run/postgresql"}}),
            "postgresql://postgres@%2Fvar%2Frun%2Fpostgresql:5432/postgres");
  EXPECT_EQ(url_from({{"POSTGRES_HOST", "fe80::1%eth0"}}),
            "postgresql://postgres@[fe80::1%25eth0]:5432/postgres");
}

TEST(ConfigLoader, FillsInTheUsualPartsOfAPostgresUrl) {
  EXPECT_EQ(url_from({{"POSTGRES_HOST", "h"}}), "postgresql://postgres@h:5432/postgres");
  EXPECT_EQ(url_from({{"POSTGRES_HOST", "h"}, {"POSTGRES_USER", "me"}}),
            "postgresql://me@h:5432/me");
}

TEST(ConfigLoader, IgnoresThePartsBesideAUrl) {
  EXPECT_EQ(url_from({{"POSTGRES_HOST", "h"}, {"DATABASE_URL", "postgresql://a/b"}}),
            "postgresql://a/b");
  EXPECT_EQ(url_from({{"POSTGRES_HOST", "h"}, {"STANDINGS_DATABASE_URL", "postgresql://a/b"}}),
            "postgresql://a/b");
  EXPECT_EQ(url_from({{"DATABASE_URL", "postgresql://x/y"},
                      {"STANDINGS_DATABASE_URL", "postgresql://a/b"}}),
            "postgresql://a/b");
}

TEST(ConfigLoader, IgnoresThePartsWithoutAHost) {
  const temporary_file file{"database: { url: postgresql://file/db }\n"};
  const auto out = load({.file = file.path(),
                         .environment = {{"POSTGRES_PASSWORD", "hunter2"}, {"POSTGRES_USER", "u"}},
                         .overrides = {}});
  EXPECT_EQ(out.value.database.url, "postgresql://file/db");
}

TEST(ConfigLoader, RefusesAPostgresPortThatIsNone) {
  for (const auto* port : {"0", "65536", "http://h:5432", "5432/x?password=y"})
    EXPECT_EQ(load_from({{"POSTGRES_HOST", "h"}, {"POSTGRES_PORT", port}}).problems,
              lines{"POSTGRES_PORT: has to be a port from 1 to 65535"});
}

TEST(ConfigLoader, NeverShowsASecret) {
  const std::vector<load_outcome> outcomes{
      load_from({{"STANDINGS_ADMIN_TOKEN", "hunter2"}}),
      load_from({{"STANDINGS_DATABASE_BACKEND", "postgres"},
                 {"DATABASE_URL", "mysql+pymysql://u:hunter2@h/db"}}),
      load_from({{"REDIS_PORT", "redis://:hunter2@h"}}),
      load_from({{"STANDINGS_CACHE_PASSWROD", "hunter2"}}),
      load_from({{"POSTGRES_HOST", "h"}, {"POSTGRES_PORT", "hunter2"}}),
      load_from({}, {{"cache.passwrod", "hunter2"}}),
      load_from({}, {{"cache.password:hunter2", ""}}),
      load_from({}, {{"admin.token", "hunter2"}})};
  for (const auto& out : outcomes) {
    EXPECT_FALSE(out.problems.empty());
    for (const auto& text : out.problems)
      EXPECT_EQ(text.find("hunter2"), std::string::npos) << text;
  }
}

TEST(ConfigLoader, ReadsTheEnvironmentOfTheProcess) {
  ASSERT_EQ(setenv("STANDINGS_LOG_LEVEL", "a=b", 1), 0);
  const auto environment = process_environment();
  unsetenv("STANDINGS_LOG_LEVEL");
  ASSERT_TRUE(environment.contains("STANDINGS_LOG_LEVEL"));
  EXPECT_EQ(environment.at("STANDINGS_LOG_LEVEL"), "a=b");
}

TEST(ConfigPaths, LieUnderTheDataDirectoryUnlessAbsolute) {
  config c;
  EXPECT_EQ(resolve_path(c, "standings.db"), "standings.db");
  c.data_dir = "/var/lib/standings";
  EXPECT_EQ(resolve_path(c, "standings.db"), "/var/lib/standings/standings.db");
  EXPECT_EQ(resolve_path(c, "./a/b.db"), "/var/lib/standings/a/b.db");
  EXPECT_EQ(resolve_path(c, "/srv/x.db"), "/srv/x.db");
}

} // namespace
} // namespace standings
