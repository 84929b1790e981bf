#include "tests/cli/program_test.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/service_under_test.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <fstream>
#include <mutex>
#include <thread>

namespace standings::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::string good_token = "a-token-of-sufficient-length";

/// Answers like a service behind a reverse proxy, and remembers what it was sent.
class stub_service {
public:
  explicit stub_service(std::unique_ptr<httplib::Server> server, const std::string& host)
      : server_(std::move(server)) {
    server_->Get(".*", [this](const httplib::Request& rq, httplib::Response& to) {
      const std::lock_guard lock{mutex_};
      path_ = rq.path;
      token_ = rq.get_header_value("Authorization");
      to.set_content(R"({"status":"ok"})", "application/json");
    });
    port_ = server_->bind_to_any_port(host.c_str());
    thread_ = std::thread{[this] {
      server_->listen_after_bind();
    }};
    while (!server_->is_running())
      std::this_thread::yield();
  }
  stub_service(const stub_service&) = delete;
  stub_service& operator=(const stub_service&) = delete;
  ~stub_service() {
    server_->stop();
    thread_.join();
  }

  [[nodiscard]] std::string port() const { return std::to_string(port_); }
  [[nodiscard]] std::string path() const {
    const std::lock_guard lock{mutex_};
    return path_;
  }
  [[nodiscard]] std::string token() const {
    const std::lock_guard lock{mutex_};
    return token_;
  }

private:
  std::unique_ptr<httplib::Server> server_;
  mutable std::mutex mutex_;
  std::string path_;
  std::string token_;
  int port_ = 0;
  std::thread thread_;
};

class ServiceFlags : public ProgramTest {
protected:
  ServiceFlags() { data_dir = dir / "."; }
};

TEST_F(ServiceFlags, FindTheServiceByFlagAndEnvironment) {
  const service_under_test service;
  const auto url = "http://127.0.0.1:" + std::to_string(service.port());
  const process::variables wrong{{"STANDINGS_URL", "http://127.0.0.1:1"}};
  EXPECT_EQ(run_with({"health", "--url", url}).output, "ok\n");
  EXPECT_EQ(run_with({"--url", url, "health", "--ready"}).output, "ready\n");
  EXPECT_EQ(run_with({"health"}, {{"STANDINGS_URL", url}}).exit_code, 0);
  EXPECT_EQ(run_with({"health"}, wrong).exit_code, 1);
  EXPECT_EQ(run_with({"health", "--url", url}, wrong).exit_code, 0);
  EXPECT_EQ(run_with({"health", "--port", std::to_string(service.port())}, wrong).exit_code, 0);
  EXPECT_EQ(run_with({"sync", "status", "--url", url}).exit_code, 0);
}

TEST_F(ServiceFlags, HealthTellsWhetherAServiceAnswers) {
  const auto away = run_with({"health", "--url", "http://127.0.0.1:1"});
  EXPECT_EQ(away.exit_code, 1);
  EXPECT_THAT(away.error, HasSubstr("no service answers at http://127.0.0.1:1"));
  const auto as_json = run_with({"health", "--json", "--url", "http://127.0.0.1:1"});
  EXPECT_EQ(as_json.exit_code, 1);
  EXPECT_EQ(boost::json::parse(as_json.error).at("error").at("code"), "store_unavailable");
}

TEST_F(ServiceFlags, NameTheFlagOfAWrongAddress) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"ftp://x", "has to start with"}, {"127.0.0.1:8000", "has to start with"},
      {"http://", "no usable host"},    {"http://a:0", "from 1 to 65535"},
      {"http://a:70000", "from 1 to"},  {"http://::1:8000", "brackets"},
      {"http://[::1", "not closed"},    {"http://me:hunter2@a", "--token-file"},
      {"http://a/b?c", "without ?"},    {"http://a/b c", "percent-encoded"}};
  for (const auto& [url, why] : cases) {
    const auto flag = run_with({"health", "--url", url});
    EXPECT_EQ(flag.exit_code, 2) << url;
    EXPECT_THAT(flag.error, AllOf(HasSubstr("--url: "), HasSubstr(why))) << url;
    EXPECT_THAT(flag.error, Not(HasSubstr("hunter2")));
    EXPECT_THAT(run_with({"health"}, {{"STANDINGS_URL", url}}).error, HasSubstr("STANDINGS_URL: "));
  }
  EXPECT_THAT(run_with({"health", "--url", "http://a", "--port", "1"}).error,
              HasSubstr("cannot be given with"));
}

TEST_F(ServiceFlags, GiveATokenFromFileEnvironmentAndConfiguration) {
  const service_under_test service{{"admin.token=" + good_token}};
  const auto url = "http://127.0.0.1:" + std::to_string(service.port());
  const auto status = [&](words more, const process::variables& environment = {}) {
    words all{"sync", "status", "--url", url};
    all.insert(all.end(), more.begin(), more.end());
    return run_with(all, environment);
  };
  const auto right = write("token", good_token + "\n");
  EXPECT_EQ(status({"--token-file", right}).exit_code, 0);
  EXPECT_EQ(status({}, {{"STANDINGS_TOKEN", good_token}}).exit_code, 0);
  EXPECT_EQ(status({}, {{"STANDINGS_TOKEN_FILE", right}}).exit_code, 0);
  EXPECT_EQ(status({}, {{"STANDINGS_ADMIN_TOKEN", good_token}}).exit_code, 0);
  EXPECT_EQ(status({"--set", "admin.token=" + good_token}).exit_code, 0);
  write("admin.token", good_token);
  EXPECT_EQ(status({}).exit_code, 0) << "the file that the service makes";
}

TEST_F(ServiceFlags, SayHowToGiveATokenThatIsMissingOrRefused) {
  const service_under_test service{{"admin.token=" + good_token}};
  const auto url = "http://127.0.0.1:" + std::to_string(service.port());
  const auto without = run_with({"sync", "events", "--url", url});
  EXPECT_EQ(without.exit_code, 1);
  EXPECT_THAT(without.error, AllOf(HasSubstr("--token-file FILE"), HasSubstr("STANDINGS_TOKEN")));
  const auto wrong =
      run_with({"sync", "events", "--url", url}, {{"STANDINGS_TOKEN", "wrong-hunter2-token"}});
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_THAT(wrong.error, AllOf(HasSubstr("STANDINGS_TOKEN"), Not(HasSubstr("hunter2"))));
  const auto none = run_with({"sync", "events", "--url", url, "--token-file", dir / "no"});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.error, AllOf(HasSubstr("--token-file: "), HasSubstr("cannot be read")));
  const auto odd = run_with({"health", "--token-file", write("odd", "two hunter2 words\n")});
  EXPECT_EQ(odd.exit_code, 2);
  EXPECT_THAT(odd.error, AllOf(HasSubstr("is not a token"), Not(HasSubstr("hunter2"))));
}

TEST_F(ServiceFlags, KeepTheTokenOfThisMachinesServiceFromOthers) {
  const stub_service other{std::make_unique<httplib::Server>(), "0.0.0.0"};
  write("admin.token", good_token);
  EXPECT_EQ(run_with({"health", "--url", "http://127.0.0.1:" + other.port()}).exit_code, 0);
  EXPECT_EQ(other.token(), "Bearer " + good_token);
  char name[256] = {};
  ASSERT_EQ(::gethostname(name, sizeof name - 1), 0);
  const auto url = std::string{"http://"} + name + ":" + other.port();
  if (run_with({"health", "--url", url}).exit_code == 0) {
    EXPECT_EQ(other.token(), "");
  }
}

TEST_F(ServiceFlags, ReachAServiceBelowAPathAndOverIpv6) {
  const stub_service proxy{std::make_unique<httplib::Server>(), "127.0.0.1"};
  EXPECT_EQ(
      run_with({"health", "--url", "http://127.0.0.1:" + proxy.port() + "/scores/"}).exit_code, 0);
  EXPECT_EQ(proxy.path(), "/scores/healthz");
  const stub_service six{std::make_unique<httplib::Server>(), "::1"};
  EXPECT_EQ(run_with({"health", "--url", "http://[::1]:" + six.port()}).exit_code, 0);
}

TEST_F(ServiceFlags, ReachAServiceOverTlsAndOnlyWithATrustedCertificate) {
  const certificate_authority authority;
  const certificate_authority stranger;
  const auto files = authority.issue("server");
  const stub_service service{
      std::make_unique<httplib::SSLServer>(files.certificate.c_str(), files.key.c_str()),
      "127.0.0.1"};
  const auto url = "https://localhost:" + service.port();
  const auto trusted = run_with({"health", "--url", url, "--ca-file", authority.file()});
  EXPECT_EQ(trusted.exit_code, 0) << trusted.error;
  EXPECT_EQ(run_with({"health", "--url", url}, {{"STANDINGS_CA_FILE", authority.file()}}).exit_code,
            0);
  for (const auto& ca : {words{}, words{"--ca-file", stranger.file()}}) {
    words arguments{"health", "--url", url};
    arguments.insert(arguments.end(), ca.begin(), ca.end());
    const auto refused = run_with(arguments);
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.error, AllOf(HasSubstr("not trusted"), HasSubstr("--ca-file")));
  }
  EXPECT_THAT(run_with({"health", "--url", url, "--ca-file", dir / "no"}).error,
              HasSubstr("--ca-file: "));
}

TEST_F(ServiceFlags, SayThatSomethingElseAnswers) {
  auto server = std::make_unique<httplib::Server>();
  server->Get("/html/healthz", [](const httplib::Request&, httplib::Response& to) {
    to.set_content("<html>", "text/html");
  });
  server->Get("/moved/healthz", [](const httplib::Request&, httplib::Response& to) {
    to.set_redirect("https://example.org/");
  });
  const stub_service other{std::move(server), "127.0.0.1"};
  const auto root = "http://127.0.0.1:" + other.port();
  EXPECT_THAT(run_with({"health", "--url", root + "/html"}).error, HasSubstr("not Standings"));
  EXPECT_THAT(run_with({"health", "--url", root + "/moved"}).error,
              HasSubstr("redirects to https://example.org/"));
}

} // namespace
} // namespace standings::test
