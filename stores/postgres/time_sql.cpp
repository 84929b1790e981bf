#include "stores/postgres/time_sql.hpp"

#include "stores/sql/sql_text.hpp"

namespace standings {

namespace {

bool is_number(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
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
  const auto out = replaced_each(sql, "{us:", "}", [](const std::string& time) {
    return "(extract(epoch FROM " + time + ") * 1000000)::bigint";
  });
  return replaced_each(out, "{time:", "}", [](const std::string& us) {
    return time_from_us(is_number(us) ? "$" + us + "::bigint" : us);
  });
}

} // namespace standings
