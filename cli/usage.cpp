#include "cli/usage.hpp"

#include "cli/output.hpp"
#include "config/values.hpp"
#include "core/base/presentable.hpp"

#include <algorithm>
#include <iostream>
#include <string_view>

namespace standings {

namespace {

using names = std::vector<std::string>;

std::string suggestion(const std::string& text, const names& candidates) {
  const auto meant = nearest(text, candidates);
  return meant ? "; did you mean '" + *meant + "'?" : "";
}

names commands_of(const CLI::App& app) {
  names out;
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
    out.push_back(command->get_name());
  return out;
}

void append_flags(const CLI::App& of, names& to) {
  for (const auto* option : of.get_options())
    for (const auto& name : option->get_lnames())
      to.push_back("--" + name);
}

/// The first argument that nothing took.
std::string first_left_over(const CLI::App& root) {
  const auto left = root.remaining(true);
  return left.empty() ? "" : left.front();
}

std::string explain_unknown(const CLI::App& root, const CLI::App& at, const std::string& text) {
  const auto shown = "'" + presentable(text.substr(0, text.find('='))) + "'";
  if (text.starts_with('-')) {
    names flags;
    append_flags(at, flags);
    append_flags(root, flags);
    return "unknown flag " + shown + suggestion(text.substr(0, text.find('=')), flags);
  }
  const auto commands = commands_of(at);
  if (commands.empty())
    return "unexpected argument " + shown;
  return "unknown command " + shown + suggestion(text, commands);
}

std::string with_help(const std::string& message, const CLI::App& at) {
  return message + (message.ends_with('?') ? " See `" : "; see `") + path_of(at) + " --help`";
}

} // namespace

bool asks_for_json(int argc, char** argv) {
  const auto end = std::find(argv + 1, argv + argc, std::string_view{"--"});
  return std::find(argv + 1, end, std::string_view{"--json"}) != end;
}

std::string path_of(const CLI::App& command) {
  const auto* parent = command.get_parent();
  return parent ? path_of(*parent) + " " + command.get_name() : command.get_name();
}

std::string explain_usage(const CLI::App& root, const CLI::App& at, const CLI::ParseError& error) {
  if (const auto left = first_left_over(root); !left.empty())
    return with_help(explain_unknown(root, at, left), at);
  if (!commands_of(at).empty() && at.get_subcommands().empty()
      && dynamic_cast<const CLI::RequiredError*>(&error))
    return with_help("no command is given", at);
  return with_help(presentable(error.what()), at);
}

std::string explain_flag(const CLI::App& command, const std::string& flag) {
  auto message = "`" + path_of(command) + "` takes no " + flag;
  if (flag == "--host" || flag == "--port")
    message += ", which is for the service; the cache's address is cache.host and cache.port, e.g."
               " --set cache.host=…";
  return with_help(message, command);
}

int refuse_usage(bool json, const std::string& message) {
  print_error(json, "usage", (json ? "" : "standings: ") + message);
  return exit_usage;
}

int refuse_configuration(bool json, const std::vector<std::string>& problems) {
  if (!json) {
    for (const auto& problem : problems)
      std::cerr << "standings: " << problem << '\n';
    return exit_usage;
  }
  std::string all;
  for (const auto& problem : problems)
    all += (all.empty() ? "" : "; ") + problem;
  print_error(true, "configuration", all);
  return exit_usage;
}

} // namespace standings
