#include "stores/redis/transport.hpp"

#include "stores/redis/lost.hpp"
#include "stores/redis/socket_errors.hpp"
#include "stores/redis/tls.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace standings {

namespace {

std::string text_of(int error) {
  return std::generic_category().message(error);
}

void set(int fd, int level, int option, int value) {
  // a socket without one of these settings works, too
  static_cast<void>(::setsockopt(fd, level, option, &value, sizeof value));
}

/// A peer that has vanished is noticed after half a minute, also if nothing is sent.
void tune(int fd) {
  set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set(fd, IPPROTO_TCP, TCP_KEEPIDLE, 15);
  set(fd, IPPROTO_TCP, TCP_KEEPINTVL, 5);
  set(fd, IPPROTO_TCP, TCP_KEEPCNT, 3);
}

/// The result of a connect(2) that was under way; `EINPROGRESS` while it still is.
int connect_result(int fd) {
  pollfd writable{fd, POLLOUT, 0};
  if (::poll(&writable, 1, 0) <= 0)
    return EINPROGRESS;
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

} // namespace

redis_transport::redis_transport(const redis_options& options) : options_(options) {}

redis_transport::~redis_transport() {
  close();
}

void redis_transport::close() {
  tls_.reset();
  if (fd_ >= 0)
    ::close(fd_);
  fd_ = -1;
}

failure redis_transport::unreachable(const std::string& why) const {
  return fail_because(errc::store_unavailable, std::string{cache_unreachable},
                      "connecting to " + address_of(options_) + ": " + why);
}

failure redis_transport::too_slow(std::chrono::milliseconds patience) const {
  const auto limit = " within " + std::to_string(patience.count()) + " ms";
  if (connected_)
    return unreachable("no TLS handshake" + limit
                       + "; the server is busy, or this is a port without TLS: see "
                         "cache.tls.enabled and rediss:// in cache.url");
  return unreachable("no connection" + limit + "; see cache.host and cache.port");
}

result<std::unique_ptr<redis_transport>> redis_transport::start(const redis_options& options) {
  std::unique_ptr<redis_transport> made{new redis_transport{options}};
  if (const auto done = made->resolve(); !done)
    return done.error();
  if (const auto done = made->next_address(); !done)
    return done.error();
  return made;
}

result<void> redis_transport::resolve() {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const auto port = std::to_string(options_.port);
  if (const int error = ::getaddrinfo(options_.host.c_str(), port.c_str(), &wanted, &found))
    return unreachable(std::string{error == EAI_SYSTEM ? text_of(errno) : ::gai_strerror(error)}
                       + "; see cache.host and cache.port");
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all{found, ::freeaddrinfo};
  for (const auto* one = all.get(); one; one = one->ai_next)
    addresses_.push_back(
        {one->ai_family, {reinterpret_cast<const char*>(one->ai_addr), one->ai_addrlen}});
  return {};
}

result<void> redis_transport::next_address() {
  while (tried_ < addresses_.size())
    if (begin_connect(addresses_[tried_++]))
      return {};
  return unreachable(text_of(last_error_) + "; see cache.host and cache.port");
}

bool redis_transport::begin_connect(const address& to) {
  close();
  fd_ = ::socket(to.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ >= 0) {
    tune(fd_);
    const auto* where = reinterpret_cast<const sockaddr*>(to.bytes.data());
    if (::connect(fd_, where, static_cast<socklen_t>(to.bytes.size())) == 0 || errno == EINPROGRESS
        || errno == EINTR)
      return true;
  }
  last_error_ = errno;
  return false;
}

result<wait_for> redis_transport::advance() {
  if (ready_)
    return wait_for::nothing;
  while (!connected_) {
    last_error_ = connect_result(fd_);
    if (last_error_ == EINPROGRESS)
      return wait_for::writable;
    if (last_error_ == 0)
      connected_ = true;
    else if (const auto next = next_address(); !next)
      return next.error();
  }
  auto until = options_.tls.enabled ? secure() : wait_for::nothing;
  ready_ = until && *until == wait_for::nothing;
  return until;
}

result<wait_for> redis_transport::secure() {
  if (!tls_) {
    auto begun = tls_session::begin(fd_, options_);
    if (!begun)
      return unreachable(begun.error().cause);
    tls_ = std::move(*begun);
  }
  auto until = tls_->shake_hands();
  if (!until)
    return unreachable(until.error().cause);
  return until;
}

result<std::size_t> redis_transport::read(std::span<char> to, wait_for& until) {
  if (tls_)
    return tls_->read(to, until);
  const auto n = ::recv(fd_, to.data(), to.size(), 0);
  if (n == 0)
    return lost_because(std::string{server_hung_up});
  if (n < 0 && !would_block(errno))
    return lost_because(text_of(errno));
  const auto got = n < 0 ? 0 : static_cast<std::size_t>(n);
  until = got < to.size() ? wait_for::readable : wait_for::nothing;
  return got;
}

result<std::size_t> redis_transport::write(std::string_view bytes, wait_for& until) {
  if (tls_)
    return tls_->write(bytes, until);
  const auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (n < 0 && !would_block(errno))
    return lost_because(text_of(errno));
  const auto sent = n < 0 ? 0 : static_cast<std::size_t>(n);
  until = sent < bytes.size() ? wait_for::writable : wait_for::nothing;
  return sent;
}

} // namespace standings
