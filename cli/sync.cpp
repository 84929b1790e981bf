#include "cli/commands.hpp"
#include "cli/leaderboard_choice.hpp"
#include "cli/output.hpp"
#include "cli/run_report.hpp"
#include "cli/sync_leaderboard.hpp"
#include "cli/sync_run.hpp"
#include "config/values.hpp"
#include "core/base/json_read.hpp"
#include "core/base/presentable.hpp"

#include <iostream>

/// `standings sync …` calls the running service.
namespace standings {

namespace {

namespace json = boost::json;

const std::string root = "/api/periodic-sync";

/// Prints the answer as JSON or with `print`.
template <class Print>
void show(const invocation& with, const json::object& answer, const Print& print) {
  if (with.json)
    print_json(answer);
  else
    print(answer);
}

void print_status(const invocation& with, const json::object& status) {
  std::cout << "running:             " << (flag_of(status, "running") ? "yes" : "no") << '\n'
            << "periodic sync:       " << (flag_of(status, "started") ? "on" : "off") << '\n'
            << "this instance:       "
            << (flag_of(status, "leader") ? "does the periodic work" : "stands by") << '\n'
            << "next run:            " << text_of(status, "next_run_at") << '\n';
  const auto* last = object_of(status, "last_run");
  if (flag_of(status, "deletes_held") && !(last && flag_of(*last, "deletes_held"))) {
    std::cout << "deletes are held:    " << presentable(text_of(status, "held_reason")) << '\n';
    print_choice_of_deletes(with);
  }
  if (last) {
    std::cout << "\nlast run\n";
    print_run(with, *last);
  }
}

int run_status(const invocation& with, const std::string& leaderboard) {
  if (!is_default_leaderboard(leaderboard))
    return print_stores_of(with, leaderboard);
  service_client service{with.service.address};
  const auto status = service.get(root + "/status");
  if (!status)
    return failed(with, "read the status", status.error());
  show(with, *status, [&](const json::object& answer) { print_status(with, answer); });
  return exit_done;
}

/// Turns the timer on or off, for all instances.
int run_timer(const invocation& with, bool started) {
  service_client service{with.service.address};
  const auto done = service.post(root + (started ? "/start" : "/stop"));
  if (!done)
    return failed(with, "switch the periodic sync", done.error());
  show(with, *done,
       [](const json::object& answer) { std::cout << text_of(answer, "message") << '\n'; });
  return exit_done;
}

void print_runs(const json::object& answer) {
  for (const auto& run : objects_of(answer, "runs"))
    std::cout << text_of(run, "started_at") << "  " << text_of(run, "run_id") << "  "
              << text_of(run, "status") << (flag_of(run, "dry_run") ? " (dry run)" : "")
              << "  created " << grouped(count_of(run, "created")) << ", updated "
              << grouped(count_of(run, "updated")) << ", healed "
              << grouped(count_of(run, "healed")) << ", deleted "
              << grouped(count_of(run, "deleted")) << ", "
              << short_duration(count_of(run, "duration_ms"))
              << (flag_of(run, "deletes_held") ? ", deletes held" : "") << '\n';
}

int run_runs(const invocation& with, std::uint64_t limit) {
  service_client service{with.service.address};
  const auto found = service.get(root + "/runs?limit=" + std::to_string(limit));
  if (!found)
    return failed(with, "read the runs", found.error());
  show(with, *found, print_runs);
  return exit_done;
}

int run_undo(const invocation& with, const std::string& run_id) {
  service_client service{with.service.address};
  if (const auto there = service.await_long_answers(); !there)
    return failed(with, "undo the run", there.error());
  const auto done = service.post(root + "/runs/" + percent_encode(run_id) + "/undo");
  if (!done)
    return failed(with, "undo the run", done.error());
  show(with, *done, [](const json::object& answer) {
    std::cout << counted(count_of(answer, "users_restored"), "user") << " restored\n";
  });
  return exit_done;
}

void print_events(const json::object& answer) {
  const auto events = objects_of(answer, "events");
  if (events.empty())
    std::cout << "the database never went back\n";
  for (const auto& event : events)
    std::cout << text_of(event, "at") << "  " << text_of(event, "event_id") << "  "
              << presentable(text_of(event, "reason")) << "; kept "
              << grouped(count_of(event, "states_kept")) << ", recovered "
              << grouped(count_of(event, "states_recovered"))
              << (flag_of(event, "open") ? "; the cache is being rebuilt" : "") << '\n';
}

/// Prints the events in which the database went back, and what was kept of the cache.
int run_events(const invocation& with) {
  service_client service{with.service.address};
  const auto found = service.get(root + "/events");
  if (!found)
    return failed(with, "read the events", found.error());
  show(with, *found, print_events);
  return exit_done;
}

void print_recovered(const json::object& answer, bool dry_run) {
  for (const auto& user : objects_of(answer, "first_users"))
    std::cout << presentable(text_of(user, "user_id")) << "  daily " << count_of(user, "daily_pomo")
              << ", weekly " << count_of(user, "weekly_pomo") << ", monthly "
              << count_of(user, "monthly_pomo") << ", yearly " << count_of(user, "yearly_pomo")
              << '\n';
  std::cout << counted(count_of(answer, "users_recovered"), "user")
            << (dry_run ? " would be recovered; nothing was changed\n" : " recovered\n");
}

/// Restores what was kept at an event; with `dry_run` only shows what that would be.
int run_recover(const invocation& with, const std::string& event_id, bool dry_run) {
  service_client service{with.service.address};
  if (const auto there = service.await_long_answers(); !there)
    return failed(with, "recover the event", there.error());
  const auto path = root + "/events/" + percent_encode(event_id) + "/recover";
  const json::object body{{"dry_run", dry_run}};
  const auto done = service.post(path, body);
  if (!done)
    return failed(with, "recover the event", done.error());
  show(with, *done, [&](const json::object& answer) { print_recovered(answer, dry_run); });
  return exit_done;
}

void print_steps(const json::object& answer) {
  for (const auto& step : objects_of(answer, "steps"))
    std::cout << (flag_of(step, "passed") ? "PASSED  " : "FAILED  ") << text_of(step, "name")
              << " (" << presentable(text_of(step, "detail")) << ")\n";
}

/// Tests with three users of its own that changes reach the other store; prints each step.
int run_test(const invocation& with) {
  service_client service{with.service.address};
  if (const auto there = service.await_long_answers(); !there)
    return failed(with, "test the sync", there.error());
  const auto done = service.post(root + "/test");
  if (!done)
    return failed(with, "test the sync", done.error());
  show(with, *done, print_steps);
  return flag_of(*done, "success") ? exit_done : exit_failed;
}

constexpr auto service_exit_codes = "0  done\n1  failed, or no service answers\n"
                                    "2  wrong usage or configuration";

} // namespace

void add_sync(command_tree& to) {
  auto& group = to.add_group(
      "sync", "compare, load and reset cache and database, through the running service");
  const auto add = [&](const char* name, const char* what, const char* example,
                       command_tree::run_fn run) -> CLI::App& {
    return to.add_to(group, {name, what, example, service_exit_codes}, shared_flags::of_service(),
                     std::move(run));
  };
  add_sync_run(to, group);
  const auto leaderboard = std::make_shared<std::string>();
  add_leaderboard(
      add("status",
          "what the last run did, and when the next one is; of a named leaderboard, both stores",
          "standings sync status --json\nstandings sync status --leaderboard acme.eu",
          [leaderboard](const invocation& with) { return run_status(with, *leaderboard); }),
      *leaderboard);
  add_sync_load(to, group);
  add_sync_reset(to, group);
  add("start", "run every interval", "standings sync start",
      [](const invocation& with) { return run_timer(with, true); });
  add("stop", "run on request only", "standings sync stop",
      [](const invocation& with) { return run_timer(with, false); });
  const auto limit = std::make_shared<std::uint64_t>(20);
  add("runs", "the last runs", "standings sync runs --limit 5",
      [limit](const invocation& with) { return run_runs(with, *limit); })
      .add_option("--limit", *limit, "how many")
      ->check(CLI::Range(1, 1'000));
  const auto undone = std::make_shared<std::string>();
  add("undo", "restore the users that a run has deleted", "standings sync undo RUN_ID",
      [undone](const invocation& with) { return run_undo(with, *undone); })
      .add_option("RUN_ID", *undone, "as in `standings sync runs`")
      ->required();
  add("events", "when the database went back, and what was kept of the cache",
      "standings sync events", run_events);
  const auto event = std::make_shared<std::string>();
  const auto dry_run = std::make_shared<bool>(false);
  auto& recover =
      add("recover", "restore what was kept when the database went back",
          "standings sync recover EVENT_ID --dry-run",
          [event, dry_run](const invocation& with) { return run_recover(with, *event, *dry_run); });
  recover.add_option("EVENT_ID", *event, "as in `standings sync events`")->required();
  recover.add_flag("--dry-run", *dry_run, "show it, and change nothing");
  add("test", "test with three users that changes reach the other store", "standings sync test",
      run_test);
}

} // namespace standings
