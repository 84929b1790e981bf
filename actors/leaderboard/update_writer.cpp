#include "actors/leaderboard/update_writer.hpp"

#include "core/base/bisect.hpp"
#include "log/log.hpp"

#include <algorithm>
#include <numeric>
#include <string>

namespace standings {

namespace {

/// The requests of a batch that a line names; more would make it too long.
constexpr std::size_t most_named = 20;

/// The users that are written alone. Others are found in each batch.
constexpr std::size_t most_refused = 10'000;

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

std::vector<update_outcome> update_writer::write(std::span<const score_update> updates,
                                                 const apply_batch_fn& apply) {
  const auto is_alone = [this](const score_update& one) {
    return refused_.contains(one.user_id);
  };
  if (std::none_of(updates.begin(), updates.end(), is_alone))
    return write_in_order(updates, updates.size(), apply);
  std::vector<std::size_t> order(updates.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto alone = std::stable_partition(order.begin(), order.end(),
                                           [&](std::size_t i) { return !is_alone(updates[i]); });
  std::vector<score_update> ordered;
  ordered.reserve(order.size());
  for (const auto i : order)
    ordered.push_back(updates[i]);
  auto outcomes = write_in_order(ordered, static_cast<std::size_t>(alone - order.begin()), apply);
  std::vector<update_outcome> out(updates.size());
  for (std::size_t n = 0; n < order.size(); ++n)
    out[order[n]] = std::move(outcomes[n]);
  return out;
}

/// Those from `alone_from` on are written one at a time.
std::vector<update_outcome> update_writer::write_in_order(std::span<const score_update> updates,
                                                          std::size_t alone_from,
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
  auto done = bisect(0, alone_from, try_range, reject);
  for (auto i = alone_from; done && i < updates.size(); ++i)
    done = bisect(i, i + 1, try_range, reject);
  if (!done) {
    const auto& why = done.error();
    for (auto i = tried_first; i < updates.size(); ++i) {
      const bool tried = i < tried_last || why.code == errc::overloaded;
      outcomes[i].code = tried ? why.code : errc::store_unavailable;
      outcomes[i].detail = why.detail;
    }
    tell_of(why, updates);
  }
  for (std::size_t i = 0; i < updates.size(); ++i)
    note(updates[i], outcomes[i]);
  return outcomes;
}

void update_writer::note(const score_update& update, const update_outcome& outcome) {
  if (outcome.code == errc::none)
    refused_.erase(update.user_id);
  else if (outcome.code == errc::rejected_row && refused_.size() < most_refused)
    refused_.insert(update.user_id);
}

} // namespace standings
