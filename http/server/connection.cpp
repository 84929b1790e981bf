#include "http/server/connection.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

namespace standings {

namespace {

/// Allowance for the framing of a chunked body.
constexpr std::size_t framing_slack = 65'536;
/// Beyond this length httplib would call the request malformed.
constexpr std::size_t max_line_bytes = 8'192;
constexpr std::size_t flush_threshold = 262'144;
constexpr std::size_t linger_bytes = 16 << 20;
constexpr auto linger_time = std::chrono::milliseconds{1'000};

void address_of(const sockaddr_storage& from, std::string& ip, int& port) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (from.ss_family == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(&from);
    inet_ntop(AF_INET, &v4->sin_addr, text.data(), text.size());
    port = ntohs(v4->sin_port);
  } else if (from.ss_family == AF_INET6) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&from);
    inet_ntop(AF_INET6, &v6->sin6_addr, text.data(), text.size());
    port = ntohs(v6->sin6_port);
  }
  ip = text.data();
}

/// The length of the body that follows the head without an interim answer; 0 if there is none, or
/// if only reading can tell.
std::size_t awaited_body(std::string_view head) {
  if (head.starts_with("GET "))
    return 0;
  constexpr std::string_view length = "content-length:";
  constexpr std::string_view expect = "expect:";
  std::size_t body = 0;
  for (std::size_t at = head.find("\r\n"); at + 2 < head.size(); at = head.find("\r\n", at)) {
    at += 2;
    const auto* line = head.data() + at;
    if (head.size() - at > length.size() && ::strncasecmp(line, length.data(), length.size()) == 0)
      body = std::strtoull(line + length.size(), nullptr, 10); // the head ends in a line break
    if (head.size() - at > expect.size() && ::strncasecmp(line, expect.data(), expect.size()) == 0)
      return 0;
  }
  return body;
}

} // namespace

connection::connection(int fd, const request_limits& limits) : fd_(fd), limits_(limits) {
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::fcntl(fd_, F_SETFL, ::fcntl(fd_, F_GETFL, 0) | O_NONBLOCK);
}

connection::~connection() {
  ::close(fd_);
}

bool connection::has_request() const {
  const std::string_view buffered{in_.data() + in_begin_, in_end_ - in_begin_};
  const auto head = buffered.find("\r\n\r\n");
  if (head == std::string_view::npos)
    return false;
  const auto body = awaited_body(buffered.substr(0, head + 2));
  const auto whole = head + 4 + body;
  return whole > in_.size() || buffered.size() >= whole;
}

bool connection::overdue() const {
  return began_ != clock::time_point{} && clock::now() > began_ + limits_.request_timeout;
}

bool connection::abandoned() const {
  return began_ != clock::time_point{} && clock::now() > began_ + 2 * limits_.request_timeout;
}

connection::arrival connection::take_arrived() {
  std::copy(in_.begin() + static_cast<std::ptrdiff_t>(in_begin_),
            in_.begin() + static_cast<std::ptrdiff_t>(in_end_), in_.begin());
  in_end_ -= std::exchange(in_begin_, 0);
  while (in_end_ < in_.size()) {
    const auto n = ::recv(fd_, in_.data() + in_end_, in_.size() - in_end_, 0);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
      break;
    if (n <= 0)
      return has_buffered() ? arrival::ready : arrival::gone;
    in_end_ += static_cast<std::size_t>(n);
  }
  if (has_buffered() && began_ == clock::time_point{})
    began_ = clock::now();
  return in_end_ == in_.size() || has_request() ? arrival::ready : arrival::part;
}

void connection::begin_request() {
  deadline_ = (began_ == clock::time_point{} ? clock::now() : began_) + limits_.request_timeout;
  began_ = {};
  allowance_ = limits_.max_header_bytes;
  line_bytes_ = 0;
  tail_.clear();
  in_body_ = false;
  chunked_ = false;
  chunks_ = {};
  trailers_read_ = false;
  instead_.clear();
  cut_ = cut::none;
  close_after_answer = false;
}

void connection::headers_done(bool chunked) {
  in_body_ = true;
  chunked_ = chunked;
  allowance_ = limits_.max_body_bytes + framing_slack;
}

bool connection::wait(short events, clock::time_point until) const {
  pollfd waiting{fd_, events, 0};
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock::now());
    const int n = ::poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    if (n >= 0)
      return n > 0;
    if (errno != EINTR)
      return false;
  }
}

bool connection::wait_readable(std::chrono::milliseconds limit) const {
  return wait(POLLIN, clock::now() + limit);
}

ssize_t connection::fill() {
  for (;;) {
    if (clock::now() > deadline_) { // a slow sender may always have a byte ready
      cut_ = cut::timed_out;
      return -1;
    }
    const auto n = ::recv(fd_, in_.data(), in_.size(), 0);
    if (n > 0) {
      in_begin_ = 0;
      in_end_ = static_cast<std::size_t>(n);
      return n;
    }
    if (n == 0)
      return 0;
    if (errno == EINTR)
      continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK)
      return -1;
    if (!flush()) // an interim answer that the client waits for
      return -1;
    if (!wait(POLLIN, deadline_)) {
      cut_ = cut::timed_out;
      return -1;
    }
  }
}

/// Reads the trailer section to its end. httplib gets to see only its final empty line, or the
/// first line that is not a field.
bool connection::read_trailers() {
  std::string line;
  for (std::size_t bytes = 0;; ++bytes) {
    char c = 0;
    if (bytes >= max_line_bytes) {
      cut_ = cut::headers_too_large;
      return false;
    }
    if (take(&c, 1) <= 0)
      return false;
    line += c;
    if (c != '\n')
      continue;
    if (!is_field_line(line))
      break;
    line.clear();
  }
  trailers_read_ = true;
  instead_ = std::move(line);
  return true;
}

ssize_t connection::read(char* to, size_t size) {
  if (chunked_ && !trailers_read_ && chunks_.at_trailers() && !read_trailers())
    return -1;
  std::size_t n = 0;
  if (!instead_.empty()) {
    n = instead_.copy(to, size);
    instead_.erase(0, n);
  } else {
    const auto taken = take(to, size);
    if (taken <= 0)
      return taken;
    n = static_cast<std::size_t>(taken);
    if (chunked_ && !trailers_read_)
      chunks_.feed({to, n});
  }
  if (in_body_) {
    const auto kept = std::min<std::size_t>(n, 4);
    tail_.append(to + n - kept, kept);
    tail_.erase(0, tail_.size() - std::min<std::size_t>(tail_.size(), 4));
  } else {
    line_bytes_ = to[n - 1] == '\n' ? 0 : line_bytes_ + n;
  }
  return static_cast<ssize_t>(n);
}

/// Takes bytes of the request, within the bounds of its current phase.
ssize_t connection::take(char* to, std::size_t size) {
  if (allowance_ == 0 || (!in_body_ && line_bytes_ >= max_line_bytes)) {
    cut_ = in_body_ ? cut::body_too_large : cut::headers_too_large;
    return -1;
  }
  if (!has_buffered())
    if (const auto n = fill(); n <= 0)
      return n;
  const auto n = std::min({size, in_end_ - in_begin_, allowance_});
  std::memcpy(to, in_.data() + in_begin_, n);
  in_begin_ += n;
  allowance_ -= n;
  return static_cast<ssize_t>(n);
}

ssize_t connection::write(const char* from, size_t size) {
  out_.append(from, size);
  if (out_.size() >= flush_threshold && !flush())
    return -1;
  return static_cast<ssize_t>(size);
}

bool connection::flush() {
  const auto until = clock::now() + limits_.request_timeout;
  std::size_t sent = 0;
  while (sent < out_.size() && !write_failed_) {
    const auto n = ::send(fd_, out_.data() + sent, out_.size() - sent, MSG_NOSIGNAL);
    if (n >= 0) {
      sent += static_cast<std::size_t>(n);
      continue;
    }
    const bool full = errno == EAGAIN || errno == EWOULDBLOCK;
    if (errno != EINTR)
      write_failed_ = !full || !wait(POLLOUT, until);
  }
  out_.clear();
  last_active_ = clock::now();
  return !write_failed_;
}

void connection::linger() {
  ::shutdown(fd_, SHUT_WR);
  const auto until = clock::now() + linger_time;
  for (std::size_t drained = 0; drained < linger_bytes && wait(POLLIN, until);) {
    const auto n = ::recv(fd_, in_.data(), in_.size(), 0);
    if (n <= 0)
      return;
    drained += static_cast<std::size_t>(n);
  }
}

void connection::get_remote_ip_and_port(std::string& ip, int& port) const {
  sockaddr_storage from{};
  socklen_t size = sizeof from;
  if (::getpeername(fd_, reinterpret_cast<sockaddr*>(&from), &size) == 0)
    address_of(from, ip, port);
}

void connection::get_local_ip_and_port(std::string& ip, int& port) const {
  sockaddr_storage from{};
  socklen_t size = sizeof from;
  if (::getsockname(fd_, reinterpret_cast<sockaddr*>(&from), &size) == 0)
    address_of(from, ip, port);
}

} // namespace standings
