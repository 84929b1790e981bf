#pragma once

#include "core/base/result.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace standings {

/// A page of a scan.
struct source_page {
  std::vector<std::string> ids; ///< possibly none; an id may repeat
  std::string cursor;           ///< of the next page; empty: this was the last
};

/// The content of a session's key.
struct source_session {
  enum class state : std::uint8_t { present, gone, too_large, wrong_type };

  std::string id;
  state is = state::gone;
  std::string text; ///< of `present` all of it, of `too_large` the beginning
};

/// Distinguishes one life of the source from another. The values have no order.
struct server_identity {
  std::string run_id;         ///< changes with a restart
  std::uint64_t flushes = 0;  ///< changes with a flush
  std::uint64_t settings = 0; ///< changes when an option is set, possibly that of notifications
  std::uint64_t swaps = 0;    ///< changes when two databases are swapped
  std::string data_set{};     ///< changes when the data come from another server

  friend bool operator==(const server_identity&, const server_identity&) = default;
};

/// The sessions as another application writes them. Only ever read.
///
/// An object is one connection: blocking, for one thread at a time. Every method fails with
/// `store_unavailable` if the source cannot be read.
class session_source {
public:
  session_source() = default;
  session_source(const session_source&) = delete;
  session_source& operator=(const session_source&) = delete;
  virtual ~session_source() = default;

  /// About `limit` ids, in no particular order; an empty `cursor` starts anew. A session that
  /// exists during the whole scan is on at least one page. Fails with `out_of_range` for a cursor
  /// that no page has returned.
  [[nodiscard]] virtual result<source_page> scan(const std::string& cursor, std::size_t limit) = 0;

  /// The first of these sessions, in order: at least one, and as many as have at most `max_bytes`
  /// of text together.
  [[nodiscard]] virtual result<std::vector<source_session>> read(std::span<const std::string> ids,
                                                                 std::size_t max_bytes) = 0;

  /// What the source reports about itself; parts that it keeps secret are empty.
  [[nodiscard]] virtual result<server_identity> identity() = 0;
};

/// Opens a connection. Thread-safe.
using session_source_factory = std::function<result<std::unique_ptr<session_source>>()>;

} // namespace standings
