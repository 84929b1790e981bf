#pragma once

#include "core/sessions/session.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// A writer may add a message_id to a message later, or remove it. The row added then is the twin
/// of one that already exists.
namespace standings {

/// A row that was just added and an earlier one with the same session, sender, content and time, of
/// which exactly one has a message_id.
struct twin_rows {
  std::int64_t added = 0;
  std::string added_id; ///< its message_id; empty: none
  std::int64_t earlier = 0;
  std::string earlier_id;
};

struct twin_plan {
  std::vector<std::int64_t> dropped; ///< added rows that contain nothing new
  std::vector<std::int64_t> named;   ///< earlier rows that get a message_id
  std::vector<std::string> names;    ///< the message_ids for `named`, by position
};

/// Which of the pairs, all of the session `source`, are the same message twice. Two messages that
/// are both in the source are not.
[[nodiscard]] twin_plan settle_twins(const session_record& source,
                                     std::span<const twin_rows> pairs);

} // namespace standings
