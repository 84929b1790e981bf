#pragma once

#include "core/base/errc.hpp"
#include "core/leaderboard/entries.hpp"

#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

namespace standings::test {

/// Repeats a request that is refused because another program holds the lock, as a client does.
/// SQLite's locks are not fair, so on a busy machine one of several writers may wait too long.
template <class Ask>
auto until_unlocked(const Ask& ask) -> decltype(ask()) {
  auto answer = ask();
  while (!answer && answer.error().code == errc::overloaded)
    answer = ask();
  return answer;
}

/// Applies a batch, and repeats what of it is refused because other writers hold the rows of its
/// users for too long.
template <class Store>
std::vector<update_outcome> apply_until_unlocked(Store& store,
                                                 const std::vector<score_update>& batch) {
  std::vector<update_outcome> outcomes(batch.size());
  std::vector<std::size_t> left(batch.size());
  std::iota(left.begin(), left.end(), std::size_t{0});
  while (!left.empty()) {
    std::vector<score_update> part;
    for (const auto i : left)
      part.push_back(batch[i]);
    auto done = until_unlocked([&] { return store.apply(part); }).value();
    for (std::size_t i = 0; i < left.size(); ++i)
      outcomes[left[i]] = std::move(done.at(i));
    std::erase_if(left, [&](std::size_t i) { return outcomes[i].code != errc::overloaded; });
  }
  return outcomes;
}

} // namespace standings::test
