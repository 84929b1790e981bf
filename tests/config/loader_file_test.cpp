#include "config/loader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace standings {
namespace {

/// Loads files from a directory of its own; problems are shown without it.
class ConfigFile : public testing::Test {
protected:
  ConfigFile() { std::filesystem::create_directories(directory_); }
  ~ConfigFile() override {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  /// Returns its path.
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream{directory_ / name} << text;
    return (directory_ / name).string();
  }

  load_outcome load_text(const std::string& yaml) {
    write("f.yaml", yaml);
    return load_file("f.yaml");
  }

  load_outcome load_file(const std::string& name) {
    auto out = load({.file = (directory_ / name).string(), .environment = {}, .overrides = {}});
    const auto prefix = directory_.string() + "/";
    for (auto& problem : out.problems)
      if (problem.starts_with(prefix))
        problem.erase(0, prefix.size());
    return out;
  }

  std::vector<std::string> problems_of(const std::string& yaml) { return load_text(yaml).problems; }

private:
  const std::filesystem::path directory_ =
      std::filesystem::path{testing::TempDir()}
      / ("standings_config_" + std::to_string(getpid()) + "_"
         + testing::UnitTest::GetInstance()->current_test_info()->name());
};

using lines = std::vector<std::string>;

TEST_F(ConfigFile, SetsWhatItNamesAndLeavesTheDefaults) {
  const auto out = load_text("data_dir: /var/lib/standings\n"
                             "http: { port: 9000, request_timeout: 250ms }\n"
                             "database:\n"
                             "  backend: postgres\n"
                             "  url: postgresql://u:p@h/db\n"
                             "cache: { password: 0123 }\n"
                             "leaderboard: { rollover: off, max_count: 9007199254740991 }\n"
                             "log: { level: \"debug\" }\n");
  EXPECT_EQ(out.problems, lines{});
  EXPECT_EQ(out.value.data_dir, "/var/lib/standings");
  EXPECT_EQ(out.value.http.port, 9000);
  EXPECT_EQ(out.value.http.request_timeout, milliseconds{250});
  EXPECT_EQ(out.value.http.threads, config{}.http.threads);
  EXPECT_EQ(out.value.database.backend, database_backend::postgres);
  EXPECT_EQ(out.value.database.url, "postgresql://u:p@h/db");
  EXPECT_EQ(out.value.cache.password, "0123");
  EXPECT_EQ(out.value.leaderboard.rollover, rollover_mode::off);
  EXPECT_EQ(out.value.leaderboard.max_count, 9'007'199'254'740'991);
  EXPECT_EQ(out.value.log.level, log_level::debug);
}

TEST_F(ConfigFile, MayBeEmptyOrHaveEmptySections) {
  EXPECT_EQ(problems_of(""), lines{});
  EXPECT_EQ(problems_of("# nothing\n"), lines{});
  EXPECT_EQ(problems_of("http:\n  # port: 1\nlog: {}\n"), lines{});
}

TEST_F(ConfigFile, NamesTheNearestKeyForAMisspeltOne) {
  EXPECT_EQ(problems_of("http:\n  prot: 9000\n"),
            lines{"f.yaml:2: unknown key 'http.prot' (did you mean 'http.port'?)"});
  EXPECT_EQ(problems_of("htpp:\n  port: 9000\n"),
            lines{"f.yaml:1: unknown key 'htpp' (did you mean 'http'?)"});
}

TEST_F(ConfigFile, SuggestsNothingForAKeyUnlikeAnyOther) {
  EXPECT_EQ(problems_of("\n\nhttp: { colour: red }\n"),
            lines{"f.yaml:3: unknown key 'http.colour'"});
  EXPECT_EQ(problems_of("weather: { enabled: true }\n"), lines{"f.yaml:1: unknown key 'weather'"});
}

TEST_F(ConfigFile, RefusesDuplicateKeys) {
  EXPECT_EQ(problems_of("http:\n  port: 1\n  port: 2\n"),
            lines{"f.yaml:3: duplicate key 'http.port'"});
  EXPECT_EQ(problems_of("http: { port: 1 }\nlog: {}\nhttp: { threads: 2 }\n"),
            lines{"f.yaml:3: duplicate key 'http'"});
  EXPECT_EQ(problems_of("http: { port: 1 }\nhttp.port: 2\n"),
            lines{"f.yaml:2: duplicate key 'http.port'"});
}

TEST_F(ConfigFile, NamesKeyAndLineOfAWrongType) {
  EXPECT_EQ(problems_of("http:\n  port: web\n"),
            lines{"f.yaml:2: http.port: 'web' is not a whole number"});
  EXPECT_EQ(problems_of("http:\n  port: 65536\n"),
            lines{"f.yaml:2: http.port: '65536' is not between 0 and 65535"});
  EXPECT_EQ(
      problems_of("http:\n  idle_timeout: 5\n"),
      lines{"f.yaml:2: http.idle_timeout: '5' is not a duration such as 500ms, 30s, 2m or 1h"});
  EXPECT_EQ(problems_of("leaderboard:\n  rollover: manual\n"),
            lines{"f.yaml:2: leaderboard.rollover: 'manual' is not one of: auto, off"});
}

TEST_F(ConfigFile, RefusesListsSectionsAndNothingForAValue) {
  EXPECT_EQ(problems_of("http:\n  host: [a, b]\n"),
            lines{"f.yaml:2: http.host: has to be a single value, not a list or a section"});
  EXPECT_EQ(problems_of("http:\n  host: { a: b }\n"),
            lines{"f.yaml:2: http.host: has to be a single value, not a list or a section"});
  EXPECT_EQ(problems_of("cache:\n  username:\n  host: h\n"),
            lines{"f.yaml:2: cache.username: has no value; write \"\" for an empty text"});
}

TEST_F(ConfigFile, RefusesAValueForASection) {
  EXPECT_EQ(problems_of("log: {}\nhttp: 8000\n"),
            lines{"f.yaml:2: http: has to be a section with keys of its own"});
  EXPECT_EQ(problems_of("- http\n"), lines{"f.yaml:1: has to consist of sections such as http:"});
  EXPECT_EQ(problems_of("? [http]\n: 1\n"), lines{"f.yaml:1: a key has to be plain text"});
}

TEST_F(ConfigFile, ReportsAllProblemsAtOnceWithTheFindingsOfValidation) {
  EXPECT_EQ(
      problems_of("http:\n"
                  "  port: web\n"
                  "  prot: 1\n"
                  "  threads: 0\n"
                  "scoring:\n"
                  "  shards: 65\n"
                  "  max_batch: many\n"),
      (lines{"f.yaml:2: http.port: 'web' is not a whole number",
             "f.yaml:3: unknown key 'http.prot' (did you mean 'http.port'?)",
             "f.yaml:7: scoring.max_batch: 'many' is not a whole number",
             "http.threads: has to be from 1 to 1024", "scoring.shards: has to be from 1 to 64"}));
}

TEST_F(ConfigFile, ReportsTheLineOfASyntaxError) {
  const auto problems = problems_of("http:\n  port: [1\nlog: {}\n");
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_TRUE(problems[0].starts_with("f.yaml:3: not valid YAML: ")) << problems[0];
}

TEST_F(ConfigFile, ReportsASyntaxErrorWithoutTheTextThatCausedIt) {
  EXPECT_EQ(problems_of("log: {}\ncache: { password: \"\\hunter2\" }\n"),
            lines{"f.yaml:2: not valid YAML: unknown escape character"});
}

TEST_F(ConfigFile, RefusesASecondDocument) {
  const auto problems = problems_of("http: { port: 1 }\n---\nhttp: { port: 2 }\n");
  EXPECT_EQ(problems, lines{"f.yaml:3: only one document is allowed"});
}

/// To the parser it has documents without end, and they would fill the memory.
TEST_F(ConfigFile, ThatBeginsWithACommaIsAProblem) {
  EXPECT_EQ(problems_of(","), lines{"f.yaml:1: only one document is allowed"});
  EXPECT_EQ(problems_of("tokens_file: " + write("tokens.yaml", ",- name: a\n")),
            lines{"tokens.yaml:1: only one document is allowed"});
}

TEST_F(ConfigFile, RefusesASecondDocumentOfTokens) {
  EXPECT_EQ(problems_of("tokens_file: " + write("tokens.yaml", "[]\n---\n[]\n")),
            lines{"tokens.yaml:3: only one document is allowed"});
}

TEST_F(ConfigFile, SurvivesAMapThatContainsItself) {
  EXPECT_EQ(problems_of("http: &a { http: *a }\n"), lines{"f.yaml:1: unknown key 'http.http'"});
}

/// With some of these the parser would fill the memory.
TEST_F(ConfigFile, ThatIsNotUtf8IsAProblem) {
  const std::string half_a_character = ",\x8c\x8b"
                                       "0\r\np\r\n\xcd;)\xd0";
  for (const auto& text : {half_a_character, std::string{"data_dir: caf\xe9"}})
    EXPECT_EQ(problems_of(text), lines{"f.yaml: is not UTF-8"});
  EXPECT_EQ(load_text("data_dir: café").value.data_dir, "café");
  const auto tokens = write("tokens.yaml", half_a_character);
  EXPECT_EQ(problems_of("tokens_file: " + tokens), lines{"tokens.yaml: is not UTF-8"});
}

TEST_F(ConfigFile, ThatIsMissingIsAProblem) {
  EXPECT_EQ(load_file("absent.yaml").problems,
            lines{"absent.yaml: cannot be read: No such file or directory"});
}

TEST_F(ConfigFile, ThatIsADirectoryIsAProblem) {
  const auto problems = load_file(".").problems;
  EXPECT_EQ(problems, lines{".: cannot be read: Is a directory"});
}

TEST_F(ConfigFile, NeverShowsASecret) {
  for (const auto* yaml :
       {"cache: { password: [hunter2] }", "cache: { password: { hunter2: x } }",
        "cache: { passwrod: hunter2 }", "cache: { password:hunter2 }", "cache: { hunter2 }",
        "cache: hunter2", "cache: { password: *hunter2 }", "cache: { password: \"\\hunter2\" }",
        "cache:\n  password: hunter2\n  password: hunter2", "cache:\n  password: hunter2: x",
        "cache:\n  password: hunter2\n bad", "admin: { token: hunter2 }",
        "admin: { token: hunter2, hunter2 }", "admin: { token: !hunter2 [x] }",
        "cache: { port: \"redis://:hunter2@h\" }", "cache: { backend: \"redis://:hunter2@h\" }",
        "database: { backend: postgres, url: \"mysql://u:hunter2@h/db\" }",
        "database: { postgresql://u:hunter2@h/db }", "database: { url: \"%hunter2\" "}) {
    const auto out = load_text(yaml);
    EXPECT_FALSE(out.problems.empty()) << yaml;
    for (const auto& text : out.problems)
      EXPECT_EQ(text.find("hunter2"), std::string::npos) << text;
  }
}

TEST_F(ConfigFile, ReadsASectionWithinASection) {
  const auto out = load_text("cache:\n  backend: redis\n  tls:\n    enabled: true\n"
                             "    ca_file: ca.pem\n    verify: false\n");
  EXPECT_EQ(out.problems, lines{});
  EXPECT_TRUE(out.value.cache.tls.enabled);
  EXPECT_EQ(out.value.cache.tls.ca_file, "ca.pem");
  EXPECT_FALSE(out.value.cache.tls.verify);
}

TEST_F(ConfigFile, NamesWhatIsWrongInASectionWithinASection) {
  EXPECT_EQ(problems_of("cache:\n  tls:\n    ca_fil: ca.pem\n"),
            lines{"f.yaml:3: unknown key 'cache.tls.ca_fil' (did you mean 'cache.tls.ca_file'?)"});
  EXPECT_EQ(problems_of("cache:\n  tsl:\n    ca_file: ca.pem\n"),
            lines{"f.yaml:2: unknown key 'cache.tsl' (did you mean 'cache.tls'?)"});
  EXPECT_EQ(problems_of("cache:\n  tls: true\n"),
            lines{"f.yaml:2: cache.tls: has to be a section with keys of its own"});
}

TEST_F(ConfigFile, TakesSequencesForListsOnly) {
  const auto out = load_text("http:\n"
                             "  cors_origins:\n"
                             "    - https://a.example\n"
                             "    - https://b.example\n"
                             "  allowed_hosts: a.example, b.example\n");
  EXPECT_EQ(out.problems, lines{});
  EXPECT_EQ(out.value.http.cors_origins, (lines{"https://a.example", "https://b.example"}));
  EXPECT_EQ(out.value.http.allowed_hosts, (lines{"a.example", "b.example"}));
  EXPECT_EQ(problems_of("http: { host: [127.0.0.1] }"),
            lines{"f.yaml:1: http.host: has to be a single value, not a list or a section"});
  EXPECT_EQ(problems_of("http:\n  allowed_hosts:\n    - [a]\n"),
            lines{"f.yaml:3: http.allowed_hosts: has to be a list of texts without commas"});
}

/// The example beside the sources, which shows every option.
std::string example_path() {
  return std::string{STANDINGS_SOURCE_DIR} + "/standings.yaml.example";
}

TEST(ConfigExample, LoadsWithoutProblemsAndEqualsTheDefaults) {
  const auto out = load({.file = example_path(), .environment = {}, .overrides = {}});
  EXPECT_EQ(out.problems, lines{});
  EXPECT_EQ(out.notes, lines{});
  for (const auto& o : all_options())
    EXPECT_EQ(o.get(out.value), o.get(config{})) << o.path;
}

/// `section.key` for each key of the example, which is written in block style, indented by two.
std::vector<std::string> keys_of_example() {
  std::ifstream in{example_path()};
  std::vector<std::string> keys;
  std::vector<std::string> sections;
  for (std::string line; std::getline(in, line);) {
    const auto start = line.find_first_not_of(' ');
    const auto colon = line.find(':');
    if (start == std::string::npos || line[start] == '#' || colon == std::string::npos)
      continue;
    sections.resize(start / 2);
    const auto key =
        (sections.empty() ? "" : sections.back() + ".") + line.substr(start, colon - start);
    sections.push_back(key);
    keys.push_back(key);
  }
  return keys;
}

TEST(ConfigExample, MentionsEveryOption) {
  const auto keys = keys_of_example();
  for (const auto& o : all_options())
    EXPECT_EQ(std::count(keys.begin(), keys.end(), o.path), 1) << o.path;
}

TEST_F(ConfigFile, ReadsTokens) {
  const std::string digest(64, 'a');
  const auto loaded =
      load_text("tokens:\n  - { name: game, sha256: " + digest
                + ", may: write }\n  - name: board\n    sha256: " + std::string(64, 'b')
                + "\n    tenant: acme\n    may: [read, inspect]\n");
  ASSERT_THAT(loaded.problems, testing::IsEmpty());
  ASSERT_EQ(loaded.value.tokens.size(), 2U);
  EXPECT_EQ(loaded.value.tokens[0], (token_config{"game", digest, "", {"write"}}));
  EXPECT_EQ(loaded.value.tokens[1].tenant, "acme");
  EXPECT_THAT(loaded.value.tokens[1].may, testing::ElementsAre("read", "inspect"));
}

TEST_F(ConfigFile, RefusesTokensThatAreNoneAndQuotesNothingOfThem) {
  const std::string digest(64, 'a');
  for (const auto& [tokens, why] : std::vector<std::pair<std::string, std::string>>{
           {"tokens: hunter2", "has to be a list"},
           {"tokens: [hunter2]", "has to have name"},
           {"tokens: [{ name: a, sha256: hunter2, may: read }]", "tokens: a: sha256"},
           {"tokens: [{ name: a, sha256: " + digest + " }]", "tokens: a: may: is missing"},
           {"tokens: [{ name: a, sha256: " + digest + ", may: hunter2 }]", "tokens: a: may"},
           {"tokens: [{ name: a b, sha256: " + digest + ", may: read }]", "tokens: name"},
           {"tokens: [{ name: admin, sha256: " + digest + ", may: read }]", "is taken"},
           {"tokens: [{ name: a, token: hunter2, may: read }]", "nothing else"},
           {"tokens: [{ name: a, sha256: " + digest + ", may: read }, { name: b, sha256: " + digest
                + ", may: read }]",
            "tokens: b: sha256: is that of another token"}}) {
    const auto problems = problems_of(tokens);
    EXPECT_THAT(problems, testing::Contains(testing::HasSubstr(why))) << tokens;
    EXPECT_THAT(problems, testing::Each(testing::Not(testing::HasSubstr("hunter2")))) << tokens;
  }
}

TEST_F(ConfigFile, ReadsAListOfTexts) {
  const auto loaded = load_text("http:\n  allowed_hosts: [a.example, b.example]\n");
  ASSERT_THAT(loaded.problems, testing::IsEmpty());
  EXPECT_THAT(loaded.value.http.allowed_hosts, testing::ElementsAre("a.example", "b.example"));
  EXPECT_THAT(problems_of("http:\n  allowed_hosts: [[a]]\n"),
              testing::Contains(testing::HasSubstr("http.allowed_hosts: has to be a list")));
}

TEST_F(ConfigFile, MayHaveLevelsOfComponentsAsASectionOrAText) {
  for (const auto* text : {"log: { levels: { reconcile: debug, http: warn } }\n",
                           "log: { levels: \"reconcile=debug,http=warn\" }\n"}) {
    const auto out = load_text(text);
    EXPECT_EQ(out.problems, lines{});
    EXPECT_EQ(out.value.log.levels, (log_levels{{log_component::reconcile, log_level::debug},
                                                {log_component::http, log_level::warn}}));
  }
  EXPECT_EQ(problems_of("log:\n  levels: { web: debug }\n").size(), 1U);
  EXPECT_EQ(problems_of("log:\n  levels: { http: [warn] }\n").size(), 1U);
  EXPECT_EQ(problems_of("log:\n  levels: [http]\n").size(), 1U);
  EXPECT_EQ(problems_of("http: { port: { a: 1 } }\n").size(), 1U);
}

} // namespace
} // namespace standings
