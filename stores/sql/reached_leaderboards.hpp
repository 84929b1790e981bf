#pragma once

#include "core/leaderboard/feeds.hpp"
#include "core/leaderboard/leaderboard_settings.hpp"

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace standings {

/// The leaderboards that a transaction meets, each looked up once. Archived ones count as missing.
/// Not thread-safe.
class reached_leaderboards {
public:
  /// Returns those that exist.
  using find_fn = std::function<std::vector<leaderboard>(std::span<const std::string> ids)>;

  explicit reached_leaderboards(find_fn find) : find_(std::move(find)) {}

  /// Looks up these leaderboards and all that they feed.
  void meet(std::vector<std::string> ids);

  /// Null if there is none of this id, and for the default leaderboard.
  const leaderboard* find(const std::string& id);

  /// Whether there is such a leaderboard, the default one included.
  bool has(const std::string& id);

  /// Stays valid as long as this.
  feeds_of_fn feeds();

private:
  find_fn find_;
  std::map<std::string, std::optional<leaderboard>> met_;
};

/// A leaderboard that feeds others, with its settings as they are stored.
struct feeding_text {
  std::string id;
  std::string settings;
};

feeds_graph feeds_graph_of(std::span<const feeding_text> rows);

/// Whether a leaderboard may be saved with these settings; `before` is what there is. `all_feeds`
/// reads what all leaderboards feed, and is called only if this one is to feed more than before.
/// Fails as leaderboard_store::save.
[[nodiscard]] result<void> validate_save(const std::string& id,
                                         const std::optional<leaderboard>& before,
                                         const leaderboard_settings& settings,
                                         reached_leaderboards& known,
                                         const std::function<feeds_graph()>& all_feeds);

} // namespace standings
