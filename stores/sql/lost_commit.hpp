#pragma once

#include <cstdint>

namespace standings {

/// What it means that the answer to a COMMIT was lost.
enum class lost_commit : std::uint8_t {
  unknown,   ///< whether it took effect is told to the caller: errc::outcome_unknown
  repeatable ///< the work may be repeated, so the store was just unavailable
};

} // namespace standings
