#include "config/options.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace standings {
namespace {

/// The paths that the findings for `c` are about, in order.
std::vector<std::string> blamed(const config& c) {
  std::vector<std::string> paths;
  for (const auto& finding : validate(c))
    paths.push_back(finding.substr(0, finding.find(':')));
  return paths;
}

using paths = std::vector<std::string>;

/// The paths reported after `change` was applied to the defaults.
template <class Change>
paths blamed_after(Change change) {
  config c;
  change(c);
  return blamed(c);
}

const std::string good_token = "0123456789abcdef";

TEST(ConfigValidation, AcceptsTheDefaults) {
  EXPECT_EQ(validate(config{}), paths{});
}

TEST(ConfigValidation, ReportsEverythingAtOnce) {
  EXPECT_EQ(blamed_after([](config& c) {
              c.http.threads = 0;
              c.cache.port = 0;
              c.scoring.shards = 65;
              c.data_dir.clear();
            }),
            (paths{"http.threads", "cache.port", "scoring.shards", "data_dir"}));
}

TEST(ConfigValidation, LetsTheHttpPortBeAnyFreeOne) {
  EXPECT_EQ(blamed_after([](config& c) { c.http.port = 0; }), paths{});
}

TEST(ConfigValidation, WantsRoomInFlightForEveryThread) {
  EXPECT_EQ(blamed_after([](config& c) { c.http.max_in_flight = c.http.threads; }), paths{});
  EXPECT_EQ(blamed_after([](config& c) { c.http.max_in_flight = c.http.threads - 1; }),
            paths{"http.max_in_flight"});
}

TEST(ConfigValidation, RefusesHttpLimitsOfZero) {
  EXPECT_EQ(blamed_after([](config& c) {
              c.http.max_connections = 0;
              c.http.max_streams = 0;
              c.http.max_body_bytes = 0;
              c.http.max_header_bytes = 0;
              c.http.request_timeout = milliseconds{0};
              c.http.idle_timeout = milliseconds{0};
            }),
            (paths{"http.max_connections", "http.max_streams", "http.max_body_bytes",
                   "http.max_header_bytes", "http.request_timeout", "http.idle_timeout"}));
}

TEST(ConfigValidation, BoundsWhatAnAddressMayHaveOpen) {
  EXPECT_EQ(blamed_after([](config& c) {
              c.http.limits.address_connections = 0;
              c.http.limits.address_streams = 0;
            }),
            paths{});
  EXPECT_EQ(blamed_after([](config& c) {
              c.http.limits.address_connections = 1'000'001;
              c.http.limits.address_streams = 1'000'001;
            }),
            (paths{"http.limits.address_connections", "http.limits.address_streams"}));
}

TEST(ConfigValidation, WantsAddressesOrNetworksForProxies) {
  config c;
  c.http.trusted_proxies = {"127.0.0.1", "10.0.0.0/8", "::1", "2001:db8::/32"};
  EXPECT_TRUE(validate(c).empty());
  c.http.trusted_proxies = {"127.0.0.1", "balancer", "10.0.0.0/33"};
  EXPECT_EQ(validate(c),
            (std::vector<std::string>{
                "http.trusted_proxies: entry 2 is no address or network such as 10.0.0.0/8",
                "http.trusted_proxies: entry 3 is no address or network such as 10.0.0.0/8"}));
}

TEST(ConfigValidation, WantsOriginsAsBrowsersSendThem) {
  EXPECT_EQ(blamed_after([](config& c) {
              c.http.cors_origins = {"https://a.example", "http://[::1]:3000", "*"};
            }),
            paths{});
  for (const auto* wrong : {"https://a.example/", "https://A.example", "a.example", "null"})
    EXPECT_EQ(blamed_after([&](config& c) {
                c.http.cors_origins = {"https://a.example", wrong};
              }),
              paths{"http.cors_origins"})
        << wrong;
}

TEST(ConfigValidation, WantsAllowedHostsWithoutPorts) {
  EXPECT_EQ(blamed_after([](config& c) {
              c.http.allowed_hosts = {"scores.example.com", "10.0.0.1", "fd00::1", "*"};
            }),
            paths{});
  for (const auto* wrong : {"scores.example.com:80", "[fd00::1]", "Scores.example.com", "a b"})
    EXPECT_EQ(blamed_after([&](config& c) { c.http.allowed_hosts = {wrong}; }),
              paths{"http.allowed_hosts"})
        << wrong;
}

TEST(ConfigValidation, LetsLoopbackDoWithoutAToken) {
  for (const auto* host : {"127.0.0.1", "127.255.3.9", "::1", "0:0:0:0:0:0:0:1", "localhost"})
    EXPECT_EQ(blamed_after([&](config& c) { c.http.host = host; }), paths{}) << host;
}

TEST(ConfigValidation, RefusesEveryOtherAddressWithoutAToken) {
  for (const auto* host :
       {"0.0.0.0", "::", "10.0.0.1", "128.0.0.1", "::ffff:127.0.0.1", "example.org",
        "127.0.0.1.example.org", "localhost.example.org", "127.1", "2130706433", "[::1]"})
    EXPECT_EQ(blamed_after([&](config& c) { c.http.host = host; }), paths{"http.host"}) << host;
}

TEST(ConfigValidation, LetsAPublicAddressBeBoundWithAToken) {
  EXPECT_EQ(blamed_after([](config& c) {
              c.http.host = "0.0.0.0";
              c.admin.token = good_token;
            }),
            paths{});
}

TEST(ConfigValidation, RefusesAnEmptyHostEvenWithAToken) {
  for (const auto* host : {"", "a b", "a\n"})
    EXPECT_EQ(blamed_after([&](config& c) {
                c.http.host = host;
                c.admin.token = good_token;
              }),
              paths{"http.host"});
}

TEST(ConfigValidation, WantsALongVisibleTokenAndDoesNotQuoteIt) {
  EXPECT_EQ(blamed_after([](config& c) { c.admin.token = good_token; }), paths{});
  for (const auto* token :
       {"0123456789abcde", "0123456789 abcdef", "0123456789abcdef\n", "0123456789abcd\xc3\xa9"}) {
    config c;
    c.admin.token = token;
    EXPECT_EQ(blamed(c), paths{"admin.token"});
    EXPECT_EQ(validate(c).front().find("0123456789"), std::string::npos);
  }
}

TEST(ConfigValidation, WantsAUrlForPostgresOnly) {
  EXPECT_EQ(blamed_after([](config& c) { c.database.backend = database_backend::postgres; }),
            paths{"database.url"});
  EXPECT_EQ(blamed_after([](config& c) { c.database.url = "mysql://u:hunter2@h/db"; }), paths{});
}

TEST(ConfigValidation, UnderstandsPostgresUrlsAndNoOthers) {
  config c;
  c.database.backend = database_backend::postgres;
  for (const auto* url :
       {"postgresql://h/db", "postgres://h/db", "host=h dbname=db", "postgresql+psycopg2://h/db",
        "postgis://h/db", "host=h password=a://b dbname=db"}) {
    c.database.url = url;
    EXPECT_EQ(blamed(c), paths{}) << url;
  }
  for (const auto* url : {"mysql://u:hunter2@h/db", "https://u:hunter2@h/db"}) {
    c.database.url = url;
    EXPECT_EQ(blamed(c), paths{"database.url"}) << url;
    EXPECT_EQ(validate(c).front().find("hunter2"), std::string::npos);
  }
}

TEST(ConfigValidation, WantsAPathForSqliteOnly) {
  EXPECT_EQ(blamed_after([](config& c) { c.database.path.clear(); }), paths{"database.path"});
  EXPECT_EQ(blamed_after([](config& c) {
              c.database = {database_backend::postgres, "", "postgresql://h/db"};
            }),
            paths{});
}

TEST(ConfigValidation, WantsAHostForRedisOnly) {
  EXPECT_EQ(blamed_after([](config& c) { c.cache.host.clear(); }), paths{});
  EXPECT_EQ(blamed_after([](config& c) {
              c.cache.backend = cache_backend::redis;
              c.cache.host.clear();
            }),
            paths{"cache.host"});
}

TEST(ConfigValidation, TakesOnlyPlainIdentifiersForTheTable) {
  for (const auto& name : {std::string{"a"}, std::string{"_x9"}, std::string(48, 'a')})
    EXPECT_EQ(blamed_after([&](config& c) { c.leaderboard.table = name; }), paths{}) << name;
  for (const auto& name :
       {std::string{}, std::string{"9a"}, std::string{"A"}, std::string{"a-b"}, std::string{"a.b"},
        std::string{"a; drop"}, std::string{"\xc3\xa9"}, std::string(49, 'a')})
    EXPECT_EQ(blamed_after([&](config& c) { c.leaderboard.table = name; }),
              paths{"leaderboard.table"})
        << name;
}

TEST(ConfigValidation, WantsPrintablePrefixes) {
  for (const auto* prefix : {"", "a\n", "\xc3\xa9"}) {
    EXPECT_EQ(blamed_after([&](config& c) { c.leaderboard.key_prefix = prefix; }),
              paths{"leaderboard.key_prefix"});
    EXPECT_EQ(blamed_after([&](config& c) { c.leaderboard.details_prefix = prefix; }),
              paths{"leaderboard.details_prefix"});
  }
}

TEST(ConfigValidation, KeepsUserKeysApartFromBoards) {
  for (const auto* prefix : {"leaderboard:", "leader", "l", "leaderboard:m", "leaderboard:d",
                             "leaderboard:daily", "leaderboard:weekl", "leaderboard:month",
                             "leaderboard:y", "leaderboard:meta", "leaderboard:remove"})
    EXPECT_EQ(blamed_after([&](config& c) { c.leaderboard.details_prefix = prefix; }),
              paths{"leaderboard.details_prefix"})
        << prefix;
  EXPECT_EQ(blamed_after([](config& c) { c.leaderboard.details_prefix = "leaderboard:user:"; }),
            paths{});
}

TEST(ConfigValidation, ChecksTimeZoneAndWeekStartIndependently) {
  EXPECT_EQ(blamed_after([](config& c) {
              c.leaderboard.time_zone = "Europe/Berlin";
              c.leaderboard.week_start = "sunday";
            }),
            paths{});
  EXPECT_EQ(blamed_after([](config& c) {
              c.leaderboard.time_zone = "Mars/Olympus";
              c.leaderboard.week_start = "Monday";
            }),
            (paths{"leaderboard.time_zone", "leaderboard.week_start"}));
}

TEST(ConfigValidation, KeepsMaxCountBelowTheScoreLimit) {
  constexpr std::int64_t limit = std::int64_t{1} << 53;
  for (const auto good : {std::int64_t{1}, limit - 1})
    EXPECT_EQ(blamed_after([&](config& c) { c.leaderboard.max_count = good; }), paths{});
  for (const auto bad : {std::int64_t{-1}, std::int64_t{0}, limit})
    EXPECT_EQ(blamed_after([&](config& c) { c.leaderboard.max_count = bad; }),
              paths{"leaderboard.max_count"});
}

TEST(ConfigValidation, WantsASourceOfAliasesOnlyWhereTheyAreOn) {
  EXPECT_EQ(blamed_after([](config& c) { c.aliases.source.clear(); }), paths{});
  EXPECT_EQ(blamed_after([](config& c) {
              c.aliases.source.clear();
              c.aliases.enabled = alias_mode::on;
            }),
            paths{"aliases.source"});
}

TEST(ConfigValidation, BoundsTheTimesOfAliases) {
  EXPECT_EQ(blamed_after([](config& c) {
              c.aliases.interval = milliseconds{100};
              c.aliases.query_cache_ttl = milliseconds{1};
            }),
            paths{});
  EXPECT_EQ(blamed_after([](config& c) {
              c.aliases.interval = milliseconds{99};
              c.aliases.query_cache_ttl = milliseconds{0};
            }),
            (paths{"aliases.interval", "aliases.query_cache_ttl"}));
}

TEST(ConfigValidation, TakesNamesOfAliasTablesThatNeedNoQuotes) {
  for (const auto& good : {std::string{"Team_Names2"}, std::string{"_x"}, std::string(64, 'a')})
    EXPECT_EQ(blamed_after([&](config& c) { c.aliases.team_table = good; }), paths{}) << good;
  for (const auto& bad : {std::string{}, std::string{"2x"}, std::string{"a b"}, std::string{"a]"},
                          std::string{"a;--"}, std::string{"é"}, std::string(65, 'a')})
    EXPECT_EQ(blamed_after([&](config& c) {
                c.aliases.player_table = bad;
                c.aliases.league_id_column = bad;
                c.aliases.alias_column = bad;
              }),
              (paths{"aliases.player_table", "aliases.league_id_column", "aliases.alias_column"}))
        << bad;
}

TEST(ConfigValidation, KeepsTheKeysOfUsersBoardsSessionsAndAliasesApart) {
  for (const auto* prefix : {"alias:", "alias:team:", "a",
                             "cache:", "cache:users:", "session:", "session:user:", "sess"})
    EXPECT_EQ(blamed_after([&](config& c) { c.leaderboard.details_prefix = prefix; }),
              paths{"leaderboard.details_prefix"})
        << prefix;
  for (const auto* prefix : {"alias:", "alias:board:", "cache:x:", "session:boards:"})
    EXPECT_EQ(blamed_after([&](config& c) { c.leaderboard.key_prefix = prefix; }),
              paths{"leaderboard.key_prefix"})
        << prefix;
  EXPECT_EQ(blamed_after([](config& c) { c.sessions.key_prefix = "user:"; }),
            paths{"leaderboard.details_prefix"});
  EXPECT_EQ(blamed_after([](config& c) {
              c.sessions.enabled = sessions_mode::off;
              c.leaderboard.details_prefix = "session:user:";
            }),
            paths{});
}

TEST(ConfigValidation, WantsAHostAndNoUrlWhereAHostBelongs) {
  const auto after = [](const std::string& host) {
    return blamed_after([&](config& c) {
      c.cache.backend = cache_backend::redis;
      c.cache.host = host;
    });
  };
  for (const auto* good : {"localhost", "cache.example", "10.0.0.1", "::1", "fe80::1%eth0"})
    EXPECT_EQ(after(good), paths{}) << good;
  for (const auto* bad : {"redis://cache", "rediss://cache.example", "tcp://10.0.0.1:6379",
                          "cache:6380", "user@cache", "cache/0", "[::1]", "[::1]:6379"})
    EXPECT_EQ(after(bad), paths{"cache.host"}) << bad;
}

TEST(ConfigValidation, WantsTheFilesOfTlsToBeOfUse) {
  const auto after = [](const std::function<void(tls_config&)>& change) {
    return blamed_after([&](config& c) {
      c.cache.backend = cache_backend::redis;
      change(c.cache.tls);
    });
  };
  const auto certified = [](tls_config& tls) {
    tls = {true, "ca.pem", "cas", "our.crt", "our.key", "cache.example", true};
  };
  EXPECT_EQ(after(certified), paths{});
  EXPECT_EQ(after([&](tls_config& tls) {
              certified(tls);
              tls.enabled = false;
            }),
            (paths{"cache.tls.ca_file", "cache.tls.ca_dir", "cache.tls.cert_file",
                   "cache.tls.key_file", "cache.tls.server_name"}));
  EXPECT_EQ(after([&](tls_config& tls) {
              certified(tls);
              tls.key_file.clear();
            }),
            paths{"cache.tls.key_file"});
  EXPECT_EQ(after([&](tls_config& tls) {
              certified(tls);
              tls.cert_file.clear();
            }),
            paths{"cache.tls.cert_file"});
  EXPECT_EQ(after([&](tls_config& tls) {
              certified(tls);
              tls.server_name = "a b";
            }),
            paths{"cache.tls.server_name"});
  EXPECT_EQ(blamed_after([](config& c) { c.cache.tls.ca_file = "ca.pem"; }), paths{})
      << "the cache is in memory";
}

TEST(ConfigValidation, WantsRedisForSessions) {
  const auto after = [](sessions_mode mode, cache_backend cache) {
    return blamed_after([&](config& c) {
      c.sessions.enabled = mode;
      c.cache.backend = cache;
    });
  };
  EXPECT_EQ(after(sessions_mode::on, cache_backend::memory), paths{"sessions.enabled"});
  EXPECT_EQ(after(sessions_mode::on, cache_backend::redis), paths{});
  EXPECT_EQ(after(sessions_mode::automatic, cache_backend::memory), paths{});
  EXPECT_EQ(after(sessions_mode::off, cache_backend::memory), paths{});
}

TEST(ConfigValidation, BoundsWhatSessionsMayTake) {
  EXPECT_EQ(
      blamed_after([](config& c) {
        c.sessions.key_prefix.clear();
        c.sessions.channel = "a\nb";
        c.sessions.full_sync_interval = milliseconds{999};
        c.sessions.poll_interval = milliseconds{0};
        c.sessions.max_session_bytes = 0;
        c.sessions.max_pending = 0;
      }),
      (paths{"sessions.key_prefix", "sessions.channel", "sessions.full_sync_interval",
             "sessions.poll_interval", "sessions.max_session_bytes", "sessions.max_pending"}));
}

TEST(ConfigValidation, BoundsShardsAndBatches) {
  for (const auto good : {1U, 64U})
    EXPECT_EQ(blamed_after([&](config& c) { c.scoring.shards = good; }), paths{});
  for (const auto bad : {0U, 65U})
    EXPECT_EQ(blamed_after([&](config& c) { c.scoring.shards = bad; }), paths{"scoring.shards"});
  for (const auto good : {1U, 10'000U})
    EXPECT_EQ(blamed_after([&](config& c) { c.scoring.max_batch = good; }), paths{});
  for (const auto bad : {0U, 10'001U})
    EXPECT_EQ(blamed_after([&](config& c) { c.scoring.max_batch = bad; }),
              paths{"scoring.max_batch"});
}

} // namespace
} // namespace standings
