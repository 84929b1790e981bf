#pragma once

#include <atomic>
#include <functional>
#include <future>
#include <thread>

/// Signal handling of the process. Commands that use nothing from here keep the default: SIGINT and
/// SIGTERM end them at once.
namespace standings {

/// Makes writing to a closed pipe, or beyond the file size limit, an error instead of a fatal
/// signal.
void ignore_write_signals();

/// Blocks SIGINT and SIGTERM in this thread and the threads it starts, so that they can be waited
/// for or polled.
void block_stop_signals();

/// Handles the signals of a running service on a thread of its own. SIGHUP reloads. The first
/// SIGINT or SIGTERM makes `wait_for_stop` return; the second ends the process at once, and so does
/// the first before `stop_orderly`. Other signals whose default would end the process (SIGUSR1,
/// SIGALRM, …) are logged and ignored. Must be created before any other thread, so that none of
/// them receives a signal.
class service_signals {
public:
  explicit service_signals(std::function<void()> reload);
  service_signals(const service_signals&) = delete;
  service_signals& operator=(const service_signals&) = delete;
  ~service_signals();

  /// From now on the first signal makes `wait_for_stop` return; it must be called.
  void stop_orderly() { orderly_ = true; }

  /// Waits for a stop signal and returns it.
  int wait_for_stop();

private:
  void watch();
  void take(int signal);

  const std::function<void()> reload_;
  std::promise<int> stop_;
  std::future<int> stopped_ = stop_.get_future();
  bool told_ = false; ///< used by the watching thread only
  std::atomic<bool> orderly_ = false;
  std::atomic<bool> ended_ = false;
  std::thread thread_;
};

/// While it exists, a SIGINT or SIGTERM that ends the command also prints what the command leaves
/// behind. Only one may exist at a time.
class farewell {
public:
  /// `text` must end in a line break and live as long as the process.
  explicit farewell(const char* text);
  farewell(const farewell&) = delete;
  farewell& operator=(const farewell&) = delete;
  ~farewell();
};

} // namespace standings
