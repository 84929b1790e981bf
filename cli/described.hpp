#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

/// The command tree as data, from which completions and the manual page are made.
namespace standings {

enum class value_kind : std::uint8_t { none, any, file, directory, setting, choice };

struct described_option {
  std::vector<std::string> names; ///< with dashes; a positional has one, without
  std::string type;               ///< `FILE`; empty for a flag
  std::string what;
  std::string group;
  bool required = false;
  value_kind kind = value_kind::none;
  std::vector<std::string> choices{};
};

struct described_command {
  std::string name; ///< empty for the program itself
  std::string path; ///< `sync run`
  std::string what;
  std::string footer; ///< examples and exit codes
  std::vector<described_option> options;
  std::vector<described_option> positionals;
  std::vector<described_command> commands;
};

[[nodiscard]] described_command describe(const CLI::App& app);

/// The command and all below it, parents first.
[[nodiscard]] std::vector<const described_command*> flattened(const described_command& command);

} // namespace standings
