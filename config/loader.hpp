#pragma once

#include "config/config.hpp"
#include "config/options.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// How a config comes about: defaults, then a YAML file, then the environment,
/// then flags; the later one wins.
namespace standings {

/// Where to read from.
struct load_request {
  std::optional<std::string> file; ///< none: no file; one that is missing is a problem
  std::map<std::string, std::string> environment;             ///< e.g. `process_environment()`
  std::vector<std::pair<std::string, std::string>> overrides; ///< path and value; the last one wins
};

/// What came of it.
struct load_outcome {
  config value;                      ///< to be used only where `problems` is empty
  std::vector<std::string> problems; ///< everything found, what `validate` finds included
  std::vector<std::string> notes;    ///< what may surprise, without being wrong
  bool file_holds_secret = false;
};

/// Reads all sources and reports all problems at once. Never throws for what
/// the sources contain; no problem and no note quotes a secret.
///
/// A problem starts with where it lies: `file:line`, the environment variable,
/// or `command line`. Unknown keys are problems. An unknown variable that starts
/// with `STANDINGS_` is one where it resembles a known one, else a note. What
/// Kubernetes or a Docker link puts into the environment is passed over with a note,
/// and a variable that is empty counts as not set.
///
/// Also understood, below STANDINGS_*: REDIS_HOST, REDIS_PORT, REDIS_USERNAME,
/// REDIS_PASSWORD, REDIS_DB, DATABASE_URL and, where no URL is given and
/// POSTGRES_HOST is, POSTGRES_HOST, _PORT, _USER, _PASSWORD and _DB. They fill
/// in values and never choose a backend. They are not even read where a STANDINGS_*
/// variable or a flag decides.
[[nodiscard]] load_outcome load(const load_request& request);

/// The variables of this process. Not to be called while another thread
/// changes them.
[[nodiscard]] std::map<std::string, std::string> process_environment();

} // namespace standings
