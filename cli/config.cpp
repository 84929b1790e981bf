#include "cli/config.hpp"

#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "core/base/presentable.hpp"

#include <iomanip>
#include <iostream>

namespace standings {

namespace {

namespace json = boost::json;

constexpr int value_width = 46; ///< longer ones push their source to the right

std::string source_of(const load_outcome& loaded, const option& o) {
  const auto at = loaded.sources.find(o.path);
  return at == loaded.sources.end() ? "default" : at->second;
}

std::string names_of_tokens(const config& settings) {
  std::string out;
  for (const auto& token : settings.tokens)
    out += (out.empty() ? "" : ", ") + token.name;
  return out;
}

void print_line(const std::string& path, const std::string& value, const std::string& source) {
  const auto line = path + ": " + (value.empty() ? "\"\"" : presentable(value));
  std::cout << std::left << std::setw(value_width) << line << "  # " << presentable(source) << '\n';
}

int run_config(const invocation& with) {
  print_config(with.load(), with.json);
  return exit_done;
}

} // namespace

void print_config(const load_outcome& loaded, bool as_json) {
  json::array options;
  for (const auto& o : all_options()) {
    const auto value = o.get(loaded.value);
    const auto source = source_of(loaded, o);
    if (as_json)
      options.push_back(json::object{{"path", o.path}, {"value", value}, {"source", source}});
    else
      print_line(o.path, value, source);
  }
  if (as_json)
    return print_json({{"options", options}, {"tokens", names_of_tokens(loaded.value)}});
  if (!loaded.value.tokens.empty())
    print_line("tokens", names_of_tokens(loaded.value), "names only");
}

void add_config(command_tree& to) {
  to.add({"config", "print the configuration that is in force, without secrets",
          "standings config --config standings.yaml\nstandings config --set log.level=debug --json",
          "0  printed\n2  wrong usage or configuration"},
         {true, true, false, true}, run_config);
}

} // namespace standings
