#include "actors/sessions/session_sync.hpp"

#include "actors/supervision/system.hpp"
#include "core/base/time.hpp"
#include "log/log.hpp"

namespace standings {

namespace {

std::int64_t to_us(std::chrono::steady_clock::time_point t) {
  return std::chrono::duration_cast<std::chrono::microseconds>(t.time_since_epoch()).count();
}

/// Why a single session is not in the database; empty if it is.
caf::error why_not_stored(const sessions_synced& what) {
  if (what.gone > 0)
    return to_error(errc::unknown_session, "Redis has no such session", "session_id");
  if (what.not_ours > 0)
    return to_error(errc::unknown_session, "what Redis has under this key is no chat session",
                    "session_id");
  if (!what.problems.empty())
    return to_error(errc::invalid_session, what.problems.front().reason, "session_id");
  return {};
}

} // namespace

void session_sync_state::init(const session_children& children, const session_sync_options& with) {
  options_ = with;
  dirty_ = dirty_set{options_.max_pending};
  single_slots_.emplace(options_.max_waiting, "too many single sessions are being synced");
  comparison_slots_.emplace(options_.max_waiting, "too many comparisons are under way");
  std::vector<worker_spec> specs;
  if (options_.enabled) {
    const session_sync_front_actor front{self};
    for (const auto index : {syncing, comparing})
      specs.push_back(make_worker("session_worker/" + std::to_string(index), options_.worker_limits,
                                  children.worker, front, index));
    specs.push_back(make_silent_worker("key_listener/sessions", options_.worker_limits,
                                       children.listener, front));
  }
  worker_pool::hooks notify;
  notify.events = options_.events;
  notify.ready = [this](std::size_t i) {
    worker_up(i);
  };
  notify.down = [this](std::size_t i) {
    child_down(i);
  };
  notify.because = [this](std::size_t i, const caf::error& why) {
    note_end(i, why);
  };
  workers.emplace(self, std::move(specs), std::move(notify));
  if (!options_.enabled)
    return;
  want_full_sync("start");
  workers->start_all();
  self->delayed_send(session_sync_front_actor{self}, options_.look, look_due{});
}

session_sync_state::time_point session_sync_state::now() const {
  return self->system().clock().now();
}

session_worker_actor session_sync_state::worker(std::size_t index) const {
  return workers->worker<session_worker_actor>(index);
}

caf::error session_sync_state::refuses(std::size_t index) const {
  if (!options_.enabled)
    return to_error(errc::feature_disabled, "session sync is off; it needs cache.backend redis");
  if (workers->ready(index))
    return {};
  const auto& why = ends_[index];
  if (why.code != errc::none)
    return to_error({errc::store_unavailable, why.detail, {}, why.cause});
  return to_error(errc::store_unavailable, "session sync is connecting");
}

// -- children ------------------------------------------------------------------

void session_sync_state::worker_up(std::size_t index) {
  const bool was_lost = std::exchange(ends_[index], no_failure).code != errc::none;
  if (index != syncing)
    return;
  if (was_lost) // a database that was away may have lost rows, or a whole table
    want_full_sync("the connections were lost");
  paused_ = false; // the restart had a back-off of its own
  step();
}

void session_sync_state::child_down(std::size_t index) {
  if (index == listener)
    report_.listening = report_.notified = false;
}

void session_sync_state::note_end(std::size_t index, const caf::error& why) {
  if (why)
    ends_[index] = to_failure(why);
}

/// The problem of the child that is not working; the worker that syncs comes first.
std::string session_sync_state::problem() const {
  if (!options_.enabled)
    return {};
  for (const auto index : {syncing, listener, comparing})
    if (const bool works = index == listener ? report_.listening : workers->ready(index);
        !works && ends_[index].code != errc::none)
      return explain(ends_[index]);
  return {};
}

bool session_sync_state::note(const keys_hinted& m) {
  report_.ignored += m.ignored;
  report_.hints += m.hints.size();
  for (const auto& hint : m.hints)
    note_dirty({hint.id, hint.at_us});
  step();
  return true;
}

/// When the set is full, a full sync takes over; further changes are dropped until it starts.
void session_sync_state::note_dirty(const dirty_set::entry& what) {
  if (overflowed_) {
    ++report_.dropped;
    return;
  }
  switch (dirty_.note(what.id, what.at_us)) {
  case dirty_set::noted::added:
    return;
  case dirty_set::noted::coalesced:
    ++report_.coalesced;
    return;
  case dirty_set::noted::overflowed:
    ++report_.overflows;
    report_.dropped += options_.max_pending + 1;
    overflowed_ = true;
    return want_full_sync("more changes than may wait");
  }
}

void session_sync_state::note(const listener_state& m) {
  if (!m.notified && (report_.notified || !report_.listening))
    log_to(log_component::sessions)
        .warn("Redis does not tell of changed keys, and does not let us change that: "
              "sessions are polled every {} s",
              options_.poll_interval.count() / 1'000);
  report_.listening = true;
  ends_[listener] = no_failure;
  report_.notified = m.notified;
  held_ = false;
  if (!m.lost.empty())
    want_full_sync(m.lost);
  step();
}

// -- one step at a time ----------------------------------------------------------

void session_sync_state::want_full_sync(const std::string& reason) {
  if (!std::exchange(wanted_, true))
    wanted_reason_ = reason;
}

void session_sync_state::step() {
  if (!workers->ready(syncing) || stepping_ || paused_)
    return;
  if (wanted_ && !held_ && !report_.full_sync_running)
    start_full_sync();
  const bool pages = report_.full_sync_running;
  if (pages && (pages_turn_ || dirty_.empty()))
    next_page();
  else if (!dirty_.empty())
    sync_changes();
}

void session_sync_state::sync_changes() {
  stepping_ = pages_turn_ = true;
  auto batch = dirty_.take(options_.batch);
  sync_sessions message;
  for (const auto& entry : batch)
    message.ids.push_back(entry.id);
  self->request(worker(syncing), options_.step_timeout, std::move(message))
      .then([this, batch](const sessions_synced& what) { changes_done(batch, what); },
            [this, batch](const caf::error& e) {
              for (const auto& entry : batch)
                note_dirty(entry);
              step_failed(e);
            });
}

void session_sync_state::changes_done(const std::vector<dirty_set::entry>& batch,
                                      const sessions_synced& what) {
  stepping_ = false;
  failures_ = 0;
  const auto at = to_us(now());
  for (const auto& entry : batch)
    lag_.add(std::chrono::microseconds{at - entry.at_us});
  add(report_.totals, what);
  step();
}

void session_sync_state::step_failed(const caf::error& why) {
  stepping_ = false;
  paused_ = true;
  report_.last_error = describe(why);
  answer_all(waiting_, why); // the full sync stays scheduled
  if (to_failure(why).code == errc::timed_out) {
    ends_[syncing] = to_failure(why);
    workers->kill(syncing); // it hangs: replace it
  }
  const auto after = options_.retry.delay(std::min(failures_++, 20U), 0.5);
  self->delayed_send(session_sync_front_actor{self}, after, retry_due{});
}

// -- the full sync ---------------------------------------------------------------

void session_sync_state::start_full_sync() {
  wanted_ = overflowed_ = false;
  report_.full_sync_running = true;
  report_.full_sync_reason = wanted_reason_;
  cursor_.clear();
  so_far_ = {};
  started_ = now();
  askers_ = std::exchange(waiting_, {});
  log_to(log_component::sessions).info("Syncing all sessions: {}", wanted_reason_);
}

void session_sync_state::next_page() {
  stepping_ = true;
  pages_turn_ = false;
  self->request(worker(syncing), options_.step_timeout, sync_page{cursor_, options_.page})
      .then([this](const page_synced& page) { page_done(page); },
            [this](const caf::error& e) { full_sync_failed(e); });
}

void session_sync_state::page_done(const page_synced& page) {
  stepping_ = false;
  failures_ = 0;
  add(so_far_, page.what);
  add(report_.totals, page.what);
  cursor_ = page.cursor;
  if (cursor_.empty())
    finish_full_sync();
  step();
}

void session_sync_state::finish_full_sync() {
  ended_ = now();
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(ended_ - started_);
  log_to(log_component::sessions)
      .info("Synced {} sessions in {} ms: {} created, {} changed, {} messages added, "
            "{} quarantined; {} keys are no chat sessions",
            so_far_.read, took.count(), so_far_.created, so_far_.changed, so_far_.messages_added,
            so_far_.quarantined, so_far_.not_ours);
  report_.full_sync_running = false;
  report_.last_error.clear();
  ++report_.full_syncs;
  report_.last_full_sync_us = to_micros(system_now());
  report_.last_full_sync = {so_far_, took};
  answer_all(askers_, report_.last_full_sync);
}

void session_sync_state::full_sync_failed(const caf::error& why) {
  log_to(log_component::sessions).error("Failed to sync all sessions: {}", describe(why));
  report_.full_sync_running = false;
  ++report_.failed_full_syncs;
  answer_all(askers_, why);
  want_full_sync(report_.full_sync_reason);
  step_failed(why);
}

void session_sync_state::look() {
  held_ = false;
  const auto interval = report_.notified ? options_.full_sync_interval : options_.poll_interval;
  if (!wanted_ && !report_.full_sync_running && now() - ended_ >= interval)
    want_full_sync(report_.notified ? "interval" : "polling");
  step();
  self->delayed_send(session_sync_front_actor{self}, options_.look, look_due{});
}

void session_sync_state::try_again() {
  paused_ = false;
  step();
}

// -- requests --------------------------------------------------------------------

caf::result<full_sync_report> session_sync_state::sync_all() {
  if (auto refused = refuses(syncing); refused)
    return refused;
  if (waiting_.size() + askers_.size() >= options_.max_waiting)
    return to_error(errc::overloaded, "too many requests wait for a full sync");
  auto answer = self->make_response_promise<full_sync_report>();
  waiting_.push_back(answer);
  held_ = false;
  want_full_sync("request");
  step();
  return answer;
}

caf::result<sessions_synced> session_sync_state::sync_one(const sync_session& m) {
  if (auto refused = refuses(syncing); refused)
    return refused;
  if (const auto valid = validate_session_id(m.id); !valid)
    return to_error(valid.error());
  if (auto refused = single_slots_->refuses(); refused)
    return refused;
  auto answer = waiters_.expect<sessions_synced>(self);
  gated_request<sessions_synced>(
      self, *single_slots_, worker(syncing), options_.step_timeout, sync_sessions{{m.id}},
      [this, answer](sessions_synced& what) mutable {
        add(report_.totals, what);
        if (const auto why = why_not_stored(what); why)
          answer.deliver(why);
        else
          answer.deliver(std::move(what));
      },
      [answer](const caf::error& why) mutable { answer.deliver(why); });
  return answer.promise();
}

caf::result<session_comparison> session_sync_state::compare(const compare_sessions& m) {
  if (auto refused = refuses(comparing); refused)
    return refused;
  if (auto refused = comparison_slots_->refuses(); refused)
    return refused;
  auto answer = waiters_.expect<session_comparison>(self);
  gated_request<session_comparison>(
      self, *comparison_slots_, worker(comparing), options_.step_timeout, m,
      [answer](session_comparison& page) mutable { answer.deliver(std::move(page)); },
      [answer](const caf::error& why) mutable { answer.deliver(why); });
  return answer.promise();
}

void session_sync_state::refuse_everyone(const failure& why) {
  stop_waiting(why);
  waiters_.refuse_all(to_error(why));
}

void session_sync_state::stop_waiting(const failure& why) {
  const auto error = to_error(why);
  answer_all(askers_, error);
  answer_all(waiting_, error);
}

sessions_status session_sync_state::report() const {
  auto out = report_;
  out.enabled = options_.enabled;
  out.working = options_.enabled && workers->ready(syncing);
  out.problem = problem();
  out.pending = dirty_.size();
  const auto lag = lag_.summarize();
  out.lag = {lag.samples, lag.p50.count(), lag.p99.count(), lag.last.count()};
  return out;
}

component_status session_sync_state::status() const {
  component_status out{workers->status(), {}};
  if (!options_.enabled)
    return out;
  const auto number = [](std::uint64_t n) {
    return static_cast<std::int64_t>(n);
  };
  out.gauges = {{"sessions_pending", number(dirty_.size())},
                {"sessions_quarantined_total", number(report_.totals.quarantined)},
                {"session_full_syncs_total", number(report_.full_syncs)}};
  return out;
}

session_sync_front_actor::behavior_type
session_sync(session_sync_front_actor::stateful_pointer<session_sync_state> self,
             session_children children, session_sync_options options) {
  answer_on_every_way_out(self);
  self->state.init(children, options);
  return {
      [self](sync_all_sessions) { return self->state.sync_all(); },
      [self](const sync_session& m) { return self->state.sync_one(m); },
      [self](const compare_sessions& m) { return self->state.compare(m); },
      [self](get_sessions_status) { return self->state.report(); },
      [self](get_status) { return self->state.status(); },
      [self](standings::stop_waiting) { self->state.stop_waiting(service_stops()); },
      [self](const keys_hinted& m) { return self->state.note(m); },
      [self](const listener_state& m) { self->state.note(m); },
      [self](worker_ready who) { self->state.workers->handle(who); },
      [self](restart_child due) { self->state.workers->handle(due); },
      [self](look_due) { self->state.look(); },
      [self](retry_due) { self->state.try_again(); },
  };
}

} // namespace standings
