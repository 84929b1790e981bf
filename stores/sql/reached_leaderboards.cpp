#include "stores/sql/reached_leaderboards.hpp"

#include "core/leaderboard/leaderboard_id.hpp"
#include "stores/sql/tenant_room.hpp"

#include <algorithm>

namespace standings {

void reached_leaderboards::meet(std::vector<std::string> ids) {
  while (!ids.empty()) {
    std::erase_if(ids, [&](const std::string& id) {
      return id == default_leaderboard || !met_.try_emplace(id).second;
    });
    if (ids.empty())
      return;
    std::vector<std::string> next;
    for (auto& found : find_(ids)) {
      if (found.archived_at)
        continue;
      next.insert(next.end(), found.settings.feeds.begin(), found.settings.feeds.end());
      auto& place = met_[found.id];
      place = std::move(found);
    }
    ids = std::move(next);
  }
}

const leaderboard* reached_leaderboards::find(const std::string& id) {
  if (id == default_leaderboard)
    return nullptr;
  meet({id});
  const auto& found = met_.at(id);
  return found ? &*found : nullptr;
}

bool reached_leaderboards::has(const std::string& id) {
  return id == default_leaderboard || find(id);
}

feeds_of_fn reached_leaderboards::feeds() {
  return [this](const std::string& id) -> const std::vector<std::string>* {
    static const std::vector<std::string> none;
    if (id == default_leaderboard)
      return &none;
    const auto* found = find(id);
    return found ? &found->settings.feeds : nullptr;
  };
}

feeds_graph feeds_graph_of(std::span<const feeding_text> rows) {
  feeds_graph out;
  for (const auto& [id, settings] : rows)
    out[id] = settings_in(settings).settings.feeds;
  return out;
}

result<void> validate_save(const std::string& id, const std::optional<leaderboard>& before,
                           const leaderboard_settings& settings, reached_leaderboards& known,
                           const std::function<feeds_graph()>& all_feeds) {
  if (before && before->archived_at)
    return is_archived(id);
  if (before && !before->unreadable.empty())
    return unreadable_settings(*before);
  if (before)
    if (const auto may = validate_change(before->settings, settings); !may)
      return may;
  const feeds_change change{id, before ? before->settings.feeds : std::vector<std::string>{},
                            settings.feeds};
  if (added_feeds(change).empty()) // what was fed before may have been archived since
    return {};
  return validate_feeds(
      change, [&known](const std::string& feed) { return known.has(feed); }, all_feeds());
}

} // namespace standings
