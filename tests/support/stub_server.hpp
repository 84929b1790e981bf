#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string_view>
#include <thread>

namespace standings::test {

/// Listens on a port of this machine and serves one connection with a function of the test. Without
/// a function it accepts nothing: clients can connect, and are never answered.
class stub_server {
public:
  using serve_fn = std::function<void(int connection)>;

  explicit stub_server(serve_fn serve = {})
      : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const at = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, at, size) != 0 || ::listen(listener_, 8) != 0
        || ::getsockname(listener_, at, &size) != 0)
      throw std::runtime_error("the stub cannot listen");
    port_ = ntohs(address.sin_port);
    if (serve)
      serving_ = std::thread{[this, serve] {
        if (const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC); fd >= 0) {
          serve(fd);
          ::close(fd);
        }
      }};
  }
  stub_server(const stub_server&) = delete;
  stub_server& operator=(const stub_server&) = delete;
  ~stub_server() {
    ::shutdown(listener_, SHUT_RDWR);
    if (serving_.joinable())
      serving_.join();
    ::close(listener_);
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

  /// Whether the client was still there to take it.
  static bool say(int connection, std::string_view bytes) {
    return ::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0;
  }

  /// Blocks until the client has taken all.
  static bool say_all(int connection, std::string_view bytes) {
    while (!bytes.empty()) {
      const auto n = ::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0)
        return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }

private:
  int listener_;
  std::uint16_t port_ = 0;
  std::thread serving_;
};

} // namespace standings::test
