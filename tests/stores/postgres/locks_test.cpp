#include "tests/support/held_transaction.hpp"
#include "tests/support/postgres_store_harness.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace standings {
namespace {

using ::testing::ElementsAre;

class PostgresLocks : public testing::Test {
protected:
  std::vector<update_outcome> apply(const std::vector<score_update>& batch) {
    return store->apply(batch).value();
  }

  static std::vector<errc> codes(const std::vector<update_outcome>& outcomes) {
    std::vector<errc> out;
    for (const auto& o : outcomes)
      out.push_back(o.code);
    return out;
  }

  [[nodiscard]] test::held_transaction hold(const std::string& sql) const { return {url, sql}; }

  std::int64_t score(const std::string& user) { return harness.stored_scores(user)[3]; }

  static std::vector<score_update> everyone() {
    return {{"anna", 1, {}}, {"ben", 2, {}}, {"anna", 4, {}}, {"cleo", 8, {}}};
  }

  test::postgres_store_harness harness;
  const std::string url = harness.options().url;
  std::unique_ptr<score_store> store = harness.open();
};

using enum errc;

/// What other programs do to a row.
class PostgresLockedRow : public PostgresLocks, public testing::WithParamInterface<const char*> {};

TEST_P(PostgresLockedRow, CostsItsUserAlone) {
  apply(everyone());
  {
    const auto other = hold(GetParam());
    for (int i = 0; i < 3; ++i) {
      const auto outcomes = apply(everyone());
      EXPECT_THAT(codes(outcomes), ElementsAre(overloaded, none, overloaded, none));
      EXPECT_NE(outcomes[0].detail.find("nothing was counted"), std::string::npos);
    }
  }
  EXPECT_EQ(score("anna"), 5);
  EXPECT_EQ(score("ben"), 8);
  EXPECT_EQ(score("cleo"), 32);
  EXPECT_THAT(codes(apply(everyone())), ElementsAre(none, none, none, none));
  EXPECT_EQ(score("anna"), 10);
}

INSTANTIATE_TEST_SUITE_P(
    By, PostgresLockedRow,
    testing::Values("SELECT 1 FROM pomo_leaderboard WHERE user_id = 'anna' FOR UPDATE",
                    "SELECT 1 FROM pomo_leaderboard WHERE user_id = 'anna' FOR SHARE",
                    "UPDATE pomo_leaderboard SET daily_pomo = 7 WHERE user_id = 'anna'",
                    "DELETE FROM pomo_leaderboard WHERE user_id = 'anna'"));

TEST_F(PostgresLocks, ARowThatIsOnlyReferredToIsWritten) {
  apply(everyone());
  const auto other = hold("SELECT 1 FROM pomo_leaderboard WHERE user_id = 'anna' FOR KEY SHARE");
  EXPECT_THAT(codes(apply(everyone())), ElementsAre(none, none, none, none));
}

TEST_F(PostgresLocks, ANewUserWhomAnotherTransactionInsertsCostsThatUserAlone) {
  std::vector<score_update> batch;
  for (int i = 0; i < 100; ++i)
    batch.push_back({"user" + std::to_string(i), 1, {}});
  {
    const auto other = hold("INSERT INTO pomo_leaderboard (user_id) VALUES ('user42')");
    for (int round = 1; round <= 2; ++round) {
      const auto outcomes = apply(batch);
      for (std::size_t i = 0; i < batch.size(); ++i)
        EXPECT_EQ(outcomes[i].code, i == 42 ? overloaded : none) << i;
    }
  }
  EXPECT_EQ(apply(batch)[42].user.score[0], 1);
  EXPECT_EQ(score("user41"), 3);
}

TEST_F(PostgresLocks, AKeyThatWasCountedIsAnsweredThoughTheRowIsLocked) {
  const auto first = apply({{"anna", 5, "k"}})[0];
  const auto other = hold("SELECT 1 FROM pomo_leaderboard WHERE user_id = 'anna' FOR UPDATE");
  apply({{"anna", 1, {}}});
  const auto outcomes = apply({{"anna", 5, "k"}, {"anna", 1, "l"}});
  EXPECT_TRUE(outcomes[0].replayed);
  EXPECT_EQ(outcomes[0].user, first.user);
  EXPECT_EQ(outcomes[1].code, overloaded);
}

TEST_F(PostgresLocks, ALockedTableIsToldOfInTimeAndNothingIsCounted) {
  apply(everyone());
  for (const auto* mode : {"ACCESS EXCLUSIVE", "SHARE"}) {
    const auto other = hold(std::string{"LOCK TABLE pomo_leaderboard IN "} + mode + " MODE");
    const auto refused = store->apply(everyone());
    EXPECT_EQ(refused.error().code, overloaded);
    EXPECT_NE(refused.error().cause.find("55P03"), std::string::npos) << refused.error().cause;
  }
  EXPECT_EQ(score("cleo"), 8);
}

TEST_F(PostgresLocks, ALockedTableOfKeysCostsUpdatesWithAKeyAlone) {
  const auto other =
      hold("LOCK TABLE " + harness.own("score_requests") + " IN ACCESS EXCLUSIVE MODE");
  const auto outcomes = apply({{"anna", 1, {}}, {"ben", 1, "k"}, {"cleo", 1, {}}});
  EXPECT_THAT(codes(outcomes), ElementsAre(none, overloaded, none));
}

TEST_F(PostgresLocks, TheLockOfThePeriodsIsToldOfInTime) {
  // the lock goes by the table's name: other tests write to the same database
  harness.options().table = "board_with_a_lock";
  store = harness.open();
  const auto other = hold("SELECT pg_advisory_xact_lock(hashtext('board_with_a_lock.periods'))");
  EXPECT_EQ(store->apply(everyone()).error().code, overloaded);
}

TEST_F(PostgresLocks, ARemovalOfALockedUserChangesNothingAndSaysSo) {
  apply(everyone());
  {
    const auto other = hold("SELECT 1 FROM pomo_leaderboard WHERE user_id = 'anna' FOR UPDATE");
    EXPECT_EQ(store->remove("anna", "run").error().code, overloaded);
    EXPECT_TRUE(store->remove("ben", "run").value());
  }
  EXPECT_TRUE(store->remove("anna", "run").value());
}

TEST_F(PostgresLocks, ReconcileAndTidyingGoAroundALockedRow) {
  apply(everyone());
  ASSERT_TRUE(store->reset(period::daily));
  const auto rows = harness.open_rows();
  const auto before = rows->read({}, 10).value();
  const auto other = hold("SELECT 1 FROM pomo_leaderboard WHERE user_id = 'anna' FOR UPDATE");
  EXPECT_EQ(store->tidy(10).value(), 2U);
  std::vector<row_change> changes;
  for (const auto& user : before)
    changes.push_back({user, user.version});
  const auto written = rows->write(changes).value();
  EXPECT_EQ(written.size(), 2U);
  std::vector<deletion> gone;
  for (const auto& user : written)
    gone.push_back({user.user_id, user.version});
  gone.push_back({"anna", before.at(0).version});
  EXPECT_EQ(rows->remove(gone, "run").value().size(), 2U);
}

TEST_F(PostgresLocks, ASerializableDefaultIsNoneOfOurs) {
  harness.exec("CREATE FUNCTION isolation() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
               " IF current_setting('transaction_isolation') <> 'read committed' THEN"
               "   RAISE EXCEPTION 'is %', current_setting('transaction_isolation'); END IF;"
               " RETURN NEW; END $$;"
               " CREATE TRIGGER isolation BEFORE INSERT OR UPDATE ON pomo_leaderboard"
               " FOR EACH ROW EXECUTE FUNCTION isolation()");
  harness.options().url += "%20-cdefault_transaction_isolation%3Dserializable";
  store = harness.open();
  EXPECT_THAT(codes(apply(everyone())), ElementsAre(none, none, none, none));
}

/// Refuses writes of anna's row with this state, as often as the sequence says.
class PostgresRefusal : public PostgresLocks, public testing::WithParamInterface<const char*> {
protected:
  void refuse(int times) {
    harness.exec("CREATE SEQUENCE IF NOT EXISTS refusals;"
                 " CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                 " IF NEW.user_id = 'anna' AND nextval('refusals') <= "
                 + std::to_string(times)
                 + " THEN"
                   "   RAISE EXCEPTION 'refused' USING ERRCODE = '"
                 + GetParam()
                 + "'; END IF;"
                   " RETURN NEW; END $$;"
                   " CREATE TRIGGER refuse BEFORE INSERT ON pomo_leaderboard"
                   " FOR EACH ROW EXECUTE FUNCTION refuse()");
  }
};

TEST_P(PostgresRefusal, OnceIsNotSeen) {
  refuse(1);
  EXPECT_THAT(codes(apply(everyone())), ElementsAre(none, none, none, none));
  EXPECT_EQ(score("anna"), 5);
}

TEST_P(PostgresRefusal, ForeverIsToldOfAsNothingCounted) {
  refuse(1'000'000);
  const auto outcomes = store->apply(everyone());
  if (outcomes)
    EXPECT_EQ((*outcomes)[0].code, overloaded);
  else
    EXPECT_EQ(outcomes.error().code, overloaded);
}

INSTANTIATE_TEST_SUITE_P(With, PostgresRefusal, testing::Values("40001", "40P01", "55P03", "57014"),
                         [](const auto& state) { return std::string{state.param}; });

} // namespace
} // namespace standings
