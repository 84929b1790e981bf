#include "app/backends.hpp"
#include "app/edge.hpp"
#include "cli/adopt.hpp"
#include "cli/check_surroundings.hpp"
#include "cli/commands.hpp"
#include "cli/introduction.hpp"
#include "cli/output.hpp"
#include "cli/serve_guard.hpp"
#include "core/base/presentable.hpp"

#include <iostream>

namespace standings {

namespace {

namespace json = boost::json;

/// Prints each result as it is found, or collects them as JSON.
class check_report {
public:
  explicit check_report(bool as_json) : as_json_(as_json) {}

  void add(const char* what, const result<std::string>& found) {
    add(what, found.has_value(), found ? *found : explain(found.error()));
  }

  bool add(const char* what, bool fit, const std::string& detail) {
    fit_ = fit_ && fit;
    if (as_json_)
      checks_.push_back(json::object{{"name", what}, {"ok", fit}, {"detail", detail}});
    else
      std::cout << what << ": " << (fit ? "ok" : "not ok") << (detail.empty() ? "" : ", ")
                << presentable(detail) << '\n';
    return fit;
  }

  void note(const std::string& text) {
    if (as_json_)
      notes_.emplace_back(text);
    else
      std::cout << "note: " << text << '\n';
  }

  void add_findings(const adoption_plan& plan) {
    if (as_json_)
      findings_ = findings_json(plan);
    else
      print_findings(std::cout, plan);
  }

  int finish() {
    if (as_json_)
      print_json({{"ok", fit_}, {"checks", checks_}, {"notes", notes_}, {"findings", findings_}});
    return fit_ ? exit_done : exit_failed;
  }

private:
  const bool as_json_;
  bool fit_ = true;
  json::array checks_{};
  json::array notes_{};
  json::array findings_{};
};

std::string describe(const std::string& reached, const adoption_report& found) {
  const auto& table = found.table;
  if (table.kind == relation_kind::missing)
    return reached;
  const bool adopts = !found.plan.is_fatal() && found.plan.changes_anything();
  return reached + ", table " + table.name + ", " + std::to_string(table.rows) + " users"
         + (adopts ? ", of another application; serve adopts it" : "");
}

/// Only inspects the database: opening the store would create tables, and a check must not change
/// anything.
bool check_database(const config& settings, const backends& stores, check_report& out) {
  if (const auto usable = probe_database_file(settings); !usable)
    return out.add("database", false, explain(usable.error()));
  for (const auto& note : stores.notes)
    out.note(note);
  const auto reached = stores.check_database();
  if (!reached)
    return out.add("database", false, explain(reached.error()));
  const auto found = stores.inspect_table();
  if (!found)
    return out.add("database", false, explain(found.error()));
  out.add("database", !found->plan.is_fatal(), describe(*reached, *found));
  out.add_findings(found->plan);
  return !found->plan.is_fatal();
}

/// Where the cache is, and the version of its server if that tells it.
std::string describe_cache(const config& settings, const backends& stores) {
  const auto version = stores.cache_version ? stores.cache_version() : result<std::string>{""};
  const bool known = version && !version->empty();
  return cache_address(settings.cache) + (known ? ", server " + *version : "");
}

void check_cache(const config& settings, const backends& stores, check_report& out) {
  out.note("the cache is " + describe_cache(settings, stores));
  const auto state = stores.cache->state();
  if (!state) {
    out.add("cache", false, explain(state.error()));
    return;
  }
  for (const auto& problem : state->problems)
    out.add("cache", false, problem);
  if (!state->problems.empty())
    return;
  for (const auto& note : state->notes)
    out.add("cache", true, note);
  out.add("cache", state->reachable, "");
}

/// Checks that the tables for chat sessions fit.
void check_sessions(const config& settings, const backends& stores, check_report& out) {
  if (!syncs_sessions(settings))
    return;
  const auto fit = stores.check_session_store();
  out.add("sessions", fit.has_value(), fit ? "" : explain(fit.error()));
}

void check_certificate(const config& settings, check_report& out) {
  if (!serves_tls(settings))
    return;
  const auto loaded = tls_identity::load(tls_files_of(settings));
  out.add("http.tls", loaded.has_value(), loaded ? "" : explain(loaded.error()));
}

/// What the service needs besides its stores.
void check_surroundings(const config& settings, check_report& out) {
  out.add("data_dir", check_data_directory(settings));
  out.add("http", check_listening(settings));
  if (settings.aliases.enabled != alias_mode::off)
    out.add("aliases", check_alias_source(settings));
  if (!settings.reconcile.webhook_url.empty())
    out.add("webhook", check_webhook(settings.reconcile.webhook_url));
}

/// Prints whether configuration, database and cache are usable, one line each.
int run_check(const invocation& with) {
  check_report out{with.json};
  const auto stores = make_backends(with.settings);
  if (!stores) {
    out.add("config", false, explain(stores.error()));
    return out.finish();
  }
  out.add("config", true, "");
  check_certificate(with.settings, out);
  check_surroundings(with.settings, out);
  const bool database = check_database(with.settings, *stores, out);
  check_cache(with.settings, *stores, out);
  if (database)
    check_sessions(with.settings, *stores, out);
  return out.finish();
}

} // namespace

void add_check(command_tree& to) {
  to.add({"check", "check that all is usable that serve needs; changes nothing",
          "standings check --config standings.yaml",
          "0  all is usable\n1  something is not\n2  wrong usage or configuration"},
         {true, true, false, true}, run_check);
}

} // namespace standings
