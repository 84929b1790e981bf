#include "sync/aliases/alias_lookup.hpp"
#include "tests/support/alias_cache_suite.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>
#include <thread>

namespace standings::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class AliasCache : public alias_cache_suite {};
STANDINGS_OVER_ALIAS_CACHES(AliasCache);

const std::vector<std::string> strange_names{
    "a:b",  ":",         "a/b", "100%", "%3A", "l'équipe \"x\"", "الأهلي", "曼联",
    "広島", "a b\tc\nd", "*",   "[a]",  "\\",  "alias:team:x",   "{x}",    "Ünïcødé",
    "🎲"};

TEST_P(AliasCache, GivesWhatWasPutPositionByPosition) {
  put(alias_type::team, {{"a", R"(["1"])"}, {"b", R"(["2"])"}});
  const std::vector<alias_record> asked{{"b", {}}, {"none", {}}, {"a", {}}, {"b", {}}};
  EXPECT_THAT(cache->get(alias_type::team, asked).value(),
              ElementsAre(R"(["2"])", std::nullopt, R"(["1"])", R"(["2"])"));
  EXPECT_THAT(cache->get(alias_type::team, {}).value(), IsEmpty());
}

TEST_P(AliasCache, KeepsTypesApart) {
  put(alias_type::team, {{"a", R"(["1"])"}});
  put(alias_type::market, {{"a", R"(["2"])"}});
  EXPECT_EQ(find(alias_type::team, "a"), R"(["1"])");
  EXPECT_EQ(find(alias_type::market, "a"), R"(["2"])");
  EXPECT_EQ(find(alias_type::player, "a"), std::nullopt);
  EXPECT_EQ(cache->remove(alias_type::team, std::vector<std::string>{"a"}).value().removed, 1U);
  EXPECT_EQ(find(alias_type::market, "a"), R"(["2"])");
}

TEST_P(AliasCache, OverwritesAndRemoves) {
  put(alias_type::team, {{"a", R"(["1"])"}});
  put(alias_type::team, {{"a", R"(["2"])"}, {"b", R"(["3"])"}});
  EXPECT_EQ(find(alias_type::team, "a"), R"(["2"])");
  EXPECT_EQ(cache->remove(alias_type::team, std::vector<std::string>{"a", "none"}).value(),
            (alias_removal{1, 0}));
  EXPECT_EQ(find(alias_type::team, "a"), std::nullopt);
  EXPECT_EQ(find(alias_type::team, "b"), R"(["3"])");
  EXPECT_EQ(cache->remove(alias_type::team, {}).value().removed, 0U);
}

TEST_P(AliasCache, HoldsNamesOfEveryKind) {
  std::vector<alias_record> records;
  for (const auto& name : strange_names)
    records.push_back({name, alias_value({name})});
  for (const auto type : all_alias_types)
    put(type, records);
  for (const auto type : all_alias_types) {
    alias_values expected;
    for (const auto& record : records)
      expected[record.alias] = record.value;
    EXPECT_EQ(held(type), expected);
  }
}

TEST_P(AliasCache, MovesThousandsAtOnceAndGivesAllOfThemPageByPage) {
  std::vector<alias_record> records;
  std::set<std::string> names;
  for (int i = 0; i < 3'217; ++i) {
    records.push_back({"name " + std::to_string(i), alias_value({std::to_string(i)})});
    names.insert(records.back().alias);
  }
  put(alias_type::player, records);
  put(alias_type::league, {{"one", "[]"}});
  const auto got = cache->get(alias_type::player, records).value();
  for (std::size_t i = 0; i < records.size(); ++i)
    ASSERT_EQ(got[i], records[i].value);
  std::set<std::string> scanned;
  for (const auto& name : all())
    if (name.type == alias_type::player)
      scanned.insert(name.alias);
  EXPECT_EQ(scanned, names);
  EXPECT_EQ(cache->remove(alias_type::player, std::vector<std::string>(names.begin(), names.end()))
                .value()
                .removed,
            names.size());
  EXPECT_THAT(all(), ElementsAre(alias_name{alias_type::league, "one"}));
}

TEST_P(AliasCache, CanBeEmptiedWhileItIsLookedThrough) {
  std::vector<alias_record> records;
  for (int i = 0; i < 5'000; ++i)
    records.push_back({std::to_string(i), "[]"});
  put(alias_type::team, records);
  std::string cursor;
  do {
    const auto page = cache->scan(cursor).value();
    std::vector<std::string> names;
    for (const auto& name : page.names)
      names.push_back(name.alias);
    cache->remove(alias_type::team, names).value();
    cursor = page.next;
  } while (!cursor.empty());
  EXPECT_THAT(all(), IsEmpty());
}

TEST_P(AliasCache, GivesTheSameSignAsLongAsNothingIsLost) {
  cache->set_marker().value();
  const auto sign = cache->sign().value();
  put(alias_type::team, {{"a", "[]"}});
  cache->set_marker().value();
  EXPECT_EQ(cache->sign().value(), sign);
  EXPECT_EQ(harness->open()->sign().value(), sign) << "for every instance";
}

TEST_P(AliasCache, RemembersQueriesForTheirTime) {
  EXPECT_EQ(cache->find_query("rmcf", "cr7").value(), std::nullopt);
  cache->put_query("rmcf", "cr7", "{}", 1h).value();
  EXPECT_EQ(cache->find_query("rmcf", "cr7").value(), "{}");
  cache->put_query("rmcf", "cr7", "{\"a\":1}", 1h).value();
  EXPECT_EQ(cache->find_query("rmcf", "cr7").value(), "{\"a\":1}");
  harness->pass(30min);
  EXPECT_NE(cache->find_query("rmcf", "cr7").value(), std::nullopt);
  harness->pass(31min);
  EXPECT_EQ(cache->find_query("rmcf", "cr7").value(), std::nullopt);
}

TEST_P(AliasCache, BelongsToOneSourceUntilItsTimeIsOverOrItIsTaken) {
  EXPECT_EQ(cache->claim("/a.db", 1h, false).value(), "/a.db");
  EXPECT_EQ(cache->claim("/b.db", 1h, false).value(), "/a.db");
  EXPECT_EQ(cache->claim("/a.db", 2h, false).value(), "/a.db") << "for longer";
  EXPECT_EQ(cache->claim("/b.db", 1h, true).value(), "/b.db");
  EXPECT_EQ(harness->open()->claim("/a.db", 1h, false).value(), "/b.db") << "for every instance";
  harness->pass(61min);
  EXPECT_EQ(cache->claim("/a.db", 1h, false).value(), "/a.db");
}

TEST_P(AliasCache, NeverMixesUpTwoQueries) {
  cache->put_query("a:b", "c", "first", 1h).value();
  EXPECT_EQ(cache->find_query("a", "b:c").value(), std::nullopt);
  cache->put_query("a", "b:c", "second", 1h).value();
  EXPECT_EQ(cache->find_query("a:b", "c").value(), "first");
  EXPECT_THAT(all(), IsEmpty()) << "queries are no aliases";
}

TEST_P(AliasCache, ServesManyThreads) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        const auto name = std::to_string(t) + "/" + std::to_string(i);
        EXPECT_TRUE(cache->put(alias_type::team, std::vector<alias_record>{{name, "[]"}}));
        EXPECT_EQ(cache->find(alias_type::team, name).value(), "[]");
      }
    });
  for (auto& thread : threads)
    thread.join();
  EXPECT_EQ(all().size(), 400U);
}

TEST(MemoryAliasCache, ForgetsTheOldestQueriesRatherThanGrow) {
  const auto cache = make_memory_alias_cache();
  for (std::size_t i = 0; i <= max_memory_queries; ++i)
    cache->put_query(std::to_string(i), "p", "{}", 1h).value();
  EXPECT_EQ(cache->find_query("0", "p").value(), std::nullopt);
  EXPECT_EQ(cache->find_query("1", "p").value(), "{}");
  EXPECT_EQ(cache->find_query(std::to_string(max_memory_queries), "p").value(), "{}");
}

// -- what only Redis can do --------------------------------------------------------

class RedisAliasCache : public testing::Test {
protected:
  redis_alias_options options() {
    redis_alias_options out;
    out.connection.port = server.port();
    return out;
  }

  redis_server server;
  raw_redis cli{server.port()};
};

TEST_F(RedisAliasCache, WritesThePublishedKeys) {
  const auto cache = make_redis_alias_cache(options());
  cache->put(alias_type::team, std::vector<alias_record>{{"rmcf", alias_value({"7", "1"})}})
      .value();
  cache->put_query("rm:cf", "cr7", "{}", 1h).value();
  EXPECT_EQ(cli.word({"GET", "alias:team:rmcf"}), R"(["1","7"])");
  EXPECT_EQ(cli.word({"TTL", "alias:team:rmcf"}), "-1");
  EXPECT_EQ(cli.word({"TTL", "cache:team_player:rm%3Acf:cr7"}), "3600");
}

TEST_F(RedisAliasCache, GivesAnotherSignAfterAFlushAndAfterARestart) {
  const auto cache = make_redis_alias_cache(options());
  cache->set_marker().value();
  const auto first = cache->sign().value();
  cli.command({"FLUSHALL"});
  EXPECT_NE(cache->sign().value(), first);
  cache->set_marker().value();
  const auto second = cache->sign().value();
  EXPECT_NE(second, first) << "marked again is not the same as never lost";
  server.kill();
  server.start();
  auto third = cache->sign();
  if (!third) // the old connection has ended
    third = cache->sign();
  EXPECT_NE(third.value(), second);
}

TEST_F(RedisAliasCache, TellsWhichOfABatchWereRefused) {
  cli.command({"ACL", "SETUSER", "mirror", "on", ">secret", "+@all", "~alias:team:ok*"});
  auto with = options();
  with.connection.username = "mirror";
  with.connection.password = "secret";
  const auto cache = make_redis_alias_cache(with);
  std::vector<alias_record> records;
  for (int i = 0; i < 1'200; ++i)
    records.push_back({(i == 3 || i == 700 ? "bad" : "ok") + std::to_string(i), "[]"});
  const auto refused = cache->put(alias_type::team, records).value();
  ASSERT_EQ(refused.size(), 2U);
  EXPECT_EQ(refused[0].position, 3U);
  EXPECT_EQ(refused[1].position, 700U);
  EXPECT_FALSE(refused[0].reason.empty());
  EXPECT_EQ(cli.command({"KEYS", "alias:*"}).size(), 1'198U);
}

TEST_F(RedisAliasCache, LeavesAKeyOfAnotherTypeAloneAndWritesTheOthers) {
  const auto cache = make_redis_alias_cache(options());
  cli.command({"LPUSH", "alias:team:a", "x"});
  cli.command({"HSET", "alias:team:h", "x", "y"});
  EXPECT_EQ(cache->find(alias_type::team, "a").value(), std::nullopt);
  const auto refused =
      cache->put(alias_type::team, std::vector<alias_record>{{"a", "[]"}, {"b", "[]"}, {"h", "[]"}})
          .value();
  ASSERT_EQ(refused.size(), 2U);
  EXPECT_EQ(refused[0].position, 0U);
  EXPECT_EQ(refused[1].position, 2U);
  EXPECT_EQ(refused[0].reason, "the key holds another type");
  EXPECT_EQ(cli.word({"TYPE", "alias:team:a"}), "list");
  EXPECT_EQ(cache->find(alias_type::team, "b").value(), "[]");
}

TEST_F(RedisAliasCache, RemovesNothingThatIsNoAlias) {
  const auto cache = make_redis_alias_cache(options());
  cli.command({"LPUSH", "alias:team:list", "x"});
  cli.command({"SET", "alias:team:text", "another application's"});
  cli.command({"SET", "alias:team:ours", R"(["1"])"});
  const std::vector<std::string> all{"list", "text", "ours", "none"};
  EXPECT_EQ(cache->remove(alias_type::team, all).value(), (alias_removal{1, 2}));
  EXPECT_EQ(cli.word({"TYPE", "alias:team:list"}), "list");
  EXPECT_EQ(cli.word({"GET", "alias:team:text"}), "another application's");
  EXPECT_EQ(cli.word({"EXISTS", "alias:team:ours"}), "0");
}

TEST_F(RedisAliasCache, AnswersQueriesWithoutAKeyThatHoldsSomethingElse) {
  const auto cache = make_redis_alias_cache(options());
  cache->put(alias_type::team, std::vector<alias_record>{{"rmcf", R"(["1"])"}}).value();
  cache->put(alias_type::player, std::vector<alias_record>{{"cr7", R"(["9"])"}}).value();
  cli.command({"RPUSH", "cache:team_player:rmcf:cr7", "x"});
  for (int i = 0; i < 2; ++i) {
    const auto found = resolve_through(*cache, {"rmcf", "cr7"}, 1h).value();
    EXPECT_THAT(found.player_ids, ElementsAre("9"));
    EXPECT_FALSE(found.cached);
  }
  EXPECT_EQ(cache->foreign_queries(), 2U);
  EXPECT_EQ(cli.word({"TYPE", "cache:team_player:rmcf:cr7"}), "list");
  cli.command({"DEL", "cache:team_player:rmcf:cr7"});
  resolve_through(*cache, {"rmcf", "cr7"}, 1h).value();
  EXPECT_TRUE(resolve_through(*cache, {"rmcf", "cr7"}, 1h).value().cached);
}

TEST_F(RedisAliasCache, AnOwnerKeyOfAnotherTypeStopsNobody) {
  const auto cache = make_redis_alias_cache(options());
  cli.command({"LPUSH", "cache:alias_mirror:owner", "x"});
  EXPECT_EQ(cache->claim("/a.db", 1h, false).value(), "/a.db");
  EXPECT_EQ(cli.word({"TYPE", "cache:alias_mirror:owner"}), "list");
}

TEST_F(RedisAliasCache, FailsWhileRedisIsAwayAndRecovers) {
  const auto cache = make_redis_alias_cache(options());
  cache->set_marker().value();
  server.kill();
  const std::vector<alias_record> one{{"a", "[]"}};
  EXPECT_EQ(cache->put(alias_type::team, one).error().code, errc::store_unavailable);
  EXPECT_EQ(cache->get(alias_type::team, one).error().code, errc::store_unavailable);
  EXPECT_EQ(cache->scan("").error().code, errc::store_unavailable);
  EXPECT_EQ(cache->sign().error().code, errc::store_unavailable);
  server.start();
  EXPECT_TRUE(eventually([&] { return cache->put(alias_type::team, one).has_value(); },
                         std::chrono::seconds{10}));
}

} // namespace
} // namespace standings::test
