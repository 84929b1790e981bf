#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace standings::test {

/// A child process whose standard output and error go to files. Killed, if it
/// still runs, when this object or the thread that started it goes.
class process {
public:
  using variables = std::map<std::string, std::string>;

  struct options {
    std::vector<std::string> arguments; ///< after the program's name
    std::string output_file;
    std::string error_file;
    /// Beside this process's own, of which those that configure the service
    /// (STANDINGS_*, REDIS_*, POSTGRES_*, DATABASE_URL) are left out.
    variables environment{};
    int error_descriptor = -1; ///< instead of the file, if it is one
  };

  process(const std::string& program, const options& with);
  process(const process&) = delete;
  process& operator=(const process&) = delete;
  ~process();

  [[nodiscard]] pid_t pid() const { return pid_; }
  void signal(int number) const;

  /// Whether it has not ended yet.
  [[nodiscard]] bool running() { return !wait(std::chrono::milliseconds{0}); }

  /// The exit code, or the negated number of the signal that ended it; nothing
  /// if it still runs after `limit`.
  std::optional<int> wait(std::chrono::milliseconds limit);

private:
  pid_t pid_ = -1;
  std::optional<int> ended_;
};

/// What a finished program leaves behind.
struct finished {
  std::optional<int> exit_code; ///< nothing: it had to be killed after ten seconds
  std::string output;
  std::string error;
};

/// Runs `program` to its end.
finished run(const std::string& program, const std::vector<std::string>& arguments,
             const process::variables& environment = {});

std::string read_file(const std::string& path);

/// Asks `done` every few milliseconds until it says yes or `limit` is over;
/// gives the last answer.
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
