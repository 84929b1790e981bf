#include "stores/postgres/socket_deadline.hpp"

#include <sys/socket.h>

#include <condition_variable>
#include <mutex>
#include <set>
#include <stop_token>
#include <thread>
#include <utility>

namespace standings {

namespace {

/// Watches all deadlines of the process in one thread, which starts with the first.
class deadlines {
public:
  using entry = std::pair<std::chrono::steady_clock::time_point, int>;

  void add(const entry& e) {
    const std::lock_guard lock{mutex_};
    if (!watching_.joinable())
      watching_ = std::jthread{[this](const std::stop_token& stop) {
        watch(stop);
      }};
    waiting_.insert(e);
    changed_.notify_all();
  }

  /// The caller removes an entry before it closes the socket, so the number of a socket that is
  /// shut down cannot have been reused.
  void remove(const entry& e) {
    const std::lock_guard lock{mutex_};
    waiting_.erase(e);
  }

private:
  void watch(const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    while (!stop.stop_requested()) {
      if (waiting_.empty()) {
        changed_.wait(lock, stop, [this] { return !waiting_.empty(); });
        continue;
      }
      const auto first = *waiting_.begin();
      if (std::chrono::steady_clock::now() < first.first) {
        changed_.wait_until(lock, stop, first.first,
                            [&] { return waiting_.empty() || *waiting_.begin() != first; });
        continue;
      }
      ::shutdown(first.second, SHUT_RDWR);
      waiting_.erase(waiting_.begin());
    }
  }

  std::mutex mutex_; ///< guards all below
  std::condition_variable_any changed_;
  std::set<entry> waiting_;
  std::jthread watching_; ///< last: it ends before the others do
};

deadlines& all() {
  static deadlines them;
  return them;
}

} // namespace

socket_deadline::socket_deadline(int socket, std::chrono::milliseconds limit)
    : at_(std::chrono::steady_clock::now() + limit), socket_(socket) {
  all().add({at_, socket_});
}

socket_deadline::~socket_deadline() {
  all().remove({at_, socket_});
}

} // namespace standings
