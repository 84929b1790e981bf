#include "cli/commands.hpp"
#include "stores/backends.hpp"

#include <iostream>

namespace standings {

namespace {

bool report(const char* what, bool fit, const std::string& detail) {
  std::cout << what << ": " << (fit ? "ok" : "not ok") << (detail.empty() ? "" : ", ") << detail
            << '\n';
  return fit;
}

bool check_database(const backends& stores) {
  for (const auto& note : stores.notes)
    std::cout << "note: " << note << '\n';
  const auto found = stores.check_database();
  if (!found)
    return report("database", false, explain(found.error()));
  if (found->find("not there yet") != std::string::npos)
    return report("database", true, *found); // opening it would make tables
  auto store = stores.open_store();
  if (!store)
    return report("database", false, explain(store.error()));
  const auto users = (*store)->count();
  if (!users)
    return report("database", false, explain(users.error()));
  return report("database", true, *found + ", " + std::to_string(*users) + " users");
}

bool check_cache(const backends& stores) {
  const auto state = stores.cache->state();
  if (!state)
    return report("cache", false, explain(state.error()));
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
  const bool database = check_database(*stores);
  const bool cache = check_cache(*stores);
  return database && cache ? 0 : 1;
}

} // namespace standings
