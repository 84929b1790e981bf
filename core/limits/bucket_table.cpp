#include "core/limits/bucket_table.hpp"

namespace standings {

limit_state bucket_table::take(std::string_view key, time_point now) {
  return size_.limits() ? of(key).bucket.take(size_, now) : limit_state{};
}

limit_state bucket_table::look(std::string_view key, time_point now) const {
  const auto at = held_.find(key);
  return at == held_.end() ? token_bucket{}.look(size_, now) : at->second.bucket.look(size_, now);
}

/// The key's entry, which is then the one used last.
bucket_table::entry& bucket_table::of(std::string_view key) {
  auto at = held_.find(key);
  if (at == held_.end()) {
    if (held_.size() >= most_) {
      const auto& oldest = *by_use_.back().key;
      by_use_.pop_back();
      held_.erase(held_.find(oldest));
    }
    at = held_.try_emplace(std::string{key}).first;
    at->second.key = &at->first;
  } else {
    by_use_.erase(by_use_.iterator_to(at->second));
  }
  by_use_.push_front(at->second);
  return at->second;
}

} // namespace standings
