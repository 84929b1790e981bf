#pragma once

#include "core/sessions/session.hpp"
#include "core/sessions/session_comparison.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace standings {

/// The number of sessions transferred to the database, and what was left out.
struct sessions_synced {
  std::uint64_t read = 0;    ///< sessions that the source has
  std::uint64_t created = 0; ///< new in the database
  std::uint64_t changed = 0; ///< existing sessions with a new message or a changed field
  std::uint64_t gone = 0;    ///< the source no longer has them; their rows stay
  std::uint64_t messages_added = 0;
  std::uint64_t duplicates = 0; ///< messages that repeat an earlier one of their session
  std::uint64_t quarantined = 0;
  std::uint64_t replaced = 0;     ///< messages that repeat an earlier message_id with other content
  std::uint64_t not_ours = 0;     ///< keys under the prefix that are not chat sessions; left alone
  std::uint64_t released = 0;     ///< quarantined sessions that are gone, or no longer sessions
  std::uint64_t dropped = 0;      ///< quarantined sessions discarded to make room for later ones
  std::vector<skip_count> mended; ///< fields left out or partly replaced, by reason
  std::vector<skip_count> skipped;        ///< messages left out, by reason
  std::vector<skip_count> refused;        ///< sessions left out, by reason
  std::vector<rejected_session> problems; ///< the last of the refused sessions
};

inline constexpr std::size_t max_problems = 20;

/// Adds the numbers of a later transfer.
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
