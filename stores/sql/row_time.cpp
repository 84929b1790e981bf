#include "stores/sql/row_time.hpp"

#include "stores/sql/sql_text.hpp"

#include <array>

namespace standings {

namespace {

constexpr auto sqlite_now = "CAST((julianday('now') - 2440587.5) * 86400000000.0 AS INTEGER)";

std::string whole(std::int64_t n) {
  return std::to_string(n);
}

/// How many microseconds a unit has; for nanoseconds, how many a microsecond has.
std::int64_t micros_of(time_unit unit) {
  constexpr std::array<std::int64_t, 4> micros{1'000'000, 1'000, 1, 1'000};
  return micros[static_cast<std::size_t>(unit)];
}

std::string sqlite_text(const column_time& format, const std::string& us) {
  const auto seconds = "(" + us + ") / 1000000, 'unixepoch')";
  if (format.kind == time_kind::day || format.kind == time_kind::date)
    return "strftime('%Y-%m-%d', " + seconds;
  if (format.kind == time_kind::rfc822)
    return "(substr('SunMonTueWedThuFriSat', 1 + 3 * strftime('%w', " + seconds
           + ", 3) || strftime(', %d ', " + seconds
           + " || substr('JanFebMarAprMayJunJulAugSepOctNovDec', 3 * strftime('%m', " + seconds
           + " - 2, 3) || strftime(' %Y %H:%M:%S GMT', " + seconds + ")";
  auto out = std::string{"(strftime('%Y-%m-%d"} + format.separator + "%H:%M:%S', " + seconds;
  if (format.digits == 3)
    out += " || printf('.%03d', (" + us + ") / 1000 % 1000)";
  else if (format.digits > 0)
    out += " || printf('.%06d', (" + us + ") % 1000000)";
  return out + (format.zone.empty() ? "" : " || '" + format.zone + "'") + ")";
}

std::string sqlite_formatted(const column_time& format, const std::string& us) {
  const auto factor = micros_of(format.unit);
  switch (format.kind) {
  case time_kind::native:
    return us;
  case time_kind::integer:
    if (format.unit == time_unit::nanosecond)
      return "(" + us + ") * " + whole(factor);
    return "(" + us + ") / " + whole(factor);
  case time_kind::real:
    if (format.unit == time_unit::nanosecond)
      return "(" + us + ") * " + whole(factor) + ".0";
    return "(" + us + ") / " + whole(factor) + ".0";
  default:
    return sqlite_text(format, us);
  }
}

std::string sqlite_julian(const std::string& text) {
  return "CAST(round((julianday(" + text + ") - 2440587.5) * 86400000.0) AS INTEGER) * 1000";
}

/// Microseconds, or a value that is no time.
std::string sqlite_raw(const column_time& format, const std::string& c) {
  const auto factor = whole(micros_of(format.unit));
  const bool smaller = format.unit == time_unit::nanosecond;
  switch (format.kind) {
  case time_kind::native:
    return "CASE WHEN typeof(" + c + ") = 'integer' THEN " + c + " END";
  case time_kind::integer:
    return "CAST(" + c + " AS INTEGER) " + (smaller ? "/ " : "* ") + factor;
  case time_kind::real:
    return "CAST(CAST(" + c + " AS REAL) " + (smaller ? "/ " : "* ") + factor + " AS INTEGER)";
  case time_kind::day:
  case time_kind::date:
    return sqlite_julian(c) + " + 86399999999"; // the last instant that the date may mean
  case time_kind::rfc822:
    return sqlite_julian("substr(" + c
                         + ", 13, 4) || printf('-%02d-',"
                           " (instr('JanFebMarAprMayJunJulAugSepOctNovDec', substr("
                         + c + ", 9, 3)) + 2) / 3) || substr(" + c + ", 6, 2) || ' ' || substr(" + c
                         + ", 18, 8)");
  default:
    // our own format ends with a zone name, which always is UTC; SQLite knows no zone names
    return sqlite_julian("CASE WHEN " + c + " LIKE '% UTC' THEN substr(" + c + ", 1, 19) ELSE " + c
                         + " END");
  }
}

std::string postgres_text(const column_time& format, const std::string& at) {
  std::string shape;
  if (format.kind == time_kind::day)
    shape = "YYYY-MM-DD";
  else if (format.kind == time_kind::rfc822)
    shape = R"(Dy, DD Mon YYYY HH24:MI:SS "GMT")";
  else
    shape = std::string{"YYYY-MM-DD\""} + format.separator + "\"HH24:MI:SS"
            + (format.digits == 3  ? ".MS"
               : format.digits > 0 ? ".US"
                                   : "")
            + (format.zone.empty() ? "" : "\"" + format.zone + "\"");
  return "to_char((" + at + ") AT TIME ZONE 'UTC', '" + shape + "')";
}

std::string postgres_formatted(const column_time& format, const std::string& at) {
  auto number = "extract(epoch FROM " + at + ")"
                + (format.unit == time_unit::second        ? ""
                   : format.unit == time_unit::millisecond ? " * 1000"
                   : format.unit == time_unit::microsecond ? " * 1000000"
                                                           : " * 1000000000");
  switch (format.kind) {
  case time_kind::native:
    return at;
  case time_kind::naive:
    return "(" + at + ") AT TIME ZONE 'UTC'";
  case time_kind::date:
    return "((" + at + ") AT TIME ZONE 'UTC')::date";
  case time_kind::integer:
    return "floor(" + number + ")::bigint";
  case time_kind::real:
    return number;
  default:
    return postgres_text(format, at);
  }
}

std::string postgres_raw(const column_time& format, const std::string& c) {
  constexpr std::array<const char*, 4> divisors{"1", "1e3", "1e6", "1e9"};
  switch (format.kind) {
  case time_kind::native:
    return c;
  case time_kind::naive:
    return c + " AT TIME ZONE 'UTC'";
  case time_kind::date:
  case time_kind::day:
    return "(" + c + "::date + interval '1 day' - interval '1 microsecond') AT TIME ZONE 'UTC'";
  case time_kind::integer:
  case time_kind::real:
    return "to_timestamp(" + c + "::double precision / "
           + divisors[static_cast<std::size_t>(format.unit)] + ")";
  default:
    return c + "::timestamptz";
  }
}

std::string uuid_sql(sql_dialect dialect) {
  if (dialect == sql_dialect::postgres)
    return "gen_random_uuid()";
  return "(lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' ||"
         " substr(hex(randomblob(2)), 2) || '-a' || substr(hex(randomblob(2)), 2) || '-' ||"
         " hex(randomblob(6))))";
}

std::string columns_of(const row_time& time) {
  std::string out = "updated_at";
  if (time.own_column)
    out += std::string{", "} + own_time_column;
  for (const auto& more : time.filled)
    out += ", " + more.name;
  return out;
}

std::string values_of(const row_time& time, const std::string& exact) {
  if (!time.own_column && time.filled.empty())
    return exact;
  auto out = formatted_time(time.dialect, time.format, exact);
  if (time.own_column)
    out += ", " + exact;
  for (const auto& more : time.filled)
    out +=
        ", "
        + (more.uuid ? uuid_sql(time.dialect) : formatted_time(time.dialect, more.format, exact));
  return out;
}

std::string assignments_of(const row_time& time, const std::string& exact) {
  if (!time.own_column)
    return "updated_at = " + exact;
  return "updated_at = " + formatted_time(time.dialect, time.format, exact) + ", " + own_time_column
         + " = " + exact;
}

} // namespace

std::string formatted_time(sql_dialect dialect, const column_time& format,
                           const std::string& exact) {
  return dialect == sql_dialect::sqlite ? sqlite_formatted(format, exact)
                                        : postgres_formatted(format, exact);
}

std::string exact_time(sql_dialect dialect, const column_time& format, const std::string& column) {
  if (dialect == sql_dialect::sqlite) {
    const auto raw = sqlite_raw(format, column);
    return "CASE WHEN " + raw + " BETWEEN 946684800000000 AND " + sqlite_now + " THEN " + raw
           + " ELSE " + sqlite_now + " END";
  }
  const auto raw = postgres_raw(format, column);
  return "CASE WHEN " + raw + " BETWEEN timestamptz '2000-01-01 00:00:00+00' AND clock_timestamp()"
         + " THEN " + raw + " ELSE clock_timestamp() END";
}

std::string with_row_time(std::string_view sql, const row_time& time) {
  const std::string at = time.own_column ? own_time_column : "updated_at";
  auto out = replaced(sql, "{at}", at);
  out = replaced(out, "{at_columns}", columns_of(time));
  out = replaced(out, "{keep_at}",
                 std::string{"updated_at = excluded.updated_at"}
                     + (time.own_column ? ", " + at + " = excluded." + at : ""));
  out = replaced_each(out, "{at_values|", "|}", [&](const auto& x) { return values_of(time, x); });
  return replaced_each(out, "{set_at|", "|}",
                       [&](const auto& x) { return assignments_of(time, x); });
}

std::string filled_to_text(const std::vector<filled_column>& filled) {
  std::string out;
  for (const auto& column : filled)
    out += column.name + '=' + (column.uuid ? "uuid" : to_string(column.format)) + '\n';
  return out;
}

std::vector<filled_column> filled_from_text(std::string_view text) {
  std::vector<filled_column> out;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const auto equals = line.find('=');
    if (equals == std::string_view::npos)
      continue;
    const auto what = line.substr(equals + 1);
    const auto format = parse_column_time(what);
    if (format || what == "uuid")
      out.push_back(
          {std::string{line.substr(0, equals)}, format.value_or(column_time{}), what == "uuid"});
  }
  return out;
}

} // namespace standings
