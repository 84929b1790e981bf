#include "actors/leaderboard/batch_write.hpp"

#include "core/base/bisect.hpp"
#include "log/log.hpp"

#include <algorithm>
#include <string>

namespace standings {

namespace {

/// The requests of a batch that a line names; more would make it too long.
constexpr std::size_t most_named = 20;

std::vector<std::string> requests_of(std::span<const score_update> updates) {
  std::vector<std::string> out;
  for (const auto& update : updates)
    if (!update.request_id.empty() && out.size() < most_named
        && (out.empty() || out.back() != update.request_id))
      out.push_back(update.request_id);
  return out;
}

/// `overloaded` is only a warning: another program holds a lock, and scoring tries again.
void tell_of(const failure& why, std::span<const score_update> updates) {
  const auto level = why.code == errc::overloaded ? spdlog::level::warn : spdlog::level::err;
  const auto requests = requests_of(updates);
  log_to(log_component::scoring, {{"request_ids", requests}, {"updates", updates.size()}})
      .write(level, "Failed to write a batch of {}: {}", updates.size(), explain(why));
}

} // namespace

bool is_lost(const update_outcome& outcome) {
  return outcome.code == errc::store_unavailable || outcome.code == errc::outcome_unknown;
}

bool goes_back(const update_outcome& outcome) {
  return is_lost(outcome) || outcome.code == errc::overloaded;
}

std::vector<update_outcome> write_batch(std::span<const score_update> updates,
                                        const apply_batch_fn& apply) {
  std::vector<update_outcome> outcomes(updates.size());
  std::size_t tried_first = 0;
  std::size_t tried_last = 0;
  const auto try_range = [&](std::size_t first, std::size_t last) -> result<void> {
    tried_first = first;
    tried_last = last;
    auto applied = apply(updates.subspan(first, last - first));
    if (!applied)
      return applied.error();
    std::move(applied->begin(), applied->end(),
              outcomes.begin() + static_cast<std::ptrdiff_t>(first));
    return {};
  };
  const auto reject = [&](std::size_t position, const failure& why) {
    outcomes[position].code = why.code;
    outcomes[position].detail = why.detail;
    log_to(log_component::scoring, {{"request_id", updates[position].request_id}})
        .warn("Failed to write user '{}': {}", updates[position].user_id, explain(why));
  };
  if (const auto done = bisect(0, updates.size(), try_range, reject); !done) {
    const auto& why = done.error();
    for (auto i = tried_first; i < updates.size(); ++i) {
      const bool tried = i < tried_last || why.code == errc::overloaded;
      outcomes[i].code = tried ? why.code : errc::store_unavailable;
      outcomes[i].detail = why.detail;
    }
    tell_of(why, updates);
  }
  return outcomes;
}

} // namespace standings
