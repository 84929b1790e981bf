#include "cli/sync_leaderboard.hpp"

#include "cli/arguments.hpp"
#include "cli/leaderboard_choice.hpp"
#include "cli/output.hpp"
#include "core/base/json_read.hpp"

#include <array>
#include <iostream>
#include <string_view>

namespace standings {

namespace {

namespace json = boost::json;

constexpr auto exit_codes = "0  done\n1  failed, no such leaderboard, or no service answers\n"
                            "2  wrong usage or configuration";

/// `the default leaderboard`, or its id.
std::string shown(const std::string& leaderboard) {
  return is_default_leaderboard(leaderboard) ? "the default leaderboard" : leaderboard;
}

int run_load(const invocation& with, const std::string& leaderboard) {
  service_client service{with.service.address};
  if (const auto there = service.await_long_answers(); !there)
    return failed(with, "load the cache", there.error());
  const auto done = service.post(leaderboard_path(leaderboard) + "/admin/sync");
  if (!done)
    return failed(with, "load the cache", done.error());
  if (with.json)
    print_json(*done);
  else
    std::cout << "Loaded " << counted(count_of(*done, "users_synced"), "user") << " of "
              << shown(leaderboard) << " in " << short_duration(count_of(*done, "duration_ms"))
              << '\n';
  return exit_done;
}

int run_reset(const invocation& with, const std::string& leaderboard, const std::string& period) {
  service_client service{with.service.address};
  if (const auto there = service.await_long_answers(); !there)
    return failed(with, "reset the period", there.error());
  const auto done = service.post(leaderboard_path(leaderboard) + "/admin/reset/" + period);
  if (!done)
    return failed(with, "reset the period", done.error());
  if (with.json)
    print_json(*done);
  else
    std::cout << "The " << period << " board of " << shown(leaderboard) << " started anew at "
              << text_of(*done, "started_at") << '\n';
  return exit_done;
}

/// An older service does not say whether its cache is there.
std::string_view cache_in(const json::object& status) {
  if (status.contains("cache_connected") && !flag_of(status, "cache_connected"))
    return "away: its users are not known";
  return flag_of(status, "complete") ? "complete" : "not complete: the next read loads it";
}

void print_stores(const json::object& status) {
  constexpr std::array periods{"daily", "weekly", "monthly", "yearly"};
  const auto generation = text_of(status, "generation");
  std::cout << "leaderboard:         " << text_of(status, "leaderboard") << '\n'
            << "database:            " << counted(count_of(status, "database_users"), "user")
            << '\n'
            << "cache:               " << cache_in(status) << '\n'
            << "generation:          " << (generation.empty() ? "-" : generation) << '\n';
  for (const std::string name : periods)
    std::cout << name << ':' << std::string(20 - name.size(), ' ')
              << counted(count_of(status, (name + "_count").c_str()), "user") << '\n';
}

} // namespace

int print_stores_of(const invocation& with, const std::string& leaderboard) {
  service_client service{with.service.address};
  const auto status = service.get(leaderboard_path(leaderboard) + "/admin/status");
  if (!status)
    return failed(with, "read the status", status.error());
  if (with.json)
    print_json(*status);
  else
    print_stores(*status);
  return exit_done;
}

void add_sync_load(command_tree& to, CLI::App& group) {
  const auto leaderboard = std::make_shared<std::string>();
  auto& command =
      to.add_to(group,
                {"load", "load the cache anew from the database",
                 "standings sync load\nstandings sync load --leaderboard acme.eu", exit_codes},
                shared_flags::of_service(),
                [leaderboard](const invocation& with) { return run_load(with, *leaderboard); });
  add_leaderboard(command, *leaderboard);
}

void add_sync_reset(command_tree& to, CLI::App& group) {
  const auto leaderboard = std::make_shared<std::string>();
  const auto period = std::make_shared<std::string>();
  auto& command = to.add_to(
      group,
      {"reset", "start a period anew in both stores: every user's score in it becomes 0",
       "standings sync reset daily\nstandings sync reset weekly --leaderboard acme.eu", exit_codes},
      shared_flags::of_service(), [leaderboard, period](const invocation& with) {
        return run_reset(with, *leaderboard, *period);
      });
  add_period(command, *period);
  add_leaderboard(command, *leaderboard);
}

} // namespace standings
