#include "actors/supervision/outage_log.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

using std::chrono::seconds;

class OutageLog : public testing::Test {
protected:
  bool failed(std::size_t worker, const std::string& reason) {
    return log.failed({this, worker}, reason, now);
  }
  std::optional<outage_log::end> recovered(std::size_t worker) {
    return log.recovered({this, worker}, now);
  }

  outage_log log;
  outage_log::time_point now{};
};

TEST_F(OutageLog, OneLineForManyWorkersAndOneWhenTheLastIsBack) {
  EXPECT_TRUE(failed(0, "refused"));
  for (std::size_t worker = 1; worker < 10; ++worker)
    EXPECT_FALSE(failed(worker, "refused"));
  for (int again = 0; again < 100; ++again)
    EXPECT_FALSE(failed(3, "refused"));
  now += seconds{30};
  for (std::size_t worker = 0; worker < 9; ++worker)
    EXPECT_FALSE(recovered(worker));
  const auto over = recovered(9);
  ASSERT_TRUE(over);
  EXPECT_EQ(over->reason, "refused");
  EXPECT_EQ(over->workers, 10U);
  EXPECT_EQ(over->lasted, seconds{30});
}

TEST_F(OutageLog, AnotherReasonIsNews) {
  EXPECT_TRUE(failed(0, "refused"));
  EXPECT_TRUE(failed(0, "starting up"));
  EXPECT_FALSE(failed(1, "starting up"));
  EXPECT_TRUE(failed(2, "refused")) << "nobody had it any more";
}

TEST_F(OutageLog, TheNextOutageIsNews) {
  EXPECT_TRUE(failed(0, "refused"));
  EXPECT_TRUE(recovered(0));
  EXPECT_FALSE(recovered(0));
  EXPECT_TRUE(failed(0, "refused"));
}

TEST_F(OutageLog, AnOwnerThatEndsIsForgotten) {
  EXPECT_TRUE(failed(0, "refused"));
  EXPECT_FALSE(log.failed({&now, 0}, "refused", now));
  log.forget(&now);
  EXPECT_TRUE(recovered(0));
}

} // namespace
} // namespace standings
