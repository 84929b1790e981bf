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

/// One configurable value.
struct option {
  std::string path; ///< as in the file: `http.port`
  bool secret = false;
  bool list = false;    ///< in the file a sequence, elsewhere texts between commas
  bool mapping = false; ///< names and values: `a=1,b=2`, in a file also a section

  /// Parses `text` into the option's field. On failure the config is unchanged, and the detail
  /// completes the sentence "<path>: …".
  std::function<result<void>(config&, std::string_view text)> set;

  /// The value as text that `set` accepts; a secret is shown as `***` if set, otherwise as nothing.
  /// `get(config{})` is the default.
  std::function<std::string(const config&)> get;

  /// Whether two configurations have equal values for it, secrets included.
  std::function<bool(const config&, const config&)> same;
};

/// The table, in the order of the structs in config/config.hpp.
[[nodiscard]] std::span<const option> all_options();

/// The option at `path`, or null.
[[nodiscard]] const option* find_option(std::string_view path);

/// `STANDINGS_` and the path in capitals, with underscores for dots.
[[nodiscard]] std::string environment_name(const option& o);

/// Whether `path` (such as `http`) contains options.
[[nodiscard]] bool is_section(std::string_view path);

/// Whether a secret lies directly under the section `path`.
[[nodiscard]] bool holds_secret(std::string_view path);

/// All errors in `c` that the parser of a single option cannot see: ranges, names, and options that
/// do not fit together. Each entry starts with its option; none quotes a secret. If it is empty,
/// `c` can be used.
[[nodiscard]] std::vector<std::string> validate(const config& c);

} // namespace standings
