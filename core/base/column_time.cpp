#include "core/base/column_time.hpp"

#include "core/base/scanner.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace standings {

namespace {

constexpr std::array<std::string_view, 8> kinds{"native", "naive", "date", "integer",
                                                "real",   "iso",   "day",  "rfc822"};
constexpr std::array<std::string_view, 4> units{"seconds", "milliseconds", "microseconds",
                                                "nanoseconds"};

constexpr auto iso_form = "ISO 8601 text";
constexpr auto day_form = "text with the date alone";
constexpr auto rfc822_form = "RFC 822 text";

template <std::size_t N>
std::optional<std::size_t> place_in(const std::array<std::string_view, N>& names,
                                    std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end())
    return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

/// The unit in which a number is a time between 2000 and 9999: there is one at most.
std::optional<time_unit> unit_of(double number) {
  constexpr double from = 946'684'800;      // 2000
  constexpr double until = 253'402'300'800; // 10000
  double scale = 1;
  for (std::size_t u = 0; u < units.size(); ++u, scale *= 1'000)
    if (number >= from * scale && number < until * scale)
      return static_cast<time_unit>(u);
  return std::nullopt;
}

std::string form_of(time_unit unit) {
  return "epoch " + std::string{units[static_cast<std::size_t>(unit)]};
}

/// The zone that we write after the clock in a column where others have written `zone`.
std::string utc_like(std::string_view zone) {
  if (zone.empty() || zone == "Z" || zone == "z" || zone == " UTC" || zone == " Z")
    return std::string{zone};
  if (zone.starts_with(" +0000 UTC") || zone.find(" m=") != std::string_view::npos)
    return " +0000 UTC";
  const std::string blank = zone.front() == ' ' ? " " : "";
  const auto sign = zone.substr(blank.size());
  if (sign.size() == 3)
    return blank + "+00";
  return blank + (sign.size() == 5 ? "+0000" : "+00:00");
}

/// The style of an ISO text, which the times that we write beside it follow.
column_time style_of(std::string_view text) {
  column_time out{time_kind::iso, time_unit::second, text[10], 0, {}};
  const bool has_seconds = text.size() >= 19 && text[16] == ':';
  auto rest = text.substr(has_seconds ? 19 : 16);
  if (!rest.empty() && (rest.front() == '.' || rest.front() == ',')) {
    rest.remove_prefix(1);
    const auto end = std::find_if_not(rest.begin(), rest.end(), is_digit);
    out.digits = static_cast<int>(end - rest.begin());
    rest.remove_prefix(static_cast<std::size_t>(out.digits));
    // Python and Go omit trailing zeros, so the style has three digits or six
    out.digits = out.digits <= 3 ? 3 : 6;
  }
  out.zone = utc_like(rest);
  return out;
}

bool is_extended_iso(std::string_view text) {
  return text.size() >= 16 && text[4] == '-' && text[7] == '-' && text[13] == ':';
}

bool is_day(std::string_view text) {
  return text.size() == 10 && text[4] == '-' && text[7] == '-';
}

bool is_rfc822(std::string_view text) {
  return text.size() >= 29 && text[3] == ',' && text[7] == ' ' && text[11] == ' ' && text[16] == ' '
         && text[25] == ' '
         && (text.ends_with("GMT") || text.ends_with("UTC") || text.ends_with("+0000")
             || text.ends_with("-0000"));
}

} // namespace

std::string to_string(const column_time& format) {
  auto out = std::string{kinds[static_cast<std::size_t>(format.kind)]};
  if (format.kind == time_kind::integer || format.kind == time_kind::real)
    return out + ':' + std::string{units[static_cast<std::size_t>(format.unit)]};
  if (format.kind == time_kind::iso)
    return out + ':' + format.separator + ':' + std::to_string(format.digits) + ':' + format.zone;
  return out;
}

std::optional<column_time> parse_column_time(std::string_view text) {
  const auto colon = text.find(':');
  const auto kind = place_in(kinds, text.substr(0, colon));
  if (!kind)
    return std::nullopt;
  column_time out;
  out.kind = static_cast<time_kind>(*kind);
  const auto rest = colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1);
  if (out.kind == time_kind::integer || out.kind == time_kind::real) {
    const auto unit = place_in(units, rest);
    if (!unit)
      return std::nullopt;
    out.unit = static_cast<time_unit>(*unit);
  } else if (out.kind == time_kind::iso) {
    if (rest.size() < 4 || rest[1] != ':' || !is_digit(rest[2]) || rest[3] != ':')
      return std::nullopt;
    out.separator = rest[0];
    out.digits = rest[2] - '0';
    out.zone = rest.substr(4);
  }
  return out;
}

std::string describe(const column_time& format) {
  const auto unit = std::string{units[static_cast<std::size_t>(format.unit)]} + " since 1970";
  switch (format.kind) {
  case time_kind::native:
    return "times";
  case time_kind::naive:
    return "times without a zone, taken as UTC";
  case time_kind::date:
  case time_kind::day:
    return "dates without a time of day";
  case time_kind::integer:
    return "whole " + unit;
  case time_kind::real:
    return unit + " with a fraction";
  case time_kind::iso:
    return std::string{"ISO 8601 text such as 2026-01-31"} + format.separator + "09:30:00"
           + (format.digits == 0 ? ""
                                 : '.' + std::string(static_cast<std::size_t>(format.digits), '0'))
           + format.zone + (format.zone.empty() ? ", taken as UTC" : "");
  case time_kind::rfc822:
    return "RFC 822 text";
  }
  return {};
}

void time_census::note(time_form& form, std::string_view text) {
  constexpr std::size_t most = 3;
  constexpr std::size_t longest = 60;
  ++form.rows;
  if (form.examples.size() < most)
    form.examples.emplace_back(text.substr(0, longest));
}

void time_census::count(sys_time time) {
  if (!is_plausible_score_time(time) && time < now_)
    ++zeros_;
  else if (time > now_)
    ++ahead_;
}

void time_census::add_number(double number, std::string_view text, bool whole) {
  const auto unit = unit_of(number);
  if (!unit) {
    constexpr double year_2000 = 946'684'800;
    if (number < year_2000)
      ++zeros_;
    else
      note(unreadable_, text);
    return;
  }
  fractions_ = fractions_ || !whole;
  note(forms_[form_of(*unit)], text);
  constexpr std::array<double, 4> micros{1e6, 1e3, 1, 1e-3};
  if (number * micros[static_cast<std::size_t>(*unit)] > static_cast<double>(to_micros(now_)))
    ++ahead_;
}

void time_census::add(std::int64_t number) {
  add_number(static_cast<double>(number), std::to_string(number), true);
}

void time_census::add(double number) {
  if (!std::isfinite(number))
    note(unreadable_, std::to_string(number));
  else
    add_number(number, std::to_string(number), std::floor(number) == number);
}

void time_census::add(std::string_view text) {
  double number = 0;
  const auto* const end = text.data() + text.size();
  // eight digits may be a date, fourteen a date and a time
  if (const auto read = std::from_chars(text.data(), end, number);
      read.ec == std::errc{} && read.ptr == end && text.size() != 8 && text.size() != 14)
    return add_number(number, text, text.find('.') == std::string_view::npos);
  const auto read = parse_foreign_time(text);
  if (!read || (!is_extended_iso(text) && !is_day(text) && !is_rfc822(text)))
    return note(unreadable_, text);
  count(read->at);
  if (!is_plausible_score_time(read->at))
    return;
  if (is_rfc822(text))
    return note(forms_[rfc822_form], text);
  if (is_day(text))
    return note(forms_[day_form], text);
  note(forms_[iso_form], text);
  ++styles_[to_string(style_of(text))];
}

std::optional<column_time> time_census::format() const {
  if (forms_.size() != 1 || unreadable_.rows > 0)
    return std::nullopt;
  const auto& name = forms_.begin()->first;
  if (name == rfc822_form)
    return column_time{time_kind::rfc822};
  if (name == day_form)
    return column_time{time_kind::day};
  if (name == iso_form) {
    const auto most = std::max_element(styles_.begin(), styles_.end(),
                                       [](auto& a, auto& b) { return a.second < b.second; });
    return parse_column_time(most->first);
  }
  for (std::size_t u = 0; u < units.size(); ++u)
    if (name == form_of(static_cast<time_unit>(u)))
      return column_time{fractions_ ? time_kind::real : time_kind::integer,
                         static_cast<time_unit>(u)};
  return std::nullopt;
}

} // namespace standings
