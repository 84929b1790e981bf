#pragma once

#include <chrono>
#include <cstddef>

namespace standings {

/// Bounds on one request.
struct request_limits {
  std::chrono::milliseconds request_timeout{5'000}; ///< to arrive, and for its answer to be taken
  std::size_t max_header_bytes = 65'536;
  std::size_t max_body_bytes = 1 << 20;
};

/// A longer line of a head or of a trailer section is refused.
inline constexpr std::size_t max_line_bytes = 8'192;

/// Bounds on all connections together.
struct server_limits {
  std::size_t loops = 0;               ///< threads; 0: as many as cores, at least two
  std::size_t max_in_flight = 1'024;   ///< requests whose answer is being waited for
  std::size_t max_connections = 4'096; ///< open connections
  std::size_t max_streams = 3'072;     ///< open streams of events
  std::size_t address_connections = 0; ///< open connections of one address; 0: any number
  std::size_t address_streams = 0;     ///< open streams of one client's address; 0: any number
  std::chrono::milliseconds idle_timeout{90'000};
  std::chrono::milliseconds keep_alive{15'000}; ///< between two comments in a stream of events
  request_limits limits{};
};

} // namespace standings
