#pragma once

#include "http/server/answer.hpp"
#include "http/server/request.hpp"
#include "log/component.hpp"

#include <chrono>
#include <cstdint>
#include <string_view>

namespace standings {

/// How many lines about failed requests may be written: some at once, then a few per second. An
/// outage must not make the log grow with the requests.
class line_allowance {
public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit line_allowance(double most_at_once, double per_second)
      : most_at_once_(most_at_once), per_second_(per_second), left_(most_at_once) {}

  /// Whether another line may be written now; counts those that may not.
  [[nodiscard]] bool take(time_point now);

  /// The lines left out since the last call.
  [[nodiscard]] std::uint64_t take_left_out();

private:
  double most_at_once_;
  double per_second_;
  double left_;
  time_point last_{};
  std::uint64_t left_out_ = 0;
};

/// Whether the mode wants a line about a request with this status. `errors`: the service failed, or
/// refused somebody.
[[nodiscard]] bool is_logged(access_log mode, int status);

/// Writes the access log of one event loop; for its thread only.
class access_logger {
public:
  using clock = std::chrono::steady_clock;

  /// `pattern`: the route's, or empty if there is none.
  void answered(const request& rq, std::string_view pattern, int status, clock::time_point now);

private:
  line_allowance allowance_{10, 5};
};

} // namespace standings
