#include "stores/postgres/connection.hpp"
#include "stores/postgres/reconcile_store.hpp"
#include "stores/postgres/score_store.hpp"
#include "stores/postgres/session_store.hpp"
#include "tests/support/both_stores.hpp"
#include "tests/support/servers.hpp"
#include "tests/support/until_unlocked.hpp"

#include <gmock/gmock.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <thread>

namespace standings {
namespace {

/// PgBouncer in transaction mode in front of the tests' PostgreSQL, with so few servers that
/// sessions change servers all the time.
class PgBouncer : public testing::Test {
protected:
  PgBouncer() {
    const auto base = test::test_postgres_url();
    const auto user = base.find("//") + 2;
    const auto secret = base.find(':', user) + 1;
    const auto host = base.find('@') + 1;
    const auto port = base.find(':', host) + 1;
    const auto name = base.find('/', port) + 1;
    const auto listens = test::free_port();
    std::ofstream{dir / "pgbouncer.ini"}
        << "[databases]\nscores = host=127.0.0.1 port=" << base.substr(port, name - 1 - port)
        << " dbname=" << base.substr(name) << " user=" << base.substr(user, secret - 1 - user)
        << " password=" << base.substr(secret, host - 1 - secret)
        << " connect_query='SET search_path = " << home.name()
        << "'\n[pgbouncer]\nlisten_addr=127.0.0.1\nlisten_port=" << listens
        << "\nauth_type=any\npool_mode=transaction\ndefault_pool_size=6\nunix_socket_dir=\n";
    ::chmod(dir.path().c_str(), 0755);
    std::vector<std::string> arguments{"-q", dir / "pgbouncer.ini"};
    if (::geteuid() == 0) // it refuses to run as root
      arguments.insert(arguments.begin(), {"-u", "postgres"});
    pooler = std::make_unique<test::process>(
        "/usr/sbin/pgbouncer", test::process::options{arguments, dir / "output", dir / "log", {}});
    options.url = "postgresql://standings@127.0.0.1:" + std::to_string(listens) + "/scores";
    options.schema = home.name();
    const auto answers = [&] {
      return open_postgres_store(options).has_value();
    };
    if (!test::eventually(answers, std::chrono::seconds{20}))
      throw std::runtime_error("PgBouncer does not answer: apt-get install pgbouncer");
  }

  test::postgres_schema home;
  test::temp_dir dir;
  std::unique_ptr<test::process> pooler;
  postgres_options options;
};

TEST_F(PgBouncer, IsNoticed) {
  const auto through = open_postgres(options.url);
  EXPECT_TRUE(is_pooled(*through, options.url));
  const auto direct = open_postgres(home.url());
  EXPECT_FALSE(is_pooled(*direct, home.url()));
  EXPECT_TRUE(is_pooled(*direct, home.url() + "&pgbouncer=true"));
}

TEST_F(PgBouncer, ManyWritersCountExactlyAndLeaveNothingBehind) {
  std::vector<std::thread> writers;
  for (int i = 0; i < 8; ++i)
    writers.emplace_back([&, i] {
      const auto store = open_postgres_store(options);
      for (int n = 0; n < 25; ++n) {
        const auto key = std::to_string(i) + "-" + std::to_string(n);
        for (int twice = 0; twice < 2; ++twice)
          EXPECT_EQ(test::apply_until_unlocked(**store, {{"ann", 1, key}})[0].replayed, twice == 1);
        ASSERT_TRUE((*store)->find("ann"));
        ASSERT_TRUE((*store)->top(period::daily, 0, 5));
        ASSERT_TRUE((*store)->periods());
      }
    });
  for (auto& writer : writers)
    writer.join();
  EXPECT_EQ(test::counts_in_database(home.url()).at("ann"), 200);
  const auto left = test::sql(options.url, "SELECT count(*) FROM pg_prepared_statements");
  EXPECT_EQ(left[0][0].as<int>(), 0);
}

TEST_F(PgBouncer, EveryStoreWorks) {
  const auto store = open_postgres_store(options);
  ASSERT_TRUE((*store)->apply(std::vector<score_update>{{"ann", 5, {}}, {"bob", 3, {}}}));
  ASSERT_TRUE((*store)->reset(period::daily));
  ASSERT_TRUE((*store)->remove("bob", "run"));
  EXPECT_EQ((*store)->scan_deletions({}, 10).value().size(), 1U);
  ASSERT_TRUE((*store)->tidy(10));
  ASSERT_TRUE((*store)->forget_requests(10));
  const auto rows = open_postgres_reconcile_store(options);
  EXPECT_GT((*rows)->barrier().value(), 0);
  EXPECT_EQ((*rows)->restore("run", {}, 10).value().size(), 1U);
  EXPECT_EQ((*rows)->count().value(), 2U);
  const auto sessions = open_postgres_session_store(options);
  ASSERT_TRUE(sessions) << explain(sessions.error());
  const std::vector<session_record> one{{"s", "g", {}, {}, {{"u", "U", "hello", {}, "m"}}}};
  const auto stored = (*sessions)->upsert(one);
  ASSERT_TRUE(stored) << explain(stored.error());
  EXPECT_EQ((*sessions)->counts().value().messages, 1U);
}

TEST_F(PgBouncer, ALeaseIsHeldByOneAndGoesWithItsConnection) {
  using lease = run_journal::lease;
  auto one = open_postgres_run_journal(options).value();
  auto other = open_postgres_run_journal(options).value();
  EXPECT_TRUE(one->acquire(lease::leader).value());
  EXPECT_TRUE(one->acquire(lease::leader).value());
  EXPECT_FALSE(other->acquire(lease::leader).value());
  EXPECT_TRUE(other->acquire(lease::run).value()) << "the leases are two";
  ASSERT_TRUE(one->release(lease::leader));
  EXPECT_TRUE(test::eventually([&] { return other->acquire(lease::leader).value(); },
                               std::chrono::seconds{10}));
  other.reset();
  EXPECT_TRUE(
      test::eventually([&] { return one->acquire(lease::run).value(); }, std::chrono::seconds{10}));
  one.reset();
  EXPECT_TRUE(test::eventually(
      [&] {
        return test::sql(home.url(), "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND"
                                     " classid = '"
                                         + home.name() + ".pomo_leaderboard'::regclass::oid")[0][0]
                   .as<int>()
               == 0;
      },
      std::chrono::seconds{10}));
}

} // namespace
} // namespace standings
