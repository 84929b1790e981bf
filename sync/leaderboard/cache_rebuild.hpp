#pragma once

#include "stores/contracts/rank_cache.hpp"
#include "stores/contracts/score_store.hpp"
#include "sync/leaderboard/step_back_repair.hpp"

#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace standings {

/// Fills a cache from the database: load pages until one is the last, then call `finish`. Reads the
/// next page while the cache writes the current one, so nothing else may use the database's
/// connection until this object is destroyed.
///
/// With `newer_than` it updates a complete cache instead: only rows with later versions are loaded,
/// and the cache keeps its generation.
///
/// With a repair, it also replaces what the cache has beyond the database; pages are not read ahead
/// then, because the repair uses the same connection.
class cache_rebuild {
public:
  struct page {
    std::uint64_t users = 0;
    std::string last; ///< where the next page starts
    bool done = false;
  };

  /// The failure and the side that failed, so that the driver knows which store to reopen.
  struct failed {
    failure why;
    bool database = false;
  };

  template <class T>
  using outcome = boost::system::result<T, failed>;

  cache_rebuild(score_store& from, rank_cache& to,
                std::optional<std::int64_t> newer_than = std::nullopt)
      : from_(from), to_(to), newer_than_(newer_than) {}
  cache_rebuild(score_store& from, rank_cache& to, std::unique_ptr<step_back_repair> repair)
      : from_(from), to_(to), repair_(std::move(repair)) {}
  cache_rebuild(const cache_rebuild&) = delete;
  cache_rebuild& operator=(const cache_rebuild&) = delete;
  ~cache_rebuild();

  /// Loads up to `limit` users that follow the id `after`.
  [[nodiscard]] outcome<page> load(const std::string& after, std::size_t limit);

  /// Removes the users that were deleted while the cache was unreachable, and declares the cache
  /// complete. Returns the number of users removed; see rank_cache.
  [[nodiscard]] outcome<std::uint64_t> finish();

private:
  using users = result<std::vector<user_record>>;

  users read(const std::string& after, std::size_t limit);
  void read_ahead(const std::string& after, std::size_t limit);
  [[nodiscard]] result<void> give(std::vector<user_record> found);

  score_store& from_;
  rank_cache& to_;
  const std::optional<std::int64_t> newer_than_;
  const std::unique_ptr<step_back_repair> repair_;
  std::string next_after_;
  std::future<users> next_;
};

[[noreturn]] void throw_exception_from_error(const cache_rebuild::failed& f,
                                             const boost::source_location& where);

} // namespace standings
