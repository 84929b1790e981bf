#include "core/leaderboard/adopted_times.hpp"

namespace standings {

bool is_time(column_kind kind) {
  return kind == column_kind::timestamp || kind == column_kind::timestamptz
         || kind == column_kind::date;
}

std::optional<column_time> format_of(const table_facts& table, const column_facts& column,
                                     const time_census& times) {
  if (!table.sqlite) {
    if (column.kind == column_kind::timestamptz)
      return column_time{time_kind::native};
    if (column.kind == column_kind::timestamp)
      return column_time{time_kind::naive};
    if (column.kind == column_kind::date)
      return column_time{time_kind::date};
  }
  if (auto format = times.format()) {
    const bool ours = table.sqlite && format->kind == time_kind::integer
                      && format->unit == time_unit::microsecond
                      && column.kind == column_kind::integer;
    return ours ? column_time{time_kind::native} : *format;
  }
  switch (column.kind) {
  case column_kind::integer:
  case column_kind::small_integer:
    if (table.version_is_ours)
      return column_time{time_kind::native};
    return column_time{time_kind::integer, time_unit::second};
  case column_kind::number:
    return column_time{time_kind::real, time_unit::second};
  case column_kind::timestamp: // SQLite has no such type; libraries store text in it
  case column_kind::timestamptz:
  case column_kind::text:
  case column_kind::nocase_text:
  case column_kind::untyped:
    return column_time{time_kind::iso, time_unit::second, ' ', 6, {}};
  case column_kind::date:
    return column_time{time_kind::day};
  default:
    return std::nullopt;
  }
}

std::optional<adoption_plan::fill> fill_of(const table_facts& table,
                                           const table_facts::required_column& column,
                                           const column_facts& facts) {
  if (facts.kind == column_kind::uuid || (column.uuids && table.rows > 0))
    return adoption_plan::fill{column.name, true, {}};
  if (!column.times || column.times->unreadable().rows > 0 || column.times->forms().size() > 1)
    return std::nullopt;
  if (!is_time(facts.kind) && !column.times->format())
    return std::nullopt; // a number or a text, and no evidence that it is a time
  const auto format = format_of(table, facts, *column.times);
  return format ? std::optional{adoption_plan::fill{column.name, false, *format}} : std::nullopt;
}

} // namespace standings
