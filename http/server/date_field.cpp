#include "http/server/date_field.hpp"

#include <date/date.h>

#include <chrono>
#include <locale>

namespace standings {

std::string print_date_field(std::time_t at) {
  return date::format(std::locale::classic(), "Date: %a, %d %b %Y %T GMT\r\n",
                      date::sys_seconds{std::chrono::seconds{at}});
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
