#include "cli/described.hpp"

#include <sstream>

namespace standings {

namespace {

/// Splits `TEXT:{daily,weekly}`, as CLI11 names the type of an option with choices.
std::vector<std::string> choices_in(const std::string& type) {
  std::vector<std::string> out;
  const auto open = type.find('{');
  const auto close = type.find('}', open == std::string::npos ? 0 : open);
  if (open == std::string::npos || close == std::string::npos)
    return out;
  std::istringstream in{type.substr(open + 1, close - open - 1)};
  for (std::string choice; std::getline(in, choice, ',');)
    out.push_back(choice);
  return out;
}

value_kind kind_of(const std::string& type, bool has_choices) {
  if (has_choices)
    return value_kind::choice;
  if (type == "FILE")
    return value_kind::file;
  if (type == "DIR")
    return value_kind::directory;
  return type == "KEY=VALUE" ? value_kind::setting : value_kind::any;
}

described_option describe_option(const CLI::Option& option) {
  described_option out;
  for (const auto& name : option.get_snames())
    out.names.push_back("-" + name);
  for (const auto& name : option.get_lnames())
    out.names.push_back("--" + name);
  if (out.names.empty())
    out.names.push_back(option.get_name(true));
  out.what = option.get_description();
  out.group = option.get_group();
  out.required = option.get_required();
  if (option.get_expected_max() == 0)
    return out;
  out.type = option.get_type_name();
  out.choices = choices_in(out.type);
  out.kind = kind_of(out.type, !out.choices.empty());
  out.type = out.type.substr(0, out.type.find(':'));
  return out;
}

described_command describe_below(const CLI::App& app, const std::string& parent) {
  described_command out;
  const bool is_program = app.get_parent() == nullptr;
  out.name = is_program ? "" : app.get_name();
  out.path = parent + (parent.empty() ? "" : " ") + out.name;
  out.what = app.get_description();
  out.footer = app.get_footer();
  for (const auto* option : app.get_options())
    (option->get_positional() ? out.positionals : out.options).push_back(describe_option(*option));
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
    out.commands.push_back(describe_below(*command, out.path));
  return out;
}

void flatten(const described_command& command, std::vector<const described_command*>& to) {
  to.push_back(&command);
  for (const auto& below : command.commands)
    flatten(below, to);
}

} // namespace

described_command describe(const CLI::App& app) {
  return describe_below(app, "");
}

std::vector<const described_command*> flattened(const described_command& command) {
  std::vector<const described_command*> out;
  flatten(command, out);
  return out;
}

} // namespace standings
