// The part of the front of the named leaderboards that asks the database whether one that was idle
// here is still what it was.

#include "actors/leaderboard/leaderboards.hpp"

#include <algorithm>
#include <utility>

namespace standings {

namespace {

constexpr std::size_t looked_at_once = 64;
constexpr std::size_t most_looked_for = 4'096; ///< leaderboards; more are refused

} // namespace

/// All who ask while a look is under way share the next one, so that thousands of leaderboards that
/// are read now and then take few queries.
caf::result<bool> leaderboards_state::look_at(const look_at_leaderboard& m) {
  if (!workers->ready(lookups))
    return to_error(errc::store_unavailable, "the database cannot be reached");
  if (to_look_at_.size() >= most_looked_for)
    return to_error(errc::overloaded, "too many look-ups in the database");
  auto asker = self->make_response_promise<bool>();
  to_look_at_[m.id].push_back(asker);
  look_at_next();
  return asker;
}

/// In turn, by id: each is looked at however many there are.
void leaderboards_state::look_at_next() {
  if (!looked_at_.empty() || to_look_at_.empty())
    return;
  look_at_leaderboards some;
  auto next = to_look_at_.upper_bound(last_looked_at_);
  while (!to_look_at_.empty() && some.ids.size() < looked_at_once) {
    if (next == to_look_at_.end())
      next = to_look_at_.begin();
    last_looked_at_ = next->first;
    some.ids.push_back(next->first);
    looked_at_.insert(to_look_at_.extract(next++));
  }
  self->request(worker(lookups), options_.timeout, std::move(some))
      .then(
          [this](const leaderboards_there& there) {
            for (auto& [id, askers] : std::exchange(looked_at_, {}))
              answer_all(askers,
                         std::find(there.ids.begin(), there.ids.end(), id) != there.ids.end());
            look_at_next();
          },
          [this](const caf::error& why) {
            for (auto& [id, askers] : std::exchange(looked_at_, {}))
              answer_all(askers, why);
            look_at_next();
          });
}

} // namespace standings
