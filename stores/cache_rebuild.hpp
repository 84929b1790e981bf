#pragma once

#include "stores/rank_cache.hpp"
#include "stores/score_store.hpp"

#include <string>

namespace standings {

/// The steps of filling a cache from the database, for whoever drives them:
/// begin_rebuild, pages until one is the last, finish.

/// One step.
struct rebuilt_page {
  std::uint64_t users = 0;
  std::string last; ///< where the next step starts
  bool done = false;
};

/// Which side a step failed on, so that the driver knows what to replace.
struct rebuild_failure {
  failure why;
  bool database = false;
};

template <class T>
using rebuild_result = boost::system::result<T, rebuild_failure>;

[[noreturn]] void throw_exception_from_error(const rebuild_failure& f,
                                             const boost::source_location& where);

/// Loads up to `limit` users after `after`.
[[nodiscard]] rebuild_result<rebuilt_page>
rebuild_page(score_store& from, rank_cache& to, const std::string& after, std::size_t limit);

/// Removes the users that were deleted while the cache did not listen, and
/// declares the cache complete. Gives the number swept; see rank_cache.
[[nodiscard]] rebuild_result<std::uint64_t> complete_rebuild(score_store& from, rank_cache& to);

} // namespace standings
