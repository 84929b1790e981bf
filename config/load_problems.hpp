#pragma once

#include "config/loader.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the sources of a configuration have in common: setting options, and naming what is wrong.
namespace standings {

/// Sets the option to `text`; an error is reported with `source`.
void apply(const option& o, std::string_view text, const std::string& source, load_outcome& out);

/// The key up to its first unusual character: what follows may be a value that was meant to stand
/// beside the key, as in `{password:secret}`.
[[nodiscard]] std::string shown_key(std::string_view key);

/// Says that there is no such `what`, and which one may be meant.
[[nodiscard]] std::string unknown(const std::string& what, const std::string& name,
                                  const std::optional<std::string>& meant);

/// The paths of all options.
[[nodiscard]] std::vector<std::string> option_paths();

} // namespace standings
