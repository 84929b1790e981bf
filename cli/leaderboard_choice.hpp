#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

/// Which leaderboard a command is about.
namespace standings {

/// What is wrong with the id of a named leaderboard; empty if nothing is.
[[nodiscard]] std::string problem_of_leaderboard_id(const std::string& id);

/// Adds `--leaderboard ID`. Without it, and with `default`, `id` means the default leaderboard.
CLI::Option& add_leaderboard(CLI::App& to, std::string& id);

/// Adds `--leaderboard ID`, which may be given again.
CLI::Option& add_all_leaderboards(CLI::App& to, std::vector<std::string>& ids);

[[nodiscard]] bool is_default_leaderboard(const std::string& id);

/// The path in front of what the service knows of the leaderboard, without a slash at the end.
[[nodiscard]] std::string leaderboard_path(const std::string& id);

} // namespace standings
