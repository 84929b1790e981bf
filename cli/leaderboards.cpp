#include "cli/commands.hpp"
#include "cli/leaderboard_choice.hpp"
#include "cli/leaderboard_settings.hpp"
#include "cli/leaderboards_view.hpp"
#include "cli/output.hpp"
#include "config/values.hpp"
#include "core/base/json_read.hpp"
#include "core/leaderboard/leaderboard_id.hpp"

#include <iostream>

/// `standings leaderboards …` calls the running service.
namespace standings {

namespace {

namespace json = boost::json;

const std::string root = "/api/leaderboards";

constexpr auto exit_codes = "0  done\n1  refused, no such leaderboard, or no service answers\n"
                            "2  wrong usage or configuration";

struct list_options {
  std::string tenant;
  std::string after;
  std::uint64_t limit = 100;
  bool archived = false;
};

std::string query_of(const list_options& options) {
  auto out = "?limit=" + std::to_string(options.limit);
  if (!options.tenant.empty())
    out += "&tenant=" + percent_encode(options.tenant);
  if (!options.after.empty())
    out += "&after=" + percent_encode(options.after);
  if (options.archived)
    out += "&archived=true";
  return out;
}

int run_list(const invocation& with, const list_options& options) {
  service_client service{with.service.address};
  const auto page = service.get(root + query_of(options));
  if (!page)
    return failed(with, "list the leaderboards", page.error());
  if (with.json) {
    print_json(*page);
    return exit_done;
  }
  for (const auto& line : leaderboard_list_lines(*page, {options.tenant, options.archived}))
    std::cout << line << '\n';
  if (const auto next = text_of(*page, "next"); !next.empty())
    std::cerr << "note: there are more: --after " << next << '\n';
  return exit_done;
}

void print_leaderboard(const invocation& with, const json::object& found) {
  if (with.json)
    return print_json(found);
  for (const auto& line : leaderboard_lines(found))
    std::cout << line << '\n';
}

int run_show(const invocation& with, const std::string& id) {
  service_client service{with.service.address};
  const auto found = service.get(leaderboard_path(id));
  if (!found)
    return failed(with, "read the leaderboard", found.error());
  print_leaderboard(with, *found);
  return exit_done;
}

/// The route makes what is not there and changes what is: which of both is meant is for the user to
/// say, so that a misspelt id neither makes nor changes a leaderboard.
result<bool> exists(service_client& service, const std::string& id) {
  const auto found = service.get(leaderboard_path(id));
  if (!found && found.error().code != errc::unknown_leaderboard)
    return found.error();
  return found.has_value();
}

int save(const invocation& with, service_client& service, const std::string& id,
         const json::object& settings, const char* what) {
  const auto saved = service.put(leaderboard_path(id), settings);
  if (!saved)
    return failed(with, what, saved.error());
  print_leaderboard(with, *saved);
  return exit_done;
}

int run_create(const invocation& with, const std::string& id, const json::object& settings) {
  constexpr auto what = "create the leaderboard";
  service_client service{with.service.address};
  const auto there = exists(service, id);
  if (!there)
    return failed(with, what, there.error());
  if (!*there)
    return save(with, service, id, settings, what);
  print_error(with.json, "exists",
              "Failed to create the leaderboard: " + id
                  + " exists; `standings leaderboards change` changes its settings");
  return exit_failed;
}

int run_change(const invocation& with, const std::string& id, const json::object& settings) {
  constexpr auto what = "change the leaderboard";
  if (settings.empty())
    return unusable(with, "usage", "name at least one setting that is to change");
  service_client service{with.service.address};
  const auto there = exists(service, id);
  if (!there)
    return failed(with, what, there.error());
  if (!*there)
    return failed(with, what, unknown_leaderboard(id));
  return save(with, service, id, settings, what);
}

int run_archive(const invocation& with, const std::string& id) {
  service_client service{with.service.address};
  const auto done = service.del(leaderboard_path(id));
  if (!done)
    return failed(with, "archive the leaderboard", done.error());
  if (with.json)
    print_json(*done);
  else
    std::cout << id << " is archived; within 30 days `standings leaderboards restore " << id
              << "` brings it back\n";
  return exit_done;
}

int run_restore(const invocation& with, const std::string& id) {
  service_client service{with.service.address};
  const auto restored = service.put(leaderboard_path(id), {{"restore", true}});
  if (!restored)
    return failed(with, "restore the leaderboard", restored.error());
  print_leaderboard(with, *restored);
  return exit_done;
}

void add_id(CLI::App& to, std::string& id) {
  to.add_option("ID", id, "the leaderboard, such as acme.eu")
      ->required()
      ->check(problem_of_leaderboard_id);
}

void add_list(command_tree& to, CLI::App& group) {
  const auto options = std::make_shared<list_options>();
  auto& command =
      to.add_to(group,
                {"list", "the leaderboards, by id",
                 "standings leaderboards list\nstandings leaderboards list --tenant acme --json\n"
                 "standings leaderboards list --archived",
                 "0  done\n1  refused, or no service answers\n2  wrong usage or configuration"},
                shared_flags::of_service(),
                [options](const invocation& with) { return run_list(with, *options); });
  command.add_option("--tenant", options->tenant, "those whose id begins with this part")
      ->type_name("ID");
  command.add_option("--after", options->after, "those that follow this id")->type_name("ID");
  command.add_option("--limit", options->limit, "how many")->check(CLI::Range(1, 1'000));
  command.add_flag("--archived", options->archived,
                   "the archived ones, with the day on which they are purged");
}

/// Adds a command that takes an id and nothing else.
void add_simple(command_tree& to, CLI::App& group, const char* name, const char* what,
                int (*run)(const invocation&, const std::string&)) {
  const auto id = std::make_shared<std::string>();
  const auto example = std::string{"standings leaderboards "} + name + " acme.eu";
  add_id(to.add_to(group, {name, what, example, exit_codes}, shared_flags::of_service(),
                   [id, run](const invocation& with) { return run(with, *id); }),
         *id);
}

/// Adds a command that takes an id and settings.
void add_save(command_tree& to, CLI::App& group, const command_text& text, setting_flags takes,
              int (*run)(const invocation&, const std::string&, const json::object&)) {
  const auto id = std::make_shared<std::string>();
  const auto given = std::make_shared<given_settings>();
  auto& command =
      to.add_to(group, text, shared_flags::of_service(), [id, given, run](const invocation& with) {
        return run(with, *id, settings_of(*given));
      });
  add_id(command, *id);
  add_setting_flags(command, *given, takes);
}

} // namespace

void add_leaderboards(command_tree& to) {
  auto& group = to.add_group("leaderboards", "named leaderboards, through the running service");
  add_list(to, group);
  add_simple(to, group, "show", "a leaderboard's settings, and how many users it has", run_show);
  add_save(to, group,
           {"create", "make a leaderboard",
            "standings leaderboards create acme.eu --time-zone Europe/Berlin --feed global\n"
            "standings leaderboards create acme.laps --mode best --order asc --max-count 600000",
            "0  made\n1  it exists, was refused, or no service answers\n"
            "2  wrong usage or configuration"},
           setting_flags::all, run_create);
  add_save(to, group,
           {"change", "change the settings that are named; mode and order stay",
            "standings leaderboards change acme.eu --max-count 500\n"
            "standings leaderboards change acme.eu --no-feeds",
            exit_codes},
           setting_flags::of_change, run_change);
  add_simple(to, group, "archive", "hide a leaderboard; after 30 days its rows are deleted",
             run_archive);
  add_simple(to, group, "restore", "bring an archived leaderboard back", run_restore);
}

} // namespace standings
