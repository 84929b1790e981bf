#include "config/loader.hpp"
#include "config/redis_url.hpp"
#include "tests/config/load_from.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

using test::load_from;
using lines = std::vector<std::string>;

cache_config parsed(const std::string& url) {
  cache_config out;
  const auto done = apply_redis_url(url, out);
  EXPECT_TRUE(done) << url;
  return out;
}

std::string refusal(const std::string& url) {
  cache_config out;
  const auto done = apply_redis_url(url, out);
  EXPECT_EQ(out.host, cache_config{}.host) << "a URL that is refused changes nothing";
  return done ? "" : done.error().detail;
}

TEST(RedisUrl, StatesHostPortUserPasswordAndDatabase) {
  const auto all = parsed("redis://app:s%40cret@cache.example:6380/3");
  EXPECT_EQ(all.host, "cache.example");
  EXPECT_EQ(all.port, 6380);
  EXPECT_EQ(all.username, "app");
  EXPECT_EQ(all.password, "s@cret");
  EXPECT_EQ(all.db, 3U);
}

TEST(RedisUrl, LeavesWhatItDoesNotState) {
  const auto bare = parsed("redis://cache");
  EXPECT_EQ(bare.host, "cache");
  EXPECT_EQ(bare.port, 6379);
  EXPECT_EQ(bare.db, 0U);
  EXPECT_EQ(parsed("redis://:6380").host, "127.0.0.1");
  EXPECT_EQ(parsed("REDIS://cache/").host, "cache");
}

TEST(RedisUrl, TakesTheFormsOfOtherTools) {
  EXPECT_EQ(parsed("redis://:only@cache").password, "only");
  EXPECT_EQ(parsed("redis://:only@cache").username, "");
  EXPECT_EQ(parsed("redis://h:p@[::1]:7000/1").host, "::1");
  EXPECT_EQ(parsed("redis://h:p@[::1]:7000/1").port, 7000);
  EXPECT_EQ(parsed("redis://cache?db=2").db, 2U);
  EXPECT_EQ(parsed("redis://cache/2?protocol=3&timeout=1").db, 2U);
  EXPECT_EQ(parsed("redis://u:p@ss@cache").password, "p@ss");
}

TEST(RedisUrl, RedissSwitchesTlsOnAndRedisLeavesIt) {
  const auto secure = parsed("rediss://app:s%40cret@cache.example:6380/3");
  EXPECT_TRUE(secure.tls.enabled);
  EXPECT_EQ(secure.host, "cache.example");
  EXPECT_EQ(secure.port, 6380);
  EXPECT_EQ(secure.password, "s@cret");
  EXPECT_EQ(secure.db, 3U);
  EXPECT_TRUE(parsed("RedisS://cache").tls.enabled);
  EXPECT_FALSE(parsed("redis://cache").tls.enabled);
  cache_config out;
  out.tls.enabled = true;
  EXPECT_TRUE(apply_redis_url("redis://cache", out));
  EXPECT_TRUE(out.tls.enabled);
}

TEST(RedisUrl, SaysWhyAUrlCannotBeUsed) {
  EXPECT_NE(refusal("unix:///run/redis.sock").find("sockets"), std::string::npos);
  EXPECT_NE(refusal("redis+sentinel://a,b/mymaster").find("Sentinel"), std::string::npos);
  EXPECT_NE(refusal("redis://a:1,b:2").find("several hosts"), std::string::npos);
  for (const auto* url :
       {"cache:6379", "http://cache", "redis://cache:x", "redis://cache:0", "redis://cache:70000",
        "redis://cache/x", "redis://cache?db=x", "redis://[::1", "redis://u:%zz@cache",
        "redis://u:%4@cache", "", "rediss://cache:x", "redisss://cache"})
    EXPECT_NE(refusal(url), "") << url;
}

TEST(RedisUrl, NeverQuotesASecret) {
  for (const auto* url :
       {"redis://u:hunter2@cache:x", "rediss://u:hunter2@cache:x", "redis://u:hunter2%@cache",
        "hunter2", "hunter2://x", "redis://u:hunter2@a,b"})
    EXPECT_EQ(refusal(url).find("hunter2"), std::string::npos) << url;
}

TEST(RedisUrl, IsTakenFromTheEnvironment) {
  const auto out =
      load_from({{"REDIS_URL", "redis://u:hunter2@cache:6380/1"}}, {{"cache.backend", "redis"}});
  EXPECT_EQ(out.problems, lines{});
  EXPECT_EQ(out.value.cache.host, "cache");
  EXPECT_EQ(out.value.cache.port, 6380);
  EXPECT_EQ(out.value.cache.password, "hunter2");
  EXPECT_EQ(out.value.cache.db, 1U);
}

TEST(RedisUrl, OwnVariablesDecideOverASharedOne) {
  const auto out = load_from({{"REDIS_URL", "redis://shared"},
                              {"STANDINGS_CACHE_HOST", "own"},
                              {"STANDINGS_CACHE_BACKEND", "redis"}});
  EXPECT_EQ(out.value.cache.host, "own");
  EXPECT_EQ(out.notes, lines{"REDIS_URL is set, but cache.host is, too: REDIS_URL is not used"});
  EXPECT_EQ(load_from({{"REDIS_URL", "redis://shared"},
                       {"STANDINGS_CACHE_URL", "redis://own:7000"},
                       {"STANDINGS_CACHE_BACKEND", "redis"}})
                .value.cache.host,
            "own");
}

TEST(RedisUrl, PartsOfOurOwnStandAboveASharedUrl) {
  const auto out = load_from({{"REDIS_URL", "redis://u:hunter2@cache:6380/1"},
                              {"STANDINGS_CACHE_BACKEND", "redis"},
                              {"STANDINGS_CACHE_PORT", "7000"}},
                             {{"cache.db", "3"}});
  EXPECT_TRUE(out.problems.empty());
  EXPECT_EQ(out.value.cache.host, "cache");
  EXPECT_EQ(out.value.cache.port, 7'000);
  EXPECT_EQ(out.value.cache.db, 3U);
  EXPECT_EQ(out.value.cache.username, "u");
  EXPECT_EQ(out.notes, (lines{"REDIS_URL is set, but cache.port is, too: that decides",
                              "REDIS_URL is set, but cache.db is, too: that decides"}));
}

TEST(RedisUrl, OurOwnChoiceOfTlsStandsAboveASharedUrl) {
  const auto out =
      load_from({{"REDIS_URL", "rediss://cache"}, {"STANDINGS_CACHE_TLS_ENABLED", "false"}},
                {{"cache.backend", "redis"}});
  EXPECT_EQ(out.problems, lines{});
  EXPECT_FALSE(out.value.cache.tls.enabled);
  EXPECT_EQ(out.notes, lines{"REDIS_URL is set, but cache.tls.enabled is, too: that decides"});
  EXPECT_TRUE(load_from({{"REDIS_URL", "rediss://cache"}}, {{"cache.backend", "redis"}})
                  .value.cache.tls.enabled);
}

TEST(RedisUrl, ItsTlsGoesWithTheOptionsOfTls) {
  const std::map<std::string, std::string> files{{"STANDINGS_CACHE_TLS_CA_FILE", "ca.pem"},
                                                 {"STANDINGS_CACHE_BACKEND", "redis"}};
  auto with_url = files;
  with_url["REDIS_URL"] = "rediss://cache";
  EXPECT_EQ(load_from(with_url).problems, lines{});
  EXPECT_EQ(load_from(with_url).value.cache.tls.ca_file, "ca.pem");
  with_url["REDIS_URL"] = "redis://cache";
  EXPECT_EQ(load_from(with_url).problems,
            lines{"cache.tls.ca_file: is of no use without TLS: set cache.tls.enabled, or write "
                  "rediss:// in cache.url"});
}

TEST(RedisUrl, ServersThatAreNotVerifiedAreNoted) {
  const auto out = load_from({{"REDIS_URL", "rediss://cache"}},
                             {{"cache.backend", "redis"}, {"cache.tls.verify", "false"}});
  ASSERT_EQ(out.notes.size(), 1U);
  EXPECT_TRUE(out.notes[0].starts_with("cache.tls.verify is false: "));
}

TEST(RedisUrl, IsRefusedWhereRedisIsUsedAndNotedWhereNot) {
  const std::map<std::string, std::string> sentinel{
      {"REDIS_URL", "redis+sentinel://:hunter2@cache"}};
  const auto used = load_from(sentinel, {{"cache.backend", "redis"}});
  ASSERT_EQ(used.problems.size(), 1U);
  EXPECT_TRUE(used.problems[0].starts_with("REDIS_URL: cache.url: Sentinel is not supported yet"));
  EXPECT_EQ(used.problems[0].find("hunter2"), std::string::npos);
  const auto unused = load_from(sentinel);
  EXPECT_EQ(unused.problems, lines{});
  EXPECT_EQ(unused.notes,
            lines{"REDIS_URL is set, but cache.backend is memory: Redis is not used"});
}

} // namespace
} // namespace standings
