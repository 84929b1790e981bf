#include "cli/log_writer.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace standings {

namespace {

constexpr std::chrono::milliseconds time_to_end{1'000};

/// Between two checks of a descriptor that accepts nothing or has failed.
constexpr std::chrono::milliseconds retry{250};

/// A pipe that poll() reports writable accepts this many bytes without blocking.
constexpr std::size_t most_at_once = 4'096;

/// Starts a thread with all signals blocked: they are for the threads that wait for them.
template <class F>
void start_without_signals(F f) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread{std::move(f)}.detach();
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

} // namespace

struct log_writer::shared {
  /// A line, or a gap of `dropped` lines.
  struct entry {
    std::string line;
    std::uint64_t dropped = 0;
  };

  shared(int to, notice_fn with, std::size_t bytes)
      : fd(to), max_bytes(bytes), notice(std::move(with)) {}

  void run();
  void put(entry e);
  bool put_out(const std::string& line);
  bool await_writable();
  std::string notice_of(std::uint64_t dropped);

  const int fd;
  const std::size_t max_bytes;
  std::mutex mutex;
  std::condition_variable woken; ///< wakes the thread: there is work, or it must end
  std::condition_variable idle;  ///< wakes `flush`: everything is written
  std::deque<entry> queue;
  std::size_t queued_bytes = 0;
  bool writing = false;
  bool ending = false;
  notice_fn notice;

  // used by the thread only
  std::uint64_t lost = 0; ///< lines that the descriptor refused
  bool within_line = false;
};

log_writer::log_writer(int fd, notice_fn notice, std::size_t max_bytes)
    : shared_(std::make_shared<shared>(fd, std::move(notice), max_bytes)) {
  start_without_signals([s = shared_] { s->run(); });
}

log_writer::~log_writer() {
  flush(time_to_end);
  const std::lock_guard lock{shared_->mutex};
  shared_->ending = true;
  shared_->woken.notify_all();
}

void log_writer::write(std::string line) {
  shared_->put({std::move(line), 0});
}

void log_writer::set_notice(notice_fn notice) {
  const std::lock_guard lock{shared_->mutex};
  shared_->notice = std::move(notice);
}

bool log_writer::flush(std::chrono::milliseconds limit) {
  std::unique_lock lock{shared_->mutex};
  return shared_->idle.wait_for(lock, limit,
                                [this] { return shared_->queue.empty() && !shared_->writing; });
}

void log_writer::shared::put(entry e) {
  const std::lock_guard lock{mutex};
  if (queued_bytes + e.line.size() > max_bytes) {
    if (queue.empty() || queue.back().dropped == 0)
      queue.emplace_back();
    ++queue.back().dropped;
  } else {
    queued_bytes += e.line.size();
    queue.push_back(std::move(e));
  }
  woken.notify_one();
}

std::string log_writer::shared::notice_of(std::uint64_t dropped) {
  notice_fn make;
  {
    const std::lock_guard lock{mutex};
    make = notice;
  }
  return make(dropped);
}

void log_writer::shared::run() {
  std::unique_lock lock{mutex};
  for (;;) {
    const auto has_work = [this] {
      return !queue.empty() || ending;
    };
    if (lost == 0)
      woken.wait(lock, has_work);
    else
      woken.wait_for(lock, retry, has_work);
    if (ending)
      return;
    auto next = queue.empty() ? entry{} : std::move(queue.front());
    if (!queue.empty())
      queue.pop_front();
    queued_bytes -= next.line.size();
    writing = true;
    lock.unlock();
    lost += next.dropped;
    if (lost > 0 && put_out(notice_of(lost)))
      lost = 0;
    if (!next.line.empty() && !put_out(next.line))
      ++lost;
    lock.lock();
    writing = false;
    if (queue.empty())
      idle.notify_all();
  }
}

bool log_writer::shared::await_writable() {
  pollfd waiting{fd, POLLOUT, 0};
  for (;;) {
    if (fd < 0) // poll() ignores negative descriptors; write() then reports the error
      return true;
    if (const int n = ::poll(&waiting, 1, static_cast<int>(retry.count())); n > 0)
      return true;
    const std::lock_guard lock{mutex};
    if (ending)
      return false;
  }
}

/// Returns false if the descriptor refused the line or a part of it.
bool log_writer::shared::put_out(const std::string& line) {
  const auto text = within_line ? "\n" + line : line;
  for (std::size_t at = 0; at < text.size();) {
    if (!await_writable())
      return false;
    const auto n = ::write(fd, text.data() + at, std::min(text.size() - at, most_at_once));
    if (n > 0) {
      at += static_cast<std::size_t>(n);
      within_line = text[at - 1] != '\n';
    } else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
      return false;
    }
  }
  return true;
}

} // namespace standings
