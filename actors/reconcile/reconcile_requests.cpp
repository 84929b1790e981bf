// What reconcile is asked beside runs: its timer, its status, undo and recovery.

#include "actors/reconcile/reconcile.hpp"
#include "core/reconcile/run_events.hpp"

#include <algorithm>

namespace standings {

namespace {

constexpr std::chrono::milliseconds report_timeout{1'000}; ///< short: the run answers at once

/// The format of new_generation; archived states with other ids belong to no run.
bool is_run_id(const std::string& id) {
  constexpr std::size_t uuid = 36;
  return id.size() == uuid && std::count(id.begin(), id.end(), '-') == 4;
}

} // namespace

caf::result<bool> reconcile_state::set_started(bool started) {
  if (!keeper())
    return unavailable();
  auto answer = waiters_.expect<bool>(self);
  self->request(keeper(), options_.timeout, save_started{started})
      .then(
          [this, answer, started](bool) mutable {
            note_leadership({schedule_.leads(), started});
            answer.deliver(started);
          },
          [answer](const caf::error& e) mutable { answer.deliver(e); });
  return answer.promise();
}

caf::result<undo_report> reconcile_state::undo(const undo_run& m) {
  if (run_ || undoing_)
    return to_error(errc::run_in_progress, "a run is under way");
  if (!is_run_id(m.run_id))
    return to_error(errc::unknown_run, "no run has such an id", "run_id");
  const auto worker = spare_worker();
  if (!worker || !keeper())
    return unavailable();
  auto answer = waiters_.expect<undo_report>(self);
  undoing_ = true;
  self->request(worker, options_.undo_timeout, m)
      .then(
          [this, answer, run_id = m.run_id](const undo_report& report) mutable {
            undoing_ = false;
            if (report.restored == 0)
              return explain_nothing_undone(std::move(answer), report);
            standings::tell(options_.events, deletions_undone(run_id, report.restored));
            answer.deliver(report);
          },
          [this, answer](const caf::error& e) mutable {
            undoing_ = false;
            answer.deliver(e);
          });
  return answer.promise();
}

/// No user was restored: find out whether the run exists at all.
void reconcile_state::explain_nothing_undone(waiters::answer<undo_report> answer,
                                             const undo_report& report) {
  if (!keeper())
    return answer.deliver(unavailable());
  self->request(keeper(), options_.timeout, find_run{report.run_id})
      .then([answer, report](const run_report&) mutable { answer.deliver(report); },
            [answer](const caf::error& e) mutable { answer.deliver(e); });
}

caf::result<recover_report> reconcile_state::recover(const recover_event& m) {
  if (!is_run_id(m.event_id))
    return to_error(errc::unknown_run, "no event has such an id", "event_id");
  return pass_on<recover_report>(spare_worker(), m, options_.undo_timeout);
}

/// Combines this actor's state, the run's own report, and the shared state from the keeper.
caf::result<reconcile_status> reconcile_state::status() {
  reconcile_status out;
  out.enabled = options_.enabled;
  out.running = static_cast<bool>(run_);
  out.started = schedule_.started();
  out.leader = schedule_.leads();
  out.interval = options_.interval;
  if (const auto next = schedule_.next())
    out.next_run = options_.clock() + std::chrono::duration_cast<sys_time::duration>(*next - now());
  out.last = last_;
  out.completed_runs = completed_runs_;
  out.failed_runs = failed_runs_;
  out.totals = totals_;
  out.last_completed = last_completed_;
  out.webhook_failures = webhook_failures_;
  out.incremental = incremental_;
  out.database_changes = database_changes_;
  auto answer = waiters_.expect<reconcile_status>(self);
  if (run_)
    add_run_report(std::move(out), answer);
  else
    add_run_state(std::move(out), answer);
  return answer.promise();
}

void reconcile_state::add_run_report(reconcile_status out,
                                     waiters::answer<reconcile_status> answer) {
  out.current = running_;
  self->request(run_, report_timeout, get_run_report{})
      .then(
          [this, out, answer](const run_report& report) mutable {
            out.current = report;
            add_run_state(std::move(out), answer);
          },
          [this, out, answer](const caf::error&) mutable {
            add_run_state(std::move(out), answer); // the run has just ended
          });
}

void reconcile_state::add_run_state(reconcile_status out,
                                    waiters::answer<reconcile_status> answer) {
  if (!keeper())
    return answer.deliver(std::move(out));
  self->request(keeper(), options_.timeout, load_run_state{})
      .then(
          [answer, out](const run_state& state) mutable {
            out.shared_state_known = true;
            out.started = state.started;
            out.deletes_held = state.held;
            out.held_candidates = state.held_candidates;
            out.held_reason = state.held_reason;
            out.quarantined = state.quarantined;
            answer.deliver(std::move(out));
          },
          [answer, out](const caf::error&) mutable { answer.deliver(std::move(out)); });
}

} // namespace standings
