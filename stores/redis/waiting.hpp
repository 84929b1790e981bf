#pragma once

#include "stores/redis/transport.hpp"
#include "stores/redis/wait_for.hpp"

#include <chrono>

namespace standings {

/// What a thread has waited for: both sides may have become possible.
struct ready_sides {
  bool first = false;
  bool second = false;

  [[nodiscard]] bool any() const { return first || second; }
};

/// Blocks until the socket is what `first` or `second` ask for, at most until `deadline`. An error
/// or the end of the stream counts as ready, so that the next operation tells.
[[nodiscard]] ready_sides await_socket(int fd, wait_for first, wait_for second,
                                       std::chrono::steady_clock::time_point deadline);

/// Blocks until the transport is ready. Each address of the host gets a fair share of
/// `connect_timeout`; the TLS handshake has `command_timeout`.
[[nodiscard]] result<void> await_ready(redis_transport& transport, const redis_options& options);

} // namespace standings
