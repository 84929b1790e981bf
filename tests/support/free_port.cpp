#include "tests/support/free_port.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <random>
#include <stdexcept>
#include <string>

namespace standings::test {

namespace {

/// Below the range from which the system takes the ports of outgoing connections: one of those
/// could get the port before the server does. Those from 30 000 on are for scripts.
constexpr int first_port = 10'000;
constexpr int block_size = 100;
constexpr int blocks = 200;

/// Reserves the block for this process until it ends; false if another process has it. The name is
/// an abstract socket's, which goes with the process however it ends.
bool reserve(int block) {
  const auto name = "standings-test-ports-" + std::to_string(block);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  name.copy(address.sun_path + 1, sizeof address.sun_path - 1);
  const auto size = offsetof(sockaddr_un, sun_path) + 1 + name.size();
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), static_cast<socklen_t>(size)) == 0)
    return true;
  ::close(fd);
  return false;
}

/// The first port of a block of this process's own.
int own_ports() {
  std::mt19937 random{std::random_device{}()};
  std::uniform_int_distribution<int> any{0, blocks - 1};
  for (int tries = 0; tries < 10 * blocks; ++tries)
    if (const int block = any(random); reserve(block))
      return first_port + block * block_size;
  throw std::runtime_error("no block of ports is free");
}

bool can_be_bound(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  const bool bound = ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return bound;
}

} // namespace

std::uint16_t free_port() {
  static const int first = own_ports();
  static std::atomic<unsigned> given{0};
  for (int tries = 0; tries < 10 * block_size; ++tries)
    if (const int port = first + static_cast<int>(given++ % block_size); can_be_bound(port))
      return static_cast<std::uint16_t>(port);
  throw std::runtime_error("no free port");
}

} // namespace standings::test
