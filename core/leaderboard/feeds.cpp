#include "core/leaderboard/feeds.hpp"

#include <algorithm>
#include <unordered_set>

namespace standings {

std::vector<std::string> reached_from(std::span<const std::string> first,
                                      const feeds_of_fn& feeds_of) {
  std::vector<std::string> out;
  std::unordered_set<std::string> seen;
  const auto meet = [&](const std::string& id) {
    if (feeds_of(id) && seen.insert(id).second)
      out.push_back(id);
  };
  for (const auto& id : first)
    meet(id);
  for (std::size_t next = 0; next < out.size(); ++next)
    for (const auto& feed : std::vector<std::string>{*feeds_of(out[next])})
      meet(feed);
  return out;
}

result<void> validate_feeds(const std::string& id, const std::vector<std::string>& feeds,
                            const feeds_of_fn& feeds_of) {
  for (const auto& feed : feeds)
    if (!feeds_of(feed))
      return fail(errc::out_of_range, "feeds names '" + feed + "', which does not exist", "feeds");
  const auto reached = reached_from(feeds, feeds_of);
  if (std::find(reached.begin(), reached.end(), id) != reached.end())
    return fail(errc::out_of_range, "feeds would lead back to '" + id + "'", "feeds");
  if (reached.size() >= max_reached)
    return fail(errc::out_of_range, "feeds would reach more than 64 leaderboards", "feeds");
  return {};
}

} // namespace standings
