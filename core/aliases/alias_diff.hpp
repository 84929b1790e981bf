#pragma once

#include "core/aliases/alias.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// The decisions of the alias mirror; pure, without source and cache.
namespace standings {

/// What has to change in the cache for one batch.
struct alias_diff {
  std::vector<std::size_t> writes; ///< positions in the batch, ascending
  std::vector<bool> is_new;        ///< for each write: the cache had no such alias
  std::uint64_t same = 0;
};

/// Compares a batch of the source with what the cache holds for it, position by position. A cached
/// value that is spelled differently counts as different.
[[nodiscard]] alias_diff diff_aliases(std::span<const alias_record> source,
                                      std::span<const std::optional<std::string>> cached);

/// What a cycle knows of one table when it decides on deletions.
struct alias_table_sight {
  bool read_to_the_end = false;
  std::uint64_t aliases = 0; ///< usable aliases that were read
  bool released = false;     ///< an administrator has confirmed that an empty table is meant
};

struct alias_deletion_verdict {
  bool allowed = false;
  std::string reason; ///< why not
};

/// Whether cached aliases that the table does not have may be deleted; `cached` is how many the
/// cache has of this type. An alias counts as deleted only if the table was read to its end and has
/// not suddenly become empty.
[[nodiscard]] alias_deletion_verdict may_delete_aliases(const alias_table_sight& table,
                                                        std::uint64_t cached);

/// Remembers which aliases the source has, in eight bytes each, for the pass that looks for surplus
/// aliases in the cache. If two aliases share a hash, a deleted one may stay in the cache; one that
/// exists is never deleted.
class seen_aliases {
public:
  void add(std::string_view alias);

  /// Call after the last `add` and before the first `contains`.
  void seal();

  [[nodiscard]] bool contains(std::string_view alias) const;

private:
  std::vector<std::uint64_t> hashes_;
};

} // namespace standings
