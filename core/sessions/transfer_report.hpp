#pragma once

#include "core/sessions/session.hpp"
#include "core/sessions/session_comparison.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace standings {

/// Sessions that were brought to the database, in numbers.
struct sessions_synced {
  std::uint64_t read = 0;    ///< sessions that the source has
  std::uint64_t created = 0; ///< new in the database
  std::uint64_t changed = 0; ///< others with a new message or another field
  std::uint64_t gone = 0;    ///< the source does not have them any more; their rows stay
  std::uint64_t messages_added = 0;
  std::uint64_t duplicates = 0; ///< messages that repeat an earlier one of their session
  std::uint64_t quarantined = 0;
  std::uint64_t replaced = 0;      ///< messages whose message_id came again with another content
  std::uint64_t not_ours = 0;      ///< keys under the prefix that are no chat sessions; left alone
  std::uint64_t released = 0;      ///< quarantined sessions that are gone, or are none any more
  std::uint64_t dropped = 0;       ///< quarantined sessions that made room for later ones
  std::vector<skip_count> mended;  ///< fields left out or replaced in part, by reason
  std::vector<skip_count> skipped; ///< messages left out, by reason
  std::vector<skip_count> refused; ///< sessions left out, by reason
  std::vector<rejected_session> problems; ///< the last of those
};

inline constexpr std::size_t max_problems = 20;

/// Adds what was done later.
void add(sessions_synced& to, const sessions_synced& more);

/// A page of the comparison of source and database.
struct session_comparison {
  std::vector<compared_session> sessions;
  std::string cursor; ///< where the next page starts; empty: this was the last
};

struct page_synced {
  sessions_synced what;
  std::string cursor; ///< empty: this was the last page
};

} // namespace standings
