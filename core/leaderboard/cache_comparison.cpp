#include "core/leaderboard/cache_comparison.hpp"

namespace standings {

std::optional<cache_comparison::step> cache_comparison::next() const {
  if (at_ >= ids_.size())
    return std::nullopt;
  return step{ids_[at_], after_, later_};
}

bool cache_comparison::take(const compared_page& page) {
  if (page.skipped) {
    go_on();
    return false;
  }
  if (page.differing > 0)
    return again_or_differs();
  users_ += page.users;
  for (std::size_t p = 0; p < period_count; ++p)
    on_boards_[p] += page.on_boards[p];
  if (!page.next.empty()) {
    after_ = page.next;
    return false;
  }
  // users whom only the cache knows are on no page; on another page one may have come meanwhile
  if (on_boards_ != page.members)
    return again_or_differs();
  so_far_.users += users_;
  ++so_far_.leaderboards;
  go_on();
  return false;
}

void cache_comparison::skip() {
  go_on();
}

void cache_comparison::fail() {
  ++so_far_.failed;
  go_on();
}

/// From the first page, so that the sums fit together.
bool cache_comparison::again_or_differs() {
  if (!later_) {
    restart(true);
    return false;
  }
  if (so_far_.differing++ == 0)
    so_far_.first_differing = ids_[at_];
  go_on();
  return true;
}

void cache_comparison::restart(bool later) {
  after_.clear();
  later_ = later;
  users_ = 0;
  on_boards_ = {};
}

void cache_comparison::go_on() {
  ++at_;
  restart(false);
}

} // namespace standings
