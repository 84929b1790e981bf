#include "stores/sql/tenant_room.hpp"

#include "core/leaderboard/leaderboard_id.hpp"

#include <algorithm>
#include <map>

namespace standings {

result<void> check_room(std::span<const std::string> more, const tenant_quotas& quotas,
                        const count_leaderboards_fn& count) {
  std::map<std::string, std::uint64_t> wanted;
  for (const auto& id : more)
    ++wanted[std::string{tenant_of(id)}];
  for (const auto& [tenant, number] : wanted) {
    const auto quota = quotas.of(tenant).leaderboards;
    if (quota > 0 && count(tenant) + number > quota)
      return no_more_leaderboards(tenant, quota);
  }
  return {};
}

result<std::vector<std::string>> missing_among(std::span<const std::string> ids,
                                               std::span<const leaderboard> found) {
  std::vector<std::string> out;
  for (const auto& id : ids) {
    const auto at = std::find_if(found.begin(), found.end(),
                                 [&](const leaderboard& one) { return one.id == id; });
    if (at == found.end() && std::find(out.begin(), out.end(), id) == out.end())
      out.push_back(id);
    else if (at != found.end() && at->archived_at)
      return is_archived(id);
  }
  return out;
}

std::vector<saved_leaderboard> in_order_of(std::span<const std::string> ids,
                                           std::span<const leaderboard> found,
                                           std::span<const std::string> made) {
  std::vector<saved_leaderboard> out;
  for (const auto& id : ids)
    out.push_back({*std::find_if(found.begin(), found.end(),
                                 [&](const leaderboard& one) { return one.id == id; }),
                   std::find(made.begin(), made.end(), id) != made.end()});
  return out;
}

failure is_archived(const std::string& id) {
  return fail(errc::unknown_leaderboard, "leaderboard '" + id + "' is archived: restore it first",
              "leaderboard");
}

} // namespace standings
