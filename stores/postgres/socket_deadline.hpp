#pragma once

#include <chrono>

namespace standings {

/// Ends a connection whose answer does not come in time, for a driver that would wait
/// for ever: shuts the socket down unless the object is gone before `limit` has passed.
class socket_deadline {
public:
  socket_deadline(int socket, std::chrono::milliseconds limit);
  socket_deadline(const socket_deadline&) = delete;
  socket_deadline& operator=(const socket_deadline&) = delete;
  ~socket_deadline();

private:
  std::chrono::steady_clock::time_point at_;
  int socket_;
};

} // namespace standings
