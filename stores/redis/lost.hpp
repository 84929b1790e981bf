#pragma once

#include "core/base/result.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace standings {

/// The `detail` of a failure if the server cannot be used at all, and if it was lost later.
inline constexpr std::string_view cache_unreachable = "the cache cannot be reached";
inline constexpr std::string_view cache_lost = "the connection to the cache was lost";

/// The cause if the server has ended the connection in an orderly way.
inline constexpr std::string_view server_hung_up = "Server closed the connection";

inline failure lost_because(std::string why) {
  return fail_because(errc::store_unavailable, std::string{cache_lost}, std::move(why));
}

} // namespace standings
