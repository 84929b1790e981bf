#include "http/server/date_field.hpp"

#include <array>
#include <cstdio>

namespace standings {

std::string print_date_field(std::time_t at) {
  constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm utc{};
  ::gmtime_r(&at, &utc);
  std::array<char, 128> line{};
  const auto size =
      std::snprintf(line.data(), line.size(), "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n",
                    days[static_cast<std::size_t>(utc.tm_wday)], utc.tm_mday,
                    months[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1'900, utc.tm_hour,
                    utc.tm_min, utc.tm_sec);
  return {line.data(), static_cast<std::size_t>(size)};
}

std::string_view date_field() {
  thread_local std::time_t printed_at = -1;
  thread_local std::string line;
  if (const auto now = std::time(nullptr); now != printed_at) {
    line = print_date_field(now);
    printed_at = now;
  }
  return line;
}

} // namespace standings
