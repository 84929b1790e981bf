#pragma once

#include "core/base/result.hpp"
#include "stores/redis/asides.hpp"
#include "stores/redis/connection.hpp"
#include "stores/redis/key_scheme.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace standings {

/// A board's size and completeness, as a read finds them.
struct board_size {
  bool complete = false;
  std::uint64_t members = 0;
};

/// A board counts as incomplete if no more than half of its expected members are left.
[[nodiscard]] board_size size_of(const redis_reply& generation, const redis_reply& expected,
                                 const redis_reply& members);

/// The status of a cache, read from its meta hash and boards.
struct cache_contents {
  bool complete = false;
  std::string generation;
  std::array<std::uint64_t, period_count> members{};
  std::int64_t watermark = 0;
};

/// The cache is incomplete, too, if one of its keys holds a value of another type.
[[nodiscard]] result<cache_contents> read_contents(redis_connection& c, const key_scheme& keys);

/// Those of the leaderboard's own keys that hold another type, with the type that they should have.
[[nodiscard]] result<std::vector<needed_key>> keys_of_another_type(redis_connection& c,
                                                                   const key_scheme& keys);

/// The watermark in a reply; 0 if it cannot be ours, and the scripts then replace it.
[[nodiscard]] std::int64_t watermark_in(const redis_reply& reply);

} // namespace standings
