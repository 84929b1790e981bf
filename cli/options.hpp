#pragma once

#include "config/loader.hpp"

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <vector>

namespace standings {

/// The flags that all subcommands share: the sources of the configuration.
struct common_options {
  std::string config_file;
  std::optional<std::string> host;
  std::optional<std::string> port;
  std::optional<std::string> data_dir;
  std::vector<std::string> settings; ///< `key=value`
};

void add_common_options(CLI::App& to, common_options& options);

/// Reads the file, then the environment, then the flags.
load_outcome load_config(const common_options& options);

} // namespace standings
