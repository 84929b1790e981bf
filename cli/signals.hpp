#pragma once

#include <atomic>
#include <functional>
#include <future>
#include <thread>

/// What the signals of the process mean. A command that does not ask for anything
/// here is ended by SIGINT and SIGTERM at once, as by default.
namespace standings {

/// Makes writing to a closed pipe, and to a file beyond the limit of its size, an
/// error instead of the end.
void ignore_write_signals();

/// Blocks SIGINT and SIGTERM in this thread and those that it starts, so that they
/// can be waited for or looked for.
void block_stop_signals();

/// The signals of a running service, taken by a thread of its own: SIGHUP reloads;
/// the first SIGINT or SIGTERM is for `wait_for_stop`, the second ends the process at
/// once, and so does the first while nothing has been started that could stop; others that would
/// end a process by default and mean nothing here (SIGUSR1, SIGALRM, …) are logged. To be made
/// before any other thread, of which none then gets a signal.
class service_signals {
public:
  explicit service_signals(std::function<void()> reload);
  service_signals(const service_signals&) = delete;
  service_signals& operator=(const service_signals&) = delete;
  ~service_signals();

  /// From now on the first signal is for `wait_for_stop`, which has to be called.
  void stop_orderly() { orderly_ = true; }

  /// Gives the signal that came.
  int wait_for_stop();

private:
  void watch();
  void take(int signal);

  const std::function<void()> reload_;
  std::promise<int> stop_;
  std::future<int> stopped_ = stop_.get_future();
  bool told_ = false; ///< the watching thread's
  std::atomic<bool> orderly_ = false;
  std::atomic<bool> ended_ = false;
  std::thread thread_;
};

/// While it lives, a SIGINT or SIGTERM that ends the command also tells what the
/// command leaves behind. One at a time.
class farewell {
public:
  /// `text` ends in a line break and lives as long as the process.
  explicit farewell(const char* text);
  farewell(const farewell&) = delete;
  farewell& operator=(const farewell&) = delete;
  ~farewell();
};

} // namespace standings
