#include "cli/progress.hpp"

#include <unistd.h>

#include <algorithm>

namespace standings {

namespace {

constexpr std::uint64_t width = 40;

} // namespace

progress::progress(std::ostream& out, std::string what, std::uint64_t total, bool terminal)
    : out_(out), what_(std::move(what)), total_(std::max<std::uint64_t>(total, 1)),
      terminal_(terminal) {}

void progress::advance(std::uint64_t by) {
  done_ += by;
  draw();
}

void progress::draw() {
  const auto percent = std::min<std::uint64_t>(100, done_ * 100 / total_);
  const auto step = terminal_ ? percent : percent / 10 * 10;
  if (step == shown_percent_)
    return;
  shown_percent_ = step;
  if (!terminal_) {
    out_ << what_ << ": " << done_ << " of " << total_ << " (" << percent << " %)\n" << std::flush;
    return;
  }
  const auto filled = width * percent / 100;
  out_ << '\r' << what_ << " [" << std::string(filled, '#') << std::string(width - filled, '.')
       << "] " << percent << " % " << done_ << std::flush;
}

void progress::finish() {
  if (terminal_)
    out_ << '\n' << std::flush;
}

bool stdout_is_terminal() {
  return ::isatty(STDOUT_FILENO) != 0;
}

} // namespace standings
