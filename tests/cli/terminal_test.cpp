#include "tests/support/process.hpp"
#include "tests/support/service_under_test.hpp"
#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

namespace standings::test {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

/// The program on a terminal of its own.
class on_terminal {
public:
  explicit on_terminal(const std::vector<std::string>& arguments) {
    winsize size{40, 100, 0, 0};
    pid_ = ::forkpty(&terminal_, nullptr, nullptr, &size);
    if (pid_ != 0)
      return;
    ::setenv("TERM", "xterm", 1);
    std::vector<char*> argv{const_cast<char*>(STANDINGS_BINARY)};
    for (const auto& argument : arguments)
      argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    ::execv(STANDINGS_BINARY, argv.data());
    ::_exit(127);
  }
  on_terminal(const on_terminal&) = delete;
  on_terminal& operator=(const on_terminal&) = delete;
  ~on_terminal() {
    if (!ended_)
      ::kill(pid_, SIGKILL);
    wait();
    ::close(terminal_);
  }

  /// Reads until the text has been shown since the last `forget`.
  bool shows(const std::string& text) {
    return eventually(
        [&] {
          read_some();
          return seen_.find(text) != std::string::npos;
        },
        seconds{10});
  }

  void forget() { seen_.clear(); }
  void press(const std::string& keys) const {
    EXPECT_EQ(::write(terminal_, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
  }
  void signal(int number) const { ::kill(pid_, number); }
  [[nodiscard]] const std::string& seen() const { return seen_; }

  void resize(unsigned short columns, unsigned short rows) const {
    winsize size{rows, columns, 0, 0};
    ::ioctl(terminal_, TIOCSWINSZ, &size);
  }

  /// Whether keys are echoed, as outside of full-screen programs.
  [[nodiscard]] bool echoes() const {
    termios now{};
    ::tcgetattr(terminal_, &now);
    return (now.c_lflag & ECHO) != 0 && (now.c_lflag & ICANON) != 0;
  }

  /// The exit code, or the negated signal.
  int wait() {
    if (ended_)
      return *ended_;
    int status = 0;
    eventually(
        [&] {
          read_some(); // a full terminal would hold the program
          return ::waitpid(pid_, &status, WNOHANG) == pid_;
        },
        seconds{10});
    read_some();
    ended_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    return *ended_;
  }

private:
  void read_some() {
    pollfd waiting{terminal_, POLLIN, 0};
    std::array<char, 4'096> text{};
    while (::poll(&waiting, 1, 0) > 0) {
      const auto size = ::read(terminal_, text.data(), text.size());
      if (size <= 0)
        return;
      seen_.append(text.data(), static_cast<std::size_t>(size));
    }
  }

  int terminal_ = -1;
  pid_t pid_ = -1;
  std::string seen_;
  std::optional<int> ended_;
};

class Terminal : public testing::Test {
protected:
  static void SetUpTestSuite() { service = std::make_unique<service_under_test>(); }
  static void TearDownTestSuite() { service.reset(); }

  static std::string url() { return "http://127.0.0.1:" + std::to_string(service->port()); }

  static inline std::unique_ptr<service_under_test> service;
};

constexpr auto leaves = "\x1b[?1049l";

TEST_F(Terminal, TopShowsTheBoardAndTheTreeAndSwitchesPeriods) {
  ASSERT_EQ(service->client().update("\u202eanna").status, 200);
  on_terminal top{{"top", "--url", url()}};
  ASSERT_TRUE(top.shows("supervision tree"));
  EXPECT_TRUE(top.shows("\\u202eanna"));
  EXPECT_TRUE(top.shows("score_writer/0"));
  EXPECT_FALSE(top.echoes());
  const std::vector<std::pair<std::string, std::string>> keys{
      {"w", "weekly, "}, {"\x1b[C", "monthly, "}, {"y", "yearly, "}, {"\x1b[D", "monthly, "}};
  for (const auto& [key, board] : keys) {
    top.forget();
    top.press(key);
    EXPECT_TRUE(top.shows(board)) << board;
  }
  top.forget();
  service->client().update("berta");
  EXPECT_TRUE(top.shows("berta")) << "it is live";
  top.forget();
  top.resize(60, 50);
  EXPECT_TRUE(top.shows("supervision tree"));
  top.press("q");
  EXPECT_EQ(top.wait(), 0);
  EXPECT_THAT(top.seen(), HasSubstr(leaves));
  EXPECT_TRUE(top.echoes());
}

TEST_F(Terminal, IsRestoredBySignals) {
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
    on_terminal top{{"top", "--url", url()}};
    ASSERT_TRUE(top.shows("supervision tree"));
    top.forget();
    top.signal(number);
    EXPECT_EQ(top.wait(), -number);
    EXPECT_THAT(top.seen(), HasSubstr(leaves)) << number;
    EXPECT_TRUE(top.echoes()) << number;
  }
}

TEST_F(Terminal, TopSaysThatTheServiceIsAwayAndFindsItAgain) {
  service_under_test own;
  const auto port = std::to_string(own.port());
  on_terminal top{{"top", "--url", "http://127.0.0.1:" + port}};
  ASSERT_TRUE(top.shows("supervision tree"));
  top.forget();
  own.kill();
  EXPECT_TRUE(top.shows("the service is away"));
  top.forget();
  const temp_dir dir;
  const process again{
      STANDINGS_BINARY,
      {{"serve", "--port", port, "--data-dir", dir / "data"}, dir / "out", dir / "log"}};
  EXPECT_TRUE(top.shows("supervision tree"));
  top.press("q");
  EXPECT_EQ(top.wait(), 0);
}

TEST_F(Terminal, AWatchedBoardFollowsItsChanges) {
  on_terminal board{{"board", "yearly", "--watch", "--url", url()}};
  ASSERT_TRUE(board.shows("yearly, "));
  ASSERT_EQ(service->client().update("dora").status, 200);
  EXPECT_TRUE(board.shows("dora"));
  board.signal(SIGTERM);
  EXPECT_EQ(board.wait(), -SIGTERM);
  EXPECT_THAT(board.seen(), HasSubstr(leaves));
  EXPECT_TRUE(board.echoes());
}

TEST_F(Terminal, WithoutATerminalTopPrintsOnce) {
  const auto text = run(STANDINGS_BINARY, {"top", "--url", url()});
  EXPECT_EQ(text.exit_code, 0) << text.error;
  EXPECT_THAT(text.output, HasSubstr("supervision tree"));
  EXPECT_THAT(text.output, Not(HasSubstr("\x1b")));
  const auto away = run(STANDINGS_BINARY, {"top", "--json", "--port", "1"});
  EXPECT_EQ(away.exit_code, 1);
  EXPECT_THAT(away.error, HasSubstr(R"("code":"store_unavailable")"));
}

} // namespace
} // namespace standings::test
