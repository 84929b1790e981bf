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

/// What an upsert has done to one session.
struct session_change {
  bool created = false;
  bool changed = false; ///< fields, or messages; true where created
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
/// An object is one connection: blocking, to be used by one thread at a time.
/// Any number of objects, in any number of processes, may work on one database.
/// Every method fails with `store_unavailable` where the database cannot be
/// reached or refuses to work; nothing was changed then.
class session_store {
public:
  session_store() = default;
  session_store(const session_store&) = delete;
  session_store& operator=(const session_store&) = delete;
  virtual ~session_store() = default;

  /// Brings the rows to these states in one transaction, durable on return; a
  /// change each, in order. Users and groups that are missing are created, and
  /// the tables' identity columns give all ids. Messages that are there already
  /// (see `message_key`) are not added again, nor is one whose writer gave it its
  /// message_id later, or took it away (`settle_twins`); one whose message_id is
  /// there is brought to its new content. Rows that the source no longer has stay. No two
  /// sessions of a batch have the same id. A session that is stored leaves the
  /// quarantine. Fails as a whole, changing nothing, with `rejected_row` where the
  /// database refuses one of the rows.
  [[nodiscard]] virtual result<std::vector<session_change>>
  upsert(std::span<const session_record> sessions) = 0;

  /// Notes sessions that cannot be stored, each with its last reason and when it
  /// was last seen. Keeps `max_quarantined`; gives how many of those that were seen
  /// the longest ago went for it.
  [[nodiscard]] virtual result<std::uint64_t>
  quarantine(std::span<const rejected_session> sessions) = 0;

  /// Takes these out of the quarantine, and gives how many were in it.
  [[nodiscard]] virtual result<std::uint64_t> release(std::span<const std::string> ids) = 0;

  /// The same for all that were last quarantined before `seen`, a time of `now`.
  [[nodiscard]] virtual result<std::uint64_t> release_before(sys_time seen) = 0;

  /// The time that `quarantine` goes by.
  [[nodiscard]] virtual result<sys_time> now() = 0;

  /// Up to `limit` of them with an id after `after`, by id.
  [[nodiscard]] virtual result<std::vector<rejected_session>> quarantined(const std::string& after,
                                                                          std::size_t limit) = 0;

  /// The ids of those sessions that exist, in no particular order.
  [[nodiscard]] virtual result<std::vector<std::string>>
  known(std::span<const std::string> ids) = 0;

  /// Those of the sessions that exist, in no particular order, their messages in
  /// the order in which they came.
  [[nodiscard]] virtual result<std::vector<session_record>>
  read(std::span<const std::string> ids) = 0;

  /// Up to `limit` ids after `after` in byte order. `after` empty starts at the first.
  [[nodiscard]] virtual result<std::vector<std::string>> scan(const std::string& after,
                                                              std::size_t limit) = 0;

  /// How many rows there are.
  [[nodiscard]] virtual result<session_counts> counts() = 0;
};

/// Opens a connection, creating the tables if need be. Fails with
/// `store_unavailable`, also where a table of that name belongs to another
/// application and lacks a column; the detail names it. Thread-safe.
using session_store_factory = std::function<result<std::unique_ptr<session_store>>()>;

} // namespace standings
