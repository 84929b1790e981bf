#include "tests/http/stub_server.hpp"
#include "tests/support/captured_log.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <sstream>

namespace standings::test {
namespace {

namespace json = boost::json;

/// The lines of a component.
std::vector<json::object> lines_of(const std::string& log, std::string_view component) {
  std::vector<json::object> out;
  std::istringstream in{log};
  for (std::string line; std::getline(in, line);)
    if (auto event = json::parse(line).as_object(); event.at("component").as_string() == component)
      out.push_back(std::move(event));
  return out;
}

/// What a server behind a proxy logs about a call of an admin route, with that token.
std::string log_of_admin_call(const std::string& token) {
  set_access_log(access_log::all);
  const captured_log log;
  {
    auto options = stub_server::options_with(stub_server::four_loops(), "right");
    options.trusted_proxies = {"127.0.0.1"};
    const stub_server server{options};
    const auto headers = "X-Forwarded-For: 203.0.113.41\r\nAuthorization: Bearer " + token + "\r\n";
    const auto status = server.ask(post_request("/admin", "", headers)).status;
    EXPECT_EQ(status, token == "right" ? 200 : 401);
  }
  set_access_log(access_log::errors);
  return log.text();
}

TEST(Audit, TellsTheClientBehindAProxyAndTheProxy) {
  for (const auto* token : {"right", "wrong"}) {
    const auto log = log_of_admin_call(token);
    for (const auto* component : {"audit", "http"}) {
      const auto lines = lines_of(log, component);
      ASSERT_EQ(lines.size(), 1U) << log;
      EXPECT_EQ(lines[0].at("client").as_string(), "203.0.113.41") << log;
      EXPECT_EQ(lines[0].at("peer").as_string(), "127.0.0.1") << log;
    }
  }
}

TEST(Audit, AndTheAccessLogTellAnEventOnceEach) {
  for (const auto* token : {"right", "wrong"}) {
    const auto log = log_of_admin_call(token);
    const auto audit = lines_of(log, "audit");
    const auto access = lines_of(log, "http");
    ASSERT_EQ(audit.size(), 1U) << log;
    ASSERT_EQ(access.size(), 1U) << log;
    EXPECT_NE(std::string{access[0].at("message").as_string()}.find("was answered"),
              std::string::npos)
        << log;
  }
}

} // namespace
} // namespace standings::test
