#include "cli/progress.hpp"

#include "cli/text.hpp"

#include <unistd.h>

#include <algorithm>
#include <ostream>

namespace standings {

namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t bar_width = 20;
constexpr milliseconds quiet_time{1'000};
constexpr milliseconds redraw_interval{100};

} // namespace

progress::progress(std::ostream& out, std::string what, std::uint64_t total, bool visible,
                   std::function<clock::time_point()> now)
    : out_(out), what_(std::move(what)), total_(total), visible_(visible), now_(std::move(now)),
      start_(now_()) {}

progress::~progress() {
  if (line_open_)
    out_ << '\n' << std::flush;
}

void progress::advance_to(std::uint64_t done) {
  done_ = std::max(done_, done);
  const auto now = now_();
  if (visible_ && now - start_ >= quiet_time && now - drawn_ >= redraw_interval)
    draw();
}

void progress::draw() {
  drawn_ = now_();
  const auto elapsed = std::chrono::duration_cast<milliseconds>(drawn_ - start_);
  out_ << '\r' << progress_line(what_, done_, total_, elapsed) << "\x1b[K" << std::flush;
  line_open_ = true;
}

void progress::finish() {
  if (!line_open_)
    return;
  done_ = std::max(done_, total_);
  draw();
  out_ << '\n' << std::flush;
  line_open_ = false;
}

std::string progress_line(const std::string& what, std::uint64_t done, std::uint64_t total,
                          milliseconds elapsed) {
  const auto ms = static_cast<std::uint64_t>(std::max<std::int64_t>(elapsed.count(), 1));
  const auto rate =
      static_cast<std::uint64_t>(static_cast<double>(done) * 1'000.0 / static_cast<double>(ms));
  if (total == 0)
    return what + "  " + grouped(done) + "  " + grouped(rate) + "/s";
  const auto percent =
      std::min<std::uint64_t>(100, static_cast<std::uint64_t>(static_cast<double>(done) * 100.0
                                                              / static_cast<double>(total)));
  const auto filled = bar_width * percent / 100;
  auto out = what + " [" + std::string(filled, '#') + std::string(bar_width - filled, '.') + "] "
             + grouped(done) + " / " + grouped(std::max(done, total)) + "  "
             + std::to_string(percent) + " %  " + grouped(rate) + "/s";
  if (done < total && rate > 0)
    out += "  " + short_duration((total - done) / rate * 1'000 + 1'000) + " left";
  return out;
}

bool shows_progress() {
  return ::isatty(STDERR_FILENO) != 0;
}

} // namespace standings
