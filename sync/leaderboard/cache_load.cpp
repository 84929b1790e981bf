#include "sync/leaderboard/cache_load.hpp"

#include <cstddef>

namespace standings {

namespace {

/// Users in one step of a load: other loads go on in between.
constexpr std::size_t page_size = 2'000;

} // namespace

result<bool> cache_load::step() {
  return has_all_users_ ? replay_removals() : load_users();
}

void cache_load::start_over() {
  after_.clear();
  has_all_users_ = false;
  users_ = 0;
}

failure cache_load::of_cache(const failure& why) {
  failed_on_cache_ = true;
  return why;
}

result<bool> cache_load::load_users() {
  const auto page = from_->scan(after_, page_size);
  if (!page)
    return page.error();
  users_ += page->size();
  has_all_users_ = page->size() < page_size;
  after_ = has_all_users_ ? std::string{} : page->back().user_id;
  if (const auto done = what_->cache->load(*page); !done)
    return of_cache(done.error());
  return false;
}

result<bool> cache_load::replay_removals() {
  const auto gone = from_->scan_deletions(after_, page_size);
  if (!gone)
    return gone.error();
  if (const auto done = what_->cache->replay_removals(*gone); !done)
    return of_cache(done.error());
  if (gone->size() == page_size) {
    after_ = gone->back().user_id;
    return false;
  }
  if (const auto done = what_->cache->finish_rebuild(); !done)
    return of_cache(done.error());
  return true;
}

} // namespace standings
