#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace standings {

/// Writes lines to a descriptor from a thread of its own, so that nobody who logs
/// waits for whoever reads the log. What does not fit into the queue is dropped and
/// counted, and so is what the descriptor refuses (a full disk, a closed pipe); as
/// soon as lines can be written again, one of them tells how many are missing, where
/// they are missing. Thread-safe.
class log_writer {
public:
  /// Makes the line, with its line break, that tells of dropped ones.
  using notice_fn = std::function<std::string(std::uint64_t dropped)>;

  /// Does not own `fd`. At most `max_bytes` wait at a time.
  log_writer(int fd, notice_fn notice, std::size_t max_bytes = 1 << 20);
  log_writer(const log_writer&) = delete;
  log_writer& operator=(const log_writer&) = delete;

  /// Gives what is still queued a second to get out.
  ~log_writer();

  /// Never blocks. `line` ends in a line break.
  void write(std::string line);

  void set_notice(notice_fn notice);

  /// Waits until everything has been written or given up, for at most `limit`;
  /// gives whether it has.
  bool flush(std::chrono::milliseconds limit);

private:
  struct shared;

  std::shared_ptr<shared> shared_; ///< also the thread's, which may outlive this object
};

} // namespace standings
