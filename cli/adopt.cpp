#include "cli/commands.hpp"
#include "cli/failed.hpp"
#include "log/log.hpp"

#include <algorithm>
#include <iostream>

namespace standings {

namespace {

const char* name_of(finding_level level) {
  switch (level) {
  case finding_level::fatal:
    return "fatal ";
  case finding_level::change:
    return "change";
  case finding_level::note:
    break;
  }
  return "note  ";
}

std::string counted(std::size_t n, const char* what) {
  return std::to_string(n) + ' ' + what + (n == 1 ? "" : "s");
}

std::size_t count_of(const adoption_plan& plan, finding_level level) {
  return static_cast<std::size_t>(
      std::count_if(plan.findings.begin(), plan.findings.end(),
                    [&](const finding& f) { return f.level == level; }));
}

void print_heading(const table_facts& table) {
  std::cout << table.database << (table.user.empty() ? "" : ", role " + table.user) << ", table "
            << table.name;
  if (table.kind == relation_kind::missing)
    std::cout << ": not there; it will be created\n";
  else if (table.kind != relation_kind::table)
    std::cout << ": a " << table.kind_name << '\n';
  else
    std::cout << ": " << table.rows << (table.rows == 1 ? " user" : " users")
              << (table.ours ? ", of the service" : ", of another application") << '\n';
}

/// Prints what will happen to a cache that another application has filled.
void print_cache(rank_cache& cache) {
  const auto ours = cache.watermark();
  const auto state = cache.state();
  if (!ours || !state) {
    std::cout << "  note    the cache was not looked at: "
              << explain(ours ? state.error() : ours.error()) << '\n';
    return;
  }
  const auto users = *std::max_element(state->members.begin(), state->members.end());
  if (*ours == 0 && users > 0)
    std::cout << "  note    the cache holds " << users << (users == 1 ? " user" : " users")
              << " of another application; when the service first meets it, the higher score of"
                 " cache and database counts for each user and period, once\n";
}

} // namespace

void print_findings(std::ostream& out, const adoption_plan& plan) {
  for (const auto level : {finding_level::fatal, finding_level::change, finding_level::note})
    for (const auto& f : plan.findings)
      if (f.level == level)
        out << "  " << name_of(level) << "  " << to_string(f) << '\n';
}

int run_adopt(const config& settings, bool dry_run) {
  const auto stores = make_backends(settings);
  if (!stores)
    return failed("adopt", stores.error());
  const auto found = stores->inspect_table();
  if (!found)
    return failed("inspect the database", found.error());
  print_heading(found->table);
  print_findings(std::cout, found->plan);
  print_cache(*stores->cache);
  if (found->plan.is_fatal()) {
    std::cout << counted(count_of(found->plan, finding_level::fatal), "obstacle")
              << ": nothing has been changed\n";
    return 1;
  }
  const auto changes = counted(count_of(found->plan, finding_level::change), "change");
  if (dry_run) {
    std::cout << changes << ", nothing in the way; nothing has been changed yet\n";
    return 0;
  }
  if (const auto done = stores->adopt_table(); !done)
    return failed("adopt", done.error());
  std::cout << changes << " made in one transaction\n";
  return 0;
}

bool adopt_existing_table(const backends& stores) {
  const auto found = stores.inspect_table();
  if (!found) {
    log_to(log_component::service)
        .warn("Failed to inspect the database: {}", explain(found.error()));
    return true;
  }
  if (found->plan.is_fatal()) {
    log_to(log_component::service)
        .error("Failed to start: {}", explain_refusal(found->table, found->plan));
    return false;
  }
  if (found->table.ours || found->table.kind == relation_kind::missing)
    return true;
  if (const auto done = stores.adopt_table(); !done) {
    log_to(log_component::service)
        .error("Failed to adopt table {}: {}", found->table.name, explain(done.error()));
    return done.error().code == errc::outcome_unknown;
  }
  log_to(log_component::service)
      .info("Adopted table {} of another application: {} users", found->table.name,
            found->table.rows);
  for (const auto& f : found->plan.findings)
    log_to(log_component::service).info("Adopted: {}", to_string(f));
  return true;
}

} // namespace standings
