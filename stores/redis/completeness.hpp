#pragma once

#include "core/base/result.hpp"
#include "stores/redis/connection.hpp"
#include "stores/redis/key_scheme.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace standings {

/// What a read tells of the board beside its result.
struct board_size {
  bool complete = false;
  std::uint64_t members = 0;
};

/// A board has lost its key or most of its members where less than half of what
/// is expected is left.
[[nodiscard]] board_size size_of(const redis_reply& generation, const redis_reply& expected,
                                 const redis_reply& members);

/// What the cache says of itself.
struct cache_contents {
  bool complete = false;
  std::string generation;
  std::array<std::uint64_t, period_count> members{};
  std::int64_t watermark = 0;
};

/// Incomplete, too, where somebody has put a value of another type under one of the keys.
[[nodiscard]] result<cache_contents> read_contents(redis_connection& c, const key_scheme& keys);

/// 0 for one that cannot be ours; the scripts replace it.
[[nodiscard]] std::int64_t watermark_in(const redis_reply& reply);

} // namespace standings
