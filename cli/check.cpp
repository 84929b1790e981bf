#include "app/backends.hpp"
#include "app/edge.hpp"
#include "cli/commands.hpp"
#include "cli/serve_guard.hpp"
#include "config/loader.hpp"
#include "core/base/presentable.hpp"

#include <iostream>

namespace standings {

namespace {

bool report(const char* what, bool fit, const std::string& detail) {
  std::cout << what << ": " << (fit ? "ok" : "not ok") << (detail.empty() ? "" : ", ")
            << presentable(detail) << '\n';
  return fit;
}

/// Only inspects the database: opening the store would create tables, and a check must not change
/// anything.
bool check_database(const config& settings, const backends& stores) {
  if (const auto usable = probe_database_file(settings); !usable)
    return report("database", false, explain(usable.error()));
  for (const auto& note : stores.notes)
    std::cout << "note: " << note << '\n';
  const auto reached = stores.check_database();
  if (!reached)
    return report("database", false, explain(reached.error()));
  const auto found = stores.inspect_table();
  if (!found)
    return report("database", false, explain(found.error()));
  const auto& table = found->table;
  const bool fit = !found->plan.is_fatal();
  if (table.kind == relation_kind::missing)
    report("database", fit, *reached);
  else
    report("database", fit,
           *reached + ", table " + table.name + ", " + std::to_string(table.rows) + " users"
               + (fit && found->plan.changes_anything()
                      ? ", of another application; serve adopts it"
                      : ""));
  print_findings(std::cout, found->plan);
  return fit;
}

bool check_cache(const backends& stores) {
  const auto state = stores.cache->state();
  if (!state)
    return report("cache", false, explain(state.error()));
  for (const auto& problem : state->problems)
    report("cache", false, problem);
  if (!state->problems.empty())
    return false;
  for (const auto& note : state->notes)
    report("cache", true, note);
  return report("cache", state->reachable, "");
}

/// Checks that the tables for chat sessions fit.
bool check_sessions(const config& settings, const backends& stores) {
  if (!syncs_sessions(settings))
    return true;
  const auto fit = stores.check_session_store();
  return report("sessions", fit.has_value(), fit ? "" : explain(fit.error()));
}

bool check_certificate(const config& settings) {
  if (!serves_tls(settings))
    return true;
  const auto loaded = tls_identity::load(tls_files_of(settings));
  return report("http.tls", loaded.has_value(), loaded ? "" : explain(loaded.error()));
}

} // namespace

int run_check(const config& settings) {
  const auto stores = make_backends(settings);
  if (!stores) {
    report("config", false, explain(stores.error()));
    return 1;
  }
  report("config", true, "");
  const bool certificate = check_certificate(settings);
  const bool database = check_database(settings, *stores);
  const bool cache = check_cache(*stores);
  const bool sessions = !database || check_sessions(settings, *stores);
  return certificate && database && cache && sessions ? 0 : 1;
}

} // namespace standings
