#include "tests/http/stub_server.hpp"

#include <gtest/gtest.h>

namespace standings::test {
namespace {

server_options behind(std::vector<std::string> proxies) {
  auto out = stub_server::options_with(stub_server::four_loops());
  out.trusted_proxies = std::move(proxies);
  return out;
}

std::string who(const stub_server& server, const std::string& headers = {}) {
  return server.ask(get_request("/who", headers)).body;
}

TEST(Client, IsThePeerWithoutTrustedProxies) {
  const stub_server server;
  EXPECT_EQ(who(server), "127.0.0.1 127.0.0.1");
  EXPECT_EQ(who(server, "X-Forwarded-For: 203.0.113.1\r\n"), "127.0.0.1 127.0.0.1");
}

TEST(Client, IsWhatATrustedProxySays) {
  const stub_server server{behind({"127.0.0.1"})};
  EXPECT_EQ(who(server), "127.0.0.1 127.0.0.1");
  EXPECT_EQ(who(server, "X-Forwarded-For: 203.0.113.1\r\n"), "203.0.113.1 127.0.0.1");
  EXPECT_EQ(who(server, "Forwarded: for=\"[2001:db8::1]:80\"\r\n"), "2001:db8::1 127.0.0.1");
  EXPECT_EQ(who(server, "X-Forwarded-For: 1.1.1.1\r\nx-forwarded-for: 203.0.113.1\r\n"),
            "203.0.113.1 127.0.0.1");
}

TEST(Client, IsFoundForEachRequestOfAConnection) {
  const stub_server server{behind({"127.0.0.0/8"})};
  auto c = server.connect();
  EXPECT_EQ(c.ask(get_request("/who", "X-Forwarded-For: 203.0.113.1\r\n")).body,
            "203.0.113.1 127.0.0.1");
  EXPECT_EQ(c.ask(get_request("/who")).body, "127.0.0.1 127.0.0.1");
}

} // namespace
} // namespace standings::test
