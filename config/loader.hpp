#pragma once

#include "config/config.hpp"
#include "config/options.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// Loads a config: defaults, then a YAML file, then the environment, then flags; later sources take
/// precedence.
namespace standings {

/// The sources to read.
struct load_request {
  std::optional<std::string> file;                ///< none: no file; a missing one is a problem
  std::map<std::string, std::string> environment; ///< e.g. `process_environment()`
  std::vector<std::pair<std::string, std::string>> overrides; ///< path and value; the last one wins
};

/// The result of loading.
struct load_outcome {
  config value;                      ///< to be used only if `problems` is empty
  std::vector<std::string> problems; ///< all errors, including those that `validate` finds
  std::vector<std::string> notes;    ///< remarks on settings that are valid but may surprise
  bool file_holds_secret = false;

  /// Where the value of an option comes from, by its path, in the form in which problems name
  /// sources. An option that is not here has its default.
  std::map<std::string, std::string> sources;
};

/// Reads all sources and reports all problems at once. Never throws because of what the sources
/// contain; no problem or note quotes a secret.
///
/// A problem starts with its source: `file:line`, the environment variable, or `command line`.
/// Unknown keys are problems. An unknown variable that starts with `STANDINGS_` is a problem if it
/// resembles a known one, otherwise a note. Variables set by Kubernetes or a Docker link are
/// ignored with a note, and an empty variable counts as not set.
///
/// A secret may come from a file that NAME_FILE names in place of the variable NAME.
///
/// With lower precedence than STANDINGS_*, it also reads REDIS_HOST, REDIS_PORT, REDIS_USERNAME,
/// REDIS_PASSWORD, REDIS_DB and DATABASE_URL; and, if no URL but POSTGRES_HOST is given,
/// POSTGRES_HOST, _PORT, _USER, _PASSWORD and _DB. They fill in values and never choose a backend.
/// They are not even read if a STANDINGS_* variable or a flag sets the option.
[[nodiscard]] load_outcome load(const load_request& request);

/// The environment of this process. Must not be called while another thread changes it.
[[nodiscard]] std::map<std::string, std::string> process_environment();

} // namespace standings
