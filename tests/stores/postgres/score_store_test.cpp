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

TEST_F(PostgresScoreStore, APeriodThatEndsDuringABatchHasAllOfIt) {
  harness.use_calendar(calendar{});
  harness.set_time(at("2026-03-10T23:59:59Z")); // a Tuesday
  const auto store = harness.open();
  const std::vector<score_update> batch{{"anna", 2, {}}, {"ben", 2, {}}};
  store->apply(batch).value();
  before_each_row("IF new.user_id = 'anna' THEN"
                  " UPDATE test_clock SET at = '2026-03-11T00:00:00Z'; END IF;");
  const auto outcomes = store->apply(batch).value();
  EXPECT_EQ(outcomes.at(0).user.score, (scores{4, 4, 4, 4}));
  EXPECT_EQ(outcomes.at(1).user.score, (scores{4, 4, 4, 4}));
  EXPECT_EQ(outcomes.at(1).user.updated_at, at("2026-03-10T23:59:59.999999Z"));
  const auto past = harness.open_leaderboards({})->past("default", period::daily,
                                                        at("2026-03-10T12:00:00Z"), 0, 9);
  EXPECT_EQ(past.value()->entries, (std::vector<past_entry>{{1, "ben", 4}, {2, "anna", 4}}));
}

TEST_F(PostgresScoreStore, APeriodThatStartsDuringABatchCountsForTheRestOfItIfNoneIsKept) {
  harness.options().keep_past = 0;
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

/// A store that has found out the time and the periods, and writes with what it knows.
class PostgresKnownMoment : public PostgresScoreStore {
protected:
  PostgresKnownMoment() {
    count("anna", 1);
    harness.exec("CREATE TABLE seen (query text)");
    before_each_row("INSERT INTO seen VALUES (current_query());");
  }

  update_outcome count(const std::string& user, std::int64_t n, const std::string& key = {}) {
    return store->apply(std::vector<score_update>{{user, n, key}}).value().at(0);
  }

  /// Whether the last row was written in the round trip that began its transaction.
  bool wrote_at_once() {
    const auto rows = harness.exec("DELETE FROM seen RETURNING query LIKE 'BEGIN %'");
    return !rows.empty() && rows[0][0].as<bool>();
  }

  std::unique_ptr<score_store> store = harness.open();
};

TEST_F(PostgresKnownMoment, WritesInTheFirstRoundTrip) {
  EXPECT_EQ(count("anna", 2).user.score, (scores{3, 3, 3, 3}));
  EXPECT_TRUE(wrote_at_once());
  count("anna", 2, "key");
  EXPECT_FALSE(wrote_at_once());
}

TEST_F(PostgresKnownMoment, IdsAreWrittenAsTheyAre) {
  for (const std::string id : {"o'brien", "back\\slash", "\"quoted\"", "{a,b}", "$1", "grün"}) {
    EXPECT_EQ(count(id, 2).user.user_id, id);
    EXPECT_TRUE(wrote_at_once()) << id;
    EXPECT_TRUE(store->find(id).value()) << id;
  }
}

TEST_F(PostgresKnownMoment, AResetByAnotherInstanceIsNoticed) {
  harness.open()->reset(period::weekly).value();
  EXPECT_EQ(count("anna", 2).user.score, (scores{3, 2, 3, 3}));
  EXPECT_FALSE(wrote_at_once());
  EXPECT_EQ(count("anna", 2).user.score, (scores{5, 4, 5, 5}));
  EXPECT_TRUE(wrote_at_once());
}

TEST_F(PostgresKnownMoment, AScoreThatWouldBeTooHighFailsAlone) {
  user_record rich;
  rich.user_id = "rich";
  rich.score.fill(score_limit - 3);
  ASSERT_TRUE(store->put(std::vector<user_record>{rich}));
  const std::vector<score_update> batch{{"rich", 2, {}}, {"anna", 1, {}}, {"rich", 1, {}}};
  const auto outcomes = store->apply(batch).value();
  EXPECT_EQ(outcomes.at(0).code, errc::none);
  EXPECT_EQ(outcomes.at(1).user.score, (scores{2, 2, 2, 2}));
  EXPECT_EQ(outcomes.at(2).code, errc::score_overflow);
}

TEST_F(PostgresKnownMoment, AClockThatHasJumpedIsJudgedBeforeAnythingIsWritten) {
  harness.set_time(at("2026-03-10T12:00:00Z"));
  store = harness.open();
  count("ben", 1);
  count("ben", 1);
  static_cast<void>(wrote_at_once());
  harness.jump_to(at("2026-03-10T13:00:00Z"));
  const auto ben = count("ben", 1).user;
  EXPECT_EQ(ben.score, (scores{3, 3, 3, 3}));
  EXPECT_LT(ben.updated_at, at("2026-03-10T12:30:00Z"));
  EXPECT_FALSE(wrote_at_once());
}

} // namespace
} // namespace standings
