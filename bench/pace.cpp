/// A load with a fixed rate, which wrk has not: one thread, few connections, and requests that
/// start when they are due, or as soon as a connection is free. Latency counts from when they were
/// due, so that a server which stalls is not spared the requests that it has kept waiting.

#include <CLI/CLI.hpp>
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <iomanip>
#include <iostream>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

using steady = std::chrono::steady_clock;

struct options {
  std::uint16_t port = 0;
  std::string kind = "rank";
  std::string prefix;
  std::string suffix;
  std::string client; ///< what a proxy would say about the client
  std::size_t users = 10'000;
  std::size_t connections = 64;
  double rate = 1'000;
  double seconds = 4;
};

struct connection {
  int socket = -1;
  bool busy = false;
  steady::time_point due{};
  std::string received;
};

struct outcome {
  std::size_t failed = 0;
  std::vector<double> latencies; ///< in microseconds
};

std::string request(const options& o, std::size_t user) {
  std::ostringstream id;
  id << "user-" << std::setw(12) << std::setfill('0') << user;
  const auto common =
      "Host: 127.0.0.1\r\n" + (o.client.empty() ? "" : "X-Forwarded-For: " + o.client + "\r\n");
  if (o.kind == "rank")
    return "GET " + o.prefix + id.str() + o.suffix + " HTTP/1.1\r\n" + common + "\r\n";
  const auto body = R"({"user_id":")" + id.str() + R"(","count":1})";
  return "POST " + o.prefix + " HTTP/1.1\r\n" + common + "Content-Type: application/json\r\n"
         + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

int open_socket(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  if (fd < 0 || ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0
      || ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error{"cannot connect"};
  return fd;
}

/// Whether `received` holds a whole answer; the service names the length of each.
bool is_whole(std::string_view received) {
  constexpr std::string_view field = "\r\ncontent-length:";
  const auto end = received.find("\r\n\r\n");
  if (end == std::string_view::npos)
    return false;
  const auto head = received.substr(0, end);
  const auto found = std::search(head.begin(), head.end(), field.begin(), field.end(),
                                 [](char a, char b) { return (a | 0x20) == (b | 0x20); });
  std::size_t length = 0;
  if (found != head.end()) {
    auto digits = head.substr(static_cast<std::size_t>(found - head.begin()) + field.size());
    digits.remove_prefix(std::min(digits.find_first_not_of(' '), digits.size()));
    std::from_chars(digits.data(), digits.data() + digits.size(), length);
  }
  return received.size() >= end + 4 + length;
}

class load {
public:
  explicit load(const options& o) : options_{o}, interval_{1.0 / o.rate}, users_{1, o.users} {
    for (std::size_t i = 0; i < o.connections; ++i)
      connections_.push_back({open_socket(o.port), false, {}, {}});
  }

  ~load() {
    for (const auto& c : connections_)
      ::close(c.socket);
  }

  load(const load&) = delete;
  load& operator=(const load&) = delete;

  outcome run() {
    start_ = steady::now();
    const auto last = static_cast<std::size_t>(options_.rate * options_.seconds);
    const auto give_up = due(last) + std::chrono::seconds{10};
    while ((sent_ < last || busy_ > 0) && steady::now() < give_up) {
      while (sent_ < last && due(sent_) <= steady::now() && start_one()) {
      }
      await(sent_ < last && busy_ < connections_.size() ? due(sent_) : give_up);
    }
    outcome_.failed += busy_ + (last - sent_);
    return std::move(outcome_);
  }

private:
  steady::time_point due(std::size_t n) const {
    return start_
           + std::chrono::duration_cast<steady::duration>(interval_ * static_cast<double>(n));
  }

  bool start_one() {
    const auto free = std::find_if(connections_.begin(), connections_.end(),
                                   [](const connection& c) { return !c.busy; });
    if (free == connections_.end())
      return false;
    const auto text = request(options_, users_(random_));
    if (::send(free->socket, text.data(), text.size(), MSG_NOSIGNAL)
        != static_cast<ssize_t>(text.size()))
      throw std::runtime_error{"cannot send"};
    free->busy = true;
    free->due = due(sent_++);
    ++busy_;
    return true;
  }

  /// Reads what arrives until then. At least 200 microseconds, so that the load does not wake up
  /// for each request at high rates.
  void await(steady::time_point until) {
    const auto left = std::max<steady::duration>(until - steady::now(), least_wait);
    const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(left).count();
    const timespec limit{nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000};
    std::vector<pollfd> polled;
    for (const auto& c : connections_)
      polled.push_back({c.busy ? c.socket : -1, POLLIN, 0});
    if (::ppoll(polled.data(), polled.size(), &limit, nullptr) <= 0)
      return;
    for (std::size_t i = 0; i < polled.size(); ++i)
      if (polled[i].revents != 0)
        receive(connections_[i]);
  }

  void receive(connection& c) {
    const auto got = ::recv(c.socket, buffer_.data(), buffer_.size(), 0);
    if (got <= 0)
      throw std::runtime_error{"the server has closed a connection"};
    c.received.append(buffer_.data(), static_cast<std::size_t>(got));
    if (!is_whole(c.received))
      return;
    if (!c.received.starts_with("HTTP/1.1 200 "))
      ++outcome_.failed;
    const std::chrono::duration<double, std::micro> latency = steady::now() - c.due;
    outcome_.latencies.push_back(latency.count());
    c.received.clear();
    c.busy = false;
    --busy_;
  }

  static constexpr auto least_wait = std::chrono::microseconds{200};

  options options_;
  steady::time_point start_{};
  std::chrono::duration<double> interval_;
  std::mt19937 random_{1};
  std::uniform_int_distribution<std::size_t> users_;
  std::vector<connection> connections_;
  std::size_t sent_ = 0;
  std::size_t busy_ = 0;
  std::string buffer_ = std::string(65'536, '\0');
  outcome outcome_;
};

double quantile(std::vector<double>& sorted, double q) {
  if (sorted.empty())
    return 0;
  return sorted[static_cast<std::size_t>(q * static_cast<double>(sorted.size() - 1))];
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"A load with a fixed rate; prints RESULT, requests a second that were answered, p50"
               " and p99 in microseconds, and how many failed",
               "bench_pace"};
  options o;
  app.add_option("--port", o.port)->required();
  app.add_option("--kind", o.kind)->check(CLI::IsMember({"rank", "update"}))->capture_default_str();
  app.add_option("--prefix", o.prefix, "the path, of a rank up to the user")->required();
  app.add_option("--suffix", o.suffix, "the path after the user");
  app.add_option("--client", o.client, "the address to send as X-Forwarded-For");
  app.add_option("--users", o.users)->capture_default_str();
  app.add_option("--connections", o.connections)
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  app.add_option("--rate", o.rate, "requests a second")->check(CLI::Range(1.0, 1e6));
  app.add_option("--seconds", o.seconds)->check(CLI::Range(0.1, 600.0));
  CLI11_PARSE(app, argc, argv);
  try {
    auto [failed, latencies] = load{o}.run();
    std::sort(latencies.begin(), latencies.end());
    std::cout << std::fixed << std::setprecision(1) << "RESULT "
              << static_cast<double>(latencies.size()) / o.seconds << ' '
              << quantile(latencies, 0.5) << ' ' << quantile(latencies, 0.99) << ' ' << failed
              << '\n';
  } catch (const std::exception& e) {
    std::cerr << e.what() << '\n';
    return 1;
  }
}
