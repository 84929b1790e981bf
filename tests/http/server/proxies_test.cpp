#include "tests/http/server/framings.hpp"
#include "tests/http/stub_server.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>

namespace standings::test {
namespace {

bool accepts(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool connected = ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return connected;
}

/// The same request, which says that no other follows on its connection: what a proxy does not take
/// for its body is nothing.
std::string only_request(std::string bytes) {
  const std::string host = "Host: a\r\n";
  if (const auto at = bytes.find(host); at != std::string::npos)
    bytes.insert(at + host.size(), "Connection: close\r\n");
  return bytes;
}

/// A reverse proxy in front of the server, which keeps connections to it open: on those a proxy and
/// a server that read a request differently would mix up requests.
class Proxies : public ::testing::Test {
protected:
  void start(const std::string& program, std::vector<std::string> arguments,
             const std::string& config) {
    const std::string path = dir_ / "proxy.conf";
    std::ofstream{path} << config;
    arguments.push_back(path);
    proxy_.emplace(program, process::options{std::move(arguments), dir_ / "out", dir_ / "err"});
    ASSERT_TRUE(eventually([this] { return accepts(port_); }, std::chrono::seconds{20}))
        << read_file(dir_ / "err");
  }

  /// Whatever the proxy makes of a framing, the server handles one request for it, or none if the
  /// client was refused; and the next client gets its own answer.
  void expect_one_request_each() {
    int expected = 0;
    for (const auto& one : framings()) {
      SCOPED_TRACE(one.name);
      raw_connection c{port_};
      c.send(only_request(one.bytes));
      const auto answer = c.read();
      if (one.verdict == verdict_of_rfc::request) {
        EXPECT_TRUE(answer.status == 200 || answer.status == 400) << "some a proxy refuses";
      }
      expected += answer.status == 200 ? 1 : 0;
      EXPECT_EQ(test::exchange(port_, get_request("/item/next")).body, "next");
      ++expected;
      EXPECT_EQ(server_.handled, expected);
      EXPECT_EQ(server_.smuggled, 0);
    }
  }

  const temp_dir dir_;
  stub_server server_;
  const std::uint16_t port_ = free_port();
  std::optional<process> proxy_;
};

TEST_F(Proxies, NginxAndTheServerAgreeOnWhereARequestEnds) {
  const auto dir = dir_.path().string();
  start("/usr/sbin/nginx", {"-p", dir, "-e", dir + "/error.log", "-c"},
        "daemon off; master_process off; pid " + dir + "/pid; worker_processes 1; error_log " + dir
            + "/error.log;\nevents { worker_connections 256; }\nhttp {\n  access_log off;\n"
            + "  client_body_temp_path " + dir + "/body; proxy_temp_path " + dir
            + "/proxy; fastcgi_temp_path " + dir + "/fastcgi; uwsgi_temp_path " + dir
            + "/uwsgi; scgi_temp_path " + dir + "/scgi;\n  client_body_timeout 1s;\n"
            + "  client_header_timeout 1s;\n  upstream standings { server 127.0.0.1:"
            + std::to_string(server_.port())
            + "; keepalive 4; }\n  server { listen 127.0.0.1:" + std::to_string(port_)
            + "; location / { proxy_pass http://standings; proxy_http_version 1.1;\n"
            + "    proxy_set_header Connection \"\"; proxy_set_header Host $http_host;\n"
            + "    proxy_request_buffering off; } }\n}\n");
  expect_one_request_each();
}

TEST_F(Proxies, HaproxyAndTheServerAgreeOnWhereARequestEnds) {
  start("/usr/sbin/haproxy", {"-q", "-db", "-f"},
        "global\n  nbthread 1\ndefaults\n  mode http\n  timeout connect 2s\n  timeout client 1s\n"
        "  timeout server 5s\n  timeout http-request 1s\n  http-reuse always\nfrontend in\n  bind "
        "127.0.0.1:"
            + std::to_string(port_) + "\n  default_backend standings\nbackend standings\n"
            + "  server one 127.0.0.1:" + std::to_string(server_.port()) + "\n");
  expect_one_request_each();
}

} // namespace
} // namespace standings::test
