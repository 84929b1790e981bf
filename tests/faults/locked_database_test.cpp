#include "tests/faults/retrying_clients.hpp"

#include <SQLiteCpp/Database.h>
#include <gtest/gtest.h>

#include <optional>

namespace standings::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Another process's write transaction on the service's database.
class write_lock {
public:
  explicit write_lock(const service_under_test& service)
      : database_(service.database(), SQLite::OPEN_READWRITE, 5'000) {
    database_.exec("BEGIN IMMEDIATE");
  }
  write_lock(const write_lock&) = delete;
  write_lock& operator=(const write_lock&) = delete;
  ~write_lock() { database_.exec("ROLLBACK"); }

private:
  SQLite::Database database_;
};

/// Holds the lock for `how_long` while the events arrive; reads continue.
void replay_through_a_lock(service_under_test& service, const events& all, milliseconds how_long) {
  auto reader = service.client();
  std::optional<retrying_clients> load;
  {
    const write_lock held{service}; // first, because a busy writer would keep us from getting it
    load.emplace(service, all);
    const auto until = std::chrono::steady_clock::now() + how_long;
    while (std::chrono::steady_clock::now() < until) {
      ASSERT_EQ(reader.get(api_root + "/daily").status, 200);
      ASSERT_EQ(reader.get(database_root + "/daily").status, 200);
      ASSERT_EQ(reader.get("/healthz").status, 200);
    }
    EXPECT_EQ(load->acknowledged(), 0U) << "the lock did not come in the way";
  }
  auto& clients = *load;
  clients.join();
  ASSERT_EQ(clients.acknowledged(), all.size());
  for (const auto& [status, times] : clients.failures())
    EXPECT_EQ(status, 503) << times << " times";
  EXPECT_TRUE(eventually([&] { return reader.get("/readyz").status == 200; }, seconds{10}));
  expect_in_both_stores(service, board_of(all));
}

TEST(LockedDatabase, DelaysUpdatesForAMoment) {
  service_under_test service;
  replay_through_a_lock(service, generated_events(3'000), seconds{2});
}

TEST(LockedDatabase, HasUpdatesRefusedWhoseTimeIsOver) {
  service_under_test service{{"http.request_timeout=500ms"}};
  replay_through_a_lock(service, generated_events(3'000), seconds{2});
}

TEST(LockedDatabase, HasUpdatesRefusedAndRecoversWhereItIsLockedForLong) {
  service_under_test service{{"http.request_timeout=500ms"}};
  replay_through_a_lock(service, generated_events(3'000), seconds{8});
}

TEST(LockedDatabase, RefusesWithAProblemThatSaysWhetherToTryAgain) {
  service_under_test service{{"http.request_timeout=500ms"}};
  auto client = service.client();
  ASSERT_EQ(client.update("ann").status, 200);
  {
    const write_lock held{service};
    const auto answer = client.update("ann", 1, "key-1");
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.problem_code(), "overloaded") << answer.body;
    EXPECT_NE(answer.body.find("nothing was"), std::string::npos) << answer.body;
    EXPECT_EQ(answer.header("Retry-After"), "1");
  }
  EXPECT_TRUE(
      eventually([&] { return client.update("ann", 1, "key-1").status == 200; }, seconds{10}));
  EXPECT_EQ(number(client.get(user_path("ann")).json(), "yearly_pomo"), 2);
}

} // namespace
} // namespace standings::test
