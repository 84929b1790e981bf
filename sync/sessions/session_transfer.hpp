#pragma once

#include "core/sessions/transfer_report.hpp"
#include "stores/contracts/session_source.hpp"
#include "stores/contracts/session_store.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace standings {

struct transfer_limits {
  std::size_t max_session_bytes = 1 << 20;
  std::size_t read_bytes = 8 << 20;   ///< approximate size of the sessions in memory at a time
  std::size_t write_messages = 4'000; ///< per transaction; a single session may have more
};

/// Transfers sessions from the source to the database, and compares the two. A session that cannot
/// be stored is quarantined with its reason until it can be stored or is gone, and the others
/// continue; keys that are not sessions are left alone. Everything may be repeated. Uses both
/// stores while a method runs; not thread-safe.
///
/// Every method fails if one of the two is not available; what was transferred until then stays.
class session_transfer {
public:
  session_transfer(session_source& from, session_store& to, transfer_limits limits = {})
      : from_(from), to_(to), limits_(limits) {}

  /// Transfers these sessions, however many.
  [[nodiscard]] result<sessions_synced> sync(std::span<const std::string> ids);

  /// Transfers about `limit` sessions of a scan; an empty `cursor` starts a new one. A complete
  /// scan releases from quarantine the sessions that it did not find.
  [[nodiscard]] result<page_synced> sync_page(const std::string& cursor, std::size_t limit);

  /// Compares about `limit` sessions: first all that the database has, in the order of their ids,
  /// then those that only the source has. A page may be short or even empty; an empty cursor marks
  /// the last one. Fails with `out_of_range` for a cursor that no page returned.
  [[nodiscard]] result<session_comparison> compare(const std::string& cursor, std::size_t limit);

private:
  /// The sessions that were read and can be stored, and the reports on the others.
  struct reading {
    std::vector<session_record> sessions;
    std::vector<rejected_session> refused;
    std::vector<std::string> absent; ///< presentable ids of sessions that are gone, or not ours
  };

  void take(const source_session& found, reading& to, sessions_synced& counts) const;
  result<void> write(reading& what, sessions_synced& counts);
  result<void> write_what_fits(const session_record& session,
                               std::vector<rejected_session>& refused, sessions_synced& counts);
  result<void> settle_quarantine(const reading& what, sessions_synced& counts);
  result<void> begin_sweep();
  result<void> end_sweep(sessions_synced& counts);
  result<void> write(std::span<const session_record> sessions,
                     std::vector<rejected_session>& refused, sessions_synced& counts);
  result<session_comparison> compare_stored(const std::string& after, std::size_t limit);
  result<session_comparison> compare_source(const std::string& cursor, std::size_t limit);
  [[nodiscard]] std::optional<compared_session> judge(const source_session& found,
                                                      const session_record* stored) const;
  result<void> compare_some(std::span<const std::string> ids, session_comparison& to);

  session_source& from_;
  session_store& to_;
  const transfer_limits limits_;
  std::optional<sys_time> sweep_; ///< when the scan in progress began
};

} // namespace standings
