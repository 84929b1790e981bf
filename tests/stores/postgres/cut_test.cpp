#include "stores/postgres/connection.hpp"
#include "stores/postgres/link.hpp"
#include "stores/postgres/score_store.hpp"
#include "tests/support/cutting_proxy.hpp"
#include "tests/support/postgres_store_harness.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace standings {
namespace {

using namespace std::chrono_literals;

/// Connections that are ended while they are idle.
class PostgresCut : public testing::Test {
protected:
  PostgresCut() { harness.options().url += "&application_name=" + name; }

  /// Ends every session of ours, as an administrator, a pooler or a restart does.
  void cut_all() {
    harness.exec("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                 " WHERE application_name = '"
                 + name + "'");
  }

  static std::vector<update_outcome> add(score_store& to, const std::string& user,
                                         const std::string& key = {}) {
    const std::vector<score_update> one{{user, 1, key}};
    return to.apply(one).value();
  }

  test::postgres_store_harness harness;
  /// Identifies our own sessions: other tests may run at the same time.
  const std::string name =
      "cut_" + harness.options().url.substr(harness.options().url.rfind("%3D") + 3);
};

TEST_F(PostgresCut, AnUpdateIsSentAgainOnANewConnectionAndCountsOnce) {
  const auto store = harness.open();
  for (std::int64_t n = 1; n <= 3; ++n) {
    EXPECT_EQ(add(*store, "anna").at(0).user.score[0], n);
    cut_all();
  }
  EXPECT_EQ(add(*store, "anna", "key").at(0).user.score[0], 4);
  cut_all();
  EXPECT_TRUE(add(*store, "anna", "key").at(0).replayed);
}

TEST_F(PostgresCut, EveryOtherMethodGoesOnOnANewConnection) {
  const auto store = harness.open();
  add(*store, "anna");
  const auto each = [&](const auto& call) {
    cut_all();
    const auto done = call();
    EXPECT_TRUE(done) << explain(done.error());
  };
  each([&] { return store->find("anna"); });
  each([&] { return store->scan({}, 10); });
  each([&] { return store->scan_deletions({}, 10); });
  each([&] { return store->top(period::daily, 0, 10); });
  each([&] { return store->count(); });
  each([&] { return store->periods(); });
  each([&] { return store->tidy(10); });
  each([&] { return store->forget_requests(10); });
  each([&] { return store->reset(period::daily); });
  const std::vector<user_record> one{{"ben", {1, 1, 1, 1}, sys_time{}, 0}};
  each([&] { return store->put(one); });
  each([&] { return store->remove("ben", "run"); });
}

TEST_F(PostgresCut, ReconcilesStoreGoesOnOnANewConnection) {
  const auto rows = harness.open_rows();
  cut_all();
  EXPECT_EQ(rows->barrier().value(), 0);
  cut_all();
  const std::vector<row_change> changes{{{"anna", {5, 5, 5, 5}, sys_time{}, 0}, 0}};
  EXPECT_EQ(rows->write(changes).value().size(), 1U);
  cut_all();
  EXPECT_EQ(rows->count().value(), 1U);
  cut_all();
  EXPECT_EQ(rows->read({}, 10).value().size(), 1U);
}

TEST_F(PostgresCut, TheJournalTakesTheLeadAgainOnANewConnection) {
  const auto journal = harness.open_journal();
  ASSERT_TRUE(journal->acquire(run_journal::lease::leader).value());
  cut_all();
  EXPECT_TRUE(journal->acquire(run_journal::lease::leader).value());
  EXPECT_FALSE(harness.open_journal()->acquire(run_journal::lease::leader).value());
  cut_all();
  EXPECT_TRUE(journal->load());
}

TEST_F(PostgresCut, ALeadThatAnotherHasTakenMeanwhileIsNotTakenForOurs) {
  const auto journal = harness.open_journal();
  ASSERT_TRUE(journal->acquire(run_journal::lease::leader).value());
  cut_all();
  const auto other = harness.open_journal();
  ASSERT_TRUE(other->acquire(run_journal::lease::leader).value());
  EXPECT_TRUE(journal->load()); // on a new connection, which has not the lead
  EXPECT_FALSE(journal->acquire(run_journal::lease::leader).value());
}

TEST_F(PostgresCut, ARunEndsWithTheConnectionThatHasItsLease) {
  const auto journal = harness.open_journal();
  ASSERT_TRUE(journal->acquire(run_journal::lease::run).value());
  cut_all();
  EXPECT_EQ(journal->load().error().code, errc::store_unavailable);
  EXPECT_EQ(journal->acquire(run_journal::lease::run).error().code, errc::store_unavailable);
}

TEST_F(PostgresCut, AServerThatHasGoneIsStillTold) {
  test::postgres_server server;
  const auto store = open_postgres_store({.url = server.url()});
  ASSERT_TRUE(store);
  add(**store, "anna");
  server.kill();
  const std::vector<score_update> one{{"anna", 1, {}}};
  EXPECT_EQ((*store)->apply(one).error().code, errc::store_unavailable);
  server.start();
  EXPECT_EQ(add(**store, "anna").at(0).user.score[0], 2) << "the same object works again";
}

TEST_F(PostgresCut, ACutWhileCommittingIsNotTriedAgain) {
  test::cutting_proxy proxy{harness.options().url};
  auto options = harness.options();
  options.url = proxy.url();
  const auto store = std::move(open_postgres_store(options).value());
  add(*store, "anna");
  proxy.cut_next(test::cutting_proxy::cut::answered);
  const std::vector<score_update> one{{"anna", 1, {}}};
  EXPECT_EQ(store->apply(one).error().code, errc::outcome_unknown);
  EXPECT_EQ(add(*store, "anna").at(0).user.score[0], 3);
}

TEST_F(PostgresCut, AnIdleConnectionThatNothingPassesAnyMoreIsGivenUpSoon) {
  using namespace std::chrono_literals;
  test::cutting_proxy proxy{harness.options().url};
  auto now = postgres_link::clock::now();
  postgres_link link{open_postgres(proxy.url()),
                     [&] { return open_postgres(harness.options().url); },
                     [&] {
                       return now;
                     }};
  const auto answers = [&] {
    for (postgres_link::retries left;;) {
      try {
        return pqxx::nontransaction{link.use()}.exec("SELECT 42")[0][0].as<int>();
      } catch (const pqxx::failure&) {
        if (const auto why = link.give_up(left, postgres_link::stage::single))
          return 0;
      }
    }
  };
  EXPECT_EQ(answers(), 42);
  EXPECT_EQ(link.incarnation(), 0U);
  now += 10s;
  EXPECT_EQ(answers(), 42);
  EXPECT_EQ(link.incarnation(), 0U) << "it answers";
  proxy.freeze(true);
  now += 10s;
  EXPECT_EQ(answers(), 42);
  EXPECT_EQ(link.incarnation(), 1U);
}

TEST_F(PostgresCut, ASessionIsNotEndedForIdlingWhateverTheServersDefault) {
  auto& url = harness.options().url;
  url.insert(url.find("&application_name"), "%20-cidle_session_timeout%3D50");
  const auto ours = open_postgres(url);
  EXPECT_STREQ(pqxx::nontransaction{*ours}.exec("SHOW idle_session_timeout")[0][0].c_str(), "0");
}

} // namespace
} // namespace standings
