#include "core/base/foreign_time.hpp"

#include "core/base/scanner.hpp"

#include <date/date.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <vector>

namespace standings {

namespace {

using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::int64_t last_second = 253'402'300'799; // the year 9999

/// `hh:mm`, `hh:mm:ss` or `hh:mm:ss.fff`; 24:00 is the end of the day.
std::optional<microseconds> read_clock(scanner& in, bool with_colons = true) {
  const auto hour = in.digits(2);
  if (!hour || (with_colons && !in.accept(":")))
    return std::nullopt;
  const auto minute = in.digits(2);
  if (!minute)
    return std::nullopt;
  int second = 0;
  microseconds fraction{0};
  if (with_colons ? in.accept(":") : in.at_digit()) {
    const auto read = in.digits(2);
    if (!read)
      return std::nullopt;
    second = *read;
    if (in.accept(".,")) {
      const auto part = in.fraction();
      if (!part)
        return std::nullopt;
      fraction = *part;
    }
  }
  const microseconds out =
      std::chrono::hours{*hour} + minutes{*minute} + seconds{second} + fraction;
  const bool end_of_day = *hour == 24 && out == std::chrono::hours{24};
  if ((*hour > 23 && !end_of_day) || *minute > 59 || second > 60)
    return std::nullopt;
  return out;
}

/// `+02`, `+0200`, `+02:00` or `+02:00:00`.
std::optional<seconds> read_offset(scanner& in) {
  const bool west = in.accept("-");
  if (!west && !in.accept("+"))
    return std::nullopt;
  const auto hours = in.digits(2);
  if (!hours || *hours > 18)
    return std::nullopt;
  seconds out = std::chrono::hours{*hours};
  for (const auto unit : {seconds{60}, seconds{1}}) {
    if (!in.accept(":") && !in.at_digit())
      break;
    const auto part = in.digits(2);
    if (!part || *part > 59)
      return std::nullopt;
    out += *part * unit;
  }
  return west ? -out : out;
}

struct named_zone {
  std::string_view name;
  int hours;
};

/// Names that mean one offset. Of the local zones only those of RFC 822 are included.
constexpr std::array<named_zone, 12> zones{{{"z", 0},
                                            {"utc", 0},
                                            {"gmt", 0},
                                            {"ut", 0},
                                            {"est", -5},
                                            {"edt", -4},
                                            {"cst", -6},
                                            {"cdt", -5},
                                            {"mst", -7},
                                            {"mdt", -6},
                                            {"pst", -8},
                                            {"pdt", -7}}};

/// A name, an offset, or both (`GMT+0100`).
std::optional<seconds> zone_of(std::string_view word) {
  const auto sign = word.find_first_of("+-");
  const auto name = word.substr(0, sign);
  seconds out{0};
  if (!name.empty()) {
    const auto known = std::find_if(zones.begin(), zones.end(),
                                    [&](const named_zone& z) { return equal_words(name, z.name); });
    if (known == zones.end())
      return std::nullopt;
    out = std::chrono::hours{known->hours};
  }
  if (sign == std::string_view::npos)
    return name.empty() ? std::nullopt : std::optional{out};
  scanner in{word.substr(sign)};
  const auto offset = read_offset(in);
  if (!offset || !in.empty())
    return std::nullopt;
  return out + *offset;
}

/// What follows the clock of an ISO time. Go appends the offset, the zone's name and a monotonic
/// reading; Java adds the region in brackets. The offset decides.
std::optional<seconds> read_zone(scanner& in) {
  auto rest = trimmed(in.left());
  if (rest.ends_with(']') && rest.find('[') != std::string_view::npos)
    rest = trimmed(rest.substr(0, rest.find('[')));
  if (const auto monotonic = rest.find(" m="); monotonic != std::string_view::npos)
    rest = trimmed(rest.substr(0, monotonic));
  if (rest.empty())
    return seconds{0};
  const auto first = zone_of(rest.substr(0, rest.find(' ')));
  if (!first)
    return std::nullopt;
  if (rest.find(' ') == std::string_view::npos)
    return first;
  // one name may follow an offset: it repeats the same zone
  const auto name = rest.substr(rest.find(' ') + 1);
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (lower(c) >= 'a' && lower(c) <= 'z') || is_digit(c) || c == '+' || c == '-';
  });
  const bool offset = rest.front() == '+' || rest.front() == '-';
  return plain && offset ? first : std::nullopt;
}

std::optional<foreign_time> made_of(int year, int month, int day, std::optional<microseconds> clock,
                                    seconds offset) {
  const date::year_month_day ymd{date::year{year}, date::month{static_cast<unsigned>(month)},
                                 date::day{static_cast<unsigned>(day)}};
  if (!ymd.ok())
    return std::nullopt;
  const sys_time midnight{date::sys_days{ymd}.time_since_epoch()};
  return foreign_time{midnight + clock.value_or(microseconds{0}) - offset, !clock};
}

/// ISO 8601, and the similar formats that databases print.
std::optional<foreign_time> parse_iso(std::string_view text) {
  scanner in{text};
  const auto year = in.digits(4);
  if (!year)
    return std::nullopt;
  const bool extended = in.accept("-");
  const auto month = in.digits(2);
  if (!month || (extended && !in.accept("-")))
    return std::nullopt;
  const auto day = in.digits(2);
  if (!day)
    return std::nullopt;
  if (in.empty())
    return made_of(*year, *month, *day, std::nullopt, {});
  if (!in.accept("Tt "))
    return std::nullopt;
  const auto clock = read_clock(in, extended);
  if (!clock)
    return std::nullopt;
  const auto zone = read_zone(in);
  if (!zone)
    return std::nullopt;
  return made_of(*year, *month, *day, clock, *zone);
}

constexpr std::array<std::string_view, 12> months{"jan", "feb", "mar", "apr", "may", "jun",
                                                  "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> weekdays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

template <std::size_t N>
std::optional<int> named(std::string_view word, const std::array<std::string_view, N>& names) {
  for (std::size_t i = 0; word.size() >= 3 && i < N; ++i)
    if (equal_words(word.substr(0, 3), names[i]))
      return static_cast<int>(i);
  return std::nullopt;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> out;
  constexpr std::string_view separators = " ,\t";
  for (;;) {
    const auto first = text.find_first_not_of(separators);
    if (first == std::string_view::npos)
      return out;
    text.remove_prefix(first);
    const auto length = std::min(text.find_first_of(separators), text.size());
    out.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
}

/// The parts of a time with a month's name; each may be given once.
struct worded_time {
  std::optional<int> year;
  std::optional<int> month;
  std::optional<int> day;
  std::optional<microseconds> clock;
  std::optional<seconds> zone;

  bool take(std::string_view word) {
    if (word.find(':') != std::string_view::npos && !zone && is_digit(word.front())) {
      scanner in{word};
      return set(clock, read_clock(in)) && in.empty();
    }
    if (const auto m = named(word, months); m && word.size() <= 9)
      return set(month, std::optional{*m + 1});
    if (const auto z = zone_of(word))
      return set(zone, z);
    scanner in{word};
    const auto number = in.number(4);
    if (!number || !in.empty())
      return take_dashed(word);
    return word.size() == 4 ? set(year, number) : word.size() <= 2 && set(day, number);
  }

  /// RFC 850: `26-Nov-26`, or `26-Nov-2026`.
  bool take_dashed(std::string_view word) {
    const auto first = word.find('-');
    const auto second = word.find('-', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos)
      return false;
    scanner days{word.substr(0, first)};
    scanner years{word.substr(second + 1)};
    const auto wide = years.left().size();
    auto read = years.number(4);
    if (!read || !years.empty() || (wide != 2 && wide != 4))
      return false;
    if (wide == 2)
      *read += *read < 70 ? 2000 : 1900;
    const auto m = named(word.substr(first + 1, second - first - 1), months);
    return m && set(day, days.number(2)) && days.empty() && set(month, std::optional{*m + 1})
           && set(year, read);
  }

private:
  template <class T>
  static bool set(std::optional<T>& to, const std::optional<T>& value) {
    if (to || !value)
      return false;
    to = value;
    return true;
  }
};

/// RFC 822, asctime, and what JavaScript and Java print.
std::optional<foreign_time> parse_worded(std::string_view text) {
  if (text.ends_with(')')) // JavaScript names the zone again
    text = trimmed(text.substr(0, text.find('(')));
  auto words = words_of(text);
  if (!words.empty() && named(words.front(), weekdays))
    words.erase(words.begin());
  if (words.size() < 3 || words.size() > 6)
    return std::nullopt;
  worded_time out;
  for (const auto word : words)
    if (!out.take(word))
      return std::nullopt;
  if (!out.year || !out.month || !out.day || !out.clock)
    return std::nullopt;
  return made_of(*out.year, *out.month, *out.day, out.clock, out.zone.value_or(seconds{0}));
}

std::optional<foreign_time> parse_number(std::string_view text) {
  const auto* const end = text.data() + text.size();
  std::int64_t whole = 0;
  std::optional<sys_time> at;
  if (const auto read = std::from_chars(text.data(), end, whole);
      read.ec == std::errc{} && read.ptr == end) {
    at = time_since_epoch(whole);
  } else {
    double number = 0;
    const auto real = std::from_chars(text.data(), end, number);
    if (real.ec == std::errc{} && real.ptr == end)
      at = time_since_epoch(number);
  }
  return at ? std::optional{foreign_time{*at, false}} : std::nullopt;
}

} // namespace

sys_time foreign_time::latest() const {
  return whole_day ? at + std::chrono::hours{24} - microseconds{1} : at;
}

std::optional<foreign_time> parse_foreign_time(std::string_view text) {
  text = trimmed(text);
  if (auto iso = parse_iso(text))
    return iso;
  if (auto number = parse_number(text))
    return number;
  return parse_worded(text);
}

std::optional<sys_time> time_since_epoch(std::int64_t number) {
  constexpr std::int64_t million = 1'000'000;
  // each unit's range ends where the next unit's begins: 10^11 seconds are the year 5138
  constexpr std::int64_t most_seconds = 100'000'000'000;
  if (number == std::numeric_limits<std::int64_t>::min())
    return std::nullopt;
  const auto size = number < 0 ? -number : number;
  if (size < most_seconds)
    return from_micros(number * million);
  if (size < most_seconds * 1'000)
    return from_micros(number * 1'000);
  if (size < most_seconds * million)
    return from_micros(number);
  return from_micros(number / 1'000);
}

std::optional<sys_time> time_since_epoch(double number) {
  constexpr double most_seconds = 1e11;
  if (!std::isfinite(number) || std::abs(number) >= 9e18)
    return std::nullopt;
  if (std::abs(number) >= most_seconds)
    return time_since_epoch(static_cast<std::int64_t>(number));
  const auto micros = std::llround(number * 1e6);
  if (micros / 1'000'000 > last_second)
    return std::nullopt;
  return from_micros(micros);
}

bool is_plausible_score_time(sys_time t) {
  using namespace date::literals;
  return t >= date::sys_days{2000_y / 1 / 1} && t <= from_micros(last_second * 1'000'000);
}

} // namespace standings
