#include "stores/postgres/failure.hpp"
#include "stores/postgres/reconcile_store.hpp"
#include "stores/postgres/score_store.hpp"
#include "tests/support/both_stores.hpp"
#include "tests/support/servers.hpp"
#include "tests/support/until_unlocked.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

namespace standings {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// Requests to the tests' server that cannot work.
class PostgresFailure : public testing::Test {
protected:
  PostgresFailure() {
    options.url = home.url();
    options.schema = home.name();
  }

  /// The URL with the part `what` replaced.
  std::string url_with(const std::string& what, const std::string& by) const {
    auto out = home.url();
    const auto at = out.find(what);
    return out.replace(at, what.size(), by);
  }

  std::string port() const {
    const auto at = home.url().rfind(':') + 1;
    return home.url().substr(at, home.url().find('/', at) - at);
  }

  std::string said(const std::string& url) const {
    auto with = options;
    with.url = url;
    const auto opened = open_postgres_store(with);
    return opened ? "open" : explain(opened.error());
  }

  pqxx::result exec(const std::string& sql) { return test::sql(home.url(), sql); }

  std::string update(const std::string& user = "ann") {
    const auto store = open_postgres_store(options);
    if (!store)
      return explain(store.error());
    const auto done = (*store)->apply(std::vector<score_update>{{user, 1, {}}});
    return done ? "done" : to_string(done.error().code) + ": " + explain(done.error());
  }

  test::postgres_schema home;
  postgres_options options;
};

TEST_F(PostgresFailure, ToConnectNamesPlaceAndCause) {
  EXPECT_THAT(said(url_with(":" + port() + "/", ":1/")),
              AllOf(HasSubstr("127.0.0.1:1/standings_test"), HasSubstr("refused"),
                    HasSubstr("correct host and port")));
  EXPECT_THAT(said(url_with("127.0.0.1", "no-such-host.invalid")),
              AllOf(HasSubstr("no-such-host.invalid:" + port()), HasSubstr("not known")));
  EXPECT_THAT(said(url_with("/standings_test", "/nosuch")),
              AllOf(HasSubstr("3D000"), HasSubstr("nosuch"), HasSubstr("create the database")));
  EXPECT_THAT(said(url_with("standings:", "nobody:")), HasSubstr("28"));
  EXPECT_THAT(said(home.url() + "&sslmode=require"), HasSubstr("TLS"));
  EXPECT_THAT(said("host=/nowhere dbname=x"), AllOf(HasSubstr("/nowhere"), HasSubstr("socket")));
  EXPECT_THAT(said(home.url() + "%20-cno_such_setting%3D1"),
              AllOf(HasSubstr("42704"), HasSubstr("no_such_setting")));
}

TEST_F(PostgresFailure, ToConnectHoldsNoPassword) {
  const auto at = home.url().find("standings:") + 10;
  const auto password = home.url().substr(at, home.url().find('@') - at);
  const auto why = said(url_with(password, "wrong-" + password));
  EXPECT_THAT(why, AllOf(HasSubstr("28P01"), HasSubstr("password authentication failed"),
                         HasSubstr("correct user and password"), Not(HasSubstr(password))));
}

TEST_F(PostgresFailure, TooManyConnectionsAreNamed) {
  exec("CREATE ROLE one_" + home.name() + " LOGIN CONNECTION LIMIT 0 PASSWORD 'p'");
  const auto at = home.url().find("standings:");
  auto url = home.url();
  url.replace(at, url.find('@') - at, "one_" + home.name() + ":p");
  EXPECT_THAT(said(url), AllOf(HasSubstr("53300"), HasSubstr("too many connections")));
  exec("DROP ROLE one_" + home.name());
}

TEST_F(PostgresFailure, AWriteSaysWhatItWasAndWhatToDo) {
  ASSERT_EQ(update(), "done");
  exec("ALTER TABLE pomo_leaderboard ADD CONSTRAINT small CHECK (user_id <> 'bob')");
  EXPECT_THAT(update("bob"), AllOf(HasSubstr("rejected_row"), HasSubstr("writing scores: 23514"),
                                   HasSubstr("\"small\"")));
  exec("ALTER TABLE pomo_leaderboard RENAME yearly_pomo TO gone");
  EXPECT_THAT(update(), AllOf(HasSubstr("42703"), HasSubstr("yearly_pomo"),
                              Not(HasSubstr("INSERT")), Not(HasSubstr("LINE"))));
}

TEST_F(PostgresFailure, ACallerIsToldNothingOfTheServer) {
  auto with = options;
  with.url = url_with("/standings_test", "/nosuch");
  const auto why = open_postgres_store(with).error();
  EXPECT_EQ(why.code, errc::store_unavailable);
  EXPECT_EQ(why.detail, "the database cannot be reached");
}

TEST_F(PostgresFailure, AServerThatTakesNoWritesIsNamed) {
  options.url += "%20-cdefault_transaction_read_only%3Don";
  EXPECT_THAT(update(), AllOf(HasSubstr("25006"), HasSubstr("default_transaction_read_only"),
                              HasSubstr("target_session_attrs")));
  options.url = home.url();
  ASSERT_EQ(update(), "done");
  options.url += "%20-cdefault_transaction_read_only%3Don";
  EXPECT_THAT(update(), HasSubstr("25006"));
}

TEST_F(PostgresFailure, TheServersDefaultsMakeNoDifference) {
  for (const auto* setting :
       {"default_transaction_isolation%3Dserializable",
        "default_transaction_isolation%3Drepeatable\\%20read", "statement_timeout%3D1s",
        "lock_timeout%3D1ms", "idle_in_transaction_session_timeout%3D1s",
        "standard_conforming_strings%3Doff", "datestyle%3DGerman", "intervalstyle%3Dsql_standard",
        "timezone%3DAsia/Kolkata", "bytea_output%3Descape", "extra_float_digits%3D-15",
        "plan_cache_mode%3Dforce_generic_plan", "default_transaction_deferrable%3Don",
        "lc_numeric%3DC", "array_nulls%3Doff", "row_security%3Doff"}) {
    options.url = home.url() + "%20-c" + setting;
    EXPECT_EQ(update(), "done") << setting;
    const auto journal = open_postgres_run_journal(options);
    ASSERT_TRUE(journal) << setting;
    EXPECT_TRUE((*journal)->load()) << setting;
  }
}

TEST_F(PostgresFailure, WritersOfOneUserWaitForEachOtherUnderAnyDefaultIsolation) {
  options.url += "%20-cdefault_transaction_isolation%3Dserializable";
  ASSERT_EQ(update(), "done");
  std::atomic<int> running{4};
  std::vector<std::thread> writers;
  for (int i = 0; i < 4; ++i)
    writers.emplace_back([&] {
      const auto store = open_postgres_store(options);
      for (int n = 0; n < 25; ++n)
        EXPECT_EQ(test::apply_until_unlocked(**store, {{"ann", 1, {}}})[0].code, errc::none);
      --running;
    });
  int serializable = 0; // such transactions fail where these have to wait
  while (running > 0)
    serializable += exec("SELECT count(*) FROM pg_locks WHERE mode = 'SIReadLock' AND relation IN"
                         " (SELECT oid FROM pg_class WHERE relnamespace = '"
                         + home.name() + "'::regnamespace)")[0][0]
                        .as<int>();
  for (auto& writer : writers)
    writer.join();
  EXPECT_EQ(serializable, 0);
  EXPECT_EQ(test::counts_in_database(home.url()).at("ann"), 101);
}

/// A database that is not UTF-8.
TEST_F(PostgresFailure, AnIdThatTheEncodingCannotHoldIsRefusedAlone) {
  const auto name = "l" + home.name();
  exec("CREATE DATABASE " + name
       + " ENCODING 'LATIN1' TEMPLATE template0 LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'");
  const auto server = home.url().substr(0, home.url().find("/standings_test"));
  options.url = server + "/" + name;
  options.schema = "standings";
  EXPECT_EQ(update("jos\u00e9"), "done");
  EXPECT_EQ(update("jos\u00e9"), "done");
  EXPECT_THAT(update("\u6771\u4eac"),
              AllOf(HasSubstr("rejected_row"), HasSubstr("22P05"), HasSubstr("UTF8 has all")));
  EXPECT_EQ(open_postgres_store(options).value()->find("jos\u00e9").value()->score[3], 2);
  exec("DROP DATABASE " + name + " WITH (FORCE)");
}

TEST(PostgresMessage, IsOneLineWithoutSqlText) {
  EXPECT_EQ(one_line("ERROR:  column \"x\" does not exist\nLINE 1: SELECT x\n               ^\n"
                     "HINT:  look\nCONTEXT:  SQL statement \"SELECT secret\"\n"),
            "column \"x\" does not exist HINT:  look");
}

TEST(PostgresMessage, EveryStateHasSomethingToDo) {
  for (const auto* state : {"28P01", "57P03", "53100", "42501", "25006", "XX001", "ABCDE", ""})
    EXPECT_FALSE(meaning_of(state).advice.empty()) << state;
  EXPECT_NE(meaning_of("57014").advice, meaning_of("57P03").advice);
}

} // namespace
} // namespace standings
