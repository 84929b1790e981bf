#include "stores/sql/believed_clock.hpp"

#include <ctime>

namespace standings {

std::chrono::steady_clock::time_point boot_time() {
  timespec at{};
  clock_gettime(CLOCK_BOOTTIME, &at);
  return std::chrono::steady_clock::time_point{std::chrono::seconds{at.tv_sec}
                                               + std::chrono::nanoseconds{at.tv_nsec}};
}

believed_clock::time believed_clock::at(sys_time wall) {
  const auto witness = witness_ ? std::optional{witness_()} : std::nullopt;
  const std::lock_guard lock{mutex_};
  const auto now = watch_.look(wall, steady_(), witness);
  return {now, watch_.doubted().has_value(), watch_.settled()};
}

void believed_clock::was_ahead(sys_time ahead, sys_time now) {
  const std::lock_guard lock{mutex_};
  past_fault_ = "the database was last written at " + to_iso8601(ahead)
                + ", by a clock that was ahead; time goes on from " + to_iso8601(now)
                + ", and rows with a later time count as written now";
}

std::string believed_clock::fault() const {
  const std::lock_guard lock{mutex_};
  const auto doubted = watch_.doubted();
  if (!doubted)
    return past_fault_;
  return "the database's clock has jumped ahead to " + to_iso8601(*doubted)
         + "; no period is ended by it before it has stood by that for an hour";
}

} // namespace standings
