#include "tests/integration/api.hpp"
#include "tests/support/service_under_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace standings::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;
using testing::HasSubstr;

/// The service's database file is taken away, and perhaps comes back.
class LostFile : public testing::Test {
protected:
  void take_away() {
    for (const auto* suffix : {"", "-wal", "-shm"})
      fs::rename(service.database() + suffix, service.database() + suffix + ".away");
  }

  void bring_back() {
    for (const auto* suffix : {"-shm", "-wal", ""})
      fs::rename(service.database() + suffix + ".away", service.database() + suffix);
  }

  service_under_test service;
  http_client client = service.client();
};

TEST_F(LostFile, TakesNoUpdateUntilItIsBack) {
  ASSERT_EQ(client.update("ann").status, 200);
  take_away();
  const auto refused = client.update("ann");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.problem_code(), "store_unavailable");
  EXPECT_THAT(refused.body, testing::Not(HasSubstr("standings.db"))) << "a path is for operators";
  EXPECT_THAT(service.log(), HasSubstr("standings.db was deleted, moved or replaced"));
  EXPECT_FALSE(fs::exists(service.database()));
  bring_back();
  EXPECT_TRUE(eventually([&] { return client.update("ann").status == 200; }, seconds{40}));
  const auto user = client.get(database_root + "/user/ann");
  EXPECT_GE(number(user.json(), "yearly_pomo"), 2);
}

TEST_F(LostFile, IsNoticedAlthoughNobodyWrites) {
  take_away();
  const auto written = [&] {
    return client.get("/readyz?write").status;
  };
  EXPECT_TRUE(eventually([&] { return written() == 503; }, seconds{10}));
  const auto plain = client.get("/readyz");
  EXPECT_EQ(plain.status, 200) << "boards are served";
  EXPECT_THAT(plain.body, HasSubstr(R"("database":"away")"));
  EXPECT_THAT(plain.body, HasSubstr(R"("status":"degraded")"));
  EXPECT_EQ(client.get("/readyz?write=false").status, 200);
  EXPECT_EQ(client.get(api_root + "/daily").status, 200);
  bring_back();
  EXPECT_TRUE(eventually([&] { return written() == 200; }, seconds{40}));
}

} // namespace
} // namespace standings::test
