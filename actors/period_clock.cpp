#include "actors/period_clock.hpp"

#include "actors/system.hpp"

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
  due.round == look_round ? look() : tidy();
}

void period_clock_state::look() {
  const auto state = must(store_->periods());
  tell_cache(state.starts);
  if (must(store_->forget_requests(options_.forget_batch)) > 0)
    schedule_tidying();
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(state.next_boundary - state.now);
  const auto next = std::clamp(left, std::chrono::milliseconds{1}, options_.poll);
  self->delayed_send(period_clock_actor{self}, next, tick{look_round});
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
  schedule_tidying();
}

void period_clock_state::schedule_tidying() {
  if (tidying_)
    return;
  tidying_ = true;
  self->send(period_clock_actor{self}, tick{tidy_round});
}

void period_clock_state::tidy() {
  const auto tidied = must(store_->tidy(options_.tidy_batch));
  const auto forgotten = must(store_->forget_requests(options_.forget_batch));
  tidying_ = false;
  if (tidied > 0 || forgotten > 0)
    schedule_tidying();
}

caf::result<reset_report> period_clock_state::reset(period board) {
  const auto state = store_->reset(board);
  if (!state) {
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
