#pragma once

#include "core/aliases/alias.hpp"
#include "core/base/result.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace standings {

/// A part of a table. Each alias comes once, with all of its ids.
struct alias_batch {
  std::vector<alias_record> records;
  std::uint64_t invalid = 0;         ///< rows that cannot be an alias or an id, left out
  std::vector<std::string> problems; ///< what is wrong with some of them
  bool done = false;                 ///< nothing follows
};

/// Reads one table. Not longer than the snapshot it came from.
class alias_row_reader {
public:
  alias_row_reader() = default;
  alias_row_reader(const alias_row_reader&) = delete;
  alias_row_reader& operator=(const alias_row_reader&) = delete;
  virtual ~alias_row_reader() = default;

  /// The next `limit` aliases or less. Fails with `store_unavailable` where the
  /// table cannot be read any further.
  [[nodiscard]] virtual result<alias_batch> next(std::size_t limit) = 0;
};

/// All tables at one moment, whatever is written meanwhile.
class alias_snapshot {
public:
  alias_snapshot() = default;
  alias_snapshot(const alias_snapshot&) = delete;
  alias_snapshot& operator=(const alias_snapshot&) = delete;
  virtual ~alias_snapshot() = default;

  /// Fails with `store_unavailable` where the table is missing or cannot be read;
  /// that says nothing about the others.
  [[nodiscard]] virtual result<std::unique_ptr<alias_row_reader>> read(alias_type type) = 0;
};

/// What another application knows of names. Only ever read.
///
/// An object is one connection at most: blocking, to be used by one thread at a
/// time. It reconnects by itself.
class alias_source {
public:
  alias_source() = default;
  alias_source(const alias_source&) = delete;
  alias_source& operator=(const alias_source&) = delete;
  virtual ~alias_source() = default;

  /// Asked while something is read, which ends with a failure where it says so.
  virtual void stop_when(std::function<bool()> told) = 0;

  /// Which source it is: the same text for every process that reads it, and
  /// another one for each other source.
  [[nodiscard]] virtual std::string identity() const = 0;

  /// Whether there is anything to read.
  [[nodiscard]] virtual bool exists() = 0;

  /// What stays the same exactly as long as the source does, found out without
  /// reading it; of no meaning but for being compared. Taken before a snapshot,
  /// it misses no change after it.
  [[nodiscard]] virtual result<std::string> fingerprint() = 0;

  /// At most one snapshot at a time. Fails with `store_unavailable`.
  [[nodiscard]] virtual result<std::unique_ptr<alias_snapshot>> snapshot() = 0;
};

using alias_source_factory = std::function<std::unique_ptr<alias_source>()>;

} // namespace standings
