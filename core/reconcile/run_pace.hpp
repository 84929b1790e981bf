#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace standings {

/// Lets a run make room for others. A batch that takes longer than the quickest ones did has waited
/// for a store or a processor that requests keep busy; its worker then rests for the time that was
/// lost. A run that has the machine to itself never rests, and one that rests is at most twice as
/// slow.
class run_pace {
public:
  using duration = std::chrono::steady_clock::duration;

  static constexpr std::chrono::milliseconds longest_rest{250};
  static constexpr std::size_t fewest = 100; ///< users; smaller batches tell nothing about the load

  /// How long the worker rests that has just looked at `users` users in `took`.
  [[nodiscard]] duration rest_after(duration took, std::size_t users) {
    if (users < fewest)
      return duration::zero();
    const auto per_user = took / static_cast<duration::rep>(users);
    const bool first = quickest_ == duration::zero();
    // what was quick once may be out of reach for good: each batch forgets a little of it
    quickest_ = first ? per_user : std::min(per_user, quickest_ + quickest_ / forgetting);
    const auto usual = quickest_ * static_cast<duration::rep>(users);
    const auto lost = took - usual - usual / 2;
    return std::clamp<duration>(lost, duration::zero(), longest_rest);
  }

private:
  static constexpr int forgetting = 128;

  duration quickest_{}; ///< for each user; zero before the first batch
};

} // namespace standings
