#include "http/server/address_probe.hpp"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>

namespace standings {

namespace {

std::string reason_of(int error) {
  switch (error) {
  case EADDRINUSE:
    return "the port is in use by another program";
  case EADDRNOTAVAIL:
    return "this machine has no such address";
  case EACCES:
  case EPERM:
    return "this user may not listen on that port (ports below 1024 need rights)";
  default:
    return std::generic_category().message(error);
  }
}

/// Uses the same socket options as the server: see http_server.
int bind_for_a_moment(const addrinfo& to) {
  const int s = ::socket(to.ai_family, to.ai_socktype | SOCK_CLOEXEC, to.ai_protocol);
  if (s < 0)
    return errno;
  const int on = 1;
  ::setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const int error = ::bind(s, to.ai_addr, to.ai_addrlen) == 0 ? 0 : errno;
  ::close(s);
  return error;
}

} // namespace

std::string address_text(const std::string& host, std::uint16_t port) {
  const bool has_colons = host.find(':') != std::string::npos;
  return (has_colons ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

result<void> probe_address(const std::string& host, std::uint16_t port) {
  const auto refused = [&](const std::string& why) {
    return fail(errc::out_of_range, "cannot listen on " + address_text(host, port) + ": " + why,
                "http.port");
  };
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found))
    return refused(std::string{"the name does not resolve: "} + ::gai_strerror(error));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all{found, ::freeaddrinfo};
  int error = 0;
  for (const auto* to = found; to; to = to->ai_next)
    if ((error = bind_for_a_moment(*to)) == 0)
      return {};
  return refused(reason_of(error));
}

} // namespace standings
