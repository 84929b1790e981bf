#include "actors/reconcile/reconcile_run.hpp"

#include "actors/supervision/system.hpp"
#include "core/reconcile/run_events.hpp"
#include "log/log.hpp"

#include <caf/system_messages.hpp>

#include <algorithm>

namespace standings {

namespace {

constexpr std::chrono::milliseconds keeper_timeout{20'000};
constexpr std::chrono::milliseconds end_timeout{5'000}; ///< callers wait for it
constexpr std::chrono::milliseconds worker_poll{250};
constexpr std::chrono::milliseconds watch_pause{1'000};

/// Matches reconcile_worker_state::failed; an exception, too, ends a worker and arrives as
/// `internal`.
bool ends_worker(errc code) {
  return code == errc::store_unavailable || code == errc::outcome_unknown || code == errc::internal;
}

failure database_away() {
  return fail(errc::store_unavailable, "the database cannot be reached");
}

void log_end(const run_report& report, const std::string& request_id) {
  const auto ms = (report.finished_at - report.started_at).count() / 1'000;
  if (report.status == run_status::completed)
    log_to(log_component::reconcile, {{"request_id", request_id},
                                      {"run_id", report.run_id},
                                      {"users", report.counts.checked},
                                      {"created", report.counts.created},
                                      {"updated", report.counts.updated},
                                      {"healed", report.counts.healed},
                                      {"deleted", report.counts.deleted},
                                      {"quarantined", report.counts.quarantined},
                                      {"ms", ms}})
        .info("Sync completed: {} created, {} updated, {} healed, {} deleted, {} quarantined "
              "of {} users in {} ms (run {})",
              report.counts.created, report.counts.updated, report.counts.healed,
              report.counts.deleted, report.counts.quarantined, report.counts.checked, ms,
              report.run_id);
  else
    log_to(log_component::reconcile, {{"request_id", request_id}, {"run_id", report.run_id}})
        .error("Failed to sync: {} (run {})", report.error, report.run_id);
}

} // namespace

template <class Reply, class Handle, class Message, class Then, class Otherwise>
void reconcile_run_state::ask(const Handle& whom, Message message, std::chrono::milliseconds limit,
                              Then then, Otherwise otherwise) {
  self->request(whom, limit, std::move(message))
      .then(
          [this, then](Reply& reply) mutable {
            if (!machine_->ended())
              then(reply);
          },
          [this, otherwise](caf::error& e) mutable {
            if (!machine_->ended())
              otherwise(e);
          });
}

template <class Reply, class Message>
void reconcile_run_state::ask_worker(Message message, std::function<void(Reply&)> then,
                                     std::function<void(const failure&)> otherwise,
                                     std::size_t tries) {
  with_worker([this, message, then, otherwise, tries](const reconcile_worker_actor& worker) {
    ask<Reply>(worker, message, options_.step_timeout, then,
               [this, message, then, otherwise, tries](const caf::error& e) {
                 const auto why = to_failure(e);
                 if (!is_away(why.code) || tries + 1 >= options_.machine.tries)
                   return otherwise(why);
                 later(options_.machine.first_pause * (1 << tries),
                       [this, message, then, otherwise, tries] {
                         ask_worker<Reply>(message, then, otherwise, tries + 1);
                       });
               });
  });
}

void reconcile_run_state::start(run_collaborators with, reconcile_run_options options,
                                const run_request& asked) {
  with_ = std::move(with);
  options_ = std::move(options);
  request_id_ = asked.request_id;
  machine_.emplace(options_.machine, asked);
  self->monitor(with_.front);
  log_to(log_component::reconcile, {{"request_id", asked.request_id},
                                    {"run_id", report().run_id},
                                    {"trigger", report().trigger},
                                    {"dry_run", report().dry_run}})
      .info("Starting Redis -> PostgreSQL sync (run {}, {}{})", report().run_id, report().trigger,
            report().dry_run ? ", dry run" : "");
  if (!with_.keeper)
    return abort(database_away());
  ask<bool>(
      with_.keeper, begin_run{report()}, keeper_timeout,
      [this](bool) {
        self->send(with_.front, run_begun{report()});
        load_state();
      },
      [this](const caf::error& e) { abort(to_failure(e)); });
}

void reconcile_run_state::abort(const failure& why) {
  carry_out(machine_->abort(why));
}

void reconcile_run_state::later(std::chrono::milliseconds after, std::function<void()> then) {
  alarms_.emplace(++last_alarm_, std::move(then));
  self->delayed_send(reconcile_run_actor{self}, after, alarm_due{last_alarm_});
}

void reconcile_run_state::wake(const alarm_due& alarm) {
  if (auto due = alarms_.extract(alarm.id))
    due.mapped()();
}

// -- workers -----------------------------------------------------------------------------

std::vector<reconcile_worker_actor> reconcile_run_state::usable_workers() const {
  auto out = with_.workers;
  std::erase_if(out, [this](const reconcile_worker_actor& worker) {
    return std::find(spent_.begin(), spent_.end(), worker.address()) != spent_.end();
  });
  return out;
}

void reconcile_run_state::with_worker(std::function<void(const reconcile_worker_actor&)> then,
                                      std::chrono::milliseconds waited) {
  if (machine_->ended())
    return;
  const auto workers = usable_workers();
  if (!workers.empty())
    return then(workers.front());
  if (waited >= options_.patience)
    return abort(database_away());
  later(worker_poll,
        [this, then = std::move(then), waited] { with_worker(then, waited + worker_poll); });
}

/// Aborts the run if no worker becomes usable for too long.
void reconcile_run_state::watch(std::chrono::milliseconds idle) {
  if (machine_->ended())
    return;
  const bool stuck = usable_workers().empty() && busy_.empty();
  idle = stuck ? idle + watch_pause : std::chrono::milliseconds{0};
  if (idle >= options_.patience)
    return abort(database_away());
  later(watch_pause, [this, idle] { watch(idle); });
}

void reconcile_run_state::use(run_workers now) {
  with_.workers = std::move(now.ready);
  dispatch();
}

void reconcile_run_state::dispatch() {
  if (machine_->ended())
    return;
  for (const auto& worker : usable_workers()) {
    if (todo_.empty())
      return;
    if (std::find(busy_.begin(), busy_.end(), worker.address()) != busy_.end())
      continue;
    const auto work = std::move(todo_.front());
    todo_.pop_front();
    send(worker, work);
  }
}

void reconcile_run_state::send(const reconcile_worker_actor& worker, const run_work& work) {
  if (const auto* range = std::get_if<user_range>(&work.what))
    send_as(worker, work,
            compare_batch{machine_->settings(), range->after, range->up_to, range->open});
  else if (const auto* page = std::get_if<cache_page>(&work.what))
    send_as(worker, work, compare_cache_only_users{machine_->settings(), page->part, page->cursor});
}

template <class Message>
void reconcile_run_state::send_as(const reconcile_worker_actor& worker, const run_work& work,
                                  Message message) {
  busy_.push_back(worker.address());
  const auto sent_at = self->clock().now();
  ask<batch_outcome>(
      worker, std::move(message), options_.step_timeout,
      [this, work, sent_at, address = worker.address()](batch_outcome& outcome) {
        const auto users = outcome.counts.checked;
        release_after(pace_.rest_after(self->clock().now() - sent_at, users), address);
        carry_out(machine_->done(work, std::move(outcome)));
        if (!machine_->ended() && progress_events_.passes(self->system().clock().now()))
          tell(options_.events, run_progress(report()));
      },
      [this, work, address = worker.address()](const caf::error& e) {
        const auto why = to_failure(e);
        std::erase(busy_, address);
        if (ends_worker(why.code))
          spent_.push_back(address); // its successor has another address
        const auto given_up = report().failed_batches;
        auto commands = machine_->failed(work, why);
        if (report().failed_batches > given_up)
          log_to(log_component::reconcile,
                 {{"request_id", request_id_}, {"run_id", report().run_id}, {"users", work.users}})
              .warn("Failed to sync a batch of about {} users: {}", work.users, explain(why));
        carry_out(std::move(commands));
      });
}

/// Makes the worker free for more.
void reconcile_run_state::release_after(run_pace::duration rest, const caf::actor_addr& worker) {
  const auto pause = std::chrono::duration_cast<std::chrono::milliseconds>(rest);
  if (pause.count() == 0) {
    std::erase(busy_, worker);
    return;
  }
  later(pause, [this, worker] {
    std::erase(busy_, worker);
    dispatch();
  });
}

// -- preparing -------------------------------------------------------------------

void reconcile_run_state::load_state() {
  ask<run_state>(
      with_.keeper, load_run_state{}, keeper_timeout,
      [this](const run_state& state) { prepare(state, true); },
      [this](const caf::error& e) { abort(to_failure(e)); });
}

void reconcile_run_state::prepare(const run_state& state, bool may_wait) {
  ask_worker<run_basis>(
      prepare_run{state},
      [this, held = state.held](const run_basis& basis) {
        watch({});
        carry_out(machine_->start(basis, held));
      },
      [this, state, may_wait](const failure& why) {
        if (why.code == errc::cache_warming && may_wait)
          return wait_for_cache(state);
        abort(why);
      });
}

void reconcile_run_state::wait_for_cache(const run_state& state) {
  ask<bool>(
      with_.hydration, ensure_complete{}, options_.cache_timeout,
      [this, state](bool) { prepare(state, false); },
      [this](const caf::error& e) { abort(to_failure(e)); });
}

// -- what the machine says -------------------------------------------------------------

void reconcile_run_state::carry_out(run_machine::commands commands) {
  for (const auto& command : commands)
    std::visit([this](const auto& step) { handle(step); }, command);
  dispatch();
}

void reconcile_run_state::handle(const run_step::plan& step) {
  ask_worker<batch_ends>(
      plan_batches{step.after, step.batch, step.count},
      [this](const batch_ends& ends) { carry_out(machine_->planned(ends.last_ids)); },
      [this](const failure& why) { abort(why); });
}

void reconcile_run_state::handle(const run_step::look& step) {
  if (step.pause.count() == 0)
    return todo_.push_back(step.work);
  later(step.pause, [this, work = step.work] {
    todo_.push_back(work);
    dispatch();
  });
}

void reconcile_run_state::handle(const run_step::halve& step) {
  ask_worker<batch_ends>(
      plan_batches{std::get<user_range>(step.work.what).after, step.half, 1},
      [this, step](const batch_ends& ends) {
        const auto middle =
            ends.last_ids.empty() ? std::nullopt : std::optional{ends.last_ids.front()};
        carry_out(machine_->halved(step, middle, with_.clock()));
      },
      [this](const failure& lost) { abort(lost); });
}

void reconcile_run_state::handle(const run_step::count_members&) {
  ask_worker<board_counts>(
      count_boards{},
      [this](const board_counts& boards) { carry_out(machine_->counted(boards.members)); },
      [this](const failure& why) { abort(why); });
}

void reconcile_run_state::handle(const run_step::confirm& step) {
  ask_worker<bool>(
      confirm_cache{step.generation},
      [this](bool stayed_complete) { carry_out(machine_->confirmed(stayed_complete)); },
      [this](const failure&) { carry_out(machine_->confirmed(false)); });
}

void reconcile_run_state::handle(const run_step::erase& step) {
  ask_worker<std::uint64_t>(
      delete_users{machine_->settings(), step.users},
      [this](std::uint64_t deleted) { carry_out(machine_->erased(deleted)); },
      [this](const failure& why) { carry_out(machine_->erase_failed(why)); },
      options_.machine.tries); // no second try: it could not tell what the first has deleted
}

void reconcile_run_state::handle(const run_step::verify& step) {
  ask_worker<std::int64_t>(
      verify_changes{machine_->settings(), step.since},
      [this](std::int64_t up_to) { carry_out(machine_->verified(up_to)); },
      [this](const failure&) { carry_out(machine_->verified(std::nullopt)); });
}

void reconcile_run_state::handle(const run_step::record_mark& step) {
  ask<bool>(
      with_.keeper, step.mark, keeper_timeout,
      [this](bool) { carry_out(machine_->mark_recorded(true)); },
      [this](const caf::error&) { carry_out(machine_->mark_recorded(false)); });
}

void reconcile_run_state::handle(const run_step::leave_mark& step) {
  ask_worker<bool>(
      step.mark, [this](bool) { carry_out(machine_->mark_left()); },
      [this](const failure&) { carry_out(machine_->mark_left()); });
}

void reconcile_run_state::handle(const run_step::hold& step) {
  ask<bool>(
      with_.keeper, step.what, keeper_timeout,
      [this, hold = step.what](bool) {
        tell(options_.events, deletions_held(report(), hold));
        carry_out(machine_->hold_saved());
      },
      [this](const caf::error& e) { abort(to_failure(e)); });
}

// -- the end ---------------------------------------------------------------------------

void reconcile_run_state::handle(const run_step::end& step) {
  auto report = machine_->report();
  report.finished_at = with_.clock();
  if (report.deletes_held)
    log_to(log_component::reconcile, {{"request_id", request_id_}, {"run_id", report.run_id}})
        .warn("Deletes are held: {}", report.held_reason);
  log_end(report, request_id_);
  // a run that was stopped early still has a useful report; a failed one does not
  const auto why =
      step.status == run_status::failed && step.why ? to_error(*step.why) : caf::error{};
  const bool was_begun = !step.why || step.why->code != errc::run_in_progress;
  if (was_begun && with_.keeper)
    return record_end(report, why, step.looked_at_all);
  finish(report, why);
}

void reconcile_run_state::record_end(const run_report& report, const caf::error& why,
                                     bool looked_at_all) {
  const auto quarantined =
      report.dry_run ? std::vector<quarantined_user>{} : machine_->quarantined();
  self->request(with_.keeper, end_timeout, end_run{report, quarantined, looked_at_all})
      .then([this, report, why](bool) { finish(report, why); },
            [this, report, why](const caf::error&) {
              log_to(log_component::reconcile, {{"run_id", report.run_id}})
                  .warn("Failed to record run {}", report.run_id);
              finish(report, why);
            });
}

void reconcile_run_state::finish(const run_report& report, const caf::error& why) {
  self->send(with_.front, run_ended{report, why});
  self->quit();
}

reconcile_run_actor::behavior_type
reconcile_run(reconcile_run_actor::stateful_pointer<reconcile_run_state> self,
              run_collaborators with, reconcile_run_options options, run_request asked) {
  end_on_exception(self);
  self->set_down_handler([self](const caf::down_msg&) { self->quit(); }); // the front has ended
  self->state.start(std::move(with), std::move(options), asked);
  return {
      [self](run_workers& now) { self->state.use(std::move(now)); },
      [self](const abort_run& m) { self->state.abort(to_failure(m.why)); },
      [self](get_run_report) { return self->state.report(); },
      [self](const alarm_due& alarm) { self->state.wake(alarm); },
  };
}

} // namespace standings
