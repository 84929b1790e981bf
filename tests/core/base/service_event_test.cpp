#include "core/base/service_event.hpp"
#include "core/base/throttle.hpp"
#include "core/reconcile/run_events.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

TEST(ServiceEvent, IsPrintedAsOneLineOfJson) {
  const service_event what{event_kind::rebuild,
                           "loaded \"a\"\nand b",
                           {{"state", "progress"}, {"done", std::int64_t{-7}}, {"dry_run", true}}};
  EXPECT_EQ(event_json(what, from_micros(1'000'000)),
            R"({"at":"1970-01-01T00:00:01.000000Z","kind":"rebuild","text":"loaded \"a\"\nand b",)"
            R"("state":"progress","done":-7,"dry_run":true})");
}

TEST(ServiceEvent, TellsHowManyCachesOfLeaderboardsDiffered) {
  caches_compared found;
  found.leaderboards = 4;
  found.differing = 1;
  found.first_differing = "acme";
  const auto one = caches_differed(found, "");
  EXPECT_EQ(one.text, "The cache of leaderboard 'acme' differed from the database");
  EXPECT_EQ(event_json(one, {}).find("run_id"), std::string::npos) << "it was after no run";
  found.differing = 3;
  EXPECT_EQ(caches_differed(found, "r").text,
            "The caches of 3 named leaderboards, 'acme' among them, differed from the database");
}

TEST(ServiceEvent, ToNobodyIsNotTold) {
  tell(nullptr, {event_kind::run, "nobody listens"});
}

TEST(Throttle, LetsOneThroughPerInterval) {
  using namespace std::chrono_literals;
  const throttle::clock::time_point start{1h};
  throttle gate{1s};
  EXPECT_TRUE(gate.passes(start));
  EXPECT_FALSE(gate.passes(start + 999ms));
  EXPECT_TRUE(gate.passes(start + 1s));
  gate.reset();
  EXPECT_TRUE(gate.passes(start + 1s));
}

} // namespace
} // namespace standings
