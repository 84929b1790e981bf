#include "cli/options.hpp"

#include <iostream>

namespace standings {

namespace {

std::optional<load_request> request_from(const common_options& options) {
  load_request request;
  if (!options.config_file.empty())
    request.file = options.config_file;
  request.environment = process_environment();
  for (const auto& setting : options.settings) {
    const auto equals = setting.find('=');
    if (equals == std::string::npos) {
      std::cerr << "standings: --set takes key=value\n";
      return std::nullopt;
    }
    request.overrides.emplace_back(setting.substr(0, equals), setting.substr(equals + 1));
  }
  const auto add = [&](const char* path, const std::optional<std::string>& value) {
    if (value)
      request.overrides.emplace_back(path, *value);
  };
  add("http.host", options.host);
  add("http.port", options.port);
  add("data_dir", options.data_dir);
  return request;
}

} // namespace

void add_common_options(CLI::App& to, common_options& options) {
  to.add_option("--config", options.config_file, "YAML file; see standings.yaml.example")
      ->type_name("FILE");
  to.add_option("--host", options.host, "address to listen on")->type_name("H");
  to.add_option("--port", options.port, "port to listen on, 0 for any")->type_name("N");
  to.add_option("--data-dir", options.data_dir, "what relative paths lie under")->type_name("DIR");
  to.add_option("--set", options.settings, "any option of the file, e.g. log.level=debug")
      ->type_name("KEY=VALUE")
      ->take_all();
}

std::optional<config> load_config(const common_options& options) {
  const auto request = request_from(options);
  if (!request)
    return std::nullopt;
  auto loaded = load(*request);
  for (const auto& note : loaded.notes)
    std::cerr << "standings: " << note << '\n';
  for (const auto& problem : loaded.problems)
    std::cerr << "standings: " << problem << '\n';
  if (!loaded.problems.empty())
    return std::nullopt;
  return std::move(loaded.value);
}

} // namespace standings
