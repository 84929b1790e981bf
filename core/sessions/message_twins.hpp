#pragma once

#include "core/sessions/session.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// A writer may give a message its message_id later, or take it away. The row that
/// is added then is the twin of one that is there.
namespace standings {

/// A row that was just added and an earlier one of the same session, sender,
/// content and time, of which exactly one has a message_id.
struct twin_rows {
  std::int64_t added = 0;
  std::string added_id; ///< its message_id; empty: none
  std::int64_t earlier = 0;
  std::string earlier_id;
};

struct twin_plan {
  std::vector<std::int64_t> dropped; ///< added rows that say nothing new
  std::vector<std::int64_t> named;   ///< earlier rows that get a message_id
  std::vector<std::string> names;    ///< position by position
};

/// Which of the pairs, all of the session `source`, are one message twice. Two
/// messages that stand side by side in the source are two.
[[nodiscard]] twin_plan settle_twins(const session_record& source,
                                     std::span<const twin_rows> pairs);

} // namespace standings
