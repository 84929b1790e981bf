#include "cli/sync_run.hpp"

#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/run_report.hpp"
#include "cli/signals.hpp"
#include "core/base/json_read.hpp"

#include <iostream>
#include <optional>
#include <thread>

namespace standings {

namespace {

namespace json = boost::json;

constexpr std::chrono::milliseconds poll{250};

struct sync_run_options {
  bool dry_run = false;
  bool force = false;
  std::vector<std::string> periods; ///< empty: all
};

json::object body_of(const sync_run_options& options) {
  json::object body{{"dry_run", options.dry_run}, {"force", options.force}, {"wait", false}};
  if (!options.periods.empty())
    body["periods"] = json::array(options.periods.begin(), options.periods.end());
  return body;
}

/// Polls a run and shows its progress until it has ended.
result<json::object> follow(service_client& service, const std::string& run_id, bool visible) {
  std::optional<progress> bar;
  for (;; std::this_thread::sleep_for(poll)) {
    const auto status = service.get("/api/periodic-sync/status");
    if (!status)
      return status.error();
    const auto* now = object_of(*status, "current_run");
    if (now && text_of(*now, "run_id") == run_id) {
      if (!bar && count_of(*now, "users") > 0)
        bar.emplace(std::cerr, "Comparing users", count_of(*now, "users"), visible);
      if (bar)
        bar->advance_to(count_of(*now, "checked"));
      continue;
    }
    const auto* last = object_of(*status, "last_run");
    if (!last || text_of(*last, "run_id") != run_id)
      return fail(errc::internal, "the service does not know the run any more");
    if (bar && text_of(*last, "status") == "completed")
      bar->finish();
    return *last;
  }
}

/// Starts a run and shows its progress.
int run_sync(const invocation& with, const sync_run_options& options) {
  service_client service{with.service.address};
  const auto begun = service.post("/api/periodic-sync/sync", body_of(options));
  if (!begun)
    return failed(with, "start the sync", begun.error());
  const farewell interrupted{
      "\nThe run goes on in the service: `standings sync status` shows it\n"};
  const auto run = follow(service, text_of(*begun, "run_id"), shows_progress() && !with.json);
  if (!run)
    return failed(with, "follow the sync", run.error());
  if (with.json)
    print_json(*run);
  else
    print_run(with, *run);
  if (text_of(*run, "status") != "completed")
    return exit_failed;
  return flag_of(*run, "deletes_held") ? exit_held : exit_done;
}

} // namespace

void add_sync_run(command_tree& to, CLI::App& group) {
  const auto options = std::make_shared<sync_run_options>();
  auto& command = to.add_to(
      group,
      {"run", "compare now",
       "standings sync run --dry-run\n"
       "standings sync run --period daily --period weekly\n"
       "standings sync run --url https://example.org/scores --token-file ~/.standings-token",
       "0  completed\n1  not completed, or no service answers\n2  wrong usage or configuration\n"
       "3  completed, but deletes are held"},
      shared_flags::of_service(),
      [options](const invocation& with) { return run_sync(with, *options); });
  command.add_flag("--dry-run", options->dry_run, "report, and change nothing");
  command.add_flag("--force", options->force, "release deletes that are held");
  command.add_option("--period", options->periods, "this board only; may be given again")
      ->check(CLI::IsMember({"daily", "weekly", "monthly", "yearly"}));
}

} // namespace standings
