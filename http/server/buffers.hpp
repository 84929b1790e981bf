#pragma once

#include <boost/asio/error.hpp>

#include <cstddef>
#include <string>

namespace standings {

/// A buffer beyond this is freed when it is empty, so that an idle connection holds none.
inline constexpr std::size_t kept_bytes = 4'096;

inline void release(std::string& buffer) {
  buffer.clear();
  if (buffer.capacity() > kept_bytes)
    std::string{}.swap(buffer);
}

/// Whether a socket that does not block has nothing to give or no room now.
[[nodiscard]] inline bool would_block(const boost::system::error_code& error) {
  return error == boost::asio::error::would_block || error == boost::asio::error::try_again;
}

} // namespace standings
