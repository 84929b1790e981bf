#include "cli/log_writer.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace standings::test {
namespace {

using std::chrono::seconds;

std::string gap(std::uint64_t lines) {
  return "[" + std::to_string(lines) + " missing]\n";
}

/// A pipe that holds 8 KiB: two pages, since poll() reports a pipe as full once its last page has
/// data.
class LogWriter : public testing::Test {
protected:
  LogWriter() {
    std::signal(SIGPIPE, SIG_IGN);
    EXPECT_EQ(::pipe(ends_), 0);
    ::fcntl(ends_[1], F_SETPIPE_SZ, 8'192);
  }
  /// Leaves the end open that is written to: a writer's thread may still wait for it, and its
  /// number must not be that of the next test's pipe.
  ~LogWriter() override { close_reader(); }

  [[nodiscard]] int to() const { return ends_[1]; }

  void close_reader() {
    if (ends_[0] >= 0)
      ::close(ends_[0]);
    ends_[0] = -1;
  }

  /// The contents of the pipe, up to and including `last`.
  std::string read_until(const std::string& last) {
    std::string out;
    while (out.find(last) == std::string::npos) {
      std::array<char, 4'096> part{};
      pollfd waiting{ends_[0], POLLIN, 0};
      if (::poll(&waiting, 1, 10'000) <= 0)
        break;
      const auto n = ::read(ends_[0], part.data(), part.size());
      if (n <= 0)
        break;
      out.append(part.data(), static_cast<std::size_t>(n));
    }
    return out;
  }

private:
  int ends_[2] = {-1, -1};
};

TEST_F(LogWriter, WritesLinesInTheirOrder) {
  log_writer log{to(), gap};
  log.write("one\n");
  log.write("two\n");
  EXPECT_TRUE(log.flush(seconds{10}));
  EXPECT_EQ(read_until("two\n"), "one\ntwo\n");
}

TEST_F(LogWriter, HasWrittenEverythingWhenItGoes) {
  {
    log_writer log{to(), gap};
    for (int i = 0; i < 100; ++i)
      log.write(std::to_string(i) + "\n");
  }
  EXPECT_EQ(read_until("99\n").substr(0, 6), "0\n1\n2\n");
}

TEST_F(LogWriter, DropsAndCountsWhatDoesNotFitWhileNobodyReads) {
  const std::string earlier(8'192, '-');
  ASSERT_EQ(::write(to(), earlier.data(), earlier.size()), 8'192);
  log_writer log{to(), gap, 1'000};
  const std::string line(99, 'x');
  for (int i = 0; i < 1'000; ++i)
    log.write(line + "\n");
  EXPECT_FALSE(log.flush(std::chrono::milliseconds{50}));
  const auto before = read_until("missing]\n");
  log.write("after\n");
  std::istringstream text{(before + read_until("after\n")).substr(earlier.size())};
  std::size_t lines = 0;
  std::size_t missing = 0; // the writer may make room once more while lines arrive
  std::string last;
  for (std::string got; std::getline(text, got); last = got)
    if (got.starts_with('['))
      missing += std::stoul(got.substr(1));
    else
      lines += got == line ? 1U : 0U;
  EXPECT_GT(missing, 0U);
  EXPECT_EQ(lines + missing, 1'000U) << "every line is there or counted";
  EXPECT_EQ(last, "after");
}

TEST_F(LogWriter, ALineThatIsLargerThanTheQueueIsDropped) {
  log_writer log{to(), gap, 100};
  log.write(std::string(200, 'x') + "\n");
  log.write("after\n");
  EXPECT_EQ(read_until("after\n"), "[1 missing]\nafter\n");
}

TEST_F(LogWriter, EndsAlthoughNobodyReads) {
  {
    log_writer log{to(), gap};
    for (int i = 0; i < 1'000; ++i)
      log.write(std::string(99, 'x') + "\n");
  } // otherwise the test hangs
  SUCCEED();
}

TEST_F(LogWriter, GoesOnAfterTheReaderHasGone) {
  log_writer log{to(), gap};
  close_reader();
  log.write("lost\n");
  EXPECT_TRUE(log.flush(seconds{10}));
}

TEST(LogWriterOnBadDescriptors, LosesLinesAndNothingElse) {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  for (const int fd : {full, -1, 1'000'000}) {
    log_writer log{fd, gap};
    for (int i = 0; i < 10; ++i)
      log.write("lost\n");
    EXPECT_TRUE(log.flush(seconds{10})) << fd;
  }
  ::close(full);
}

/// A descriptor that refuses at first and accepts later writes.
TEST_F(LogWriter, TellsWhatADescriptorHasRefusedOnceItTakesLinesAgain) {
  const int fd = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  log_writer log{fd, gap};
  log.write("lost\n");
  log.write("lost\n");
  ASSERT_TRUE(log.flush(seconds{10}));
  ::dup2(to(), fd);
  EXPECT_EQ(read_until("missing]\n"), "[2 missing]\n") << "without another line";
  log.write("after\n");
  EXPECT_EQ(read_until("after\n"), "after\n");
  ::close(fd);
}

TEST_F(LogWriter, TakesLinesFromManyThreads) {
  log_writer log{to(), gap};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i)
        log.write("0123456789\n");
    });
  for (auto& t : threads)
    t.join();
  log.write("end\n");
  const auto text = read_until("end\n");
  EXPECT_EQ(text.size(), 4U * 50 * 11 + 4);
}

} // namespace
} // namespace standings::test
