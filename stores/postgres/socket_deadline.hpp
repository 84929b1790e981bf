#pragma once

#include <chrono>

namespace standings {

/// Shuts a connection's socket down unless the object is destroyed before `limit` has passed, for a
/// driver that would wait forever for an answer.
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
