#include "core/metrics/breaker_state.hpp"
#include "core/metrics/store_calls.hpp"
#include "core/metrics/traffic.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

constexpr std::array<std::string_view, 2> operations{"read", "write"};

TEST(StoreMeter, CountsCallsByOperationAndOutcome) {
  store_meter meter{"store", operations};
  EXPECT_EQ(meter.measure(0, [] { return result<int>{7}; }).value(), 7);
  const auto failed = meter.measure(1, [] { return result<int>{fail(errc::overloaded)}; });
  EXPECT_EQ(failed.error().code, errc::overloaded);
  const auto count = [&](std::size_t operation, errc outcome) {
    return meter.calls(operation).outcomes[static_cast<std::size_t>(outcome)].value();
  };
  EXPECT_EQ(count(0, errc::none), 1U);
  EXPECT_EQ(count(0, errc::overloaded), 0U);
  EXPECT_EQ(count(1, errc::none), 0U);
  EXPECT_EQ(count(1, errc::overloaded), 1U);
}

TEST(StoreMeter, TimesEachCallInItsBucket) {
  store_meter meter{"store", operations};
  meter.note(0, errc::none, std::chrono::microseconds{200});
  const auto totals = meter.calls(0).durations.totals();
  EXPECT_EQ(totals.counts[1], 1U);
  EXPECT_EQ(totals.sum, 200'000U);
}

TEST(RouteTraffic, CountsCommonStatusesEachAndAllOthersTogether) {
  route_traffic traffic;
  for (const int status : {200, 200, 503, 418, 299})
    traffic.add(status, std::chrono::nanoseconds{1});
  const auto count = [&](int status) {
    for (std::size_t i = 0; i < counted_statuses.size(); ++i)
      if (counted_statuses[i] == status)
        return traffic.statuses()[i].value();
    return std::uint64_t{999};
  };
  EXPECT_EQ(count(200), 2U);
  EXPECT_EQ(count(503), 1U);
  EXPECT_EQ(count(0), 2U) << "all others";
  EXPECT_EQ(count(404), 0U);
}

TEST(Breaker, IsCountedOnceWhileItIsOpen) {
  const auto state = std::make_shared<breaker_state>();
  breaker one{state};
  one.set(true);
  one.set(true);
  {
    breaker other{state};
    other.set(true);
    EXPECT_EQ(state->open(), 2);
  }
  EXPECT_EQ(state->open(), 1) << "one that is gone is not open";
  one.set(false);
  EXPECT_EQ(state->open(), 0);
  EXPECT_EQ(state->trips(), 2U);
}

TEST(Breaker, NeedsNobodyToTell) {
  breaker one{nullptr};
  one.set(true);
  EXPECT_TRUE(one.open());
}

} // namespace
} // namespace standings
