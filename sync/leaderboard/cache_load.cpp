#include "sync/leaderboard/cache_load.hpp"

#include "sync/leaderboard/entry_repair.hpp"

#include <cstddef>
#include <optional>
#include <utility>

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
  auto found = from_->scan(after_, page_size);
  if (!found)
    return found.error();
  const auto page = as_shown(std::move(*found));
  users_ += page.size();
  has_all_users_ = page.size() < page_size;
  after_ = has_all_users_ ? std::string{} : page.back().user_id;
  if (const auto done = what_->cache->load(page); !done)
    return of_cache(done.error());
  if (repairs_)
    if (const auto done = repair(page); !done)
      return done.error();
  return false;
}

result<void> cache_load::repair(const std::vector<user_record>& page) {
  std::optional<failure> cache_failure;
  if (const auto done = replace_wrong_entries(*what_->cache, *from_, page, cache_failure); !done)
    return done;
  if (cache_failure)
    return of_cache(*cache_failure);
  return {};
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
