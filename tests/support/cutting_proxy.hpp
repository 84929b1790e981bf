#pragma once

#include "tests/support/servers.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <regex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace standings::test {

/// A proxy between the service and PostgreSQL that forwards everything, counts statements, and can
/// cut a connection at a COMMIT.
class cutting_proxy {
public:
  /// What happens to the COMMIT at which a connection is cut.
  enum class cut : std::uint8_t {
    before,  ///< PostgreSQL never receives it
    after,   ///< PostgreSQL receives it, followed by the end of the connection
    answered ///< PostgreSQL has committed; the service does not receive the answer
  };

  /// A proxy for the server that `url` names.
  explicit cutting_proxy(const std::string& url) {
    static const std::regex address{R"(@127\.0\.0\.1:(\d+)/)"};
    std::smatch found;
    if (!std::regex_search(url, found, address))
      throw std::runtime_error("no port in the URL of the database");
    upstream_ = static_cast<std::uint16_t>(std::stoul(found[1]));
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto at = local(0);
    socklen_t size = sizeof at;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&at), size) != 0
        || ::listen(listener_, 64) != 0
        || ::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size) != 0)
      throw std::runtime_error("the proxy cannot listen");
    url_ =
        std::regex_replace(url, address, "@127.0.0.1:" + std::to_string(ntohs(at.sin_port)) + "/");
    accepting_ = std::thread{[this] {
      accept_all();
    }};
  }
  cutting_proxy(const cutting_proxy&) = delete;
  cutting_proxy& operator=(const cutting_proxy&) = delete;
  ~cutting_proxy() {
    stopping_ = true;
    accepting_.join();
    for (auto& one : connections_)
      one.join();
    ::close(listener_);
  }

  [[nodiscard]] const std::string& url() const { return url_; }

  /// Cuts at the next COMMIT; if a prepared statement is named, at the next one whose transaction
  /// has executed it, since the service writes on other connections, too.
  void cut_next(cut how, const std::string& statement = {}) {
    const std::lock_guard lock{mutex_};
    how_ = how;
    cut_after_ = statement;
    ++round_;
    armed_ = true;
  }
  [[nodiscard]] int cuts() const { return cuts_; }

  /// The number of accepted connections.
  [[nodiscard]] int connections() const { return accepted_; }

  /// While frozen, nothing passes and no connection ends, as in a network that drops every packet.
  void freeze(bool on) { frozen_ = on; }

  /// Counts the executions of the prepared statement of this name from now on.
  void count(const std::string& statement) {
    const std::lock_guard lock{mutex_};
    counted_ = statement;
    seen_ = 0;
  }
  [[nodiscard]] int seen() const { return seen_; }

private:
  /// Whether a message executes the prepared statement: by the protocol, or in SQL.
  static bool executes(std::string_view message, const std::string& statement) {
    const std::string end(1, '\0');
    return message.find(end + statement + end) != std::string_view::npos
           || message.find("EXECUTE standings_" + statement + " ") != std::string_view::npos;
  }

  static sockaddr_in local(std::uint16_t port) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    at.sin_port = htons(port);
    return at;
  }

  static bool ready(int fd) {
    pollfd p{fd, POLLIN, 0};
    return ::poll(&p, 1, 20) > 0;
  }

  void accept_all() {
    while (!stopping_)
      if (ready(listener_))
        if (const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC); client >= 0) {
          connections_.emplace_back([this, client] { serve(client); });
          ++accepted_;
        }
  }

  void serve(int client) {
    const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto at = local(upstream_);
    const int on = 1;
    ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(server, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0)
      for (std::uint64_t executed = 0; !stopping_ && pass(client, server, executed);) {
      }
    ::close(server);
    ::close(client);
  }

  /// Forwards the available bytes; false: the connection has ended. `executed`: the call of
  /// `cut_next` whose statement this transaction has executed; 0: none.
  bool pass(int client, int server, std::uint64_t& executed) {
    if (frozen_) {
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
      return true;
    }
    std::array<pollfd, 2> both{{{client, POLLIN, 0}, {server, POLLIN, 0}}};
    if (::poll(both.data(), both.size(), 20) < 0)
      return false;
    std::array<char, 65'536> buffer{};
    if (both[1].revents != 0) {
      const auto n = ::read(server, buffer.data(), buffer.size());
      if (n <= 0 || !send_all(client, {buffer.data(), static_cast<std::size_t>(n)}))
        return false;
    }
    if (both[0].revents == 0)
      return true;
    const auto n = ::read(client, buffer.data(), buffer.size());
    if (n <= 0)
      return false;
    const std::string_view text{buffer.data(), static_cast<std::size_t>(n)};
    look(text, executed);
    using namespace std::string_view_literals;
    const bool commits = text.find("Q\0\0\0\x0b"
                                   "COMMIT\0"sv)
                         != std::string_view::npos;
    const bool cuts = commits && std::exchange(executed, 0) == round_ && armed_.exchange(false);
    if (!cuts)
      return send_all(server, text);
    if (how_ != cut::before)
      send_all(server, text);
    if (how_ == cut::answered)
      while (!stopping_ && !ready(server)) {
      }
    ++cuts_;
    return false;
  }

  static bool send_all(int fd, std::string_view text) {
    while (!text.empty()) {
      const auto n = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
      if (n <= 0)
        return false;
      text.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }

  /// A client sends a whole message at a time and then waits, so no message is split.
  void look(std::string_view text, std::uint64_t& executed) {
    const std::lock_guard lock{mutex_};
    if (armed_ && (cut_after_.empty() || executes(text, cut_after_)))
      executed = round_;
    if (!counted_.empty() && executes(text, counted_))
      ++seen_;
  }

  std::uint16_t upstream_ = 0;
  std::string url_;
  int listener_ = -1;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> armed_ = false;
  std::atomic<std::uint64_t> round_ = 0; ///< calls of `cut_next`
  std::atomic<bool> frozen_ = false;
  std::atomic<cut> how_ = cut::before;
  std::atomic<int> cuts_ = 0;
  std::atomic<int> accepted_ = 0;
  std::atomic<int> seen_ = 0;
  std::mutex mutex_;
  std::string counted_;   ///< guarded by mutex_
  std::string cut_after_; ///< guarded by mutex_
  std::thread accepting_;
  std::vector<std::thread> connections_; ///< used by the accepting thread only
};

} // namespace standings::test
