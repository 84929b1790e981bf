#include "cli/commands.hpp"
#include "config/loader.hpp"
#include "stores/backends.hpp"

#include <filesystem>
#include <iostream>

namespace standings {

namespace {

bool report(const char* what, bool fit, const std::string& detail) {
  std::cout << what << ": " << (fit ? "ok" : "not ok") << (detail.empty() ? "" : ", ") << detail
            << '\n';
  return fit;
}

bool check_database(const config& settings, const backends& stores) {
  // opening would create it: a check changes nothing
  if (settings.database.backend == database_backend::sqlite
      && !std::filesystem::exists(resolve_path(settings, settings.database.path)))
    return report("database", true, "not there yet; serve creates it");
  auto store = stores.open_store();
  if (!store)
    return report("database", false, explain(store.error()));
  const auto users = (*store)->count();
  if (!users)
    return report("database", false, explain(users.error()));
  return report("database", true, std::to_string(*users) + " users");
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

} // namespace

int run_check(const config& settings) {
  const auto stores = make_backends(settings);
  if (!stores) {
    report("config", false, explain(stores.error()));
    return 1;
  }
  report("config", true, "");
  const bool database = check_database(settings, *stores);
  const bool cache = check_cache(*stores);
  return database && cache ? 0 : 1;
}

} // namespace standings
