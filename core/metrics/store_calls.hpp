#pragma once

#include "core/base/result.hpp"
#include "core/metrics/breaker_state.hpp"
#include "core/metrics/histogram.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace standings {

/// Room for all codes of errc; `errc::none` stands for success.
inline constexpr std::size_t outcome_count = 64;
static_assert(static_cast<std::size_t>(errc::internal) < outcome_count);

/// The calls of one operation of a store. Thread-safe.
struct operation_calls {
  std::array<shared_count, outcome_count> outcomes; ///< by errc
  histogram<shared_count, call_bounds> durations;
};

/// The calls of one store, by operation. Thread-safe.
class store_meter {
public:
  using clock = std::chrono::steady_clock;

  store_meter(std::string store, std::span<const std::string_view> operations)
      : store_(std::move(store)), operations_(operations), calls_(operations.size()) {}

  /// Counts and times a call, which returns a result.
  template <class Call>
  auto measure(std::size_t operation, Call call) {
    const auto began = clock::now();
    auto out = call();
    note(operation, out ? errc::none : out.error().code, clock::now() - began);
    return out;
  }

  void note(std::size_t operation, errc outcome, std::chrono::nanoseconds took) {
    auto& to = calls_[operation];
    to.outcomes[static_cast<std::size_t>(outcome)].add();
    to.durations.add(took);
  }

  [[nodiscard]] const std::string& store() const { return store_; }
  [[nodiscard]] std::span<const std::string_view> operations() const { return operations_; }
  [[nodiscard]] const operation_calls& calls(std::size_t operation) const {
    return calls_[operation];
  }

private:
  const std::string store_;
  const std::span<const std::string_view> operations_;
  std::vector<operation_calls> calls_;
};

using store_meter_ptr = std::shared_ptr<store_meter>;

/// What the stores of a service have done. Meters are added before the service starts; what they
/// count is read at any time.
struct store_metrics {
  std::vector<store_meter_ptr> meters;
  histogram<shared_count, batch_bounds> batch_sizes; ///< increments per call of score_store::apply
  std::vector<std::pair<std::string, breaker_state_ptr>> breakers; ///< by what they protect
};

using store_metrics_ptr = std::shared_ptr<store_metrics>;

} // namespace standings
