#pragma once

#include "core/base/time.hpp"

#include <date/date.h>

#include <cstdio>
#include <stdexcept>
#include <string>

namespace standings::test {

/// A time given as `2026-03-29T01:00:00Z`, with or without microseconds.
inline sys_time at(const std::string& text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
  unsigned micros = 0;
  if (std::sscanf(text.c_str(), "%d-%u-%uT%u:%u:%u.%6u", &year, &month, &day, &hour, &minute,
                  &second, &micros)
      < 6)
    throw std::invalid_argument{text};
  return date::sys_days{date::year{year} / date::month{month} / date::day{day}}
         + std::chrono::hours{hour} + std::chrono::minutes{minute} + std::chrono::seconds{second}
         + std::chrono::microseconds{micros};
}

} // namespace standings::test
