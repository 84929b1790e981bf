#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace standings::test {

/// A child process whose standard output and error go to files. If it still runs, it is killed when
/// this object is destroyed or the thread that started it ends.
class process {
public:
  using variables = std::map<std::string, std::string>;

  struct options {
    std::vector<std::string> arguments; ///< after the program's name
    std::string output_file;
    std::string error_file;
    /// Added to this process's own variables, except for those that configure the service
    /// (STANDINGS_*, REDIS_*, POSTGRES_*, DATABASE_URL), which are removed.
    variables environment{};
    int error_descriptor = -1; ///< replaces the file unless it is -1
  };

  process(const std::string& program, const options& with);
  process(const process&) = delete;
  process& operator=(const process&) = delete;
  ~process();

  [[nodiscard]] pid_t pid() const { return pid_; }
  void signal(int number) const;

  /// Whether it is still running.
  [[nodiscard]] bool running() { return !wait(std::chrono::milliseconds{0}); }

  /// The exit code, or the negated number of the signal that ended it; `nullopt` if it still runs
  /// after `limit`.
  std::optional<int> wait(std::chrono::milliseconds limit);

private:
  pid_t pid_ = -1;
  std::optional<int> ended_;
};

/// The result of a program that has ended.
struct finished {
  std::optional<int> exit_code; ///< `nullopt`: it was killed after ten seconds
  std::string output;
  std::string error;
};

/// Runs `program` until it ends.
finished run(const std::string& program, const std::vector<std::string>& arguments,
             const process::variables& environment = {});

std::string read_file(const std::string& path);

/// Calls `done` every few milliseconds until it returns true or `limit` has passed; returns the
/// last result.
template <class Condition>
bool eventually(Condition done, std::chrono::milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (!done()) {
    if (std::chrono::steady_clock::now() > until)
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  return true;
}

} // namespace standings::test
