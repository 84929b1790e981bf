#include "cli/adopt.hpp"

#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "log/log.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <iostream>

namespace standings {

namespace {

namespace json = boost::json;

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
    std::cout << ": " << counted(table.rows, "user")
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
    std::cout << "  note    the cache holds " << counted(users, "user")
              << " of another application; when the service first meets it, the higher score of"
                 " cache and database counts for each user and period, once\n";
}

/// Prints what will be done and what is in the way; returns whether anything is.
bool print_inspection(const adoption_report& found, rank_cache& cache) {
  print_heading(found.table);
  print_findings(std::cout, found.plan);
  print_cache(cache);
  if (found.plan.is_fatal())
    std::cout << counted(count_of(found.plan, finding_level::fatal), "obstacle")
              << ": nothing has been changed\n";
  return found.plan.is_fatal();
}

json::object inspection_json(const adoption_report& found, bool adopted) {
  return {{"database", found.table.database},
          {"table", found.table.name},
          {"users", found.table.rows},
          {"ours", found.table.ours},
          {"findings", findings_json(found.plan)},
          {"obstacles", count_of(found.plan, finding_level::fatal)},
          {"changes", count_of(found.plan, finding_level::change)},
          {"adopted", adopted}};
}

/// Prints what prevents the service from using the existing table, what adopting it changes, and
/// what to know; then adopts it unless `dry_run`.
int run_adopt(const invocation& with, bool dry_run) {
  const auto stores = make_backends(with.settings);
  if (!stores)
    return failed(with, "adopt", stores.error());
  const auto found = stores->inspect_table();
  if (!found)
    return failed(with, "inspect the database", found.error());
  const bool in_the_way =
      with.json ? found->plan.is_fatal() : print_inspection(*found, *stores->cache);
  const bool adopts = !in_the_way && !dry_run;
  if (adopts)
    if (const auto done = stores->adopt_table(); !done)
      return failed(with, "adopt", done.error());
  if (with.json)
    print_json(inspection_json(*found, adopts));
  else if (!in_the_way)
    std::cout << counted(count_of(found->plan, finding_level::change), "change")
              << (adopts ? " made in one transaction\n"
                         : ", nothing in the way; nothing has been changed yet\n");
  return in_the_way ? exit_failed : exit_done;
}

} // namespace

void print_findings(std::ostream& out, const adoption_plan& plan) {
  for (const auto level : {finding_level::fatal, finding_level::change, finding_level::note})
    for (const auto& f : plan.findings)
      if (f.level == level)
        out << "  " << name_of(level) << "  " << to_string(f) << '\n';
}

json::array findings_json(const adoption_plan& plan) {
  json::array out;
  for (const auto& f : plan.findings) {
    std::string level{name_of(f.level)};
    level.erase(level.find_last_not_of(' ') + 1);
    out.push_back(json::object{{"level", level},
                               {"name", f.name},
                               {"column", f.column},
                               {"rows", f.rows},
                               {"text", f.text}});
  }
  return out;
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

void add_adopt(command_tree& to) {
  const auto dry_run = std::make_shared<bool>(false);
  auto& command =
      to.add({"adopt", "take over the table of an earlier application",
              "standings adopt --dry-run\nstandings adopt --config standings.yaml",
              "0  adopted, or nothing is in the way\n1  something is in the way, or it failed\n"
              "2  wrong usage or configuration"},
             shared_flags::of_stores(),
             [dry_run](const invocation& with) { return run_adopt(with, *dry_run); });
  command.add_flag("--dry-run", *dry_run, "say what would be done, and change nothing");
}

} // namespace standings
