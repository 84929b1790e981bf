#pragma once

#include "core/base/result.hpp"

#include <string>
#include <string_view>

namespace standings {

/// Whether an error reply is of a kind such as `NOPERM`. Also finds it in the text in which a
/// script wraps a command's error.
[[nodiscard]] bool is_redis_error(std::string_view reply, std::string_view kind);

/// The failure for an error reply. `doing` describes the command, as in `ZADD leaderboard:daily at
/// 127.0.0.1:6379`. The cause contains advice, and none of our values.
[[nodiscard]] failure meaning_of_redis_error(std::string_view reply, const std::string& doing);

/// The text of an error reply without the arguments that it quotes.
[[nodiscard]] std::string redis_error_text(std::string_view reply);

} // namespace standings
