#include "tests/support/notify_socket.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <fstream>
#include <memory>

namespace standings::test {
namespace {

using std::chrono::seconds;
using testing::Contains;
using testing::HasSubstr;
using testing::StartsWith;

/// A service that was started by a manager. The parameter is the prefix of the socket's name.
class ServiceManager : public testing::TestWithParam<std::string> {
protected:
  void start(process::variables more = {}) {
    std::ofstream{dir_ / "c.yaml"} << "log: { level: info }\n";
    more.emplace("NOTIFY_SOCKET", manager_.name());
    service_ = std::make_unique<process>(
        STANDINGS_BINARY, process::options{{"serve", "--port", "0", "--config", dir_ / "c.yaml",
                                            "--data-dir", dir_ / "data"},
                                           dir_ / "out",
                                           dir_ / "log",
                                           more});
  }

  [[nodiscard]] std::string log() const { return read_file(dir_ / "log"); }

  const temp_dir dir_;
  notify_socket manager_{GetParam() + (dir_ / "notify")};
  std::unique_ptr<process> service_;
};

INSTANTIATE_TEST_SUITE_P(Sockets, ServiceManager, testing::Values("", "@"));

TEST_P(ServiceManager, IsToldOfStartReloadAndEnd) {
  start();
  EXPECT_EQ(manager_.until("READY=1").size(), 1U);
  const auto logged = [this] { // the log is written beside
    return log().find("Listening on http://") != std::string::npos;
  };
  EXPECT_TRUE(eventually(logged, seconds{10})) << log();
  EXPECT_THAT(manager_.until("STATUS=").back(), StartsWith("STATUS="));
  service_->signal(SIGHUP);
  EXPECT_THAT(manager_.until("RELOADING=1").back(),
              testing::MatchesRegex("RELOADING=1\nMONOTONIC_USEC=[0-9]+"));
  manager_.until("READY=1");
  service_->signal(SIGTERM);
  EXPECT_THAT(manager_.until("STOPPING=1").back(), HasSubstr("STATUS=Stopping"));
  EXPECT_EQ(service_->wait(seconds{10}), 0);
}

TEST_P(ServiceManager, GetsSignsOfLifeOnlyIfItWantsThem) {
  start({{"WATCHDOG_USEC", "2000000"}});
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(manager_.until("WATCHDOG=1").back(), "WATCHDOG=1");
  service_->signal(SIGTERM);
  manager_.until("STOPPING=1");
  EXPECT_EQ(manager_.next(std::chrono::milliseconds{0}), "") << "nothing follows STOPPING=1";
  EXPECT_EQ(service_->wait(seconds{10}), 0);
}

TEST_P(ServiceManager, GetsNoneIfTheyAreMeantForAnotherProcess) {
  start({{"WATCHDOG_USEC", "2000000"}, {"WATCHDOG_PID", "1"}});
  manager_.until("STATUS=");
  service_->signal(SIGTERM);
  EXPECT_THAT(manager_.until("STOPPING=1"), testing::Not(Contains("WATCHDOG=1")));
  EXPECT_EQ(service_->wait(seconds{10}), 0);
}

TEST(NoServiceManager, CostsAWarningIfItsSocketIsGone) {
  const temp_dir dir;
  process service{STANDINGS_BINARY,
                  {{"serve", "--port", "0", "--data-dir", dir / "data"},
                   dir / "out",
                   dir / "log",
                   {{"NOTIFY_SOCKET", dir / "nobody"}}}};
  const auto logs = [&](const char* text) {
    return eventually([&] { return read_file(dir / "log").find(text) != std::string::npos; },
                      seconds{10});
  };
  EXPECT_TRUE(logs("Failed to notify the service manager: No such file"));
  EXPECT_TRUE(logs("Listening on"));
  service.signal(SIGTERM);
  EXPECT_EQ(service.wait(seconds{10}), 0);
}

} // namespace
} // namespace standings::test
