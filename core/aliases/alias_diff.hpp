#pragma once

#include "core/aliases/alias.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// The decisions of the alias mirror, without source and cache.
namespace standings {

/// What has to be done to the cache for one batch.
struct alias_diff {
  std::vector<std::size_t> writes; ///< positions in the batch, ascending
  std::vector<bool> is_new;        ///< for each write: the cache had no such alias
  std::uint64_t same = 0;
};

/// Compares a batch of the source with what the cache holds of it, position by
/// position. A cached value that is written differently counts as different.
[[nodiscard]] alias_diff diff_aliases(std::span<const alias_record> source,
                                      std::span<const std::optional<std::string>> cached);

/// What a cycle knows of one table when it comes to deletions.
struct alias_table_sight {
  bool read_to_the_end = false;
  std::uint64_t aliases = 0; ///< usable ones that were read
  bool released = false;     ///< somebody has said that an empty table is meant
};

struct alias_deletion_verdict {
  bool allowed = false;
  std::string reason; ///< why not
};

/// Whether cached aliases that the table does not have may be deleted, where the
/// cache has `cached` of its type. An absence is believed only of a table that
/// was read to its end, and is not suddenly empty.
[[nodiscard]] alias_deletion_verdict may_delete_aliases(const alias_table_sight& table,
                                                        std::uint64_t cached);

/// Remembers which aliases the source has in eight bytes each, for the pass that
/// looks for others in the cache. Where two aliases share a hash, one that is
/// gone may stay; none is ever taken for gone.
class seen_aliases {
public:
  void add(std::string_view alias);

  /// To be called after the last `add`, before the first `contains`.
  void seal();

  [[nodiscard]] bool contains(std::string_view alias) const;

private:
  std::vector<std::uint64_t> hashes_;
};

} // namespace standings
