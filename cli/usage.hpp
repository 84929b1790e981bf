#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

/// Messages about command lines and configurations that are wrong.
namespace standings {

/// Whether `--json` is among the arguments, also of a command line that cannot be parsed.
[[nodiscard]] bool asks_for_json(int argc, char** argv);

/// What is wrong with the command line, naming the nearest command or flag. `at` is the command
/// that was recognised, `root` if none was.
[[nodiscard]] std::string explain_usage(const CLI::App& root, const CLI::App& at,
                                        const CLI::ParseError& error);

/// Says that the command does not take this flag.
[[nodiscard]] std::string explain_flag(const CLI::App& command, const std::string& flag);

/// The command as the user writes it: `standings sync run`.
[[nodiscard]] std::string path_of(const CLI::App& command);

/// Both print to standard error and return the exit code.
int refuse_usage(bool json, const std::string& message);
int refuse_configuration(bool json, const std::vector<std::string>& problems);

} // namespace standings
