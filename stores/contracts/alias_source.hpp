#pragma once

#include "core/aliases/alias.hpp"
#include "core/base/result.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace standings {

/// One page of a table. Each alias appears once, with all its ids.
struct alias_batch {
  std::vector<alias_record> records;
  std::uint64_t invalid = 0;         ///< rows without a valid alias or id, left out
  std::vector<std::string> problems; ///< what is wrong with some of these rows
  bool done = false;                 ///< this was the last page
};

/// Reads one table. Must not outlive the snapshot that created it.
class alias_row_reader {
public:
  alias_row_reader() = default;
  alias_row_reader(const alias_row_reader&) = delete;
  alias_row_reader& operator=(const alias_row_reader&) = delete;
  virtual ~alias_row_reader() = default;

  /// The next aliases, at most `limit`. Fails with `store_unavailable` if the table cannot be read
  /// any further.
  [[nodiscard]] virtual result<alias_batch> next(std::size_t limit) = 0;
};

/// A consistent view of all tables, unaffected by later writes.
class alias_snapshot {
public:
  alias_snapshot() = default;
  alias_snapshot(const alias_snapshot&) = delete;
  alias_snapshot& operator=(const alias_snapshot&) = delete;
  virtual ~alias_snapshot() = default;

  /// Fails with `store_unavailable` if this table is missing or cannot be read; the others may
  /// still be readable.
  [[nodiscard]] virtual result<std::unique_ptr<alias_row_reader>> read(alias_type type) = 0;
};

/// The aliases that another application keeps. Only ever read.
///
/// An object is one connection at most: blocking, for one thread at a time. It reconnects by
/// itself.
class alias_source {
public:
  alias_source() = default;
  alias_source(const alias_source&) = delete;
  alias_source& operator=(const alias_source&) = delete;
  virtual ~alias_source() = default;

  /// `told` is polled during reads; a read fails once it returns true.
  virtual void stop_when(std::function<bool()> told) = 0;

  /// Identifies the source: the same text in every process that reads it, a different one for every
  /// other source.
  [[nodiscard]] virtual std::string identity() const = 0;

  /// Whether there is anything to read.
  [[nodiscard]] virtual bool exists() = 0;

  /// Changes exactly when the source changes; found out without reading it. Opaque; compare for
  /// equality only. If it is taken before a snapshot, no change after that snapshot goes unnoticed.
  [[nodiscard]] virtual result<std::string> fingerprint() = 0;

  /// At most one snapshot at a time. Fails with `store_unavailable`.
  [[nodiscard]] virtual result<std::unique_ptr<alias_snapshot>> snapshot() = 0;
};

using alias_source_factory = std::function<std::unique_ptr<alias_source>()>;

} // namespace standings
