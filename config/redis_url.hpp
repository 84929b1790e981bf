#pragma once

#include "config/config.hpp"
#include "core/base/result.hpp"

#include <string_view>

namespace standings {

/// Whether the text is a URL, of whatever scheme.
[[nodiscard]] bool is_url(std::string_view text);

/// Takes over what `redis://[user[:password]@]host[:port][/db]` states; the rest stays.
/// A failure says why a URL cannot be used, and quotes nothing of it but its scheme.
[[nodiscard]] result<void> apply_redis_url(std::string_view url, cache_config& to);

} // namespace standings
