#pragma once

#include "config/config.hpp"
#include "core/base/result.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Every option, described once. YAML keys, environment names and
/// `--set path=value` all derive from this table.
namespace standings {

/// One thing that can be configured.
struct option {
  std::string path; ///< as in the file: `http.port`
  bool secret = false;

  /// Parses `text` into the option's field. On a failure nothing is changed,
  /// and the detail completes the sentence "<path>: …".
  std::function<result<void>(config&, std::string_view text)> set;

  /// The value as text that `set` takes; of a secret only whether there is one
  /// (`***` or nothing). `get(config{})` is the default.
  std::function<std::string(const config&)> get;

  /// Whether two configurations agree in it, secrets included.
  std::function<bool(const config&, const config&)> same;
};

/// The table, in the order of the structs in config/config.hpp.
[[nodiscard]] std::span<const option> all_options();

/// The option at `path`, or null.
[[nodiscard]] const option* find_option(std::string_view path);

/// `STANDINGS_` and the path in capitals, with underscores for dots.
[[nodiscard]] std::string environment_name(const option& o);

/// Whether some option lies under `path`: `http`.
[[nodiscard]] bool is_section(std::string_view path);

/// Whether a secret lies directly under the section `path`.
[[nodiscard]] bool holds_secret(std::string_view path);

/// Everything wrong with `c` that a single option's parser cannot see: ranges,
/// names, and what has to fit together. Each entry starts with the option it is
/// about; none quotes a secret. Empty: `c` can be used.
[[nodiscard]] std::vector<std::string> validate(const config& c);

} // namespace standings
