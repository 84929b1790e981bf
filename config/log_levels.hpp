#pragma once

#include "config/config.hpp"
#include "core/base/enum_names.hpp"
#include "core/base/result.hpp"

#include <string>
#include <string_view>

namespace standings {

template <>
struct enum_names<log_level> {
  static constexpr enum_words<log_level, 4> all{{{"debug", log_level::debug},
                                                 {"info", log_level::info},
                                                 {"warn", log_level::warn},
                                                 {"error", log_level::error}}};
};

/// Parses `reconcile=debug,http=warn`; an empty text has no entries.
[[nodiscard]] result<log_levels> parse_log_levels(std::string_view text);

/// The inverse.
[[nodiscard]] std::string format_log_levels(const log_levels& levels);

} // namespace standings
