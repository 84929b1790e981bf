#pragma once

#include "messages/board.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace standings {

/// A user's details as other programs read them in the cache, in two parts: the
/// scores, each followed by a comma, come between.
struct details_parts {
  std::string before;
  std::string after;
};

details_parts details_parts_of(const user_record& user, sys_time cached_at);

/// The details that somebody has written, perhaps another program: `version` 0
/// where there is none, times 1970 where they cannot be read. Nothing where the
/// text is no details object with four scores in whole numbers: what cannot be
/// read must not pass for 0.
std::optional<cached_user> parse_details(std::string_view text);

} // namespace standings
