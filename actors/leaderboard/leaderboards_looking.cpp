// The part of the front of the named leaderboards that asks the database whether one that was idle
// here is still what it was.

#include "actors/leaderboard/leaderboards.hpp"
#include "core/base/time.hpp"

#include <algorithm>
#include <utility>

namespace standings {

namespace {

constexpr std::size_t looked_at_once = 64;

} // namespace

/// All who ask while a look is under way share the next one, so that thousands of leaderboards that
/// are read now and then take few queries.
caf::result<bool> leaderboards_state::look_at(const look_at_leaderboard& m) {
  if (!workers->ready(lookups))
    return to_error(errc::store_unavailable, "the database cannot be reached");
  auto asker = self->make_response_promise<bool>();
  to_look_at_[m.id].push_back(asker);
  look_at_next();
  return asker;
}

void leaderboards_state::look_at_next() {
  if (looking_ || to_look_at_.empty())
    return;
  looking_ = true;
  look_at_leaderboards some;
  looked_for asked;
  while (!to_look_at_.empty() && some.ids.size() < looked_at_once) {
    auto one = to_look_at_.extract(to_look_at_.begin());
    some.ids.push_back(one.key());
    asked.insert(std::move(one));
  }
  self->request(worker(lookups), options_.timeout, std::move(some))
      .then(
          [this, asked](const leaderboards_there& there) mutable {
            for (auto& [id, askers] : asked)
              answer_all(askers,
                         std::find(there.ids.begin(), there.ids.end(), id) != there.ids.end());
            looking_ = false;
            look_at_next();
          },
          [this, asked](const caf::error& why) mutable {
            for (auto& [id, askers] : asked)
              answer_all(askers, why);
            looking_ = false;
            look_at_next();
          });
}

} // namespace standings
