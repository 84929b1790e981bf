#pragma once

#include "core/base/result.hpp"

#include <cstddef>

namespace standings {

/// Applies `try_range(first, last)` to [first, last). If it fails with `rejected_row`, halves the
/// range and tries each half, until each offending element is alone and is passed to
/// `reject(position, failure)`. Any other failure ends the search and is returned: no single
/// element caused it.
/// A batch of n with one bad element costs about 2 log2(n) tries.
template <class TryRange, class Reject>
[[nodiscard]] result<void> bisect(std::size_t first, std::size_t last, const TryRange& try_range,
                                  const Reject& reject) {
  if (first == last)
    return {};
  const result<void> done = try_range(first, last);
  if (done)
    return {};
  if (done.error().code != errc::rejected_row)
    return done.error();
  if (last - first == 1) {
    reject(first, done.error());
    return {};
  }
  const auto middle = first + (last - first) / 2;
  if (auto left = bisect(first, middle, try_range, reject); !left)
    return left;
  return bisect(middle, last, try_range, reject);
}

} // namespace standings
