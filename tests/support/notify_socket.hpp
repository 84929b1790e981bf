#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

namespace standings::test {

/// A service manager's end of the protocol of sd_notify(3). `name` is a path, or begins with @ for
/// a name in the abstract namespace.
class notify_socket {
public:
  explicit notify_socket(std::string name) : name_(std::move(name)) {
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    std::memcpy(at.sun_path, name_.data(), name_.size());
    if (name_.front() == '@')
      at.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name_.size());
    fd_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (::bind(fd_, reinterpret_cast<sockaddr*>(&at), size) != 0)
      throw std::runtime_error("cannot bind " + name_);
  }
  notify_socket(const notify_socket&) = delete;
  notify_socket& operator=(const notify_socket&) = delete;
  ~notify_socket() { ::close(fd_); }

  [[nodiscard]] const std::string& name() const { return name_; }

  /// The next message, or an empty text if none arrives.
  std::string next(std::chrono::milliseconds limit = std::chrono::seconds{10}) {
    pollfd waiting{fd_, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(limit.count())) <= 0)
      return {};
    std::array<char, 4'096> to{};
    const auto n = ::recv(fd_, to.data(), to.size(), 0);
    return n > 0 ? std::string{to.data(), static_cast<std::size_t>(n)} : std::string{};
  }

  /// All messages up to the first that begins with `start`, that one included.
  std::vector<std::string> until(const std::string& start) {
    std::vector<std::string> out;
    while (out.empty() || !out.back().starts_with(start)) {
      auto message = next();
      if (message.empty())
        throw std::runtime_error("no message begins with " + start);
      out.push_back(std::move(message));
    }
    return out;
  }

private:
  const std::string name_;
  int fd_ = -1;
};

} // namespace standings::test
