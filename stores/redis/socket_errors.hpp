#pragma once

#include <cerrno>

namespace standings {

/// Whether a call on a socket that does not block failed only because it has to be made again.
inline bool would_block(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

} // namespace standings
