#pragma once

#include "core/base/result.hpp"
#include "core/sessions/session.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace standings {

/// What an upsert did to one session.
struct session_change {
  bool created = false;
  bool changed = false; ///< its fields or messages; true if created
  std::uint64_t messages_added = 0;

  friend bool operator==(const session_change&, const session_change&) = default;
};

inline constexpr std::size_t max_quarantined = 10'000;

struct session_counts {
  std::uint64_t sessions = 0;
  std::uint64_t messages = 0;
  std::uint64_t users = 0;
  std::uint64_t groups = 0;
  std::uint64_t quarantined = 0;
};

/// Sessions, their messages, users and groups as rows of a database.
///
/// An object is one connection: blocking, for one thread at a time. Any number of objects, in any
/// number of processes, may work on one database. Every method fails with `store_unavailable` if
/// the database cannot be reached or refuses to work; nothing was changed then.
class session_store {
public:
  session_store() = default;
  session_store(const session_store&) = delete;
  session_store& operator=(const session_store&) = delete;
  virtual ~session_store() = default;

  /// Brings the rows to these states in one transaction, durable on return; returns one change per
  /// session, in order. No two sessions of a batch may have the same id.
  ///
  /// Missing users and groups are created; all ids come from the tables' identity columns. Messages
  /// that are already stored (see `message_key`) are not added again, nor is one whose writer added
  /// or removed its message_id later (`settle_twins`). A message whose message_id is stored is
  /// updated to its new content. Rows that the source no longer has stay. A stored session leaves
  /// the quarantine.
  ///
  /// Fails as a whole, changing nothing, with `rejected_row` if the database refuses a row.
  [[nodiscard]] virtual result<std::vector<session_change>>
  upsert(std::span<const session_record> sessions) = 0;

  /// Records sessions that cannot be stored, each with its last reason and the time when it was
  /// last seen. Keeps at most `max_quarantined`; returns how many were dropped for that, those that
  /// were last seen the longest ago.
  [[nodiscard]] virtual result<std::uint64_t>
  quarantine(std::span<const rejected_session> sessions) = 0;

  /// Takes these sessions out of the quarantine and returns how many were in it.
  [[nodiscard]] virtual result<std::uint64_t> release(std::span<const std::string> ids) = 0;

  /// Releases all sessions that were last quarantined before `seen`, a time of `now`; returns how
  /// many.
  [[nodiscard]] virtual result<std::uint64_t> release_before(sys_time seen) = 0;

  /// The time by which `quarantine` records.
  [[nodiscard]] virtual result<sys_time> now() = 0;

  /// Up to `limit` quarantined sessions with an id after `after`, by id.
  [[nodiscard]] virtual result<std::vector<rejected_session>> quarantined(const std::string& after,
                                                                          std::size_t limit) = 0;

  /// The ids of those sessions that exist, in no particular order.
  [[nodiscard]] virtual result<std::vector<std::string>>
  known(std::span<const std::string> ids) = 0;

  /// Those of the sessions that exist, in no particular order, their messages in order of arrival.
  [[nodiscard]] virtual result<std::vector<session_record>>
  read(std::span<const std::string> ids) = 0;

  /// Up to `limit` ids after `after` in byte order. An empty `after` starts at the first.
  [[nodiscard]] virtual result<std::vector<std::string>> scan(const std::string& after,
                                                              std::size_t limit) = 0;

  /// The number of rows of each kind.
  [[nodiscard]] virtual result<session_counts> counts() = 0;
};

/// Opens a connection; creates the tables if needed. Fails with `store_unavailable`, also if a
/// table of that name belongs to another application and lacks a column, which the detail then
/// names. Thread-safe.
using session_store_factory = std::function<result<std::unique_ptr<session_store>>()>;

} // namespace standings
