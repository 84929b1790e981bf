#include "cli/client.hpp"
#include "cli/commands.hpp"
#include "cli/failed.hpp"
#include "cli/progress.hpp"
#include "cli/signals.hpp"
#include "core/base/json_read.hpp"

#include <array>
#include <iostream>
#include <thread>

namespace standings {

namespace {

namespace json = boost::json;

constexpr std::chrono::milliseconds poll{250};
constexpr int held_exit_code = 3;

const json::object* object_of(const json::object& from, const char* name) {
  const auto* value = from.if_contains(name);
  return value && value->is_object() ? &value->get_object() : nullptr;
}

void print_run(const json::object& run) {
  constexpr std::array lines{"checked",     "in_sync",
                             "created",     "updated",
                             "healed",      "removed_from_cache",
                             "deleted",     "delete_candidates",
                             "quarantined", "failed_batches"};
  std::cout << "run:                 " << text_of(run, "run_id") << '\n'
            << "status:              " << text_of(run, "status")
            << (flag_of(run, "dry_run") ? " (dry run: nothing was changed)" : "") << '\n'
            << "started:             " << text_of(run, "started_at") << '\n'
            << "duration:            " << text_of(run, "duration_ms") << " ms\n";
  for (const auto* line : lines) {
    const std::string name{line};
    std::cout << name << ':' << std::string(20 - name.size(), ' ') << count_of(run, line) << '\n';
  }
  if (flag_of(run, "deletes_held"))
    std::cout << "deletes are held:    " << text_of(run, "held_reason")
              << "\n                     standings sync run --force releases them\n";
  if (const auto error = text_of(run, "error"); !error.empty())
    std::cout << "error:               " << error << '\n';
}

/// Polls a run and shows its progress until it has ended.
result<json::object> follow(service_client& service, const std::string& run_id) {
  std::optional<progress> bar;
  std::uint64_t shown = 0;
  for (;; std::this_thread::sleep_for(poll)) {
    const auto status = service.get("/api/periodic-sync/status");
    if (!status)
      return status.error();
    const auto* now = object_of(*status, "current_run");
    if (now && text_of(*now, "run_id") == run_id) {
      if (!bar && count_of(*now, "users") > 0)
        bar.emplace(std::cout, "Comparing users", count_of(*now, "users"), stdout_is_terminal());
      const auto checked = count_of(*now, "checked");
      if (bar && checked > shown)
        bar->advance(checked - shown);
      shown = std::max(shown, checked);
      continue;
    }
    if (bar)
      bar->finish();
    const auto* last = object_of(*status, "last_run");
    if (last && text_of(*last, "run_id") == run_id)
      return *last;
    return fail(errc::internal, "the service does not know the run any more");
  }
}

} // namespace

int run_sync_run(const config& settings, const sync_run_options& options) {
  auto service = client_of(settings);
  json::object body{{"dry_run", options.dry_run}, {"force", options.force}, {"wait", false}};
  if (!options.periods.empty())
    body["periods"] = json::array(options.periods.begin(), options.periods.end());
  const auto begun = service.post("/api/periodic-sync/sync", body);
  if (!begun)
    return failed("start the sync", begun.error());
  const farewell interrupted{
      "\nThe run goes on in the service: `standings sync status` shows it\n"};
  const auto run = follow(service, text_of(*begun, "run_id"));
  if (!run)
    return failed("follow the sync", run.error());
  print_run(*run);
  if (text_of(*run, "status") != "completed")
    return 1;
  return flag_of(*run, "deletes_held") ? held_exit_code : 0;
}

int run_sync_status(const config& settings) {
  auto service = client_of(settings);
  const auto status = service.get("/api/periodic-sync/status");
  if (!status)
    return failed("read the status", status.error());
  std::cout << "running:             " << text_of(*status, "running") << '\n'
            << "periodic sync:       " << (flag_of(*status, "started") ? "on" : "off") << '\n'
            << "this instance:       "
            << (flag_of(*status, "leader") ? "does the periodic work" : "stands by") << '\n'
            << "next run:            " << text_of(*status, "next_run_at") << '\n';
  if (flag_of(*status, "deletes_held"))
    std::cout << "deletes are held:    " << text_of(*status, "held_reason") << '\n';
  if (const auto* last = object_of(*status, "last_run")) {
    std::cout << "\nlast run\n";
    print_run(*last);
  }
  return 0;
}

int run_sync_timer(const config& settings, bool started) {
  auto service = client_of(settings);
  const auto done = service.post(started ? "/api/periodic-sync/start" : "/api/periodic-sync/stop");
  if (!done)
    return failed("switch the periodic sync", done.error());
  std::cout << text_of(*done, "message") << '\n';
  return 0;
}

int run_sync_runs(const config& settings, std::uint64_t limit) {
  auto service = client_of(settings);
  const auto found = service.get("/api/periodic-sync/runs?limit=" + std::to_string(limit));
  if (!found)
    return failed("read the runs", found.error());
  const auto* runs = found->if_contains("runs");
  if (!runs || !runs->is_array())
    return failed("read the runs", fail(errc::internal, "an answer without runs"));
  for (const auto& value : runs->get_array()) {
    const auto& run = value.as_object();
    std::cout << text_of(run, "started_at") << "  " << text_of(run, "run_id") << "  "
              << text_of(run, "status") << (flag_of(run, "dry_run") ? " (dry run)" : "")
              << "  created " << count_of(run, "created") << ", updated "
              << count_of(run, "updated") << ", healed " << count_of(run, "healed") << ", deleted "
              << count_of(run, "deleted") << ", " << text_of(run, "duration_ms") << " ms"
              << (flag_of(run, "deletes_held") ? ", deletes held" : "") << '\n';
  }
  return 0;
}

int run_sync_undo(const config& settings, const std::string& run_id) {
  auto service = client_of(settings);
  if (const auto there = service.await_long_answers(); !there)
    return failed("undo the run", there.error());
  const auto done = service.post("/api/periodic-sync/runs/" + run_id + "/undo");
  if (!done)
    return failed("undo the run", done.error());
  std::cout << text_of(*done, "users_restored") << " users restored\n";
  return 0;
}

int run_sync_events(const config& settings) {
  auto service = client_of(settings);
  const auto found = service.get("/api/periodic-sync/events");
  if (!found)
    return failed("read the events", found.error());
  const auto* events = found->if_contains("events");
  if (!events || !events->is_array())
    return failed("read the events", fail(errc::internal, "an answer without events"));
  if (events->get_array().empty())
    std::cout << "the database never went back\n";
  for (const auto& value : events->get_array()) {
    const auto& event = value.as_object();
    std::cout << text_of(event, "at") << "  " << text_of(event, "event_id") << "  "
              << text_of(event, "reason") << "; kept " << count_of(event, "states_kept")
              << ", recovered " << count_of(event, "states_recovered")
              << (flag_of(event, "open") ? "; the cache is being rebuilt" : "") << '\n';
  }
  return 0;
}

int run_sync_recover(const config& settings, const std::string& event_id, bool dry_run) {
  auto service = client_of(settings);
  if (const auto there = service.await_long_answers(); !there)
    return failed("recover the event", there.error());
  const auto done = service.post("/api/periodic-sync/events/" + event_id + "/recover",
                                 json::object{{"dry_run", dry_run}});
  if (!done)
    return failed("recover the event", done.error());
  const auto* users = done->if_contains("first_users");
  if (users && users->is_array())
    for (const auto& value : users->get_array()) {
      const auto& user = value.as_object();
      std::cout << text_of(user, "user_id") << "  daily " << count_of(user, "daily_pomo")
                << ", weekly " << count_of(user, "weekly_pomo") << ", monthly "
                << count_of(user, "monthly_pomo") << ", yearly " << count_of(user, "yearly_pomo")
                << '\n';
    }
  std::cout << count_of(*done, "users_recovered")
            << (dry_run ? " users would be recovered; nothing was changed\n"
                        : " users recovered\n");
  return 0;
}

int run_sync_test(const config& settings) {
  auto service = client_of(settings);
  if (const auto there = service.await_long_answers(); !there)
    return failed("test the sync", there.error());
  const auto done = service.post("/api/periodic-sync/test");
  if (!done)
    return failed("test the sync", done.error());
  const auto* steps = done->if_contains("steps");
  if (steps && steps->is_array())
    for (const auto& value : steps->get_array()) {
      const auto& step = value.as_object();
      std::cout << (flag_of(step, "passed") ? "PASSED  " : "FAILED  ") << text_of(step, "name")
                << " (" << text_of(step, "detail") << ")\n";
    }
  return flag_of(*done, "success") ? 0 : 1;
}

} // namespace standings
