#include "core/base/dirty_set.hpp"

#include <algorithm>

namespace standings {

dirty_set::noted dirty_set::note(const std::string& id, std::int64_t at_us) {
  const auto known = times_.find(id);
  if (known != times_.end()) {
    known->second = std::min(known->second, at_us);
    return noted::coalesced;
  }
  if (times_.size() >= most_) {
    clear();
    return noted::overflowed;
  }
  times_.emplace(id, at_us);
  order_.push_back(id);
  return noted::added;
}

std::vector<dirty_set::entry> dirty_set::take(std::size_t count) {
  std::vector<entry> out;
  while (!order_.empty() && out.size() < count) {
    auto taken = times_.extract(order_.front());
    order_.pop_front();
    out.push_back({std::move(taken.key()), taken.mapped()});
  }
  return out;
}

void dirty_set::clear() {
  times_.clear();
  order_.clear();
}

} // namespace standings
