#pragma once

#include "config/config.hpp"
#include "core/base/result.hpp"

#include <string_view>

namespace standings {

/// Whether the text is a URL of any scheme.
[[nodiscard]] bool is_url(std::string_view text);

/// Takes over what `redis://[user[:password]@]host[:port][/db]` states; other fields are unchanged.
/// `rediss://` switches TLS on, `redis://` leaves it as it is. An error says why the URL is
/// unusable, and quotes only its scheme.
[[nodiscard]] result<void> apply_redis_url(std::string_view url, cache_config& to);

} // namespace standings
