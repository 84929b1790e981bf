#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace standings {

/// Writes lines to a descriptor from its own thread, so that logging never waits for the reader of
/// the log. Lines that do not fit into the queue, or that the descriptor refuses (full disk, closed
/// pipe), are dropped and counted; as soon as lines can be written again, a notice at the gap
/// reports how many are missing. Thread-safe.
class log_writer {
public:
  /// Makes the notice about dropped lines, including its line break.
  using notice_fn = std::function<std::string(std::uint64_t dropped)>;

  /// Does not own `fd`. At most `max_bytes` are queued.
  log_writer(int fd, notice_fn notice, std::size_t max_bytes = 1 << 20);
  log_writer(const log_writer&) = delete;
  log_writer& operator=(const log_writer&) = delete;

  /// Waits up to a second for the queued lines to be written.
  ~log_writer();

  /// Never blocks. `line` must end in a line break.
  void write(std::string line);

  void set_notice(notice_fn notice);

  /// Waits up to `limit` until everything has been written or given up; returns whether it has.
  bool flush(std::chrono::milliseconds limit);

private:
  struct shared;

  std::shared_ptr<shared> shared_; ///< shared with the thread, which may outlive this object
};

} // namespace standings
