#include "stores/postgres/adoption.hpp"
#include "stores/postgres/score_store.hpp"
#include "stores/sqlite/adoption.hpp"
#include "stores/sqlite/score_store.hpp"
#include "tests/support/postgres_store_harness.hpp"
#include "tests/support/sqlite_store_harness.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace standings {
namespace {

using test::postgres_store_harness;
using test::sqlite_store_harness;

/// A table that someone might have, and the finding it leads to.
struct shape {
  const char* name;
  const char* ddl;
  const char* finding; ///< its name
  const char* column;
  finding_level level = finding_level::fatal;
};

std::ostream& operator<<(std::ostream& out, const shape& s) {
  return out << s.name;
}

const finding* found(const adoption_plan& plan, const std::string& name) {
  const auto at = std::find_if(plan.findings.begin(), plan.findings.end(),
                               [&](const finding& f) { return f.name == name; });
  return at == plan.findings.end() ? nullptr : &*at;
}

/// Every shape either works or is refused with its finding, and then nothing is changed.
template <class Opened>
void expect_told(const shape& s, const adoption_report& report, const Opened& opened) {
  const auto* f = found(report.plan, s.finding);
  ASSERT_TRUE(f) << s.finding << " is missing: " << explain_refusal(report.table, report.plan);
  EXPECT_EQ(f->level, s.level);
  EXPECT_EQ(f->column, s.column);
  EXPECT_EQ(report.plan.is_fatal(), s.level == finding_level::fatal);
  if (s.level == finding_level::fatal) {
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().cause.find(s.finding), std::string::npos) << opened.error().cause;
    return;
  }
  ASSERT_TRUE(opened) << explain(opened.error());
  const auto outcome = (*opened)->apply(std::vector<score_update>{{"anna", 1, {}}, {"new", 1, {}}});
  ASSERT_TRUE(outcome) << explain(outcome.error());
  EXPECT_EQ(outcome.value()[0].user.score, (scores{2, 3, 4, 5}));
}

constexpr auto sqlite_columns =
    "daily_pomo INTEGER, weekly_pomo INTEGER, monthly_pomo INTEGER, yearly_pomo INTEGER";

std::string with_columns(const std::string& ddl, const std::string& columns) {
  const auto mark = ddl.find("{scores}");
  return mark == std::string::npos ? ddl : ddl.substr(0, mark) + columns + ddl.substr(mark + 8);
}

#define ROW                                                                                        \
  " INSERT INTO pomo_leaderboard (user_id, daily_pomo, weekly_pomo, monthly_pomo,"                 \
  " yearly_pomo) VALUES ('anna', 1, 2, 3, 4);"

class SqliteTable : public testing::TestWithParam<shape> {};

TEST_P(SqliteTable, WorksOrIsRefusedByName) {
  sqlite_store_harness harness;
  harness.options().clock = system_now;
  harness.raw()->exec(with_columns(GetParam().ddl, sqlite_columns));
  const auto report = inspect_sqlite(harness.options()).value();
  expect_told(GetParam(), report, open_sqlite_store(harness.options()));
}

using enum finding_level;

INSTANTIATE_TEST_SUITE_P(
    Shapes, SqliteTable,
    testing::ValuesIn(std::vector<shape>{
        {"NoUniqueIndex",
         "CREATE TABLE pomo_leaderboard (user_id TEXT, {scores}, updated_at DATETIME);" ROW,
         "no_unique_user_id", "user_id", change},
        {"PartialUniqueIndex",
         "CREATE TABLE pomo_leaderboard (user_id TEXT, {scores}, updated_at DATETIME);"
         " CREATE UNIQUE INDEX u ON pomo_leaderboard (user_id) WHERE daily_pomo > 0;" ROW,
         "no_unique_user_id", "user_id", change},
        {"Duplicates",
         "CREATE TABLE pomo_leaderboard (user_id TEXT, {scores}, updated_at DATETIME);" ROW ROW,
         "duplicate_user_id", "user_id"},
        {"IntegerIds",
         "CREATE TABLE pomo_leaderboard (user_id INTEGER PRIMARY KEY, {scores}, updated_at "
         "DATETIME);",
         "user_id_type", "user_id"},
        {"TypeNamedString",
         "CREATE TABLE pomo_leaderboard (user_id STRING PRIMARY KEY, {scores}, updated_at "
         "DATETIME);",
         "user_id_type", "user_id"},
        {"NoCase",
         "CREATE TABLE pomo_leaderboard (user_id TEXT PRIMARY KEY COLLATE NOCASE, {scores}, "
         "updated_at DATETIME);",
         "nocase_user_id", "user_id"},
        {"NoUpdatedAt", "CREATE TABLE pomo_leaderboard (user_id TEXT PRIMARY KEY, {scores});" ROW,
         "no_updated_at", "updated_at", change},
        {"WithoutRowid",
         "CREATE TABLE pomo_leaderboard (user_id TEXT PRIMARY KEY, {scores}, updated_at DATETIME) "
         "WITHOUT ROWID;" ROW,
         "no_version", "version", change},
        {"Strict",
         "CREATE TABLE pomo_leaderboard (user_id TEXT PRIMARY KEY, {scores}, updated_at TEXT) "
         "STRICT;" ROW,
         "null_time", "updated_at", change},
        {"MissingScore",
         "CREATE TABLE pomo_leaderboard (user_id TEXT PRIMARY KEY, daily_pomo INT, updated_at "
         "DATETIME);",
         "missing_column", "weekly_pomo"},
        {"View", "CREATE TABLE t (user_id TEXT); CREATE VIEW pomo_leaderboard AS SELECT * FROM t;",
         "not_a_table", ""},
        {"RequiredText",
         "CREATE TABLE pomo_leaderboard (user_id TEXT PRIMARY KEY, {scores}, updated_at DATETIME, "
         "team TEXT NOT NULL);",
         "required_column", "team"},
        {"RequiredTime",
         "CREATE TABLE pomo_leaderboard (user_id TEXT PRIMARY KEY, {scores}, updated_at DATETIME, "
         "created_at DATETIME NOT NULL);"
         " INSERT INTO pomo_leaderboard VALUES ('anna', 1, 2, 3, 4, NULL, 1764144000000);",
         "filled_column", "created_at", change},
        {"GeneratedScore",
         "CREATE TABLE pomo_leaderboard (user_id TEXT PRIMARY KEY, daily_pomo INT, weekly_pomo "
         "INT, monthly_pomo INT,"
         " yearly_pomo INT AS (monthly_pomo), updated_at DATETIME);",
         "generated_column", "yearly_pomo"},
        {"GeneratedOther",
         "CREATE TABLE pomo_leaderboard (user_id TEXT PRIMARY KEY, {scores}, updated_at DATETIME,"
         " total INT AS (daily_pomo + weekly_pomo));" ROW,
         "no_version", "version", change},
        {"Fractions",
         "CREATE TABLE pomo_leaderboard (user_id TEXT PRIMARY KEY, {scores}, updated_at DATETIME);"
         " INSERT INTO pomo_leaderboard VALUES ('anna', 1.5, 2, 3, 4, NULL);",
         "unreadable_score", "daily_pomo"},
        {"Infinity",
         "CREATE TABLE pomo_leaderboard (user_id TEXT PRIMARY KEY, {scores}, updated_at DATETIME);"
         " INSERT INTO pomo_leaderboard VALUES ('anna', 1, 9e999, 3, 4, NULL);",
         "unreadable_score", "weekly_pomo"},
        {"TooLarge",
         "CREATE TABLE pomo_leaderboard (user_id TEXT PRIMARY KEY, {scores}, updated_at DATETIME);"
         " INSERT INTO pomo_leaderboard VALUES ('anna', 1, 2, 3, 9007199254740992, NULL);",
         "score_too_large", "yearly_pomo"},
        {"TextScores",
         "CREATE TABLE pomo_leaderboard (user_id TEXT PRIMARY KEY, daily_pomo TEXT, weekly_pomo "
         "TEXT, monthly_pomo TEXT,"
         " yearly_pomo TEXT, updated_at DATETIME);",
         "score_type", "daily_pomo"},
        {"DigitsAsText",
         "CREATE TABLE pomo_leaderboard (user_id TEXT PRIMARY KEY, daily_pomo, weekly_pomo, "
         "monthly_pomo,"
         " yearly_pomo, updated_at DATETIME); INSERT INTO pomo_leaderboard VALUES ('anna', '1', 2, "
         "3, '4', NULL);",
         "score_text", "daily_pomo", change},
        {"ForeignVersion",
         "CREATE TABLE pomo_leaderboard (user_id TEXT PRIMARY KEY, {scores}, updated_at DATETIME, "
         "version INTEGER DEFAULT 1);",
         "foreign_version", "version"},
        {"NullId",
         "CREATE TABLE pomo_leaderboard (user_id TEXT UNIQUE, {scores}, updated_at DATETIME);"
         " INSERT INTO pomo_leaderboard (daily_pomo) VALUES (1);",
         "null_user_id", "user_id"},
        {"MixedUnits",
         "CREATE TABLE pomo_leaderboard (user_id TEXT PRIMARY KEY, {scores}, updated_at INTEGER);"
         " INSERT INTO pomo_leaderboard VALUES ('a', 1, 2, 3, 4, 1764144000), ('b', 1, 2, 3, 4, "
         "1764144000000);",
         "mixed_times", "updated_at"},
        {"ForeignKey",
         "CREATE TABLE people (id TEXT PRIMARY KEY); INSERT INTO people VALUES ('anna'), ('new');"
         " CREATE TABLE pomo_leaderboard (user_id TEXT PRIMARY KEY REFERENCES people, {scores}, "
         "updated_at DATETIME);" ROW,
         "foreign_key", "user_id", note},
        {"TouchingTrigger",
         "CREATE TABLE pomo_leaderboard (user_id TEXT PRIMARY KEY, {scores}, updated_at DATETIME);"
         " CREATE TRIGGER touch AFTER UPDATE ON pomo_leaderboard BEGIN UPDATE pomo_leaderboard SET"
         " updated_at = CURRENT_TIMESTAMP WHERE user_id = NEW.user_id; END;" ROW,
         "triggers", "", note},
    }),
    [](const auto& tested) { return std::string{tested.param.name}; });

constexpr auto postgres_columns =
    "daily_pomo int, weekly_pomo int, monthly_pomo int, yearly_pomo int";

class PostgresTable : public testing::TestWithParam<shape> {};

TEST_P(PostgresTable, WorksOrIsRefusedByName) {
  postgres_store_harness harness;
  harness.exec(with_columns(GetParam().ddl, postgres_columns));
  const auto report = inspect_postgres(harness.options()).value();
  expect_told(GetParam(), report, open_postgres_store(harness.options()));
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, PostgresTable,
    testing::ValuesIn(std::vector<shape>{
        {"NoUniqueIndex",
         "CREATE TABLE pomo_leaderboard (user_id text, {scores}, updated_at timestamptz);" ROW,
         "no_unique_user_id", "user_id", change},
        {"DeferrableUnique",
         "CREATE TABLE pomo_leaderboard (user_id text UNIQUE DEFERRABLE, {scores}, updated_at "
         "timestamptz);",
         "deferrable_unique", "user_id"},
        {"Duplicates",
         "CREATE TABLE pomo_leaderboard (user_id text, {scores}, updated_at timestamptz);" ROW ROW,
         "duplicate_user_id", "user_id"},
        {"IntegerIds",
         "CREATE TABLE pomo_leaderboard (user_id int PRIMARY KEY, {scores}, updated_at "
         "timestamptz);",
         "user_id_type", "user_id"},
        {"UuidIds",
         "CREATE TABLE pomo_leaderboard (user_id uuid PRIMARY KEY, {scores}, updated_at "
         "timestamptz);",
         "user_id_type", "user_id"},
        {"CaseInsensitive",
         "CREATE COLLATION ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);"
         " CREATE TABLE pomo_leaderboard (user_id text COLLATE ci PRIMARY KEY, {scores}, "
         "updated_at timestamptz);",
         "nocase_user_id", "user_id"},
        {"NoUpdatedAt", "CREATE TABLE pomo_leaderboard (user_id text PRIMARY KEY, {scores});" ROW,
         "no_updated_at", "updated_at", change},
        {"MissingScore",
         "CREATE TABLE pomo_leaderboard (user_id text PRIMARY KEY, daily_pomo int, updated_at "
         "date);",
         "missing_column", "weekly_pomo"},
        {"View", "CREATE VIEW pomo_leaderboard AS SELECT 'x'::text AS user_id;", "not_a_table", ""},
        {"MaterializedView",
         "CREATE MATERIALIZED VIEW pomo_leaderboard AS SELECT 'x'::text AS user_id;", "not_a_table",
         ""},
        {"Partitioned",
         "CREATE TABLE pomo_leaderboard (user_id text, {scores}, updated_at timestamptz) PARTITION "
         "BY HASH (user_id);",
         "not_a_table", ""},
        {"Inherited",
         "CREATE TABLE pomo_leaderboard (user_id text PRIMARY KEY, {scores}, updated_at "
         "timestamptz);"
         " CREATE TABLE child () INHERITS (pomo_leaderboard);",
         "has_children", ""},
        {"ViewOnIt",
         "CREATE TABLE pomo_leaderboard (user_id varchar(50) PRIMARY KEY, {scores}, updated_at "
         "timestamptz);"
         " CREATE VIEW top_users AS SELECT user_id FROM pomo_leaderboard;",
         "dependent_view", "user_id"},
        {"ViewOnAFittingTable",
         "CREATE TABLE pomo_leaderboard (user_id text COLLATE \"C\" PRIMARY KEY, daily_pomo "
         "bigint, weekly_pomo bigint,"
         " monthly_pomo bigint, yearly_pomo bigint, updated_at timestamptz);"
         " CREATE VIEW top_users AS SELECT * FROM pomo_leaderboard;" ROW,
         "null_time", "updated_at", change},
        {"GeneratedFromAScore",
         "CREATE TABLE pomo_leaderboard (user_id text PRIMARY KEY, {scores}, updated_at "
         "timestamptz,"
         " total int GENERATED ALWAYS AS (daily_pomo * 2) STORED);",
         "dependent_view", "daily_pomo"},
        {"GeneratedScore",
         "CREATE TABLE pomo_leaderboard (user_id text PRIMARY KEY, daily_pomo int, weekly_pomo "
         "int, monthly_pomo int,"
         " yearly_pomo int GENERATED ALWAYS AS (monthly_pomo) STORED, updated_at timestamptz);",
         "generated_column", "yearly_pomo"},
        {"RequiredText",
         "CREATE TABLE pomo_leaderboard (user_id text PRIMARY KEY, {scores}, updated_at "
         "timestamptz, team text NOT NULL);",
         "required_column", "team"},
        {"RequiredTime",
         "CREATE TABLE pomo_leaderboard (user_id text PRIMARY KEY, {scores}, updated_at "
         "timestamptz, joined date NOT NULL);"
         " INSERT INTO pomo_leaderboard VALUES ('anna', 1, 2, 3, 4, now(), now());",
         "filled_column", "joined", change},
        {"RequiredUuid",
         "CREATE TABLE pomo_leaderboard (id uuid NOT NULL, user_id text PRIMARY KEY, {scores}, "
         "updated_at timestamptz);"
         " INSERT INTO pomo_leaderboard VALUES (gen_random_uuid(), 'anna', 1, 2, 3, 4, now());",
         "filled_column", "id", change},
        {"Fractions",
         "CREATE TABLE pomo_leaderboard (user_id text PRIMARY KEY, daily_pomo numeric, weekly_pomo "
         "numeric,"
         " monthly_pomo numeric, yearly_pomo numeric, updated_at timestamptz);"
         " INSERT INTO pomo_leaderboard VALUES ('anna', 1, 2.5, 3, 4, now());",
         "unreadable_score", "weekly_pomo"},
        {"NotANumber",
         "CREATE TABLE pomo_leaderboard (user_id text PRIMARY KEY, daily_pomo float, weekly_pomo "
         "float,"
         " monthly_pomo float, yearly_pomo float, updated_at timestamptz);"
         " INSERT INTO pomo_leaderboard VALUES ('anna', 'NaN', 2, 3, 4, now());",
         "unreadable_score", "daily_pomo"},
        {"WholeDoubles",
         "CREATE TABLE pomo_leaderboard (user_id text PRIMARY KEY, daily_pomo float DEFAULT 0.0, "
         "weekly_pomo float,"
         " monthly_pomo float, yearly_pomo float, updated_at timestamptz);" ROW,
         "score_type", "daily_pomo", change},
        {"TooLarge",
         "CREATE TABLE pomo_leaderboard (user_id text PRIMARY KEY, daily_pomo bigint, weekly_pomo "
         "bigint,"
         " monthly_pomo bigint, yearly_pomo bigint, updated_at timestamptz);"
         " INSERT INTO pomo_leaderboard VALUES ('anna', 1, 2, 3, 9007199254740993, now());",
         "score_too_large", "yearly_pomo"},
        {"TextScores",
         "CREATE TABLE pomo_leaderboard (user_id text PRIMARY KEY, daily_pomo text, weekly_pomo "
         "text, monthly_pomo text,"
         " yearly_pomo text, updated_at timestamptz);",
         "score_type", "daily_pomo"},
        {"ForeignVersion",
         "CREATE TABLE pomo_leaderboard (user_id text PRIMARY KEY, {scores}, updated_at "
         "timestamptz, version int DEFAULT 1);",
         "foreign_version", "version"},
        {"UnreadableTimes",
         "CREATE TABLE pomo_leaderboard (user_id text PRIMARY KEY, {scores}, updated_at text);"
         " INSERT INTO pomo_leaderboard VALUES ('anna', 1, 2, 3, 4, '26.11.2026');",
         "unreadable_time", "updated_at"},
        {"DoubleTimes",
         "CREATE TABLE pomo_leaderboard (user_id text PRIMARY KEY, {scores}, updated_at double "
         "precision);"
         " INSERT INTO pomo_leaderboard VALUES ('anna', 1, 2, 3, 4, extract(epoch FROM now()));",
         "time_format", "updated_at", change},
        {"TextTimes",
         "CREATE TABLE pomo_leaderboard (user_id text PRIMARY KEY, {scores}, updated_at text);"
         " INSERT INTO pomo_leaderboard VALUES ('anna', 1, 2, 3, 4, to_char(now(), "
         "'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'));",
         "time_format", "updated_at", change},
        {"DateColumn",
         "CREATE TABLE pomo_leaderboard (user_id text PRIMARY KEY, {scores}, updated_at date);"
         " INSERT INTO pomo_leaderboard VALUES ('anna', 1, 2, 3, 4, current_date);",
         "time_format", "updated_at", change},
        {"JsonTimes",
         "CREATE TABLE pomo_leaderboard (user_id text PRIMARY KEY, {scores}, updated_at jsonb);",
         "unknown_time_type", "updated_at"},
        {"ForeignKey",
         "CREATE TABLE people (id varchar(50) PRIMARY KEY); INSERT INTO people VALUES ('anna'), "
         "('new');"
         " CREATE TABLE pomo_leaderboard (user_id varchar(50) PRIMARY KEY REFERENCES people, "
         "{scores}, updated_at timestamptz);" ROW,
         "foreign_key", "user_id", note},
        {"Unlogged",
         "CREATE UNLOGGED TABLE pomo_leaderboard (user_id text PRIMARY KEY, {scores}, updated_at "
         "timestamptz);" ROW,
         "unlogged", "", note},
        {"Domain",
         "CREATE DOMAIN points AS int CHECK (VALUE >= 0); CREATE TABLE pomo_leaderboard (user_id "
         "text PRIMARY KEY,"
         " daily_pomo points, weekly_pomo points, monthly_pomo points, yearly_pomo points, "
         "updated_at timestamptz);" ROW,
         "score_type", "daily_pomo", change},
        {"TouchingTrigger",
         "CREATE TABLE pomo_leaderboard (user_id text PRIMARY KEY, {scores}, updated_at "
         "timestamptz NOT NULL DEFAULT now());"
         " CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.updated_at = "
         "now(); RETURN NEW; END';"
         " CREATE TRIGGER touch BEFORE UPDATE ON pomo_leaderboard FOR EACH ROW EXECUTE FUNCTION "
         "touch();" ROW,
         "triggers", "", note},
    }),
    [](const auto& tested) { return std::string{tested.param.name}; });

TEST(PostgresInspection, CreatesNothing) {
  postgres_store_harness harness;
  const auto report = inspect_postgres(harness.options()).value();
  EXPECT_EQ(report.table.kind, relation_kind::missing);
  EXPECT_FALSE(report.plan.is_fatal());
  EXPECT_EQ(harness
                .exec("SELECT count(*) FROM pg_class WHERE relnamespace ="
                      " current_schema()::regnamespace")[0][0]
                .as<int>(),
            0);
}

TEST(PostgresInspection, FindsOurOwnTableFit) {
  postgres_store_harness harness;
  harness.open();
  const auto report = inspect_postgres(harness.options()).value();
  EXPECT_TRUE(report.table.ours);
  EXPECT_TRUE(report.plan.findings.empty());
}

TEST(SqliteInspection, FindsOurOwnTableFit) {
  sqlite_store_harness harness;
  harness.open();
  const auto report = inspect_sqlite(harness.options()).value();
  EXPECT_TRUE(report.table.ours);
  EXPECT_TRUE(report.plan.findings.empty());
}

} // namespace
} // namespace standings
