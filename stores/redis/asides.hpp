#pragma once

#include "stores/redis/connection.hpp"

namespace standings {

/// Logs what a script has set aside; see scripts/set_aside.lua.
void log_asides(const redis_reply& asides);

} // namespace standings
