#include "core/aliases/cycle_report.hpp"

#include "core/base/enum_names.hpp"

#include <algorithm>

namespace standings {

template <>
struct enum_names<alias_cycle_reason> {
  static constexpr enum_words<alias_cycle_reason, 6> all{
      {{"unchanged", alias_cycle_reason::unchanged},
       {"first", alias_cycle_reason::first},
       {"source_changed", alias_cycle_reason::source_changed},
       {"cache_lost", alias_cycle_reason::cache_lost},
       {"periodic", alias_cycle_reason::periodic},
       {"requested", alias_cycle_reason::requested}}};
};
static_assert(names_each_until(alias_cycle_reason::requested));

std::string to_string(alias_cycle_reason value) {
  return std::string{name_of(value)};
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
