#include "stores/redis/waiting.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>

namespace standings {

namespace {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

short events_of(wait_for what) {
  return what == wait_for::readable ? POLLIN : what == wait_for::writable ? POLLOUT : short{0};
}

int left_until(clock::time_point deadline) {
  const auto left = std::chrono::ceil<milliseconds>(deadline - clock::now()).count();
  return static_cast<int>(std::clamp<milliseconds::rep>(left, 0, 1 << 30));
}

} // namespace

ready_sides await_socket(int fd, wait_for first, wait_for second, clock::time_point deadline) {
  const auto a = events_of(first);
  const auto b = events_of(second);
  pollfd socket{fd, static_cast<short>(a | b), 0};
  int found = 0;
  do
    found = ::poll(&socket, 1, left_until(deadline));
  while (found < 0 && errno == EINTR);
  if (found <= 0)
    return {};
  const bool over = (socket.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
  return {over || (socket.revents & a) != 0, over || (socket.revents & b) != 0};
}

result<void> await_ready(redis_transport& transport, const redis_options& options) {
  const auto connect_until = clock::now() + options.connect_timeout;
  const auto share = [&] {
    const auto addresses = static_cast<clock::rep>(transport.addresses_left()) + 1;
    return clock::now() + (connect_until - clock::now()) / addresses;
  };
  int fd = -1;
  bool connected = false;
  clock::time_point deadline;
  for (;;) {
    const auto until = transport.advance();
    if (!until)
      return until.error();
    if (*until == wait_for::nothing)
      return {};
    if (!connected && transport.connected())
      deadline = clock::now() + options.command_timeout;
    else if (!connected && fd != transport.fd())
      deadline = share();
    fd = transport.fd();
    connected = transport.connected();
    if (await_socket(fd, *until, wait_for::nothing, deadline).any())
      continue;
    if (connected || transport.addresses_left() == 0)
      return transport.too_slow(connected ? options.command_timeout : options.connect_timeout);
    if (const auto next = transport.next_address(); !next)
      return next.error();
    fd = -1;
  }
}

} // namespace standings
