#include "actors/leaderboard/period_clock.hpp"

#include "actors/supervision/system.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace standings {

void period_clock_state::init(const score_store_factory& open, rank_cache_ptr to,
                              const period_clock_options& with) {
  options_ = with;
  store_ = must(open());
  cache_ = std::move(to);
  look();
}

void period_clock_state::handle(tick due) {
  switch (due.round) {
  case look_round:
    return look();
  case tidy_round:
    return tidy();
  default:
    return schedule_tidying();
  }
}

/// Another program's lock ends by itself: this round comes again.
bool period_clock_state::waits(const failure& why, std::uint64_t round) {
  if (why.code != errc::overloaded)
    return false;
  spdlog::warn("Failed to look after the periods: {}", explain(why));
  self->delayed_send(period_clock_actor{self}, options_.poll, tick{round});
  return true;
}

void period_clock_state::look() {
  auto seen = store_->periods();
  if (!seen && waits(seen.error(), look_round))
    return;
  const auto state = must(std::move(seen));
  tell_of_clock(state.clock_fault);
  tell_cache(state.starts);
  const auto forgotten = store_->forget_requests(options_.forget_batch);
  if (!forgotten && waits(forgotten.error(), look_round))
    return;
  if (must(forgotten) > 0)
    schedule_tidying();
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(state.next_boundary - state.now);
  const auto next = std::clamp(left, std::chrono::milliseconds{1}, options_.poll);
  self->delayed_send(period_clock_actor{self}, next, tick{look_round});
}

void period_clock_state::tell_of_clock(const std::string& fault) {
  // a jump is told once, not with each second that it goes on
  if (fault.empty() != clock_fault_.empty())
    spdlog::warn("{}", fault.empty() ? "The database's clock is right again" : fault);
  clock_fault_ = fault;
}

void period_clock_state::tell_cache(const period_starts& starts) {
  if (starts == told_)
    return;
  if (const auto done = cache_->start_periods(starts); !done) {
    spdlog::warn("Failed to tell the cache of a new period: {}", explain(done.error()));
    return; // the next look tries again
  }
  for (auto p : all_periods)
    if (starts[index_of(p)] != told_[index_of(p)])
      spdlog::info("The {} period has started at {}", to_string(p),
                   to_iso8601(starts[index_of(p)]));
  told_ = starts;
  schedule_tidying(); // behind a reset
  self->delayed_send(period_clock_actor{self}, options_.settle, tick{settled_round});
}

void period_clock_state::schedule_tidying() {
  if (tidying_)
    return;
  tidying_ = true;
  self->send(period_clock_actor{self}, tick{tidy_round});
}

void period_clock_state::tidy() {
  const auto zeroed = store_->tidy(options_.tidy_batch);
  if (!zeroed && waits(zeroed.error(), tidy_round))
    return;
  const auto forgetting = store_->forget_requests(options_.forget_batch);
  if (!forgetting && waits(forgetting.error(), tidy_round))
    return;
  const auto tidied = must(zeroed);
  const auto forgotten = must(forgetting);
  tidying_ = false;
  if (tidied > 0 || forgotten > 0)
    schedule_tidying();
}

caf::result<reset_report> period_clock_state::reset(period board) {
  const auto state = store_->reset(board);
  if (!state) {
    if (state.error().code != errc::overloaded)
      self->quit(to_error(state.error()));
    return to_error(state.error());
  }
  tell_cache(state->starts);
  return reset_report{board, state->starts[index_of(board)]};
}

period_clock_actor::behavior_type
period_clock(period_clock_actor::stateful_pointer<period_clock_state> self,
             score_store_factory open, rank_cache_ptr cache, period_clock_options options) {
  self->set_exception_handler(
      [](std::exception_ptr& e) { return exit_reason_of("period_clock", e); });
  self->state.init(open, std::move(cache), options);
  return {
      [self](const reset_period& m) { return self->state.reset(m.board); },
      [self](tick due) { self->state.handle(due); },
  };
}

} // namespace standings
