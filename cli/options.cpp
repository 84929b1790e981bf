#include "cli/options.hpp"

namespace standings {

namespace {

/// Converts the flags; malformed settings are added to `problems`.
load_request request_from(const common_options& options, std::vector<std::string>& problems) {
  load_request request;
  if (!options.config_file.empty())
    request.file = options.config_file;
  request.environment = process_environment();
  for (const auto& setting : options.settings) {
    const auto equals = setting.find('=');
    if (equals == std::string::npos) {
      problems.emplace_back("--set takes key=value");
      continue;
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

load_outcome load_config(const common_options& options) {
  std::vector<std::string> problems;
  auto loaded = load(request_from(options, problems));
  loaded.problems.insert(loaded.problems.begin(), problems.begin(), problems.end());
  return loaded;
}

} // namespace standings
