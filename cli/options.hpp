#pragma once

#include "cli/service_options.hpp"
#include "config/loader.hpp"

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <vector>

namespace standings {

/// The shared flags that a command takes.
struct shared_flags {
  bool config = true;   ///< --config, --data-dir, --set
  bool listen = false;  ///< --host, --port: where the service listens
  bool service = false; ///< the same, and --url, --token-file, --ca-file: where it is reached
  bool json = true;

  static shared_flags all() { return {true, false, true, true}; }
  static shared_flags of_service() { return {true, false, true, true}; }
  static shared_flags of_stores() { return {}; }
  static shared_flags none() { return {false, false, false, false}; }
};

/// The values of all shared flags.
struct common_options {
  std::string config_file;
  std::optional<std::string> host;
  std::optional<std::string> port;
  std::optional<std::string> data_dir;
  std::vector<std::string> settings; ///< `key=value`
  service_options service;
  bool json = false;
};

void add_shared_flags(CLI::App& to, shared_flags which, common_options& options);

/// Reads the file, then the environment, then the flags.
load_outcome load_config(const common_options& options);

} // namespace standings
