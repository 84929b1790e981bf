#include "actors/leaderboard/period_clock.hpp"

#include "actors/supervision/system.hpp"
#include "log/log.hpp"

#include <algorithm>

namespace standings {

void period_clock_state::init(const score_store_factory& open, rank_cache_ptr to,
                              const period_clock_options& with) {
  options_ = with;
  store_ = open_or_crash(open);
  cache_ = std::move(to);
  look();
}

/// If another program holds a lock, schedules the same step again and returns true.
template <class Due>
bool period_clock_state::waits(const failure& why, Due again) {
  if (why.code != errc::overloaded)
    return false;
  log_to(log_component::periods).warn("Failed to look after the periods: {}", explain(why));
  self->delayed_send(period_clock_worker_actor{self}, options_.poll, again);
  return true;
}

void period_clock_state::look() {
  auto seen = store_->periods();
  if (!seen && waits(seen.error(), look_due{}))
    return;
  const auto state = must(std::move(seen));
  tell_of_clock(state.clock_fault);
  tell_cache(state.starts, "rollover");
  const auto forgotten = store_->forget_requests(options_.forget_batch);
  if (!forgotten && waits(forgotten.error(), look_due{}))
    return;
  if (must(forgotten) > 0)
    schedule_tidying();
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(state.next_boundary - state.now);
  const auto next = std::clamp(left, std::chrono::milliseconds{1}, options_.poll);
  self->delayed_send(period_clock_worker_actor{self}, next, look_due{});
}

void period_clock_state::tell_of_clock(const std::string& fault) {
  // a jump is logged once, not every second while it lasts
  if (fault.empty() != clock_fault_.empty())
    log_to(log_component::periods)
        .warn("{}", fault.empty() ? "The database's clock is right again" : fault);
  clock_fault_ = fault;
}

/// `cause`: why periods have started, if the cache knew others.
void period_clock_state::tell_cache(const period_starts& starts, const char* cause) {
  if (starts == told_)
    return;
  if (const auto done = cache_->start_periods(starts); !done) {
    log_to(log_component::periods)
        .warn("Failed to tell the cache of a new period: {}", explain(done.error()));
    return; // the next round tries again
  }
  // what was there before the start is no news; a reset is, even if it is the first that is told
  const bool at_start = told_ == period_starts{} && cause != std::string_view{"reset"};
  for (auto p : all_periods) {
    if (starts[index_of(p)] == told_[index_of(p)])
      continue;
    const auto since = to_iso8601(starts[index_of(p)]);
    log_to(log_component::periods).info("The {} period has started at {}", to_string(p), since);
    if (at_start)
      continue;
    const std::string board{to_string(p)};
    tell(options_.events, {event_kind::reset,
                           "The " + board + " period has started at " + since,
                           {{"state", cause}, {"period", board}, {"started_at", since}}});
  }
  told_ = starts;
  schedule_tidying(); // a reset leaves scores to zero
  self->delayed_send(period_clock_worker_actor{self}, options_.settle, boundary_settled{});
}

void period_clock_state::schedule_tidying() {
  if (tidying_)
    return;
  tidying_ = true;
  self->send(period_clock_worker_actor{self}, tidy_due{});
}

void period_clock_state::tidy() {
  const auto zeroed = store_->tidy(options_.tidy_batch);
  if (!zeroed && waits(zeroed.error(), tidy_due{}))
    return;
  const auto forgetting = store_->forget_requests(options_.forget_batch);
  if (!forgetting && waits(forgetting.error(), tidy_due{}))
    return;
  const auto tidied = must(zeroed);
  const auto forgotten = must(forgetting);
  tidying_ = false;
  if (tidied > 0 || forgotten > 0)
    schedule_tidying();
}

caf::result<reset_report> period_clock_state::reset(const reset_period& m) {
  const log_field request{"request_id", m.request_id};
  const auto state = store_->reset(m.board);
  if (!state) {
    log_to(log_component::periods, {request})
        .warn("Failed to reset the {} period: {}", to_string(m.board), explain(state.error()));
    if (state.error().code != errc::overloaded)
      self->quit(to_error(state.error()));
    return to_error(state.error());
  }
  log_to(log_component::periods, {request}).info("Reset the {} period", to_string(m.board));
  tell_cache(state->starts, "reset");
  return reset_report{m.board, state->starts[index_of(m.board)]};
}

period_clock_worker_actor::behavior_type
period_clock(period_clock_worker_actor::stateful_pointer<period_clock_state> self,
             score_store_factory open, rank_cache_ptr cache, period_clock_options options) {
  end_on_exception(self);
  self->state.init(open, std::move(cache), options);
  return {
      [self](const reset_period& m) { return self->state.reset(m); },
      [self](look_due) { self->state.look(); },
      [self](tidy_due) { self->state.tidy(); },
      [self](boundary_settled) { self->state.schedule_tidying(); },
  };
}

} // namespace standings
