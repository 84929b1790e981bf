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

/// An alias that a cache does not take, though it can be reached.
struct alias_refusal {
  std::size_t position = 0; ///< in what it was given
  std::string reason;
};

/// What became of aliases that were to be removed.
struct alias_removal {
  std::uint64_t removed = 0;
  std::uint64_t foreign = 0; ///< keys that hold something else, and were left alone

  friend bool operator==(const alias_removal&, const alias_removal&) = default;
};

/// A part of all the aliases in a cache.
struct alias_page {
  std::vector<alias_name> names;
  std::string next; ///< where the next part starts; empty: nothing follows
};

/// The mirrored aliases, `alias:{type}:{alias}`, and the results of queries on
/// them, `cache:team_player:{team}:{player}`.
///
/// Thread-safe; every method may be called from any thread. Methods fail with
/// `store_unavailable` where the cache cannot be reached.
class alias_cache {
public:
  using values = std::vector<std::optional<std::string>>;

  alias_cache() = default;
  alias_cache(const alias_cache&) = delete;
  alias_cache& operator=(const alias_cache&) = delete;
  virtual ~alias_cache() = default;

  /// The values of the records' aliases, position by position; nothing for what
  /// is missing or no string.
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

  /// Writes all of them, and gives those that were refused: a key that holds
  /// another type is somebody else's, and stays as it is.
  [[nodiscard]] virtual result<std::vector<alias_refusal>>
  put(alias_type type, std::span<const alias_record> aliases) = 0;

  /// Removes these aliases where the cache has them. What lies under such a key
  /// and is no alias of ours stays.
  [[nodiscard]] virtual result<alias_removal> remove(alias_type type,
                                                     std::span<const std::string> aliases) = 0;

  /// The part of all aliases at `cursor`; empty for the first. What stays in the
  /// cache all the time is given at least once, what changes meanwhile perhaps.
  [[nodiscard]] virtual result<alias_page> scan(const std::string& cursor) = 0;

  /// Marks the cache as mirrored, unless it is.
  [[nodiscard]] virtual result<void> set_marker() = 0;

  /// Of no meaning but for being compared: another one than after `mark` says
  /// that the cache may have lost aliases since.
  [[nodiscard]] virtual result<std::string> sign() = 0;

  /// Says that `owner` mirrors into this cache, for `ttl` from now, and gives who
  /// does: another one stays the owner until its time is over, unless `take`.
  [[nodiscard]] virtual result<std::string> claim(const std::string& owner,
                                                  std::chrono::milliseconds ttl, bool take) = 0;

  /// How often a query met a key that holds something else. Such a key is left alone,
  /// and the query is answered without it.
  [[nodiscard]] virtual std::uint64_t foreign_queries() const = 0;

  /// A query's result, unless its time is over.
  [[nodiscard]] virtual result<std::optional<std::string>>
  find_query(const std::string& team, const std::string& player) = 0;

  [[nodiscard]] virtual result<void> put_query(const std::string& team, const std::string& player,
                                               const std::string& text,
                                               std::chrono::milliseconds ttl) = 0;
};

using alias_cache_ptr = std::shared_ptr<alias_cache>;

} // namespace standings
