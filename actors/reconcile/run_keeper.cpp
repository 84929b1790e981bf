#include "actors/reconcile/run_keeper.hpp"

#include "actors/supervision/system.hpp"

namespace standings {

void run_keeper_state::init(const run_journal_factory& open, reconcile_front_actor to,
                            std::size_t index, const run_keeper_options& with) {
  options_ = with;
  front_ = std::move(to);
  journal_ = open_or_crash(open);
  self->send(front_, worker_ready{index});
  look();
}

caf::error run_keeper_state::lost(const failure& why) {
  self->quit(to_error(why));
  return to_error(why);
}

caf::result<bool> run_keeper_state::done(const result<void>& outcome) {
  if (!outcome)
    return lost(outcome.error());
  return true;
}

void run_keeper_state::look() {
  const auto leads = journal_->acquire(run_journal::lease::leader);
  if (!leads)
    return self->quit(to_error(leads.error()));
  const auto state = journal_->load();
  if (!state)
    return self->quit(to_error(state.error()));
  self->send(front_, leadership{*leads, state->started});
  self->delayed_send(run_keeper_actor{self}, options_.look, look_due{});
}

caf::result<run_state> run_keeper_state::load() {
  auto state = journal_->load();
  if (!state)
    return lost(state.error());
  const auto quarantined = journal_->count_quarantined();
  if (!quarantined)
    return lost(quarantined.error());
  state->quarantined = *quarantined;
  return std::move(*state);
}

caf::result<bool> run_keeper_state::begin(const begin_run& m) {
  const auto mine = journal_->acquire(run_journal::lease::run);
  if (!mine)
    return lost(mine.error());
  if (!*mine)
    return to_error(errc::run_in_progress, "another instance carries out a run");
  if (const auto abandoned = journal_->abandon_runs(); !abandoned)
    return lost(abandoned.error());
  return done(journal_->save_run(m.report));
}

caf::result<bool> run_keeper_state::end(const end_run& m) {
  if (const auto saved = journal_->save_run(m.report); !saved)
    return lost(saved.error());
  if (const auto saved = journal_->quarantine(m.quarantined); !saved)
    return lost(saved.error());
  if (m.complete)
    if (const auto released = journal_->release_others(m.report.run_id); !released)
      return lost(released.error());
  if (const auto forgotten = journal_->forget_runs(options_.keep_runs); !forgotten)
    return lost(forgotten.error());
  return done(journal_->release(run_journal::lease::run));
}

caf::result<bool> run_keeper_state::save(const mark_verified& m) {
  return done(journal_->save_verified(m));
}

caf::result<bool> run_keeper_state::save(const save_hold& m) {
  return done(journal_->save_hold(m));
}

caf::result<bool> run_keeper_state::save(const save_started& m) {
  return done(journal_->save_started(m.started));
}

caf::result<std::vector<run_report>> run_keeper_state::runs(const list_runs& m) {
  auto found = journal_->runs(m.limit);
  if (!found)
    return lost(found.error());
  return std::move(*found);
}

caf::result<run_report> run_keeper_state::find(const find_run& m) {
  auto found = journal_->run(m.run_id);
  if (!found)
    return lost(found.error());
  if (!*found)
    return to_error(errc::unknown_run, "no run of this id is remembered", "run_id");
  return std::move(**found);
}

caf::result<std::vector<quarantined_user>> run_keeper_state::quarantined(const list_quarantine& m) {
  auto found = journal_->quarantined(m.limit);
  if (!found)
    return lost(found.error());
  return std::move(*found);
}

run_keeper_actor::behavior_type
run_keeper(run_keeper_actor::stateful_pointer<run_keeper_state> self, run_journal_factory open,
           reconcile_front_actor front, std::size_t index, run_keeper_options options) {
  end_on_exception(self);
  self->state.init(open, std::move(front), index, options);
  return {
      [self](load_run_state) { return self->state.load(); },
      [self](const begin_run& m) { return self->state.begin(m); },
      [self](const end_run& m) { return self->state.end(m); },
      [self](const mark_verified& m) { return self->state.save(m); },
      [self](const save_hold& m) { return self->state.save(m); },
      [self](const save_started& m) { return self->state.save(m); },
      [self](const list_runs& m) { return self->state.runs(m); },
      [self](const find_run& m) { return self->state.find(m); },
      [self](const list_quarantine& m) { return self->state.quarantined(m); },
      [self](look_due) { self->state.look(); },
  };
}

} // namespace standings
