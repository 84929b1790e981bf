#pragma once

#include "tests/support/http_client.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace standings::test {

/// The real program, serving on a free port of this machine from a private data directory that
/// outlives its restarts. Periods do not roll over, so midnight changes nothing. Admin routes need
/// no token, unless a setting is about them.
class service_under_test {
public:
  /// Starts it with `--set` for each of `settings`, and waits until it is ready.
  /// Throws, with its log, if it does not get ready.
  explicit service_under_test(std::vector<std::string> settings = {});

  enum class until : std::uint8_t { listens, ready };

  /// Starts it again after `kill` or `stop`, on another port.
  void start(until when = until::ready);

  /// `kill -9`.
  void kill();

  /// Sends SIGTERM or SIGINT; returns the exit code, `nullopt` if it did not end in time.
  std::optional<int> stop(int signal);

  /// For requests; use one client per thread.
  [[nodiscard]] http_client client() const { return http_client{port()}; }
  [[nodiscard]] std::uint16_t port() const { return port_; }

  [[nodiscard]] process& running() { return *process_; }
  [[nodiscard]] std::string log() const { return read_file(dir_ / "log"); }
  [[nodiscard]] std::string database() const { return dir_ / "standings.db"; }

private:
  void await_port(std::size_t logged_before);
  void await_ready();

  const temp_dir dir_;
  const std::vector<std::string> settings_;
  std::unique_ptr<process> process_;
  std::atomic<std::uint16_t> port_ = 0;
};

} // namespace standings::test
