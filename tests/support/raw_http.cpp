#include "tests/support/raw_http.hpp"

#include <arpa/inet.h>
#include <boost/json.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <stdexcept>

namespace standings::test {

namespace {

std::string lower(std::string text) {
  for (auto& c : text)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

void call_from(int fd, const char* address) {
  sockaddr_in from{};
  from.sin_family = AF_INET;
  ::inet_pton(AF_INET, address, &from.sin_addr);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0)
    throw std::runtime_error(std::string{"cannot call from "} + address);
}

} // namespace

raw_response parse_response_head(std::string_view head) {
  raw_response out;
  const auto first = head.substr(0, head.find("\r\n"));
  out.version = first.substr(0, first.find(' '));
  out.status = std::stoi(std::string{first.substr(first.find(' ') + 1)});
  head.remove_prefix(first.size() + 2);
  while (!head.empty()) {
    const auto line = head.substr(0, head.find("\r\n"));
    const auto colon = line.find(": ");
    if (colon != std::string_view::npos)
      out.headers[lower(std::string{line.substr(0, colon)})] = line.substr(colon + 2);
    head.remove_prefix(line.size() + 2);
  }
  return out;
}

std::string raw_response::header(const std::string& lower_case_name) const {
  const auto at = headers.find(lower_case_name);
  return at == headers.end() ? "" : at->second;
}

boost::json::value raw_response::json() const {
  return boost::json::parse(body);
}

std::string raw_response::problem_code() const {
  if (status == 0)
    return "no answer";
  if (!complete)
    return "cut";
  if (header("content-type") != "application/problem+json")
    return "no problem document: " + body;
  const auto document = json().as_object();
  for (const auto* name : {"type", "title", "status", "detail", "code", "request_id"})
    if (!document.contains(name))
      return std::string{"no "} + name;
  if (document.at("status").as_int64() != status)
    return "status differs";
  const std::string id{document.at("request_id").as_string()};
  if (id.empty() || id != header("x-request-id"))
    return "request_id '" + id + "', X-Request-Id '" + header("x-request-id") + "'";
  return std::string{document.at("code").as_string()};
}

raw_connection::raw_connection(std::uint16_t port, const char* from)
    : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (from)
    call_from(fd_, from);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    ::close(fd_);
    throw std::runtime_error("cannot connect to port " + std::to_string(port));
  }
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const timeval limit{patience.count() / 1'000, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

raw_connection::raw_connection(raw_connection&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), buffer_(std::move(other.buffer_)) {}

raw_connection::~raw_connection() {
  if (fd_ >= 0)
    ::close(fd_);
}

bool raw_connection::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0)
      return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

void raw_connection::shut_write() const {
  ::shutdown(fd_, SHUT_WR);
}

std::ptrdiff_t raw_connection::receive(std::span<char> to) {
  return ::recv(fd_, to.data(), to.size(), 0);
}

bool raw_connection::fill() {
  pollfd waiting{fd_, POLLIN, 0};
  if (::poll(&waiting, 1, static_cast<int>(patience.count())) <= 0)
    return false;
  std::array<char, 65'536> bytes{};
  const auto n = receive(bytes);
  if (n <= 0)
    return false;
  buffer_.append(bytes.data(), static_cast<std::size_t>(n));
  return true;
}

raw_response raw_connection::read(bool to_head) {
  auto end = std::string::npos;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
    if (!fill()) {
      raw_response cut;
      cut.status = buffer_.empty() ? 0 : -1;
      return cut;
    }
  auto out = parse_response_head(std::string_view{buffer_}.substr(0, end + 2));
  buffer_.erase(0, end + 4);
  const bool bodiless = to_head || out.status / 100 == 1 || out.status == 204;
  const auto length = bodiless ? 0 : std::stoul("0" + out.header("content-length"));
  while (buffer_.size() < length)
    if (!fill())
      return out;
  out.body = buffer_.substr(0, length);
  buffer_.erase(0, length);
  out.complete = true;
  return out;
}

std::optional<std::string> raw_connection::read_until(std::string_view end) {
  auto at = std::string::npos;
  while ((at = buffer_.find(end)) == std::string::npos)
    if (!fill())
      return std::nullopt;
  return read_bytes(at + end.size());
}

std::optional<std::string> raw_connection::read_bytes(std::size_t n) {
  while (buffer_.size() < n)
    if (!fill())
      return std::nullopt;
  auto out = buffer_.substr(0, n);
  buffer_.erase(0, n);
  return out;
}

raw_response raw_connection::ask(std::string_view request) {
  send(request);
  return read();
}

bool raw_connection::closes() {
  if (!buffer_.empty())
    return false;
  pollfd waiting{fd_, POLLIN, 0};
  if (::poll(&waiting, 1, static_cast<int>(patience.count())) <= 0)
    return false;
  char byte{};
  return receive({&byte, 1}) <= 0;
}

raw_response exchange(std::uint16_t port, std::string_view request) {
  raw_connection to{port};
  return to.ask(request);
}

std::string get_request(const std::string& path, const std::string& headers) {
  return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
}

std::string post_request(const std::string& path, const std::string& body,
                         const std::string& headers) {
  return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers
         + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

} // namespace standings::test
