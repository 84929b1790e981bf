#include "core/leaderboard/feeds.hpp"

#include "core/leaderboard/leaderboard_id.hpp"

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

namespace {

/// In how many leaderboards an update of `id` would count if all were there that are named.
std::size_t number_reached(const std::string& id, const feeds_graph& graph) {
  static const std::vector<std::string> none;
  const auto feeds_of = [&graph](const std::string& of) {
    const auto at = graph.find(of);
    return at == graph.end() ? &none : &at->second;
  };
  return reached_from({&id, 1}, feeds_of).size();
}

/// `id` and all from which a way leads to it.
std::vector<std::string> leading_to(const std::string& id, const feeds_graph& graph) {
  feeds_graph fed_by;
  for (const auto& [from, feeds] : graph)
    for (const auto& feed : feeds)
      fed_by[feed].push_back(from);
  static const std::vector<std::string> none;
  const auto feeders_of = [&fed_by](const std::string& of) {
    const auto at = fed_by.find(of);
    return at == fed_by.end() ? &none : &at->second;
  };
  return reached_from({&id, 1}, feeders_of);
}

} // namespace

std::vector<std::string> added_feeds(const feeds_change& change) {
  std::vector<std::string> out;
  for (const auto& feed : change.after)
    if (std::find(change.before.begin(), change.before.end(), feed) == change.before.end())
      out.push_back(feed);
  return out;
}

result<void> validate_feeds(const feeds_change& change,
                            const std::function<bool(const std::string& id)>& can_be_fed,
                            feeds_graph graph) {
  const auto added = added_feeds(change);
  for (const auto& feed : added)
    if (!can_be_fed(feed))
      return fail(errc::out_of_range, "feeds names '" + feed + "', which does not exist", "feeds");
  graph[change.id] = change.after;
  const auto leading = leading_to(change.id, graph);
  for (const auto& feed : added)
    if (std::find(leading.begin(), leading.end(), feed) != leading.end())
      return fail(errc::out_of_range, "feeds would lead back to '" + change.id + "'", "feeds");
  if (number_reached(change.id, graph) > max_reached)
    return fail(errc::out_of_range, "feeds would reach more than 64 leaderboards", "feeds");
  for (const auto& id : leading)
    if (number_reached(id, graph) > max_reached)
      return fail(errc::out_of_range,
                  "a leaderboard that leads to this one would reach more than 64 leaderboards",
                  "feeds");
  return {};
}

void keep_foreign_feeds(const std::string& tenant, const std::vector<std::string>& before,
                        std::vector<std::string>& feeds) {
  for (const auto& feed : before)
    if (tenant_of(feed) != tenant && std::find(feeds.begin(), feeds.end(), feed) == feeds.end())
      feeds.push_back(feed);
}

} // namespace standings
