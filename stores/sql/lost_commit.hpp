#pragma once

#include <cstdint>

namespace standings {

/// What to report when the answer to a COMMIT was lost.
enum class lost_commit : std::uint8_t {
  unknown,   ///< the caller learns that it may have taken effect: errc::outcome_unknown
  repeatable ///< the work may be repeated, so the store just was unavailable
};

} // namespace standings
