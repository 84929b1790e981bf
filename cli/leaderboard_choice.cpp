#include "cli/leaderboard_choice.hpp"

#include "config/values.hpp"
#include "core/base/presentable.hpp"
#include "core/leaderboard/leaderboard_id.hpp"

namespace standings {

namespace {

std::string problem_of_choice(const std::string& id) {
  return id == default_leaderboard ? "" : problem_of_leaderboard_id(id);
}

} // namespace

std::string problem_of_leaderboard_id(const std::string& id) {
  const auto valid = validate_leaderboard_id(id);
  return valid ? "" : "'" + presentable(id) + "': " + valid.error().detail;
}

CLI::Option& add_leaderboard(CLI::App& to, std::string& id) {
  return *to.add_option("--leaderboard", id, "a named leaderboard instead of the default one")
              ->type_name("ID")
              ->check(problem_of_choice);
}

CLI::Option& add_all_leaderboards(CLI::App& to, std::vector<std::string>& ids) {
  return *to.add_option("--leaderboard", ids,
                        "a named leaderboard instead of the default one; given again, it counts in "
                        "all of them or in none")
              ->type_name("ID")
              ->take_all()
              ->allow_extra_args(false)
              ->check(problem_of_choice);
}

bool is_default_leaderboard(const std::string& id) {
  return id.empty() || id == default_leaderboard;
}

std::string leaderboard_path(const std::string& id) {
  return is_default_leaderboard(id) ? "/api/redis-leaderboard"
                                    : "/api/leaderboards/" + percent_encode(id);
}

} // namespace standings
