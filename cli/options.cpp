#include "cli/options.hpp"

#include "config/values.hpp"

#include <algorithm>

namespace standings {

namespace {

constexpr auto files_group = "Configuration";
constexpr auto service_group = "Service";

/// Whether the text can be shown: a name, and no value that may be a secret.
bool is_name(const std::string& text) {
  return text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || c == '_' || c == '.';
         });
}

std::string explain_setting(const std::string& setting) {
  const std::string rule = "--set takes key=value";
  if (!is_name(setting))
    return rule;
  if (find_option(setting))
    return rule + ": '" + setting + "' has no value";
  std::vector<std::string> paths;
  for (const auto& o : all_options())
    paths.push_back(o.path);
  const auto meant = nearest(setting, paths);
  return rule + ", not '" + setting + "'" + (meant ? "; did you mean '" + *meant + "=…'?" : "");
}

/// Converts the flags; malformed settings are added to `problems`.
load_request request_from(const common_options& options, std::vector<std::string>& problems) {
  load_request request;
  if (!options.config_file.empty())
    request.file = options.config_file;
  request.environment = process_environment();
  remove_service_variables(request.environment);
  for (const auto& setting : options.settings) {
    const auto equals = setting.find('=');
    if (equals == std::string::npos) {
      problems.push_back(explain_setting(setting));
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

void add_config_flags(CLI::App& to, common_options& options) {
  to.add_option("--config", options.config_file, "YAML file; see standings.yaml.example")
      ->type_name("FILE")
      ->group(files_group);
  to.add_option("--data-dir", options.data_dir, "what relative paths lie under")
      ->type_name("DIR")
      ->group(files_group);
  to.add_option_function<std::vector<std::string>>(
        "--set",
        [&options](const std::vector<std::string>& more) {
          options.settings.insert(options.settings.end(), more.begin(), more.end());
        },
        "any option of the file, e.g. log.level=debug; may be given again")
      ->type_name("KEY=VALUE")
      ->take_all()
      ->allow_extra_args(false)
      ->group(files_group);
}

void add_address_flags(CLI::App& to, common_options& options, const std::string& what) {
  to.add_option("--host", options.host, "address " + what)->type_name("H")->group(service_group);
  to.add_option("--port", options.port, "port " + what)->type_name("N")->group(service_group);
}

void add_service_flags(CLI::App& to, service_options& options) {
  to.add_option("--url", options.url, "of the service, e.g. https://example.org/scores")
      ->type_name("URL")
      ->group(service_group);
  to.add_option("--token-file", options.token_file, "holds the token for the service")
      ->type_name("FILE")
      ->group(service_group);
  to.add_option("--ca-file", options.ca_file, "PEM: who vouches for an https service")
      ->type_name("FILE")
      ->group(service_group);
}

} // namespace

void add_shared_flags(CLI::App& to, shared_flags which, common_options& options) {
  if (which.listen)
    add_address_flags(to, options, "to listen on");
  if (which.service) {
    add_service_flags(to, options.service);
    add_address_flags(to, options, "of the service, without --url");
  }
  if (which.config)
    add_config_flags(to, options);
  if (which.json)
    to.add_flag("--json", options.json, "print JSON");
}

load_outcome load_config(const common_options& options) {
  std::vector<std::string> problems;
  auto loaded = load(request_from(options, problems));
  loaded.problems.insert(loaded.problems.begin(), problems.begin(), problems.end());
  return loaded;
}

} // namespace standings
