#pragma once

#include "core/sessions/session.hpp"

namespace standings {

enum class session_verdict : std::uint8_t {
  in_sync,
  differs,
  only_in_source,   ///< not in the database yet
  only_in_database, ///< expired or deleted in the source; its rows are kept
  unreadable,       ///< cannot be stored
};

std::string to_string(session_verdict v);

/// The result of comparing one session.
struct compared_session {
  std::string id;
  session_verdict verdict = session_verdict::in_sync;
  std::vector<std::string> fields; ///< if `differs`: group, created_at, updated_at, messages
  std::string reason;              ///< if `unreadable`
  std::uint64_t source_messages = 0;
  std::uint64_t stored_messages = 0;
  std::uint64_t missing_messages = 0; ///< in the source, but not stored in the same form
};

/// Compares a session with its rows. Rows may hold more messages than the source still has, and
/// fields that the source lacks.
[[nodiscard]] compared_session compare_session(const session_record& source,
                                               const session_record& stored);

} // namespace standings
