#pragma once

#include "core/sessions/session.hpp"

namespace standings {

enum class session_verdict : std::uint8_t {
  in_sync,
  differs,
  only_in_source,   ///< not in the database yet
  only_in_database, ///< it has expired or was deleted: its rows are kept
  unreadable,       ///< it cannot be stored
};

std::string to_string(session_verdict v);

/// What became of one session.
struct compared_session {
  std::string id;
  session_verdict verdict = session_verdict::in_sync;
  std::vector<std::string> fields; ///< of `differs`: group, created_at, updated_at, messages
  std::string reason;              ///< of `unreadable`
  std::uint64_t source_messages = 0;
  std::uint64_t stored_messages = 0;
  std::uint64_t missing_messages = 0; ///< in the source, and not stored as they are there
};

/// Compares a session with its rows. Rows may hold more messages than the source
/// still has, and fields that it does not tell.
[[nodiscard]] compared_session compare_session(const session_record& source,
                                               const session_record& stored);

} // namespace standings
