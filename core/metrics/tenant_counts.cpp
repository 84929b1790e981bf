#include "core/metrics/tenant_counts.hpp"

#include <algorithm>
#include <utility>

namespace standings {

namespace {

/// How many tenants without a place are watched for each that has one.
constexpr std::size_t candidates_for_each = 4;

/// How much busier a candidate has to be, so that two of about the same do not change places again
/// and again.
constexpr std::uint64_t much_busier = 2;

} // namespace

void tenant_counts::add(std::string_view tenant, tenant_request what, clock::time_point now) {
  const std::lock_guard lock{mutex_};
  if (now - window_began_ >= window) {
    give_places();
    window_began_ = now;
  }
  auto at = places_.find(tenant);
  if (at == places_.end() && places_.size() < most_)
    at = places_.emplace(std::string{tenant}, place{}).first;
  const auto kind = static_cast<std::size_t>(what);
  if (at == places_.end()) {
    ++others_[kind];
    return note_candidate(tenant);
  }
  ++at->second.requests[kind];
  ++at->second.lately;
}

/// Misra and Gries: with bounded memory, a tenant that has more than its share of the requests is
/// among the candidates at the end.
void tenant_counts::note_candidate(std::string_view tenant) {
  if (const auto at = candidates_.find(tenant); at != candidates_.end()) {
    ++at->second;
    return;
  }
  if (candidates_.size() < candidates_for_each * most_) {
    candidates_.emplace(std::string{tenant}, 1);
    return;
  }
  for (auto& [name, count] : candidates_)
    --count;
  std::erase_if(candidates_, [](const auto& one) { return one.second == 0; });
}

/// The busiest candidates take the places of those that were idlest.
void tenant_counts::give_places() {
  while (!candidates_.empty() && !places_.empty()) {
    const auto busiest = std::max_element(
        candidates_.begin(), candidates_.end(),
        [](const auto& one, const auto& other) { return one.second < other.second; });
    const auto idlest =
        std::min_element(places_.begin(), places_.end(), [](const auto& one, const auto& other) {
          return one.second.lately < other.second.lately;
        });
    if (busiest->second <= much_busier * idlest->second.lately)
      break;
    places_.erase(idlest);
    places_.emplace(busiest->first, place{{}, busiest->second});
    candidates_.erase(busiest);
  }
  candidates_.clear();
  for (auto& [name, one] : places_)
    one.lately = 0;
}

tenant_counts::totals tenant_counts::read() const {
  const std::lock_guard lock{mutex_};
  totals out{{}, others_};
  out.tenants.reserve(places_.size());
  for (const auto& [name, one] : places_)
    out.tenants.push_back({name, one.requests});
  return out;
}

} // namespace standings
