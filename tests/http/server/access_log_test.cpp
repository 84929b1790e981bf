#include "http/server/access_log.hpp"
#include "tests/support/captured_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace standings::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

const access_logger::clock::time_point start{1h};

/// An access log in the given mode, which is the process's.
class AccessLog : public testing::Test {
protected:
  ~AccessLog() override { set_access_log(access_log::errors); }

  void answer(int status, std::string_view pattern = "/api/{period}") {
    request rq;
    rq.method = "GET";
    rq.target = "/api/daily?key=s3cr3t";
    rq.id = "r1";
    rq.arrived = now_ - 12ms;
    accesses_.answered(rq, pattern, status, now_);
  }

  access_logger::clock::time_point now_ = start;
  access_logger accesses_;
  captured_log log_;
};

TEST_F(AccessLog, HasFailuresAndRefusals) {
  for (const int status : {200, 202, 304, 400, 404, 409, 422, 429})
    answer(status);
  EXPECT_EQ(log_.text(), "");
  answer(503);
  EXPECT_THAT(log_.text(),
              HasSubstr(R"("level":"warn","message":"GET /api/{period} was answered 503 in 12 ms",)"
                        R"("component":"http","request_id":"r1","method":"GET",)"
                        R"("route":"/api/{period}","status":503,"ms":12)"));
  answer(401);
  answer(403);
  EXPECT_THAT(log_.text(), AllOf(HasSubstr("answered 401"), HasSubstr("answered 403")));
}

TEST_F(AccessLog, HasEverythingOrNothingIfAsked) {
  set_access_log(access_log::off);
  answer(500);
  EXPECT_EQ(log_.text(), "");
  set_access_log(access_log::all);
  answer(200);
  EXPECT_THAT(log_.text(),
              HasSubstr(R"("level":"info","message":"GET /api/{period} was answered 200)"));
}

TEST_F(AccessLog, NamesThePathWithoutQueryWhereThereIsNoRoute) {
  answer(403, {});
  EXPECT_THAT(log_.text(),
              AllOf(HasSubstr("GET /api/daily was answered 403"), Not(HasSubstr("s3cr3t"))));
}

TEST_F(AccessLog, DoesNotGrowWithTheRequestsOfAnOutage) {
  for (int i = 0; i < 1'000; ++i)
    answer(503);
  const auto text = log_.text();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 10);
  now_ += 1s;
  answer(503);
  EXPECT_THAT(log_.text(), HasSubstr(R"("message":"990 failed requests were left out here)"));
}

TEST_F(AccessLog, LeavesNoneOutIfAllAreWanted) {
  set_access_log(access_log::all);
  for (int i = 0; i < 100; ++i)
    answer(503);
  const auto text = log_.text();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 100);
}

} // namespace
} // namespace standings::test
