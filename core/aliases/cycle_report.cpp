#include "core/aliases/cycle_report.hpp"

#include <algorithm>

namespace standings {

std::string to_string(alias_cycle_reason r) {
  switch (r) {
  case alias_cycle_reason::unchanged:
    return "unchanged";
  case alias_cycle_reason::first:
    return "first";
  case alias_cycle_reason::source_changed:
    return "source_changed";
  case alias_cycle_reason::cache_lost:
    return "cache_lost";
  case alias_cycle_reason::periodic:
    return "periodic";
  case alias_cycle_reason::requested:
    break;
  }
  return "requested";
}

std::uint64_t alias_cycle::sum(std::uint64_t alias_table_report::*count) const {
  std::uint64_t out = 0;
  for (const auto& table : tables)
    out += table.*count;
  return out;
}

bool alias_cycle::succeeded() const {
  return error.empty() && std::all_of(tables.begin(), tables.end(), [](const auto& table) {
           return table.error.empty();
         });
}

bool alias_cycle::without_changes() const {
  return sum(&alias_table_report::failed) + sum(&alias_table_report::added)
             + sum(&alias_table_report::updated) + sum(&alias_table_report::deleted)
         == 0;
}

} // namespace standings
