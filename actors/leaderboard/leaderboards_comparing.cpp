// The part of the leaderboards that compares caches with the database.

#include "actors/leaderboard/leaderboards.hpp"
#include "actors/supervision/system.hpp"
#include "core/reconcile/run_events.hpp"
#include "log/log.hpp"

#include <array>
#include <utility>

namespace standings {

namespace {

/// Leaderboards that this process has compared with the database.
constexpr std::size_t most_remembered = 100'000;

} // namespace

/// Those who ask during the comparison of a run share it.
caf::result<caches_compared> leaderboards_state::compare(const compare_caches& m) {
  auto asker = self->make_response_promise<caches_compared>();
  comparison_askers_.push_back(asker);
  if (!comparison_)
    compare_all(m.run_id);
  else if (!comparing_run_ && !waiting_run_)
    waiting_run_ = m.run_id;
  return asker;
}

void leaderboards_state::compare_all(const std::string& run_id) {
  std::vector<std::string> ids;
  for (const auto& one : shelf_->all())
    ids.push_back(one->of.id);
  begin_comparison(run_id, std::move(ids));
}

/// Each once, unless it cannot be compared.
void leaderboards_state::compare_new() {
  const auto found = shelf_->take_new();
  if (!options_.shared_caches)
    return;
  if (compared_.size() > most_remembered)
    compared_.clear();
  for (const auto& id : found)
    if (compared_.insert(id).second)
      new_.insert(id);
  note_loaded_anew();
  if (comparison_ || new_.empty())
    return;
  const auto ids = std::exchange(new_, {});
  begin_comparison(std::nullopt, {ids.begin(), ids.end()});
}

/// A load leaves users who are only in the cache; a comparison finds them.
void leaderboards_state::note_loaded_anew() {
  std::erase_if(loaded_anew_, [this](const std::string& id) {
    const bool has_ended = !loads_.busy(flight_of({id, true}));
    if (has_ended)
      new_.insert(id);
    return has_ended;
  });
}

/// A page at a time, so that loads and refreshes go on in between.
void leaderboards_state::begin_comparison(std::optional<std::string> run_id,
                                          std::vector<std::string> ids) {
  comparison_.emplace(std::move(ids));
  comparing_run_ = std::move(run_id);
  compare_next();
}

void leaderboards_state::compare_next() {
  if (!comparison_)
    return;
  const auto next = comparison_->next();
  if (!next)
    end_comparison();
  else if (!workers->ready(loads))
    self->delayed_send(leaderboards_front_actor{self}, options_.look, compare_due{});
  else
    compare_page_of(*next);
}

void leaderboards_state::compare_page_of(const cache_comparison::step& next) {
  const auto begun = self->system().clock().now();
  self->request(worker(loads), options_.timeout, compare_page{next.id, next.after})
      .then(
          [this, next, begun](const compared_page& page) {
            const auto before = comparison_->so_far();
            const bool differs = comparison_->take(page);
            count_since(before);
            const auto then = comparison_->next();
            if (differs)
              take_difference(next.id);
            else if (!then || then->id != next.id)
              doubted_.erase(next.id);
            go_on_comparing(then && then->later, begun);
          },
          [this, next](const caf::error& why) {
            const auto before = comparison_->so_far();
            const bool is_gone = to_failure(why).code == errc::unknown_leaderboard;
            if (is_gone)
              comparison_->skip();
            else
              comparison_->fail();
            count_since(before);
            if (!comparing_run_ && !is_gone)
              new_.insert(next.id); // the next look tries again
            compare_next();
          });
}

void leaderboards_state::count_since(const caches_compared& before) {
  const auto& now = comparison_->so_far();
  shelf_->counts.same_caches.add(now.leaderboards - before.leaderboards);
  shelf_->counts.differing_caches.add(now.differing - before.differing);
  shelf_->counts.failed_comparisons.add(now.failed - before.failed);
}

/// A run that somebody waits for takes half of the time, and those that are new take as little as
/// looking after those in use does: after a start, all may be new.
void leaderboards_state::go_on_comparing(bool later, std::chrono::steady_clock::time_point begun) {
  const auto took = self->system().clock().now() - begun;
  const auto pause = later ? options_.compare_again
                           : pause_after(took, comparing_run_ ? 1 : options_.refresh_pause);
  go_on(pause, compare_due{}, &leaderboards_state::compare_next);
}

/// Loading brings what the cache lacks, and replaces what is wrong. One that differs still has
/// entries that the database does not know: it is cleared first, and compared again after either.
/// What differs even then would differ for ever.
void leaderboards_state::take_difference(const std::string& id) {
  constexpr std::array remedies{
      ": it is loaded anew", ": it is cleared and loaded anew",
      " after it was cleared and loaded: it is left until the next run of reconcile"};
  const auto tried = doubted_[id]++;
  const bool is_last = tried + 1 >= remedies.size();
  log_to(log_component::reconcile, {{"run_id", comparing_run_.value_or("")}})
      .warn("The cache of leaderboard '{}' differs from the database{}", id, remedies.at(tried));
  if (is_last || !options_.shared_caches)
    doubted_.erase(id);
  if (!is_last)
    reload({id, true, {}, tried > 0}, options_.shared_caches);
}

void leaderboards_state::end_comparison() {
  const auto found = comparison_->so_far();
  const bool of_a_run = comparing_run_.has_value();
  const auto run_id = comparing_run_.value_or("");
  comparison_.reset();
  if (found.differing > 0)
    tell(options_.events, caches_differed(found, run_id));
  log_to(log_component::reconcile, {{"run_id", run_id}})
      .write(of_a_run ? spdlog::level::info : spdlog::level::debug,
             "Compared the caches of {} named leaderboards with {} users: {} differ, {} failed",
             found.leaderboards, found.users, found.differing, found.failed);
  if (of_a_run)
    for (auto& asker : std::exchange(comparison_askers_, {}))
      asker.deliver(found);
  if (waiting_run_)
    compare_all(*std::exchange(waiting_run_, std::nullopt));
}

} // namespace standings
