#include "core/base/time.hpp"

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

/// Reads a text piece by piece from the front; the first missing piece makes it fail for good.
class reader {
public:
  explicit reader(std::string_view text) : left_(text) {}

  int digits(std::size_t width) {
    int value = 0;
    for (std::size_t i = 0; i < width; ++i) {
      const bool digit = !left_.empty() && left_.front() >= '0' && left_.front() <= '9';
      failed_ = failed_ || !digit;
      if (failed_)
        return 0;
      value = value * 10 + (left_.front() - '0');
      left_.remove_prefix(1);
    }
    return value;
  }

  bool accept(char c) {
    if (failed_ || !left_.starts_with(c))
      return false;
    left_.remove_prefix(1);
    return true;
  }

  void expect(char c) { failed_ = !accept(c) || failed_; }

  [[nodiscard]] bool at_digit() const {
    return !left_.empty() && left_.front() >= '0' && left_.front() <= '9';
  }

  [[nodiscard]] bool done() const { return !failed_ && left_.empty(); }
  [[nodiscard]] bool empty() const { return left_.empty(); }
  void fail() { failed_ = true; }

private:
  std::string_view left_;
  bool failed_ = false;
};

/// Microseconds from `.123…`; digits beyond the sixth are dropped.
std::chrono::microseconds read_fraction(reader& in) {
  std::int64_t value = 0;
  if (!in.accept('.'))
    return std::chrono::microseconds{0};
  if (!in.at_digit())
    in.fail();
  for (int i = 0; i < 6; ++i)
    value = value * 10 + (in.at_digit() ? in.digits(1) : 0);
  while (in.at_digit())
    in.digits(1);
  return std::chrono::microseconds{value};
}

std::chrono::minutes read_offset(reader& in) {
  if (in.empty() || in.accept('Z'))
    return std::chrono::minutes{0};
  const bool west = in.accept('-');
  if (!west)
    in.expect('+');
  const int hours = in.digits(2);
  in.accept(':');
  const std::chrono::minutes offset{hours * 60 + in.digits(2)};
  return west ? -offset : offset;
}

} // namespace

std::optional<sys_time> parse_iso8601(std::string_view text) {
  reader in{text};
  const date::year year{in.digits(4)};
  in.expect('-');
  const date::month month{static_cast<unsigned>(in.digits(2))};
  in.expect('-');
  const date::day day{static_cast<unsigned>(in.digits(2))};
  if (!in.accept(' '))
    in.expect('T');
  const int hour = in.digits(2);
  in.expect(':');
  const int minute = in.digits(2);
  in.expect(':');
  const int second = in.digits(2);
  const auto fraction = read_fraction(in);
  const auto offset = read_offset(in);
  const date::year_month_day ymd{year, month, day};
  if (!in.done() || !ymd.ok() || hour > 23 || minute > 59 || second > 60)
    return std::nullopt;
  return sys_time{date::sys_days{ymd}.time_since_epoch()} + std::chrono::hours{hour}
         + std::chrono::minutes{minute} + std::chrono::seconds{second} + fraction - offset;
}

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
