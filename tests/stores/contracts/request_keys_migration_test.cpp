#include "stores/sql/sql_text.hpp"
#include "tests/support/postgres_store_harness.hpp"
#include "tests/support/sqlite_store_harness.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

/// `sql` with its placeholders replaced by the names of our own tables.
template <class Harness>
std::string own(const Harness& harness, std::string_view sql) {
  return replaced(replaced(sql, "{keys}", harness.own("score_requests")), "{migrations}",
                  harness.own("schema_migrations"));
}

void expect_keys_of_their_users(score_store& store) {
  const auto apply = [&](const std::string& user, std::int64_t count) {
    const std::vector<score_update> one{{user, count, "k"}};
    return store.apply(one).value().at(0);
  };
  EXPECT_TRUE(apply("anna", 5).replayed) << "what was counted before stays counted";
  EXPECT_EQ(apply("anna", 6).code, errc::idempotency_conflict);
  EXPECT_EQ(apply("ben", 5).user.score[0], 5);
  EXPECT_TRUE(apply("ben", 5).replayed);
}

const std::vector<score_update> counted{{"anna", 5, "k"}};

TEST(RequestKeysMigration, OfSqliteKeepsTheKeysThatAreThere) {
  test::sqlite_store_harness harness;
  ASSERT_TRUE(harness.open()->apply(counted));
  // the old layout, in which the key alone was the primary key
  harness.raw()->exec(own(harness,
                          "CREATE TABLE old (request_key TEXT PRIMARY KEY NOT NULL, user_id TEXT,"
                          " count INTEGER, daily_pomo INTEGER, weekly_pomo INTEGER,"
                          " monthly_pomo INTEGER, yearly_pomo INTEGER, updated_at INTEGER,"
                          " version INTEGER, created_at INTEGER) WITHOUT ROWID;"
                          " INSERT INTO old SELECT * FROM {keys};"
                          " DROP TABLE {keys};"
                          " ALTER TABLE old RENAME TO {keys};"
                          " DELETE FROM {migrations} WHERE name LIKE '0010%'"));
  expect_keys_of_their_users(*harness.open());
}

TEST(RequestKeysMigration, OfPostgresKeepsTheKeysThatAreThere) {
  test::postgres_store_harness harness;
  ASSERT_TRUE(harness.open()->apply(counted));
  harness.exec(own(harness, "ALTER TABLE {keys} DROP CONSTRAINT score_requests_pkey,"
                            " ADD CONSTRAINT score_requests_pkey PRIMARY KEY (request_key);"
                            " DELETE FROM {migrations} WHERE name LIKE '0010%'"));
  expect_keys_of_their_users(*harness.open());
}

} // namespace
} // namespace standings
