#pragma once

#include "core/metrics/histogram.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <vector>

namespace standings {

/// The status codes that are counted each by itself; all others count as the last, 0.
inline constexpr std::array counted_statuses{200, 201, 202, 204, 206, 304, 400, 401, 403, 404,
                                             405, 406, 408, 409, 410, 411, 412, 413, 415, 417,
                                             422, 426, 429, 431, 500, 501, 503, 504, 0};

/// What one event loop has answered on one route. The loop's thread adds.
class route_traffic {
public:
  void add(int status, std::chrono::nanoseconds took) {
    statuses_[slot_of(status)].add();
    durations_.add(took);
  }

  /// By position in `counted_statuses`.
  [[nodiscard]] const auto& statuses() const { return statuses_; }
  [[nodiscard]] const auto& durations() const { return durations_; }

private:
  static std::size_t slot_of(int status) {
    if (status == counted_statuses.front()) // nearly always
      return 0;
    std::size_t at = 0;
    while (counted_statuses[at] != status && at + 1 < counted_statuses.size())
      ++at;
    return at;
  }

  std::array<owned_count, counted_statuses.size()> statuses_{};
  histogram<owned_count, request_bounds> durations_;
};

/// What one event loop has done. Its thread adds, any thread reads.
class loop_traffic {
public:
  /// Call before the loop runs. The last entry of `routes` is for requests without a route.
  void prepare(std::size_t routes) { routes_ = std::vector<route_traffic>(routes + 1); }

  [[nodiscard]] route_traffic& unmatched() { return routes_.back(); }
  [[nodiscard]] route_traffic& of(std::size_t route) { return routes_[route]; }
  [[nodiscard]] const std::vector<route_traffic>& routes() const { return routes_; }

  owned_count connections;                 ///< taken over since the start
  owned_count connections_refused;         ///< beyond the bound; only the loop that accepts counts
  owned_count address_connections_refused; ///< beyond the bound of one address; likewise
  owned_count connections_evicted;         ///< closed to make way for another
  owned_count requests_refused;            ///< beyond the bound of requests in flight
  owned_count received;                    ///< bytes
  owned_count sent;                        ///< bytes

private:
  std::vector<route_traffic> routes_ = std::vector<route_traffic>(1);
};

} // namespace standings
