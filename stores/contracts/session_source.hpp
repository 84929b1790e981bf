#pragma once

#include "core/base/result.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace standings {

/// Some ids of a scan.
struct source_page {
  std::vector<std::string> ids; ///< perhaps none, and perhaps one twice
  std::string cursor;           ///< where the next page starts; empty: this was the last
};

/// What lies under a session's key.
struct source_session {
  enum class state : std::uint8_t { present, gone, too_large, wrong_type };

  std::string id;
  state is = state::gone;
  std::string text; ///< of `present`; of `too_large` its beginning
};

/// Tells one life of the source from another. Nothing in it is ordered.
struct server_identity {
  std::string run_id;         ///< changes with a restart
  std::uint64_t flushes = 0;  ///< changes with a flush
  std::uint64_t settings = 0; ///< changes when somebody sets an option, notifications perhaps
  std::uint64_t swaps = 0;    ///< changes when databases trade places
  std::string data_set{};     ///< changes when the data come from another server

  friend bool operator==(const server_identity&, const server_identity&) = default;
};

/// The sessions as another application writes them. Reads only.
///
/// An object is one connection: blocking, to be used by one thread at a time.
/// Every method fails with `store_unavailable` where the source cannot be read.
class session_source {
public:
  session_source() = default;
  session_source(const session_source&) = delete;
  session_source& operator=(const session_source&) = delete;
  virtual ~session_source() = default;

  /// About `limit` ids, in no order; `cursor` empty starts anew. A session that is
  /// there from the first page to the last comes in one of them. Fails with
  /// `out_of_range` for a cursor that no page has given.
  [[nodiscard]] virtual result<source_page> scan(const std::string& cursor, std::size_t limit) = 0;

  /// The first of these sessions, in order: all, or as many as have `max_bytes`
  /// of text together, at least one.
  [[nodiscard]] virtual result<std::vector<source_session>> read(std::span<const std::string> ids,
                                                                 std::size_t max_bytes) = 0;

  /// What the source says of itself; parts that it keeps secret are empty.
  [[nodiscard]] virtual result<server_identity> identity() = 0;
};

/// Opens a connection. Thread-safe.
using session_source_factory = std::function<result<std::unique_ptr<session_source>>()>;

} // namespace standings
