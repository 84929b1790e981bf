#include "stores/contracts/session_source.hpp"
#include "stores/redis/session_source.hpp"
#include "tests/support/raw_redis.hpp"
#include "tests/support/servers.hpp"

#include <gtest/gtest.h>

#include <set>

namespace standings {
namespace {

using state = source_session::state;

class RedisSessionSource : public testing::Test {
protected:
  session_source_options options() {
    session_source_options out;
    out.connection.port = server.port();
    out.max_session_bytes = 1'000;
    return out;
  }

  static std::unique_ptr<session_source> open(const session_source_options& with) {
    auto opened = open_redis_session_source(with);
    return std::move(opened.value());
  }

  [[nodiscard]] test::raw_redis cli() const { return test::raw_redis{server.port()}; }

  test::redis_server server;
};

TEST_F(RedisSessionSource, ScansTheKeysOfItsPrefix) {
  for (int i = 0; i < 1'000; ++i)
    cli().command({"SET", (i % 2 ? "session:" : "other:") + std::to_string(i), "{}"});
  cli().command({"SET", "xsession:1", "{}"});
  const auto source = open(options());
  std::multiset<std::string> ids;
  std::string cursor;
  do {
    const auto page = source->scan(cursor, 50).value();
    ids.insert(page.ids.begin(), page.ids.end());
    cursor = page.cursor;
  } while (!cursor.empty());
  EXPECT_EQ((std::set<std::string>{ids.begin(), ids.end()}).size(), 500U);
  EXPECT_TRUE(ids.contains("999"));
  EXPECT_EQ(source->scan("somewhere", 10).error().code, errc::out_of_range);
}

TEST_F(RedisSessionSource, TakesItsPrefixLiterally) {
  cli().command({"SET", "s*:1", "{}"});
  cli().command({"SET", "sx:2", "{}"});
  auto with = options();
  with.key_prefix = "s*:";
  EXPECT_EQ(open(with)->scan("", 100).value().ids, (std::vector<std::string>{"1"}));
}

TEST_F(RedisSessionSource, SaysWhatLiesUnderAKey) {
  const std::string binary{"a\0b\xff", 4};
  cli().command({"SET", "session:text", "{}"});
  cli().command({"SET", "session:empty", ""});
  cli().command({"SET", "session:binary", binary});
  cli().command({"SET", "session:large", std::string(1'001, 'x')});
  cli().command({"SET", "session:fits", std::string(1'000, 'x')});
  cli().command({"RPUSH", "session:list", "x"});
  const std::vector<std::string> ids{"text", "empty", "binary",  "large",
                                     "fits", "list",  "nobody's"};
  const auto found = open(options())->read(ids, 1'000'000).value();
  ASSERT_EQ(found.size(), ids.size());
  const std::vector<state> expected{state::present,   state::present, state::present,
                                    state::too_large, state::present, state::wrong_type,
                                    state::gone};
  for (std::size_t i = 0; i < ids.size(); ++i) {
    EXPECT_EQ(found[i].id, ids[i]);
    EXPECT_EQ(found[i].is, expected[i]) << ids[i];
  }
  EXPECT_EQ(found[0].text, "{}");
  EXPECT_EQ(found[2].text, binary);
}

TEST_F(RedisSessionSource, ReadsAsManyAsFitAndAtLeastOne) {
  std::vector<std::string> ids;
  for (int i = 0; i < 10; ++i) {
    ids.push_back(std::to_string(i));
    cli().command({"SET", "session:" + ids.back(), std::string(900, 'x')});
  }
  const auto source = open(options());
  EXPECT_EQ(source->read(ids, 2'000).value().size(), 2U);
  EXPECT_EQ(source->read(ids, 1).value().size(), 1U);
  EXPECT_TRUE(source->read({}, 1).value().empty());
}

TEST_F(RedisSessionSource, MarkTellsAFlushAndARestart) {
  const auto source = open(options());
  const auto first = source->identity().value();
  EXPECT_FALSE(first.run_id.empty());
  cli().command({"SET", "session:a", "{}"});
  EXPECT_EQ(source->identity().value(), first);
  cli().command({"FLUSHALL"});
  const auto second = source->identity().value();
  EXPECT_NE(second, first);
  cli().command({"FLUSHDB"});
  EXPECT_NE(source->identity().value(), second);
  server.kill();
  server.start();
  EXPECT_NE(open(options())->identity().value().run_id, first.run_id);
}

TEST_F(RedisSessionSource, MarkTellsThatDatabasesWereSwapped) {
  const auto source = open(options());
  const auto first = source->identity().value();
  EXPECT_FALSE(first.data_set.empty());
  cli().command({"SWAPDB", "0", "1"});
  const auto second = source->identity().value();
  EXPECT_NE(second.swaps, first.swaps);
  EXPECT_EQ(second.flushes, first.flushes);
  EXPECT_EQ(second.data_set, first.data_set);
}

TEST_F(RedisSessionSource, GivesTheBeginningOfATextThatIsTooLarge) {
  cli().command({"SET", "session:a", "{\"group\":\"" + std::string(100'000, 'x')});
  const std::vector<std::string> ids{"a"};
  const auto found = open(options())->read(ids, 1'000'000).value();
  EXPECT_EQ(found.at(0).is, state::too_large);
  EXPECT_EQ(found.at(0).text.substr(0, 12), R"({"group":"xx)");
  EXPECT_LE(found.at(0).text.size(), 4'096U);
}

TEST_F(RedisSessionSource, FailsWhereTheServerIsGone) {
  const auto source = open(options());
  server.kill();
  EXPECT_EQ(source->scan("", 10).error().code, errc::store_unavailable);
  EXPECT_FALSE(open_redis_session_source(options()));
}

} // namespace
} // namespace standings
