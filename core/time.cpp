#include "core/time.hpp"

#include <date/date.h>

#include <array>

namespace standings {

namespace {

void put_digits(char* to, int width, std::uint64_t value) {
  for (int i = width - 1; i >= 0; --i) {
    to[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

} // namespace

sys_time system_now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

void append_iso8601(std::string& out, sys_time t) {
  const auto day = date::floor<date::days>(t);
  const date::year_month_day ymd{day};
  const auto in_day = static_cast<std::uint64_t>((t - day).count());
  const auto seconds = in_day / 1'000'000;
  std::array<char, 27> text{'0', '0', '0', '0', '-', '0', '0', '-', '0', '0', 'T', '0', '0', ':',
                            '0', '0', ':', '0', '0', '.', '0', '0', '0', '0', '0', '0', 'Z'};
  put_digits(&text[0], 4, static_cast<std::uint64_t>(int{ymd.year()}));
  put_digits(&text[5], 2, unsigned{ymd.month()});
  put_digits(&text[8], 2, unsigned{ymd.day()});
  put_digits(&text[11], 2, seconds / 3600);
  put_digits(&text[14], 2, seconds / 60 % 60);
  put_digits(&text[17], 2, seconds % 60);
  put_digits(&text[20], 6, in_day % 1'000'000);
  out.append(text.data(), text.size());
}

std::string to_iso8601(sys_time t) {
  std::string out;
  append_iso8601(out, t);
  return out;
}

} // namespace standings
