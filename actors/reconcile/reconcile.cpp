#include "actors/reconcile/reconcile.hpp"

#include "actors/supervision/system.hpp"
#include "core/reconcile/run_events.hpp"
#include "log/log.hpp"
#include "stores/contracts/generation.hpp"

#include <caf/system_messages.hpp>

#include <algorithm>

namespace standings {

namespace {

/// The longest comparison of all named leaderboards' caches.
constexpr std::chrono::minutes comparison_limit{60};

} // namespace

// -- children --------------------------------------------------------------------

std::vector<worker_spec> reconcile_state::specs_of(const reconcile_children& from) {
  const reconcile_front_actor front{self};
  const auto& limits = options_.worker_limits;
  std::vector<worker_spec> specs;
  for (std::size_t i = 0; i <= options_.workers; ++i)
    specs.push_back(
        make_worker("reconcile_worker/" + std::to_string(i), limits, from.worker, front, i));
  keeper_index_ = specs.size();
  specs.push_back(make_worker("run_keeper", limits, from.keeper, front, keeper_index_));
  if (from.webhook) {
    webhook_index_ = specs.size();
    specs.push_back(make_silent_worker("webhook_sender", limits, from.webhook, front));
  }
  if (from.listener)
    specs.push_back(make_silent_worker("key_listener/users", limits, from.listener, front));
  if (from.database_listener)
    specs.push_back(make_silent_worker("database_listener", limits, from.database_listener, front));
  return specs;
}

void reconcile_state::init(const reconcile_children& from, hydration_actor hydration,
                           const reconcile_options& with) {
  options_ = with;
  options_.run.events = with.events;
  stillness_ = standstill{with.uptime};
  schedule_ = run_schedule{with};
  hints_ = dirty_set{with.max_hints};
  hydration_ = std::move(hydration);
  worker_pool::hooks notify;
  notify.events = options_.events;
  notify.ready = [this](std::size_t i) {
    worker_up(i);
  };
  notify.down = [this](std::size_t i) {
    worker_down(i);
  };
  workers.emplace(self, specs_of(from), std::move(notify));
  self->set_down_handler([this](const caf::down_msg& down) { handle(down); });
  workers->start_all();
  self->delayed_send(reconcile_front_actor{self}, options_.pulse, look_due{});
  began_ = now();
}

caf::error reconcile_state::unavailable() {
  return to_error(errc::store_unavailable, "the database cannot be reached");
}

std::vector<reconcile_worker_actor> reconcile_state::run_workers() const {
  std::vector<reconcile_worker_actor> out;
  for (std::size_t i = 0; i < options_.workers; ++i)
    if (auto worker = workers->worker<reconcile_worker_actor>(i))
      out.push_back(std::move(worker));
  return out;
}

reconcile_worker_actor reconcile_state::spare_worker() const {
  return workers->worker<reconcile_worker_actor>(options_.workers);
}

run_keeper_actor reconcile_state::keeper() const {
  return workers->worker<run_keeper_actor>(keeper_index_);
}

void reconcile_state::worker_up(std::size_t index) {
  bool all = true;
  for (std::size_t i = 0; i <= keeper_index_; ++i)
    all = all && workers->ready(i);
  was_ready_ = was_ready_ || all;
  if (index < options_.workers)
    tell_run_of_workers();
}

/// The leadership and the lease to run end with the keeper's connection.
void reconcile_state::worker_down(std::size_t index) {
  if (index < options_.workers)
    tell_run_of_workers();
  if (index != keeper_index_)
    return;
  stop_leading();
  abort_run_under_way("the database was lost during the run");
}

void reconcile_state::tell_run_of_workers() {
  if (run_)
    self->send(run_, standings::run_workers{run_workers()});
}

void reconcile_state::abort_run_under_way(const std::string& why) {
  if (run_)
    self->send(run_, abort_run{to_error(errc::store_unavailable, why)});
}

void reconcile_state::handle(const caf::down_msg& down) {
  if (run_ && down.source == run_.address())
    run_lost(down.reason);
  else
    workers->handle(down);
}

/// A run reports its end before it ends, unless it has crashed. The lease is then still held by the
/// keeper.
void reconcile_state::run_lost(const caf::error& why) {
  auto report = running_;
  report.status = run_status::failed;
  report.error = describe(why);
  report.finished_at = options_.clock();
  if (keeper())
    self->request(keeper(), options_.timeout, end_run{report, {}, false})
        .then([](bool) {}, [](const caf::error&) { /* it ends, and the lease with it */ });
  ended(report, fail(errc::internal, "the run has crashed; see the log"));
}

/// In force until the keeper reports leadership again.
void reconcile_state::stop_leading() {
  schedule_.stop_leading();
}

reconcile_state::clock::time_point reconcile_state::now() const {
  return self->system().clock().now();
}

// -- time ------------------------------------------------------------------------

void reconcile_state::look() {
  self->delayed_send(reconcile_front_actor{self}, options_.pulse, look_due{});
  if (stillness_.look()) { // another instance may have taken over meanwhile
    log_to(log_component::reconcile)
        .warn("The process stood still for a while; it does not lead until that is confirmed");
    stop_leading();
    hints_.clear();
    abort_run_under_way("the process stood still during the run");
  }
  if (!run_ && !undoing_ && schedule_.take_due(now()))
    begin({}, timer_trigger);
  compare_hinted();
}

/// A keeper's message may arrive after the notice of its loss; it is ignored then.
void reconcile_state::heard_of_leadership(const leadership& m) {
  if (keeper())
    note_leadership(m);
}

void reconcile_state::note_leadership(const leadership& m) {
  if (!m.leader && !stands_by_ && options_.private_cache)
    warn_of_private_cache();
  stands_by_ = !m.leader;
  if (schedule_.note_leadership(m.leader, m.started, now()))
    ask_for_last_runs();
  if (!schedule_.does_periodic_work())
    hints_.clear();
}

void reconcile_state::warn_of_private_cache() {
  log_to(log_component::reconcile)
      .error("Another service works on this database, and each has a cache of its own"
             " (cache.backend is memory): what one writes, the other's boards do not show until"
             " they are loaded again. Use cache.backend redis, or one service");
}

component_status reconcile_state::component() {
  component_status out{workers->status(), {}};
  const bool starting = !was_ready_ && now() - began_ < options_.start_limit;
  out.gauges.emplace_back("reconcile_starting", starting ? 1 : 0);
  if (options_.private_cache)
    out.gauges.emplace_back("another_instance_has_its_own_cache", stands_by_ ? 1 : 0);
  return out;
}

/// The next run follows the last complete one, on whichever instance that was.
void reconcile_state::ask_for_last_runs() {
  log_to(log_component::reconcile).info("This instance does the periodic sync");
  self->request(keeper(), options_.timeout, list_runs{100})
      .then(
          [this](const std::vector<run_report>& runs) {
            const auto whole = std::find_if(runs.begin(), runs.end(), [](const run_report& run) {
              return is_whole(run) && run.status == run_status::completed;
            });
            if (last_.run_id.empty() && !runs.empty())
              last_ = runs.front();
            if (whole != runs.end())
              last_completed_ = std::max(last_completed_, whole->finished_at);
            if (whole != runs.end() && !run_)
              schedule_.plan_from(std::chrono::duration_cast<std::chrono::milliseconds>(
                                      options_.clock() - whole->started_at),
                                  now());
          },
          [](const caf::error&) { /* the keeper is restarted, and leads anew */ });
}

// -- runs ------------------------------------------------------------------------

void reconcile_state::begin(const start_run& m, const std::string& trigger) {
  const run_request asked{new_generation(), trigger,          m.dry_run,   m.force,
                          m.periods,        options_.clock(), m.request_id};
  running_ = {};
  running_.run_id = asked.run_id;
  running_.trigger = asked.trigger;
  running_.dry_run = asked.dry_run;
  running_.started_at = asked.at;
  run_ = self->spawn<caf::monitored>(reconcile_run,
                                     run_collaborators{reconcile_front_actor{self}, hydration_,
                                                       keeper(), run_workers(), options_.clock},
                                     options_.run, asked);
}

caf::result<run_report> reconcile_state::run(const start_run& m) {
  if (run_ || undoing_)
    return to_error(errc::run_in_progress, "a run is under way");
  if (!keeper())
    return unavailable();
  auto answer = waiters_.expect<run_report>(self);
  (m.wait ? at_end_ : at_begin_).push_back(answer);
  begin(m, request_trigger);
  return answer.promise();
}

void reconcile_state::refuse_everyone(const failure& why) {
  at_begin_.clear();
  at_end_.clear();
  waiters_.refuse_all(to_error(why));
}

void reconcile_state::note_run(const run_begun& m) {
  running_ = m.report;
  standings::tell(options_.events, run_started(m.report));
  begun(m.report);
}

void reconcile_state::note_run(const run_ended& m) {
  ended(m.report, m.why ? std::optional{to_failure(m.why)} : std::nullopt);
}

void reconcile_state::begun(const run_report& report) {
  for (auto& answer : std::exchange(at_begin_, {}))
    answer.deliver(report);
}

void reconcile_state::ended(const run_report& report, const std::optional<failure>& why) {
  self->demonitor(run_.address());
  run_ = nullptr;
  const bool was_begun = !why || why->code != errc::run_in_progress;
  if (was_begun) {
    last_ = report;
    count(report);
    standings::tell(options_.events, run_ended_event(report));
    tell(report);
  }
  schedule_.plan_after(report, now(), random_fraction());
  if (!why)
    begun(report);
  for (auto& answer : std::exchange(at_end_, {})) {
    if (why)
      answer.deliver(to_error(*why));
    else
      answer.deliver(report);
  }
  for (auto& answer : std::exchange(at_begin_, {}))
    answer.deliver(to_error(*why));
}

void reconcile_state::count(const run_report& report) {
  if (report.dry_run)
    return;
  const bool completed = report.status == run_status::completed;
  ++(completed ? completed_runs_ : failed_runs_);
  totals_ += report.counts;
  if (!completed || !is_whole(report))
    return;
  last_completed_ = std::max(last_completed_, report.finished_at);
  if (options_.leaderboards)
    self->request(options_.leaderboards, comparison_limit, compare_caches{report.run_id})
        .then([](const caches_compared&) { /* its log says what it found */ },
              [](const caf::error& why) {
                log_to(log_component::reconcile)
                    .warn("The caches of named leaderboards were not compared: {}", describe(why));
              });
}

void reconcile_state::tell(const run_report& report) {
  if (!webhook_index_ || !workers->ready(*webhook_index_) || report.dry_run)
    return;
  const auto sender = workers->worker<webhook_sender_actor>(*webhook_index_);
  if (report.status != run_status::completed)
    self->send(sender, webhook_event{"run_failed", report});
  if (report.deletes_held)
    self->send(sender, webhook_event{"deletes_held", report});
  if (report.counts.changes() >= options_.large_change)
    self->send(sender, webhook_event{"large_change", report});
}

// -- between runs ------------------------------------------------------------------

void reconcile_state::note_listener(const listener_state& m) {
  incremental_.mode = m.notified ? "notifications" : "off: Redis does not let us turn them on";
}

void reconcile_state::note_hints(const keys_hinted& m) {
  incremental_.hints += m.hints.size();
  incremental_.own = m.own;
  if (!schedule_.does_periodic_work())
    return;
  for (const auto& hint : m.hints) {
    if (hints_.has_no_room_for(hint.id))
      ++incremental_.dropped; // the next run finds these users
    else
      hints_.note(hint.id, hint.at_us);
  }
}

void reconcile_state::compare_hinted() {
  if (hints_.empty() || comparing_)
    return;
  const auto worker = spare_worker();
  if (!worker)
    return;
  compare_users batch;
  for (auto& entry : hints_.take(options_.hints_a_batch))
    batch.user_ids.push_back(std::move(entry.id));
  comparing_ = true;
  self->request(worker, options_.timeout, std::move(batch))
      .then([this](const batch_outcome& outcome) { settled(outcome); },
            [this](const caf::error&) {
              comparing_ = false; /* hints only */
            });
}

void reconcile_state::settled(const batch_outcome& outcome) {
  comparing_ = false;
  const auto& counts = outcome.counts;
  incremental_.compared += counts.checked;
  incremental_.written += counts.created + counts.updated + counts.healed + counts.removed;
  compare_hinted();
}

reconcile_front_actor::behavior_type
reconcile(reconcile_front_actor::stateful_pointer<reconcile_state> self,
          reconcile_children children, hydration_actor hydration, reconcile_options options) {
  answer_on_every_way_out(self);
  self->state.init(children, std::move(hydration), options);
  return {
      [self](const start_run& m) { return self->state.run(m); },
      [self](start_timer) { return self->state.set_started(true); },
      [self](stop_timer) { return self->state.set_started(false); },
      [self](get_reconcile_status) { return self->state.status(); },
      [self](const list_runs& m) { return self->state.ask_keeper<std::vector<run_report>>(m); },
      [self](const list_quarantine& m) {
        return self->state.ask_keeper<std::vector<quarantined_user>>(m);
      },
      [self](const undo_run& m) { return self->state.undo(m); },
      [self](const list_events& m) {
        return self->state.ask_worker<std::vector<history_event>>(m);
      },
      [self](const recover_event& m) { return self->state.recover(m); },
      [self](const self_check& m) {
        return self->state.ask_worker<std::vector<self_check_step>>(m);
      },
      [self](get_status) { return self->state.component(); },
      [self](standings::stop_waiting) { self->state.refuse_everyone(service_stops()); },
      [self](const keys_hinted& m) {
        self->state.note_hints(m);
        return true;
      },
      [self](const leadership& m) { self->state.heard_of_leadership(m); },
      [self](const webhook_failed&) { self->state.note_webhook_failure(); },
      [self](const listener_state& m) { self->state.note_listener(m); },
      [self](const database_changes_status& m) { self->state.note_database_changes(m); },
      [self](worker_ready who) { self->state.workers->handle(who); },
      [self](restart_child due) { self->state.workers->handle(due); },
      [self](look_due) { self->state.look(); },
      [self](const run_begun& m) { self->state.note_run(m); },
      [self](const run_ended& m) { self->state.note_run(m); },
  };
}

} // namespace standings
