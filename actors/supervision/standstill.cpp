#include "actors/supervision/standstill.hpp"

#include <ctime>

namespace standings {

std::chrono::milliseconds uptime() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return std::chrono::milliseconds{std::int64_t{now.tv_sec} * 1'000 + now.tv_nsec / 1'000'000};
}

} // namespace standings
