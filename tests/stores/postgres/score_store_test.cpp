#include "tests/support/postgres_store_harness.hpp"
#include "tests/support/store_records.hpp"
#include "tests/support/store_times.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace standings {
namespace {

using test::at;

/// The statement that writes a batch, watched by a trigger of the test.
class PostgresScoreStore : public testing::Test {
protected:
  /// Runs `body` before each row that is written; `new` is the row.
  void before_each_row(const std::string& body) {
    harness.exec("CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN " + body
                 + " RETURN new; END $$;"
                   " CREATE TRIGGER watch BEFORE INSERT ON pomo_leaderboard"
                   " FOR EACH ROW EXECUTE FUNCTION watch()");
  }

  test::postgres_store_harness harness;
};

// Writers that lock the same rows in different orders may deadlock.
TEST_F(PostgresScoreStore, WritesRowsInTheOrderOfTheirIds) {
  const auto store = harness.open();
  harness.exec("CREATE TABLE seen (place serial, user_id text)");
  before_each_row("INSERT INTO seen (user_id) VALUES (new.user_id);");
  store->apply(std::vector<score_update>{{"b", 1, {}}, {"B", 1, {}}, {"c", 1, {}}, {"a", 1, {}}})
      .value();
  std::vector<std::string> order;
  for (const auto& row : harness.exec("SELECT user_id FROM seen ORDER BY place"))
    order.emplace_back(row[0].c_str());
  EXPECT_EQ(order, (std::vector<std::string>{"B", "a", "b", "c"}));
}

TEST_F(PostgresScoreStore, APeriodThatStartsDuringABatchCountsForTheRestOfIt) {
  harness.use_calendar(calendar{});
  harness.set_time(at("2026-03-10T23:59:59Z")); // a Tuesday
  const auto store = harness.open();
  const std::vector<score_update> batch{{"anna", 2, {}}, {"ben", 2, {}}};
  store->apply(batch).value();
  before_each_row("IF new.user_id = 'anna' THEN"
                  " UPDATE test_clock SET at = '2026-03-11T00:00:00Z'; END IF;");
  const auto outcomes = store->apply(batch).value();
  EXPECT_EQ(outcomes.at(0).user.score, (scores{4, 4, 4, 4}));
  EXPECT_EQ(outcomes.at(1).user.score, (scores{2, 4, 4, 4}));
  EXPECT_EQ(outcomes.at(1).user.updated_at, at("2026-03-11T00:00:00Z"));
}

} // namespace
} // namespace standings
