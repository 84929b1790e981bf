#pragma once

#include "core/base/result.hpp"
#include "core/leaderboard/adoption.hpp"
#include "stores/sql/row_time.hpp"

#include <algorithm>
#include <array>
#include <functional>

namespace standings {

/// A table that existed before the service, and what adopting it would do.
struct adoption_report {
  table_facts table;
  adoption_plan plan;
};

/// Inspects the leaderboard table; changes and creates nothing. Fails if the database cannot be
/// reached or read. Thread-safe.
using table_inspector = std::function<result<adoption_report>()>;

/// Creates or adopts the tables in one transaction; does nothing if that was done before.
using table_adopter = std::function<result<void>()>;

/// The refusal of a table that the service cannot work with.
inline failure refusal_of(const table_facts& table, const adoption_plan& plan) {
  return fail_because(errc::store_unavailable, "the database does not work",
                      explain_refusal(table, plan));
}

/// How a plan keeps the time of a row.
inline row_time row_time_of(sql_dialect dialect, const adoption_plan& plan) {
  row_time out{dialect, plan.time, plan.own_time, {}};
  for (const auto& fill : plan.fills)
    out.filled.push_back({fill.column, fill.format, fill.uuid});
  return out;
}

/// The score columns, by period.
inline constexpr std::array<const char*, 4> score_columns{"daily_pomo", "weekly_pomo",
                                                          "monthly_pomo", "yearly_pomo"};

/// Whether our inserts would fail because they have no value for this column of the application.
inline bool needs_value(const column_facts& column) {
  if (column.nullable || column.has_default || column.generated || column.name == "user_id"
      || column.name == "updated_at" || column.name == "version")
    return false;
  return std::find(score_columns.begin(), score_columns.end(), column.name) == score_columns.end();
}

} // namespace standings
