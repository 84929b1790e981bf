#pragma once

#include <CLI/CLI.hpp>

#include <string>

/// Arguments that several commands take.
namespace standings {

inline CLI::Option& add_period(CLI::App& to, std::string& period) {
  return *to.add_option("PERIOD", period, "the board")
              ->required()
              ->check(CLI::IsMember({"daily", "weekly", "monthly", "yearly"}));
}

inline CLI::Option& add_user_id(CLI::App& to, std::string& id) {
  return *to.add_option("ID", id, "the user; -- before an id that begins with a dash")->required();
}

} // namespace standings
