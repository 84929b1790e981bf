#include "stores/postgres/time_sql.hpp"

#include "stores/sql/sql_text.hpp"

namespace standings {

namespace {

bool is_number(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// An infinite time, which other programs may write, would be no bigint, and fail a statement that
/// reads many rows.
std::string us_of_time(const std::string& time) {
  const auto exact = "(extract(epoch FROM " + time + ") * 1000000)::bigint";
  if (time == "clock_timestamp()")
    return exact;
  return "CASE WHEN " + time
         + " > timestamptz '9999-12-31 23:59:59.999999+00' THEN 253402300799999999 WHEN " + time
         + " < timestamptz '0001-01-01 00:00:00+00' THEN -62135596800000000 ELSE " + exact + " END";
}

} // namespace

/// In two parts, because PostgreSQL multiplies an interval as a double: all microseconds would not
/// fit into its 53 bits after the year 2255; each part does until the year 20000.
std::string time_from_us(std::string_view us) {
  return replaced("(timestamptz 'epoch' + ((({us}) / 1000000) * interval '1 second'"
                  " + (({us}) % 1000000) * interval '1 microsecond'))",
                  "{us}", us);
}

std::string with_times(std::string_view sql) {
  const auto out = replaced_each(sql, "{us:", "}", us_of_time);
  return replaced_each(out, "{time:", "}", [](const std::string& us) {
    return time_from_us(is_number(us) ? "$" + us + "::bigint" : us);
  });
}

} // namespace standings
