#include "http/api/metrics/status_metrics.hpp"

#include "actors/health.hpp"
#include "core/base/time.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>

namespace standings {

namespace {

double seconds(std::chrono::nanoseconds from) {
  return std::chrono::duration<double>(from).count();
}

double unix_seconds(sys_time at) {
  return std::chrono::duration<double>(at.time_since_epoch()).count();
}

void add_child(metric_families& to, const child_status& child) {
  for (const auto state : {child_state::starting, child_state::running, child_state::backing_off,
                           child_state::parked, child_state::stopped})
    to.gauge("standings_actor_state", "1 for the state in which a supervised actor is.",
             {{"actor", child.name}, {"state", to_string(state)}}, as_number(child.state == state));
  to.counter("standings_actor_restarts_total", "How often an actor was started again.",
             {{"actor", child.name}}, as_number(child.restarts));
}

/// The numbers of /readyz that nothing else reports.
struct named_gauge {
  std::string_view reported;
  const char* name;
  const char* help;
  bool counts = false;
};

constexpr std::array named_gauges{
    named_gauge{"writers_ready", "standings_update_writers_ready",
                "Writers that have their database connection."},
    named_gauge{"updates_queued", "standings_updates_queued",
                "Increments that wait for the database or are being written."},
    named_gauge{"updates_set_aside", "standings_updates_set_aside",
                "Increments whose user another program has locked."},
    named_gauge{"updates", "standings_updates_total", "Increments given to writers.", true},
    named_gauge{"batches", "standings_update_batches_total", "Batches given to writers.", true},
    named_gauge{"named_writers_ready", "standings_named_update_writers_ready",
                "Writers of named leaderboards that have their database connection."},
    named_gauge{"named_updates_queued", "standings_named_updates_queued",
                "Increments for named leaderboards that wait or are being written."},
    named_gauge{"named_updates_set_aside", "standings_named_updates_set_aside",
                "Increments for named leaderboards whose user another program has locked."},
    named_gauge{"named_updates", "standings_named_updates_total",
                "Increments for named leaderboards given to writers.", true},
    named_gauge{"named_batches", "standings_named_update_batches_total",
                "Batches for named leaderboards given to writers.", true},
    named_gauge{"leaderboards_in_use", "standings_leaderboards_in_use",
                "Named leaderboards whose settings and cache are kept."},
    named_gauge{"another_instance_has_its_own_cache", "standings_cache_is_not_shared",
                "1 if another instance works on this database with a cache of its own."}};

void add_gauges(metric_families& to, const health_report& from) {
  for (const auto& known : named_gauges)
    for (const auto& [name, value] : from.gauges) {
      if (name != known.reported)
        continue;
      if (known.counts)
        to.counter(known.name, known.help, {}, as_number(value));
      else
        to.gauge(known.name, known.help, {}, as_number(value));
    }
}

void add_hydration(metric_families& to, const hydration_status& from) {
  to.gauge("standings_cache_up", "Whether the cache answered when it was last checked.", {},
           as_number(from.cache_reachable));
  to.gauge("standings_cache_complete", "Whether boards can be read from the cache.", {},
           as_number(from.complete));
  to.gauge("standings_cache_pending_users", "Users whose newest state the cache lacks.", {},
           as_number(from.pending));
  to.gauge("standings_cache_rebuild_running", "Whether the cache is being filled.", {},
           as_number(from.running));
  to.gauge("standings_cache_rebuild_loaded_users", "Users loaded by the current or last rebuild.",
           {}, as_number(from.loaded));
  to.gauge("standings_cache_rebuild_expected_users",
           "Users that the current or last rebuild found in the database.", {},
           as_number(from.total));
  constexpr auto name = "standings_cache_rebuilds_total";
  constexpr auto help = "Rebuilds of the cache; each completed one began a generation.";
  to.counter(name, help, {{"outcome", "completed"}}, as_number(from.rebuilds));
  to.counter(name, help, {{"outcome", "failed"}}, as_number(from.failed_rebuilds));
}

/// Adds the samples of a counter with the label `result`.
auto by_result(metric_families& to, const char* name, const char* help) {
  return [&to, name, help](const char* result, std::uint64_t count) {
    to.counter(name, help, {{"result", result}}, as_number(count));
  };
}

void add_run_totals(metric_families& to, const run_counts& from) {
  const auto add =
      by_result(to, "standings_reconcile_users_total", "Users that runs looked at, by result.");
  add("checked", from.checked);
  add("in_sync", from.in_sync);
  add("created", from.created);
  add("updated", from.updated);
  add("healed", from.healed);
  add("removed_from_cache", from.removed);
  add("deleted", from.deleted);
  add("changed_meanwhile", from.changed);
  add("quarantined", from.quarantined);
  to.counter("standings_reconcile_drift_users_total",
             "Users of whom cache and database told different things, and one was changed.", {},
             as_number(from.changes() + from.healed + from.removed));
}

void add_foreign_changes(metric_families& to, const reconcile_status& from) {
  const auto& cache = from.incremental;
  const auto add =
      by_result(to, "standings_foreign_cache_changes_total",
                "What became of notifications that another program wrote to the cache.");
  add("heard", cache.hints);
  add("compared", cache.compared);
  add("written", cache.written);
  add("dropped", cache.dropped);
  to.counter("standings_foreign_database_changes_total",
             "Users copied to the cache because another program changed their rows.", {},
             as_number(from.database_changes.changes));
}

void add_last_cycle(metric_families& to, const alias_cycle& cycle) {
  to.gauge("standings_alias_cycle_duration_seconds", "How long the last cycle took.", {},
           seconds(cycle.duration));
  for (const auto& table : cycle.tables) {
    const metric_families::labels labels{{"type", to_string(table.type)}};
    to.gauge("standings_aliases", "Usable aliases in the source.", labels, as_number(table.total));
    to.gauge("standings_alias_invalid_rows", "Rows of the source that cannot be an alias.", labels,
             as_number(table.invalid));
    to.gauge("standings_alias_refused", "Aliases that the cache did not take in the last cycle.",
             labels, as_number(table.failed));
  }
}

void add_session_totals(metric_families& to, const sessions_status& from) {
  const auto& totals = from.totals;
  const auto add =
      by_result(to, "standings_sessions_total", "Sessions brought to the database, by result.");
  add("read", totals.read);
  add("created", totals.created);
  add("changed", totals.changed);
  add("gone", totals.gone);
  add("quarantined", totals.quarantined);
  add("released", totals.released);
  to.counter("standings_session_messages_total", "Messages added to the database.", {},
             as_number(totals.messages_added));
  const auto hint = by_result(to, "standings_session_hints_total",
                              "Notifications of changed sessions, by result.");
  hint("heard", from.hints);
  hint("coalesced", from.coalesced);
  hint("dropped", from.dropped);
  hint("ignored", from.ignored);
  constexpr auto name = "standings_session_full_syncs_total";
  constexpr auto help = "Full syncs of all sessions.";
  to.counter(name, help, {{"outcome", "completed"}}, as_number(from.full_syncs));
  to.counter(name, help, {{"outcome", "failed"}}, as_number(from.failed_full_syncs));
}

} // namespace

void add_health(metric_families& to, const health_report& from) {
  to.gauge("standings_ready", "Whether /readyz is 200: boards are served.", {},
           as_number(from.ready));
  to.gauge("standings_degraded", "Whether some feature is down.", {}, as_number(from.degraded));
  to.gauge("standings_database_up", "Whether all actors that need the database have it.", {},
           as_number(!database_is_away(from)));
  for (const auto& child : from.children)
    add_child(to, child);
  for (const auto& worker : from.workers)
    add_child(to, worker);
  add_gauges(to, from);
  add_hydration(to, from.hydration);
}

void add_reconcile(metric_families& to, const reconcile_status& from) {
  to.gauge("standings_reconcile_enabled", "Whether periodic runs are configured and started.", {},
           as_number(from.enabled && from.started));
  to.gauge("standings_reconcile_leader", "Whether this instance does the periodic runs.", {},
           as_number(from.leader));
  to.gauge("standings_reconcile_running", "Whether a run is under way here.", {},
           as_number(from.running));
  to.gauge("standings_reconcile_interval_seconds", "Time between two periodic runs.", {},
           seconds(from.interval));
  if (from.last_completed != sys_time{})
    to.gauge("standings_reconcile_last_success_timestamp_seconds",
             "When the last complete run of any instance ended.", {},
             unix_seconds(from.last_completed));
  constexpr auto name = "standings_reconcile_runs_total";
  constexpr auto help = "Runs of this instance, without dry runs.";
  to.counter(name, help, {{"outcome", "completed"}}, as_number(from.completed_runs));
  to.counter(name, help, {{"outcome", "failed"}}, as_number(from.failed_runs));
  if (!from.last.run_id.empty())
    to.gauge("standings_reconcile_last_run_duration_seconds", "How long the last run took.", {},
             seconds(from.last.finished_at - from.last.started_at));
  add_run_totals(to, from.totals);
  if (from.shared_state_known) {
    to.gauge("standings_reconcile_deletes_held",
             "Whether deletions wait for an administrator's release.", {},
             as_number(from.deletes_held));
    to.gauge("standings_reconcile_held_deletes", "Users whose deletion is held back.", {},
             as_number(from.deletes_held ? from.held_candidates : 0));
    to.gauge("standings_reconcile_quarantined_users", "Users that runs could not settle.", {},
             as_number(from.quarantined));
  }
  to.counter("standings_reconcile_webhook_failures_total", "Webhook messages that failed.", {},
             as_number(from.webhook_failures));
  add_foreign_changes(to, from);
}

void add_aliases(metric_families& to, const aliases_status& from) {
  to.gauge("standings_alias_mirror_enabled", "Whether aliases are mirrored.", {},
           as_number(from.enabled && from.running));
  to.counter("standings_alias_cycles_total", "Cycles of the alias mirror.", {},
             as_number(from.cycles));
  if (!from.enabled)
    return;
  to.gauge("standings_alias_interval_seconds", "Time between two cycles.", {},
           seconds(from.interval));
  const auto success = std::find_if(from.history.begin(), from.history.end(),
                                    [](const alias_cycle& cycle) { return cycle.succeeded(); });
  if (success != from.history.end())
    to.gauge("standings_alias_last_success_timestamp_seconds",
             "When the last cycle without errors began.", {}, unix_seconds(success->started_at));
  if (!from.history.empty())
    add_last_cycle(to, from.history.front());
}

void add_sessions(metric_families& to, const sessions_status& from) {
  to.gauge("standings_session_sync_enabled", "Whether sessions are brought to the database.", {},
           as_number(from.enabled));
  if (!from.enabled)
    return;
  to.gauge("standings_session_sync_working", "Whether session sync can work at the moment.", {},
           as_number(from.problem.empty()));
  to.gauge("standings_sessions_pending", "Changed sessions that wait to be brought.", {},
           as_number(from.pending));
  add_session_totals(to, from);
  if (from.last_full_sync_us != 0)
    to.gauge("standings_session_last_full_sync_timestamp_seconds", "When a full sync last ended.",
             {}, as_number(from.last_full_sync_us) * 1e-6);
  if (from.lag.samples == 0)
    return;
  constexpr auto help = "From the notification of a change to its row, of the latest changes.";
  to.gauge("standings_session_lag_p50_seconds", help, {}, as_number(from.lag.p50_us) * 1e-6);
  to.gauge("standings_session_lag_p99_seconds", help, {}, as_number(from.lag.p99_us) * 1e-6);
}

} // namespace standings
