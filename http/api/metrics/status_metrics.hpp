#pragma once

#include "http/api/metrics/families.hpp"
#include "messages/aliases.hpp"
#include "messages/leaderboard.hpp"
#include "messages/reconcile.hpp"
#include "messages/sessions.hpp"

/// What actors report about themselves, as metrics. Pure.
namespace standings {

/// Also the state of the workers and the gauges of all features.
void add_health(metric_families& to, const health_report& from);
void add_reconcile(metric_families& to, const reconcile_status& from);
void add_aliases(metric_families& to, const aliases_status& from);
void add_sessions(metric_families& to, const sessions_status& from);

} // namespace standings
