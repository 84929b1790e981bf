#include "actors/supervision/waiting_places.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace standings {
namespace {

using place = waiting_places::place;

TEST(WaitingPlaces, OnePartyLeavesRoomForOthers) {
  waiting_places places{3, 2};
  const place first{places, "acme"};
  const place second{places, "acme"};
  EXPECT_TRUE(first);
  EXPECT_TRUE(second);
  EXPECT_FALSE((place{places, "acme"}));
  EXPECT_TRUE((place{places, ""}));
}

TEST(WaitingPlaces, AreBoundedAllTogether) {
  waiting_places places{2, 2};
  const place first{places, "a"};
  const place second{places, "b"};
  EXPECT_FALSE((place{places, "c"}));
}

TEST(WaitingPlaces, AreFreeAgainAfterwards) {
  waiting_places places{1, 1};
  std::optional<place> held;
  held.emplace(places, "acme");
  EXPECT_FALSE((place{places, "acme"})) << "and its end frees nothing";
  EXPECT_FALSE((place{places, "acme"}));
  held.reset();
  EXPECT_TRUE((place{places, "acme"}));
}

} // namespace
} // namespace standings
