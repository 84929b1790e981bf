#include "tests/support/process.hpp"
#include "tests/support/raw_http.hpp"
#include "tests/support/service_under_test.hpp"
#include "tests/support/temp_dir.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>

namespace standings::test {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;
using words = std::vector<std::string>;

std::string name_of_signal(const testing::TestParamInfo<int>& signal) {
  const char* name = ::sigabbrev_np(signal.param);
  return name ? name : "Realtime" + std::to_string(signal.param);
}

class StraySignal : public testing::TestWithParam<int> {};

TEST_P(StraySignal, DoesNotEndTheService) {
  service_under_test service;
  service.running().signal(GetParam());
  EXPECT_EQ(service.client().update("ann").status, 200);
  EXPECT_EQ(service.stop(SIGTERM), 0) << service.log();
}

INSTANTIATE_TEST_SUITE_P(All, StraySignal,
                         testing::Values(SIGHUP, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF,
                                         SIGPIPE, SIGIO, SIGPWR, SIGSTKFLT, SIGWINCH, SIGCHLD,
                                         SIGURG, SIGCONT, SIGXFSZ, SIGRTMIN, SIGRTMAX),
                         name_of_signal);

// -- SIGHUP ----------------------------------------------------------------------

/// A service with a configuration file.
class Reloading : public testing::Test {
protected:
  void configure(const std::string& text) { std::ofstream{dir_ / "c.yaml"} << text; }

  void start() {
    const words arguments{"serve",         "--port",     "0",          "--config",
                          dir_ / "c.yaml", "--data-dir", dir_ / "data"};
    service_ = std::make_unique<process>(STANDINGS_BINARY,
                                         process::options{arguments, dir_ / "out", dir_ / "log"});
    ASSERT_TRUE(logs("Listening"));
  }

  bool logs(const std::string& text) {
    return eventually([&] { return log().find(text) != std::string::npos; }, seconds{10});
  }

  [[nodiscard]] std::string log() const { return read_file(dir_ / "log"); }

  const temp_dir dir_;
  std::unique_ptr<process> service_;
};

TEST_F(Reloading, TakesOverTheLogAndNamesWhatNeedsARestart) {
  configure("log: { format: text }\nadmin: { token: a-token-of-sufficient-length }\n");
  start();
  configure("log: { format: json }\nadmin: { token: a-new-token-of-sufficient-length }\n"
            "http: { threads: 3, max_connections: 99 }\n");
  service_->signal(SIGHUP);
  ASSERT_TRUE(logs("http.threads has changed and needs a restart")) << log();
  EXPECT_TRUE(logs("http.max_connections has changed"));
  EXPECT_THAT(log(), HasSubstr(R"("level":"info","message":"SIGHUP: read)"));
  EXPECT_THAT(log(), Not(HasSubstr("sufficient")));
}

TEST_F(Reloading, DoesNotCloseOrOpenDoorsForAnAddressThatNeedsARestart) {
  configure("admin: { token: a-token-of-sufficient-length }\n");
  start();
  configure("admin: { token: a-token-of-sufficient-length }\nhttp: { host: 0.0.0.0 }\n");
  service_->signal(SIGHUP);
  ASSERT_TRUE(logs("http.host has changed and needs a restart")) << log();
  constexpr std::string_view marker = "Listening on http://127.0.0.1:";
  const auto at = log().find(marker);
  ASSERT_NE(at, std::string::npos);
  http_client client{static_cast<std::uint16_t>(std::stoul(log().substr(at + marker.size())))};
  EXPECT_EQ(client.update("ann").status, 200) << "writes are public where it still listens";
  EXPECT_EQ(client.get("/healthz", {{"Host", "rebound.example"}}).status, 403);
}

TEST_F(Reloading, ChangesTheLevel) {
  configure("log: { level: info }\n");
  start();
  configure("log: { level: error }\n");
  service_->signal(SIGHUP);
  service_->signal(SIGUSR1); // would be logged at level info
  service_->signal(SIGTERM);
  EXPECT_EQ(service_->wait(seconds{10}), 0);
  EXPECT_THAT(log(), Not(HasSubstr("USR1")));
}

TEST_F(Reloading, KeepsWhatItHasWhereTheFileIsWrong) {
  configure("log: { level: info }\n");
  start();
  configure("log: { level: loud }\n");
  service_->signal(SIGHUP);
  ASSERT_TRUE(logs("log.level: 'loud' is not one of")) << log();
  service_->signal(SIGUSR1);
  EXPECT_TRUE(logs("Ignoring SIGUSR1"));
}

// -- ending ----------------------------------------------------------------------

/// Accepts connections and sends nothing.
class silent_port {
public:
  silent_port() {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    ::bind(fd_, reinterpret_cast<sockaddr*>(&at), sizeof at);
    ::listen(fd_, 8);
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &size);
    port_ = ntohs(at.sin_port);
  }
  ~silent_port() { ::close(fd_); }
  silent_port(const silent_port&) = delete;
  silent_port& operator=(const silent_port&) = delete;

  [[nodiscard]] std::string port() const { return std::to_string(port_); }

  /// Waits for a connection and returns it.
  [[nodiscard]] int take() const { return ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC); }

private:
  int fd_ = -1;
  std::uint16_t port_ = 0;
};

class EndingACommand : public testing::TestWithParam<int> {
protected:
  /// Expects the command to be waiting for the port when the signal comes, and to end.
  void expect_ends(words arguments) {
    arguments.insert(arguments.end(), {"--data-dir", dir_ / "."});
    process command{STANDINGS_BINARY, {arguments, dir_ / "out", dir_ / "error"}};
    const int connection = port_.take();
    command.signal(GetParam());
    EXPECT_EQ(command.wait(seconds{5}), -GetParam()) << arguments[0] << ' ' << arguments[1];
    ::close(connection);
  }

  [[nodiscard]] words redis() const {
    return {"--set", "cache.backend=redis", "--set", "cache.port=" + port_.port()};
  }

  const temp_dir dir_;
  const silent_port port_;
};

words operator+(words a, const words& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST_P(EndingACommand, ThatWaitsForTheService) {
  for (const auto& command :
       {words{"sync", "status"}, words{"sync", "run"}, words{"sync", "runs"}, words{"sync", "test"},
        words{"sync", "stop"}, words{"sessions", "status"}})
    expect_ends(command + words{"--port", port_.port()});
}

TEST_P(EndingACommand, ThatWaitsForAStore) {
  for (const auto& command :
       {words{"check"}, words{"cache", "status"}, words{"cache", "init"}, words{"cache", "clear"}})
    expect_ends(command + redis());
}

INSTANTIATE_TEST_SUITE_P(On, EndingACommand, testing::Values(SIGINT, SIGTERM), name_of_signal);

TEST(ASilentPort, DoesNotHoldACommand) {
  const temp_dir dir;
  const silent_port port;
  process command{STANDINGS_BINARY,
                  {{"sync", "status", "--port", port.port()}, dir / "out", dir / "error"}};
  EXPECT_EQ(command.wait(seconds{30}), 1);
  EXPECT_THAT(read_file(dir / "error"), HasSubstr("does not answer"));
}

TEST(ASecondSignal, EndsTheServiceWhileItDrains) {
  service_under_test service{{"http.request_timeout=60s"}};
  const raw_connection slow{service.port()};
  ASSERT_TRUE(slow.send("GET /healthz HTTP/1.1\r\nHost:"));
  service.running().signal(SIGTERM);
  ASSERT_TRUE(
      eventually([&] { return service.log().find("Stopping") != std::string::npos; }, seconds{10}));
  EXPECT_TRUE(service.running().running()) << "it drains";
  service.running().signal(SIGINT);
  EXPECT_EQ(service.running().wait(seconds{5}), 128 + SIGINT);
  EXPECT_THAT(service.log(), HasSubstr("second SIGINT"));
}

// -- a log that nobody reads -------------------------------------------------------

TEST(AStalledLog, StopsNeitherUpdatesNorTheEnd) {
  const temp_dir dir;
  int ends[2] = {-1, -1};
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  ::fcntl(ends[1], F_SETPIPE_SZ, 4'096);
  const std::string filler(4'096, '-');
  ASSERT_EQ(::write(ends[1], filler.data(), filler.size()), 4'096) << "full from the start";
  process::options how{
      {"serve", "--port", "0", "--data-dir", dir / "data", "--set", "leaderboard.rollover=off"},
      dir / "out",
      dir / "unused"};
  how.error_descriptor = ends[1];
  process service{STANDINGS_BINARY, how};
  ASSERT_TRUE(
      eventually([&] { return std::filesystem::exists(dir / "data/standings.db"); }, seconds{10}));
  for (int i = 0; i < 2'000; ++i) // each is a line
    service.signal(SIGUSR1);
  service.signal(SIGTERM);
  EXPECT_EQ(service.wait(seconds{10}), 0);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(AClosedLog, GoesIntoNoOtherFile) {
  const temp_dir dir;
  const std::string command = std::string{"exec "} + STANDINGS_BINARY
                              + " serve --port 0 --data-dir " + (dir / "data") + " <&- >&- 2>&-";
  process service{"/bin/sh", {{"-c", command}, dir / "out", dir / "error"}};
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(dir / "data/standings.db-wal"); },
                         seconds{10}));
  service.signal(SIGUSR1);
  service.signal(SIGTERM);
  EXPECT_EQ(service.wait(seconds{10}), 0);
  for (const auto& file : std::filesystem::directory_iterator{dir / "data"})
    EXPECT_THAT(read_file(file.path().string()), Not(HasSubstr("Stopping on"))) << file.path();
}

} // namespace
} // namespace standings::test
