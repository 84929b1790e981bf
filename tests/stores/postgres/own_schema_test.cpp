#include "core/base/embedded.hpp"
#include "stores/postgres/reconcile_store.hpp"
#include "stores/postgres/score_store.hpp"
#include "stores/postgres/session_store.hpp"
#include "tests/support/both_stores.hpp"
#include "tests/support/servers.hpp"

#include <gmock/gmock.h>
#include <pqxx/pqxx>

namespace standings {

std::span<const embedded_text> postgres_migrations();

namespace {

using testing::HasSubstr;
using testing::Not;

/// A schema for the leaderboard's table, another one for our bookkeeping, and a role that is not a
/// superuser.
class PostgresOwnSchema : public testing::Test {
protected:
  PostgresOwnSchema() {
    options.url = home.url();
    options.schema = home.name() + "_own";
    exec("CREATE ROLE " + role + " LOGIN PASSWORD 'secret'; GRANT USAGE ON SCHEMA " + home.name()
         + " TO " + role);
  }

  ~PostgresOwnSchema() override {
    exec("SET client_min_messages = error; DROP SCHEMA IF EXISTS " + options.schema
         + " CASCADE; DROP OWNED BY " + role + "; DROP ROLE " + role);
  }

  pqxx::result exec(const std::string& sql) { return test::sql(home.url(), sql); }

  std::int64_t number(const std::string& sql) { return exec(sql)[0][0].as<std::int64_t>(); }

  std::string own(const std::string& table) const { return options.schema + "." + table; }

  /// The options of that role.
  postgres_options as_role() const {
    auto out = options;
    const auto at = out.url.find('@');
    out.url = "postgresql://" + role + ":secret" + out.url.substr(at);
    return out;
  }

  static std::int64_t add(score_store& store, const std::string& user, std::int64_t count,
                          const std::string& key = {}) {
    const auto done = store.apply(std::vector<score_update>{{user, count, key}});
    return done.value()[0].user.score[0];
  }

  /// The failure of `open`, or a note that it succeeded.
  static std::string refusal(const postgres_options& with) {
    const auto opened = open_postgres_store(with);
    return opened ? "open" : explain(opened.error());
  }

  /// Creates the tables in the layout of earlier versions: all beside the leaderboard's.
  void make_old_layout(const std::string& table) {
    const table_names old{table, "", table + "_deleted", ""};
    exec("DROP TABLE IF EXISTS schema_migrations; CREATE TABLE schema_migrations"
         " (name text PRIMARY KEY, applied_at timestamptz NOT NULL)");
    for (const auto& m : postgres_migrations()) {
      if (m.name.substr(0, 4) > "0003")
        continue;
      exec(with_names(m.content, old));
      exec("INSERT INTO schema_migrations VALUES ('" + std::string{m.name} + "', now())");
    }
    exec("INSERT INTO " + table + " VALUES ('ann', 5, 5, 5, 5, now(), nextval('" + table
         + "_version'));"
           " INSERT INTO period_state VALUES ('daily', now() - interval '1 minute');"
           " INSERT INTO score_requests SELECT 'key', user_id, 5, 5, 5, 5, 5, updated_at, version,"
           " now() FROM "
         + table
         + "; INSERT INTO sync_runs VALUES ('run', now(), 'completed', '{}');"
           " INSERT INTO sync_quarantine VALUES ('eve', 'why', 'run', now(), now(), 1);"
           " UPDATE sync_state SET generation = 'known';"
           " INSERT INTO session_quarantine VALUES ('s', 'why', now()) ON CONFLICT DO NOTHING;"
           " INSERT INTO users (external_id, name) VALUES ('u', 'Ann') ON CONFLICT DO NOTHING;"
           " INSERT INTO "
         + table + "_deleted VALUES ('bob', 1, 1, 1, 1, now(), 1, 'run', now(), 2)");
  }

  test::postgres_schema home;
  postgres_options options;
  const std::string role = "r" + home.name();
};

TEST_F(PostgresOwnSchema, HoldsEverythingButTheLeaderboard) {
  ASSERT_TRUE(open_postgres_store(options));
  const auto beside = exec("SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class"
                           " WHERE relnamespace = '"
                           + home.name() + "'::regnamespace AND relkind IN ('r', 'S')");
  EXPECT_STREQ(beside[0][0].c_str(), "pomo_leaderboard pomo_leaderboard_version");
  for (const auto* table : {"schema_migrations", "period_state", "score_requests", "sync_state",
                            "sync_runs", "sync_quarantine", "pomo_leaderboard_deleted"})
    EXPECT_GE(number("SELECT count(*) FROM " + own(table)), 0) << table;
}

TEST_F(PostgresOwnSchema, ALeaderboardTableThatSomebodyHasDroppedIsMadeAgain) {
  ASSERT_TRUE(open_postgres_store(options));
  exec("DROP TABLE pomo_leaderboard; DROP SEQUENCE pomo_leaderboard_version");
  const auto store = open_postgres_store(options);
  ASSERT_TRUE(store) << explain(store.error());
  EXPECT_EQ((*store)->apply(std::vector<score_update>{{"ann", 5, {}}}).value()[0].user.score[0], 5);
}

/// As with a role that is called like our schema, and the usual search_path "$user", public.
TEST_F(PostgresOwnSchema, ThatComesFirstInTheSearchPathHidesNoTable) {
  const std::string columns = " (user_id text PRIMARY KEY, daily_pomo integer, weekly_pomo integer,"
                              " monthly_pomo integer, yearly_pomo integer, updated_at timestamp)";
  exec("CREATE TABLE pomo_leaderboard" + columns + "; CREATE TABLE chess" + columns
       + "; INSERT INTO pomo_leaderboard VALUES ('ann', 5, 5, 5, 5, now());"
         " INSERT INTO chess VALUES ('ann', 6, 6, 6, 6, now())");
  options.url = options.url.substr(0, options.url.find('?')) + "?options=-csearch_path%3D"
                + options.schema + "%2C" + home.name();
  const auto store = open_postgres_store(options);
  ASSERT_TRUE(store) << explain(store.error());
  EXPECT_EQ(add(**store, "ann", 1), 6);
  auto another = options; // the schema exists now
  another.table = "chess";
  const auto chess = open_postgres_store(another);
  ASSERT_TRUE(chess) << explain(chess.error());
  EXPECT_EQ(add(**chess, "ann", 1), 7);
}

TEST_F(PostgresOwnSchema, CalledLikeTheRoleKeepsOlderProgramsOut) {
  exec("GRANT CREATE ON SCHEMA " + home.name() + " TO " + role);
  auto with = as_role();
  with.schema = role;
  exec("CREATE SCHEMA " + role + " AUTHORIZATION " + role);
  ASSERT_EQ(refusal(with), "open");
  EXPECT_EQ(number("SELECT count(*) FROM " + role
                   + ".schema_migrations WHERE name = '0001_leaderboard.sql'"),
            0)
      << "an older program looks for this, and fails when it makes its tables anew";
  EXPECT_EQ(number("SELECT count(*) FROM " + role + ".schema_migrations"),
            static_cast<std::int64_t>(postgres_migrations().size()) - 1)
      << "the sessions' one is made with their tables";
  EXPECT_EQ(refusal(with), "open") << "it still knows what it has done";
  EXPECT_EQ(add(*open_postgres_store(with).value(), "ann", 2), 2);
}

TEST_F(PostgresOwnSchema, ChatTablesAreMadeWithTheSessionStoreAlone) {
  const auto chat = [&] {
    return number("SELECT count(*) FROM pg_tables WHERE tablename IN ('users', 'groups',"
                  " 'sessions', 'messages') AND schemaname = '"
                  + home.name() + "'");
  };
  ASSERT_TRUE(open_postgres_store(options));
  ASSERT_TRUE(open_postgres_run_journal(options));
  EXPECT_EQ(chat(), 0);
  ASSERT_TRUE(open_postgres_session_store(options));
  EXPECT_EQ(chat(), 4);
  EXPECT_EQ(number("SELECT count(*) FROM " + home.name() + ".session_quarantine"), 0);
}

TEST_F(PostgresOwnSchema, TablesOfAnEarlierVersionMoveWithAllTheyHold) {
  for (const std::string table : {"pomo_leaderboard", "chess"}) {
    options.table = table;
    make_old_layout(table);
    const auto names = names_of(options);
    const auto store = open_postgres_store(options);
    ASSERT_TRUE(store) << explain(store.error());
    EXPECT_EQ(number("SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = '"
                     + home.name()
                     + "'::regnamespace AND relname IN ('period_state', 'score_requests', "
                       "'sync_state', 'sync_runs',"
                       " 'sync_quarantine', '"
                     + table + "_deleted')"),
              0);
    for (const std::string moved :
         {"period_state", "score_requests", "sync_runs", "sync_quarantine"})
      EXPECT_EQ(number("SELECT count(*) FROM " + names.own + moved), 1) << moved;
    EXPECT_EQ(number("SELECT count(*) FROM " + names.archive), 1);
    EXPECT_THROW(exec("INSERT INTO schema_migrations VALUES ('0001_leaderboard.sql', now())"),
                 pqxx::sql_error)
        << "it keeps an older program out";
    EXPECT_EQ(number("SELECT count(*) FROM " + names.own + "sync_state WHERE generation = 'known'"),
              1);
    EXPECT_EQ(add(**store, "ann", 5, "key"), 5) << "the key is remembered";
    EXPECT_EQ(add(**store, "ann", 1), 6);
    ASSERT_TRUE(open_postgres_session_store(options));
    EXPECT_EQ(number("SELECT count(*) FROM users"), 1);
    exec("DROP TABLE users, groups, sessions, messages");
  }
}

TEST_F(PostgresOwnSchema, TablesOfAnEarlierVersionStayWhereAnotherLeaderboardStarts) {
  make_old_layout("pomo_leaderboard");
  auto chess = options;
  chess.table = "chess";
  ASSERT_TRUE(open_postgres_store(chess));
  EXPECT_EQ(number("SELECT count(*) FROM " + home.name() + ".score_requests"), 1);
  const auto store = open_postgres_store(options);
  ASSERT_TRUE(store);
  EXPECT_EQ(add(**store, "ann", 5, "key"), 5);
}

TEST_F(PostgresOwnSchema, AForeignSchemaMigrationsIsLeftAlone) {
  for (const std::string columns :
       {"version bigint PRIMARY KEY, dirty boolean NOT NULL", "version varchar NOT NULL",
        "name text, applied_at timestamptz", "version bigint, inserted_at timestamp"}) {
    exec("CREATE TABLE schema_migrations (" + columns + ")");
    const auto store = open_postgres_store(options);
    ASSERT_TRUE(store) << columns << ": " << explain(store.error());
    add(**store, "ann", 1);
    EXPECT_EQ(number("SELECT count(*) FROM schema_migrations"), 0) << columns;
    exec("DROP TABLE schema_migrations; DROP TABLE pomo_leaderboard; DROP SEQUENCE"
         " pomo_leaderboard_version; DROP SCHEMA "
         + options.schema + " CASCADE");
  }
}

TEST_F(PostgresOwnSchema, AForeignSchemaMigrationsWhereOursBelongsIsNamed) {
  options.schema = home.name();
  exec("CREATE TABLE schema_migrations (version bigint PRIMARY KEY)");
  EXPECT_THAT(refusal(options), HasSubstr("schema_migrations in schema " + home.name()));
  options.schema = home.name() + "_own";
}

TEST_F(PostgresOwnSchema, TwoLeaderboardsOfOneDatabaseShareNothing) {
  auto chess = options;
  chess.table = "chess";
  const auto one = open_postgres_store(options);
  const auto other = open_postgres_store(chess);
  ASSERT_TRUE(one);
  ASSERT_TRUE(other);
  EXPECT_EQ(add(**one, "ann", 5, "key"), 5);
  EXPECT_EQ(add(**other, "ann", 3, "key"), 3);
  ASSERT_TRUE((*other)->reset(period::daily));
  EXPECT_EQ((*one)->find("ann").value()->score[0], 5);
  EXPECT_EQ((*other)->find("ann").value()->score[0], 0);
  ASSERT_TRUE((*other)->remove("ann", "run"));
  EXPECT_TRUE((*one)->scan_deletions({}, 10).value().empty());
  EXPECT_EQ((*other)->scan_deletions({}, 10).value().size(), 1U);
  const auto journal = open_postgres_run_journal(options);
  const auto other_journal = open_postgres_run_journal(chess);
  ASSERT_TRUE((*journal)->save_started(false));
  EXPECT_TRUE((*other_journal)->load().value().started);
}

TEST_F(PostgresOwnSchema, TheLongestNameOfATableHasItsOwnBooks) {
  options.table = std::string(48, 't');
  const auto store = open_postgres_store(options);
  ASSERT_TRUE(store) << explain(store.error());
  EXPECT_EQ(add(**store, "ann", 5, "key"), 5);
  EXPECT_EQ(add(**store, "ann", 5, "key"), 5);
  ASSERT_TRUE(open_postgres_store(options));
}

TEST_F(PostgresOwnSchema, ANamesakeInAnotherSchemaIsRefusedByName) {
  ASSERT_TRUE(open_postgres_store(options));
  const test::postgres_schema elsewhere;
  auto other = options;
  other.url = elsewhere.url();
  const auto why = refusal(other);
  EXPECT_THAT(why, HasSubstr(home.name() + ".pomo_leaderboard"));
  EXPECT_THAT(why, HasSubstr("database.schema"));
}

TEST_F(PostgresOwnSchema, ARoleThatMayCreateNothingWorksOnTablesThatAreThere) {
  ASSERT_TRUE(open_postgres_store(options));
  exec("GRANT SELECT, INSERT, UPDATE, DELETE ON pomo_leaderboard TO " + role
       + "; GRANT USAGE, SELECT ON pomo_leaderboard_version TO " + role);
  const auto store = open_postgres_store(as_role());
  ASSERT_TRUE(store) << explain(store.error());
  EXPECT_EQ(add(**store, "ann", 5, "key"), 5);
  EXPECT_EQ(add(**store, "ann", 5, "key"), 5);
  ASSERT_TRUE((*store)->reset(period::daily));
  ASSERT_TRUE((*store)->remove("ann", "run"));
  const auto journal = open_postgres_run_journal(as_role());
  ASSERT_TRUE(journal);
  ASSERT_TRUE((*journal)->save_started(false));
  EXPECT_FALSE((*journal)->load().value().started);
}

TEST_F(PostgresOwnSchema, ARoleThatMayNotWriteTheLeaderboardSeesNothingOfOurs) {
  const auto store = open_postgres_store(options);
  add(**store, "ann", 5, "key");
  exec("GRANT SELECT ON pomo_leaderboard TO " + role);
  EXPECT_EQ(
      test::sql(as_role().url, "SELECT count(*) FROM " + own("score_requests"))[0][0].as<int>(), 0);
  EXPECT_EQ(test::sql(as_role().url, "DELETE FROM " + own("score_requests")).affected_rows(), 0);
  EXPECT_EQ(number("SELECT count(*) FROM " + own("score_requests")), 1);
}

TEST_F(PostgresOwnSchema, TheGrantsThatAreMissingAreNamed) {
  EXPECT_THAT(refusal(as_role()),
              HasSubstr("CREATE SCHEMA \"" + options.schema + "\" AUTHORIZATION " + role));
  exec("CREATE SCHEMA " + options.schema + " AUTHORIZATION " + role);
  EXPECT_THAT(refusal(as_role()),
              HasSubstr("GRANT CREATE ON SCHEMA \"" + home.name() + "\" TO " + role));
  exec("DROP SCHEMA " + options.schema);
  ASSERT_TRUE(open_postgres_store(options));
  const auto why = refusal(as_role());
  EXPECT_THAT(why, HasSubstr("42501"));
  EXPECT_THAT(why, HasSubstr("GRANT SELECT, INSERT, UPDATE, DELETE ON " + home.name()
                             + ".pomo_leaderboard TO " + role));
  EXPECT_THAT(why, HasSubstr("GRANT USAGE, SELECT ON SEQUENCE " + home.name()
                             + ".pomo_leaderboard_version TO " + role));
  EXPECT_THAT(why, Not(HasSubstr("secret")));
  exec("GRANT SELECT, INSERT, UPDATE ON pomo_leaderboard TO " + role
       + "; GRANT USAGE, SELECT ON pomo_leaderboard_version TO " + role);
  EXPECT_THAT(refusal(as_role()), HasSubstr("GRANT DELETE ON"));
  exec("GRANT DELETE ON pomo_leaderboard TO " + role);
  EXPECT_EQ(refusal(as_role()), "open");
}

TEST_F(PostgresOwnSchema, ASearchPathThatLeadsNowhereIsNamed) {
  options.url = options.url.substr(0, options.url.find('?')) + "?options=-csearch_path%3Dnowhere";
  EXPECT_THAT(refusal(options), HasSubstr("search_path (nowhere)"));
}

} // namespace
} // namespace standings
