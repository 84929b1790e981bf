#include "core/metrics/histogram.hpp"

#include <algorithm>

namespace standings {

histogram_totals& histogram_totals::operator+=(const histogram_totals& more) {
  counts.resize(std::max(counts.size(), more.counts.size()));
  for (std::size_t i = 0; i < more.counts.size(); ++i)
    counts[i] += more.counts[i];
  sum += more.sum;
  return *this;
}

} // namespace standings
