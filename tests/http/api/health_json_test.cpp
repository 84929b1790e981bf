#include "actors/health.hpp"
#include "http/api/leaderboard_json.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace standings {
namespace {

health_report sound() {
  health_report out;
  out.ready = true;
  out.hydration.complete = true;
  out.hydration.cache_reachable = true;
  out.hydration.database_reachable = true;
  out.children = {{"scoring", child_state::running, 0, ""},
                  {"period_clock", child_state::running, 0, ""}};
  out.workers = {{"score_writer/0", child_state::running, 0, ""}};
  return out;
}

boost::json::object printed(const health_report& report) {
  return boost::json::parse(health_json(report)).as_object();
}

TEST(HealthJson, NamesTheStoreThatIsAway) {
  const boost::json::object both{{"database", "reachable"}, {"cache", "reachable"}};
  EXPECT_EQ(printed(sound()).at("stores"), both);
  auto report = sound();
  report.hydration.cache_reachable = false;
  EXPECT_EQ(printed(report).at("stores").at("cache"), "away");
  EXPECT_EQ(printed(report).at("stores").at("database"), "reachable");
  EXPECT_EQ(printed(report).at("accepts_updates"), true);
}

TEST(HealthJson, KnowsThatTheDatabaseIsAwayFromWhoeverNoticesFirst) {
  auto writer = sound();
  writer.workers[0].state = child_state::starting;
  auto clock = sound();
  clock.children[1].state = child_state::starting;
  auto loader = sound();
  loader.hydration.database_reachable = false;
  for (const auto& report : {writer, clock, loader}) {
    EXPECT_TRUE(database_is_away(report));
    EXPECT_EQ(printed(report).at("stores").at("database"), "away");
    EXPECT_EQ(printed(report).at("accepts_updates"), false);
  }
}

TEST(HealthJson, TakesOtherFeaturesForNoStore) {
  auto report = sound();
  report.degraded = true;
  report.children.push_back({"alias_mirror", child_state::starting, 3, "no such file"});
  report.workers.push_back({"key_listener", child_state::starting, 3, "away"});
  EXPECT_FALSE(database_is_away(report));
  EXPECT_EQ(printed(report).at("status"), "degraded");
}

} // namespace
} // namespace standings
