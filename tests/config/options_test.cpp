#include "config/options.hpp"

#include <gtest/gtest.h>

#include <set>

namespace standings {
namespace {

TEST(ConfigOptions, DerivesTheEnvironmentNameFromThePath) {
  EXPECT_EQ(environment_name(*find_option("http.port")), "STANDINGS_HTTP_PORT");
  EXPECT_EQ(environment_name(*find_option("leaderboard.max_count")),
            "STANDINGS_LEADERBOARD_MAX_COUNT");
  EXPECT_EQ(environment_name(*find_option("data_dir")), "STANDINGS_DATA_DIR");
}

TEST(ConfigOptions, HaveDistinctPathsAndEnvironmentNames) {
  std::set<std::string> names;
  for (const auto& o : all_options()) {
    EXPECT_TRUE(names.insert(o.path).second) << o.path;
    EXPECT_TRUE(names.insert(environment_name(o)).second) << o.path;
  }
}

TEST(ConfigOptions, TakeTheirOwnDefaultsAsText) {
  for (const auto& o : all_options()) {
    config c;
    EXPECT_TRUE(o.set(c, o.get(c))) << o.path;
    EXPECT_EQ(o.get(c), o.get(config{})) << o.path;
  }
}

TEST(ConfigOptions, LeaveTheConfigAsItWasWhenTheTextIsWrong) {
  config c;
  EXPECT_FALSE(find_option("http.port")->set(c, "http"));
  EXPECT_EQ(c.http.port, config{}.http.port);
}

TEST(ConfigOptions, SpellRolloverAsAutoAndOff) {
  config c;
  const auto* rollover = find_option("leaderboard.rollover");
  ASSERT_TRUE(rollover->set(c, "off"));
  EXPECT_EQ(c.leaderboard.rollover, rollover_mode::off);
  ASSERT_TRUE(rollover->set(c, "auto"));
  EXPECT_EQ(c.leaderboard.rollover, rollover_mode::automatic);
  EXPECT_FALSE(rollover->set(c, "automatic"));
}

TEST(ConfigOptions, ReadEveryWordOfTheirEnumerations) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> words{
      {"database.backend", {"sqlite", "postgres"}},
      {"cache.backend", {"memory", "redis"}},
      {"aliases.enabled", {"auto", "true", "false"}},
      {"sessions.enabled", {"auto", "true", "false"}},
      {"log.level", {"debug", "info", "warn", "error"}},
      {"log.format", {"text", "json"}}};
  for (const auto& [path, all] : words)
    for (const auto& word : all) {
      config c;
      EXPECT_TRUE(find_option(path)->set(c, word)) << path;
      EXPECT_EQ(find_option(path)->get(c), word);
    }
}

TEST(ConfigOptions, TakeListsAsTextsBetweenCommas) {
  config c;
  const auto* origins = find_option("http.cors_origins");
  EXPECT_TRUE(origins->list);
  EXPECT_FALSE(find_option("http.host")->list);
  ASSERT_TRUE(origins->set(c, " https://a.example ,https://b.example,, "));
  EXPECT_EQ(c.http.cors_origins,
            (std::vector<std::string>{"https://a.example", "https://b.example"}));
  EXPECT_EQ(origins->get(c), "https://a.example,https://b.example");
  ASSERT_TRUE(origins->set(c, ""));
  EXPECT_EQ(c.http.cors_origins, std::vector<std::string>{});
}

TEST(ConfigOptions, KeepSecretsToThemselves) {
  std::set<std::string> secrets;
  for (const auto& o : all_options()) {
    if (!o.secret)
      continue;
    secrets.insert(o.path);
    config c;
    EXPECT_EQ(o.get(c), "");
    ASSERT_TRUE(o.set(c, "hunter2"));
    EXPECT_EQ(o.get(c), "***");
  }
  EXPECT_EQ(secrets,
            (std::set<std::string>{"admin.token", "cache.password", "cache.url", "database.url",
                                   "reconcile.webhook_secret", "reconcile.webhook_url"}));
}

TEST(ConfigOptions, KnowTheirSections) {
  EXPECT_TRUE(is_section("http"));
  EXPECT_FALSE(is_section("htt"));
  EXPECT_FALSE(is_section("http.port"));
  EXPECT_FALSE(is_section("data_dir"));
  EXPECT_FALSE(is_section(""));
  EXPECT_TRUE(holds_secret("cache"));
  EXPECT_FALSE(holds_secret("http"));
  EXPECT_EQ(find_option("http"), nullptr);
}

TEST(ConfigOptions, KnowWhetherTwoConfigurationsAgreeSecretsIncluded) {
  config other;
  other.http.threads += 1;
  other.admin.token = "another";
  for (const auto& o : all_options()) {
    EXPECT_TRUE(o.same(config{}, config{})) << o.path;
    EXPECT_EQ(o.same(config{}, other), o.path != "http.threads" && o.path != "admin.token")
        << o.path;
  }
}

} // namespace
} // namespace standings
