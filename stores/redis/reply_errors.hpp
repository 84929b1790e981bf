#pragma once

#include "core/base/result.hpp"

#include <string>
#include <string_view>

namespace standings {

/// Whether an error reply is of a kind, such as `NOPERM`. Scripts wrap the error of a
/// command in their own text; that counts, too.
[[nodiscard]] bool is_redis_error(std::string_view reply, std::string_view kind);

/// What an error reply means, for a command that was described as in `ZADD
/// leaderboard:daily at 127.0.0.1:6379`. The cause says what to do about it, and
/// quotes no values of ours.
[[nodiscard]] failure meaning_of_redis_error(std::string_view reply, const std::string& doing);

/// What Redis said, without the arguments that it quotes.
[[nodiscard]] std::string redis_error_text(std::string_view reply);

} // namespace standings
