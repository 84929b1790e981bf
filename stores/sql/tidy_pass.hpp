#pragma once

#include "core/base/result.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace standings {

/// A pass over all users by id, in steps: each starts where the last one ended. Not thread-safe.
class tidy_pass {
public:
  /// `tidy_after(id)` tidies some users after `id` and returns their ids, in any order. Returns how
  /// many; 0 only if it found nothing from the first user on.
  template <class TidyAfter>
  [[nodiscard]] result<std::size_t> step(const TidyAfter& tidy_after) {
    const bool from_the_first = last_.empty();
    auto tidied = advance(tidy_after);
    if (!tidied || *tidied != 0 || from_the_first)
      return tidied;
    return advance(tidy_after); // scores that the pass has already gone by may have expired since
  }

private:
  template <class TidyAfter>
  result<std::size_t> advance(const TidyAfter& tidy_after) {
    const result<std::vector<std::string>> users = tidy_after(last_);
    if (!users)
      return users.error();
    last_ = users->empty() ? std::string{} : *std::max_element(users->begin(), users->end());
    return users->size();
  }

  std::string last_;
};

} // namespace standings
