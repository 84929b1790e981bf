#include "tests/support/free_port.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <random>
#include <stdexcept>

namespace standings::test {

namespace {

/// Below the range from which the system takes the ports of outgoing connections: one of those
/// could get the port before the server does.
constexpr int first_port = 10'000;
constexpr int last_port = 31'999;

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
  thread_local std::mt19937 random{std::random_device{}()};
  std::uniform_int_distribution<int> ports{first_port, last_port};
  for (int tries = 0; tries < 1'000; ++tries)
    if (const int port = ports(random); can_be_bound(port))
      return static_cast<std::uint16_t>(port);
  throw std::runtime_error("no free port");
}

} // namespace standings::test
