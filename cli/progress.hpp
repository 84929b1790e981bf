#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>

namespace standings {

/// Shows how far a long operation is, on one line of a terminal that is drawn again and again. An
/// operation that ends within a second shows nothing.
class progress {
public:
  using clock = std::chrono::steady_clock;

  /// A `total` of 0 is unknown. With `visible` false it never draws.
  progress(std::ostream& out, std::string what, std::uint64_t total, bool visible,
           std::function<clock::time_point()> now = clock::now);
  progress(const progress&) = delete;
  progress& operator=(const progress&) = delete;

  /// Ends the line as it is, unless the operation is finished.
  ~progress();

  void advance_to(std::uint64_t done);
  void advance(std::uint64_t by) { advance_to(done_ + by); }

  /// Shows that everything is done, and ends the line.
  void finish();

private:
  void draw();

  std::ostream& out_;
  const std::string what_;
  const std::uint64_t total_;
  const bool visible_;
  const std::function<clock::time_point()> now_;
  const clock::time_point start_;
  clock::time_point drawn_{};
  std::uint64_t done_ = 0;
  bool line_open_ = false;
};

/// `Loading users [####....] 40 000 / 60 000  66 %  85 000/s  3 s left`; without a total only the
/// count and the rate.
[[nodiscard]] std::string progress_line(const std::string& what, std::uint64_t done,
                                        std::uint64_t total, std::chrono::milliseconds elapsed);

/// Whether standard error is a terminal, where progress is shown.
[[nodiscard]] bool shows_progress();

} // namespace standings
