#pragma once

#include "core/aliases/alias.hpp"
#include "core/base/result.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace standings {

/// An alias that a reachable cache did not take.
struct alias_refusal {
  std::size_t position = 0; ///< index in the aliases that were passed
  std::string reason;
};

/// The outcome of removing aliases.
struct alias_removal {
  std::uint64_t removed = 0;
  std::uint64_t foreign = 0; ///< keys that hold something else; they were left alone

  friend bool operator==(const alias_removal&, const alias_removal&) = default;
};

/// One page of a scan over all aliases in a cache.
struct alias_page {
  std::vector<alias_name> names;
  std::string next; ///< cursor of the next page; empty after the last
};

/// The mirrored aliases, `alias:{type}:{alias}`, and the results of queries on them,
/// `cache:team_player:{team}:{player}`.
///
/// Thread-safe. Methods fail with `store_unavailable` if the cache cannot be reached.
class alias_cache {
public:
  using values = std::vector<std::optional<std::string>>;

  alias_cache() = default;
  alias_cache(const alias_cache&) = delete;
  alias_cache& operator=(const alias_cache&) = delete;
  virtual ~alias_cache() = default;

  /// The values of the records' aliases, by position; `nullopt` for a key that is missing or holds
  /// no string.
  [[nodiscard]] virtual result<values> get(alias_type type,
                                           std::span<const alias_record> aliases) = 0;

  /// The value of one alias.
  [[nodiscard]] result<std::optional<std::string>> find(alias_type type, const std::string& alias) {
    const alias_record one{alias, {}};
    auto found = get(type, {&one, 1});
    if (!found)
      return found.error();
    return std::move(found->front());
  }

  /// Writes all aliases and returns the refused ones: a key that holds another type belongs to
  /// another program and stays as it is.
  [[nodiscard]] virtual result<std::vector<alias_refusal>>
  put(alias_type type, std::span<const alias_record> aliases) = 0;

  /// Removes these aliases from the cache. A key that holds something other than an alias of ours
  /// stays.
  [[nodiscard]] virtual result<alias_removal> remove(alias_type type,
                                                     std::span<const std::string> aliases) = 0;

  /// The page of all aliases at `cursor`; an empty cursor starts. An alias that stays in the cache
  /// during the whole scan is returned at least once; one that is added or removed meanwhile may be
  /// missing.
  [[nodiscard]] virtual result<alias_page> scan(const std::string& cursor) = 0;

  /// Marks the cache as mirrored; a marker that exists stays.
  [[nodiscard]] virtual result<void> set_marker() = 0;

  /// Opaque; compare for equality only. If it differs from the value after `set_marker`, the cache
  /// may have lost aliases since.
  [[nodiscard]] virtual result<std::string> sign() = 0;

  /// Claims this cache for `owner`, which mirrors into it, for `ttl` from now, and returns the
  /// owner: the previous one keeps its claim until that expires, unless `take` is set.
  [[nodiscard]] virtual result<std::string> claim(const std::string& owner,
                                                  std::chrono::milliseconds ttl, bool take) = 0;

  /// How many queries met a key that holds something else. Such a key is left alone, and the query
  /// is answered without it.
  [[nodiscard]] virtual std::uint64_t foreign_queries() const = 0;

  /// A query's cached result; `nullopt` if there is none or it has expired.
  [[nodiscard]] virtual result<std::optional<std::string>>
  find_query(const std::string& team, const std::string& player) = 0;

  [[nodiscard]] virtual result<void> put_query(const std::string& team, const std::string& player,
                                               const std::string& text,
                                               std::chrono::milliseconds ttl) = 0;
};

using alias_cache_ptr = std::shared_ptr<alias_cache>;

} // namespace standings
