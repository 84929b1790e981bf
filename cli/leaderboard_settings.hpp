#pragma once

#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// The settings of a leaderboard as flags.
namespace standings {

/// What was given on the command line; the rest is as by default, or stays as it is.
struct given_settings {
  std::optional<std::string> mode;
  std::optional<std::string> order;
  std::optional<std::string> time_zone;
  std::optional<std::string> week_start;
  std::optional<std::int64_t> max_count;
  std::optional<std::string> metadata; ///< a JSON object
  std::vector<std::string> feeds;
  bool no_feeds = false;
};

enum class setting_flags : std::uint8_t {
  all,       ///< of a new leaderboard
  of_change, ///< without those that never change
};

void add_setting_flags(CLI::App& to, given_settings& given, setting_flags which);

/// The settings as the service takes them; only those that were given.
[[nodiscard]] boost::json::object settings_of(const given_settings& given);

} // namespace standings
