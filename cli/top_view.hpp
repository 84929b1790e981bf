#pragma once

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <vector>

namespace standings {

/// What `standings top` knows about a service; what is missing has not been told.
struct top_state {
  using answer = std::optional<boost::json::object>;

  std::string service;       ///< its address
  std::string leaderboard{}; ///< empty: the default one
  std::string period = "daily";
  std::string trouble{};       ///< why the service cannot be reached
  std::string board_trouble{}; ///< why there is no board
  bool is_unknown = false;     ///< there is no such leaderboard
  answer board{};
  answer readiness{}; ///< of /readyz
  answer stores{};    ///< of the admin status, which needs a token
  std::optional<double> requests_per_second{};
  std::optional<double> updates_per_second{};
};

/// The screen, line by line; no line is wider than `columns`.
[[nodiscard]] std::vector<std::string> top_lines(const top_state& state, std::size_t columns,
                                                 std::size_t rows);

/// The sum over all labels of a counter in the text format of Prometheus; none if it is missing.
[[nodiscard]] std::optional<double> sum_of_metric(const std::string& metrics,
                                                  const std::string& name);

} // namespace standings
