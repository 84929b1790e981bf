#include "cli/command_tree.hpp"

#include "cli/logging.hpp"
#include "cli/output.hpp"
#include "cli/service_options.hpp"
#include "cli/usage.hpp"
#include "log/log.hpp"

#include <cerrno>
#include <cstdio>
#include <iostream>
#include <sstream>

namespace standings {

namespace {

constexpr auto usual_exit_codes = "0  done\n1  failed\n2  wrong usage or configuration";

std::string indented(const std::string& heading, const std::string& text) {
  std::string out = heading + ":\n";
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);)
    out += "  " + line + "\n";
  return out;
}

std::string footer_of(const command_text& text) {
  std::string out;
  if (!text.examples.empty())
    out += indented("Examples", text.examples) + "\n";
  out += indented("Exit codes", text.exit_codes.empty() ? usual_exit_codes : text.exit_codes);
  return out;
}

/// The command that the command line leads to.
const CLI::App& deepest(const CLI::App& from) {
  const auto* at = &from;
  while (!at->get_subcommands().empty())
    at = at->get_subcommands().front();
  return *at;
}

/// Results that could not be written must not look like success. A reader that has seen enough and
/// closes the pipe is none of that.
int checked_output(int code) {
  errno = 0;
  std::cout.flush();
  const bool written = std::fflush(stdout) == 0 && std::cout.good();
  if (written || errno == EPIPE || code != exit_done)
    return code;
  std::cerr << "standings: standard output cannot be written\n";
  return exit_failed;
}

} // namespace

command_tree::command_tree()
    : root_{"Standings: leaderboards that keep a fast cache and a durable database in step",
            "standings"} {
  root_.set_version_flag("--version", "standings " STANDINGS_VERSION, "print the version");
  root_.set_help_flag("-h,--help", "print this help");
  root_.get_formatter()->label("SUBCOMMAND", "COMMAND");
  root_.require_subcommand(1);
  root_.fallthrough(); // shared flags may stand before and after the command
  add_shared_flags(root_, shared_flags::all(), common_);
  root_.footer("`standings COMMAND --help` shows flags, examples and exit codes of a command.");
}

CLI::App& command_tree::add_group(const std::string& name, const std::string& what) {
  auto* out = root_.add_subcommand(name, what)->group("Commands");
  out->require_subcommand(1);
  out->footer("`standings " + name + " COMMAND --help` shows examples and exit codes.");
  return *out;
}

CLI::App& command_tree::add(const command_text& text, shared_flags takes, run_fn run) {
  return add_to(root_, text, takes, std::move(run));
}

CLI::App& command_tree::add_to(CLI::App& group, const command_text& text, shared_flags takes,
                               run_fn run) {
  auto* out = group.add_subcommand(text.name, text.what)->group("Commands");
  out->footer(footer_of(text));
  add_shared_flags(*out, takes, common_);
  commands_.emplace(out, command{takes, std::move(run)});
  return *out;
}

/// A shared flag that stands before a command which does not take it; empty if there is none.
std::string command_tree::misplaced_flag(const CLI::App& chosen) const {
  for (const auto* given : root_.get_options())
    if (given->count() > 0 && !chosen.get_option_no_throw(given->get_name()))
      return given->get_name();
  return {};
}

int command_tree::run(int argc, char** argv) {
  const bool json = asks_for_json(argc, argv);
  try {
    root_.parse(argc, argv);
  } catch (const CLI::Success& help_or_version) {
    return root_.exit(help_or_version);
  } catch (const CLI::ParseError& error) {
    return refuse_usage(json, explain_usage(root_, deepest(root_), error));
  }
  const auto& chosen = deepest(root_);
  if (const auto flag = misplaced_flag(chosen); !flag.empty())
    return refuse_usage(json, explain_flag(chosen, flag));
  return checked_output(run_chosen(chosen));
}

int command_tree::run_chosen(const CLI::App& chosen) {
  const auto& [takes, run] = commands_.at(&chosen);
  invocation with;
  with.json = common_.json;
  if (!takes.config)
    return run(with);
  auto loaded = load_config(common_);
  if (!loaded.problems.empty())
    return refuse_configuration(with.json, loaded.problems);
  if (with.json)
    loaded.value.log.format = log_format::json;
  set_up_logging(loaded.value.log);
  for (const auto& note : loaded.notes)
    log_to(log_component::service).warn("{}", note);
  with.settings = loaded.value;
  with.config_file = common_.config_file;
  with.load = [this] {
    return load_config(common_);
  };
  if (takes.service) {
    common_.service.address_given = common_.host || common_.port;
    auto service = resolve_service(with.settings, common_.service, process_environment());
    if (!service)
      return refuse_configuration(with.json, {service.error().detail});
    with.service = std::move(*service);
  }
  const int code = run(with);
  flush_log();
  return code;
}

} // namespace standings
