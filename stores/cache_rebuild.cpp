#include "stores/cache_rebuild.hpp"

namespace standings {

namespace {

constexpr std::size_t deletions_page = 1'000;

rebuild_failure of_database(const failure& why) {
  return {why, true};
}

rebuild_failure of_cache(const failure& why) {
  return {why, false};
}

} // namespace

void throw_exception_from_error(const rebuild_failure& f, const boost::source_location& where) {
  throw_exception_from_error(f.why, where);
}

rebuild_result<rebuilt_page> rebuild_page(score_store& from, rank_cache& to,
                                          const std::string& after, std::size_t limit) {
  const auto users = from.scan(after, limit);
  if (!users)
    return of_database(users.error());
  if (const auto done = to.load(*users); !done)
    return of_cache(done.error());
  return rebuilt_page{users->size(), users->empty() ? after : users->back().user_id,
                      users->size() < limit};
}

rebuild_result<std::uint64_t> complete_rebuild(score_store& from, rank_cache& to) {
  for (std::string after;;) {
    const auto deletions = from.scan_deletions(after, deletions_page);
    if (!deletions)
      return of_database(deletions.error());
    if (const auto done = to.remove(*deletions); !done)
      return of_cache(done.error());
    if (deletions->size() < deletions_page)
      break;
    after = deletions->back().user_id;
  }
  const auto swept = to.finish_rebuild();
  if (!swept)
    return of_cache(swept.error());
  return *swept;
}

} // namespace standings
