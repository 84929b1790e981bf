#include "core/base/lag_window.hpp"

#include <algorithm>

namespace standings {

void lag_window::add(std::chrono::microseconds delay) {
  if (delays_.size() < size_)
    delays_.push_back(delay);
  else
    delays_[next_] = delay;
  next_ = (next_ + 1) % size_;
}

lag_window::summary lag_window::summarize() const {
  if (delays_.empty())
    return {};
  summary out;
  out.samples = delays_.size();
  out.last = delays_[(next_ + size_ - 1) % size_];
  auto sorted = delays_;
  std::sort(sorted.begin(), sorted.end());
  out.p50 = sorted[(sorted.size() - 1) / 2];
  out.p99 = sorted[(sorted.size() - 1) * 99 / 100];
  return out;
}

} // namespace standings
