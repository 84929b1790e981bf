#include "actors/aliases/alias_mirror.hpp"

#include "actors/supervision/system.hpp"
#include "log/log.hpp"

#include <algorithm>
#include <utility>

namespace standings {

namespace {

/// Renders the errors of source, tables and cache in one line.
std::string errors_of(const alias_cycle& cycle) {
  std::string out = cycle.error;
  for (const auto& table : cycle.tables)
    if (!table.error.empty())
      out += (out.empty() ? "" : "; ") + to_string(table.type) + ": " + table.error;
  return out;
}

} // namespace

void alias_mirror_state::init(const alias_worker_factory& spawn_worker,
                              const alias_mirror_options& with) {
  options_ = with;
  if (options_.mode == alias_mode::off)
    return;
  look_up_slots_.emplace(options_.max_look_ups, "too many look-ups of names");
  std::vector<worker_spec> specs;
  for (const auto index : {cycles, look_ups}) // source and cache reconnect by themselves
    specs.push_back(make_silent_worker("alias_worker/" + std::to_string(index),
                                       options_.worker_limits, spawn_worker, index, stop_flag_));
  worker_pool::hooks notify;
  notify.events = options_.events;
  workers.emplace(self, std::move(specs), std::move(notify));
  workers->start_all();
  start();
}

std::string alias_mirror_state::disabled_because() const {
  if (options_.mode == alias_mode::off)
    return "aliases.enabled is off";
  if (options_.mode == alias_mode::automatic && source_ == source_state::absent)
    return "the alias source does not exist; it is looked for all the time";
  return {};
}

caf::error alias_mirror_state::refusal() const {
  if (auto why = disabled_because(); !why.empty())
    return to_error(errc::feature_disabled, std::move(why));
  return {};
}

// -- the timer -------------------------------------------------------------------

void alias_mirror_state::schedule() {
  next_at_ = self->system().clock().now() + options_.interval;
  self->delayed_send(alias_mirror_front_actor{self}, options_.interval, cycle_due{++round_});
}

void alias_mirror_state::due(const cycle_due& timer) {
  if (!running_ || timer.round != round_)
    return;
  schedule();
  if (!syncing_)
    run({});
}

caf::result<bool> alias_mirror_state::start() {
  if (options_.mode == alias_mode::off)
    return refusal();
  if (std::exchange(running_, true))
    return true;
  schedule();
  if (!syncing_)
    run({});
  return true;
}

caf::result<bool> alias_mirror_state::stop() {
  if (options_.mode == alias_mode::off)
    return refusal();
  running_ = false;
  ++round_;
  return true;
}

// -- cycles ----------------------------------------------------------------------

caf::result<alias_cycle> alias_mirror_state::sync(const sync_aliases& m) {
  if (options_.mode == alias_mode::off)
    return refusal();
  auto answer = self->make_response_promise<alias_cycle>();
  waiting_.push_back(answer);
  release_ = release_ || m.release;
  if (!syncing_)
    next();
  return answer;
}

/// Starts a cycle if a request waits for one.
void alias_mirror_state::next() {
  if (waiting_.empty())
    return;
  served_ = std::exchange(waiting_, {});
  run({true, std::exchange(release_, false)});
}

void alias_mirror_state::run(run_alias_cycle how) {
  if (!workers->ready(cycles))
    return failed(to_error(errc::store_unavailable, "the alias worker is being restarted"));
  syncing_ = true;
  self->request(workers->worker<alias_worker_actor>(cycles), options_.cycle_timeout, how)
      .then([this](alias_cycle& cycle) { ended(std::move(cycle)); },
            [this](const caf::error& why) { failed(why); });
}

void alias_mirror_state::ended(alias_cycle cycle) {
  syncing_ = false;
  if (!cycle.source_missing)
    source_ = source_state::seen;
  else if (source_ == source_state::unknown)
    source_ = source_state::absent;
  note_mirrored(cycle);
  remember(cycle);
  log(cycle);
  if (const auto refused = refusal(); refused)
    answer_all(served_, refused);
  answer_all(served_, cycle);
  next();
}

/// A table that cannot be read leaves the others as they are.
void alias_mirror_state::note_mirrored(const alias_cycle& cycle) {
  if (!cycle.error.empty())
    return;
  for (const auto type : all_alias_types)
    if (std::none_of(cycle.tables.begin(), cycle.tables.end(), [type](const auto& table) {
          return table.type == type && !table.error.empty();
        }))
      mirrored_[index_of(type)] = true;
}

/// Called when the worker has ended or does not answer.
void alias_mirror_state::failed(const caf::error& why) {
  syncing_ = false;
  alias_cycle cycle;
  cycle.started_at = system_now();
  cycle.error = to_failure(why).detail;
  remember(cycle);
  log(cycle);
  answer_all(served_, why);
  if (workers->ready(cycles)) {
    next();
  } else {
    release_ = false; // requested by those just refused
    answer_all(waiting_, why);
  }
}

void alias_mirror_state::remember(alias_cycle cycle) {
  ++count_;
  history_.push_front(std::move(cycle));
  if (history_.size() > options_.history)
    history_.pop_back();
}

void alias_mirror_state::log(const alias_cycle& cycle) {
  if (!disabled_because().empty()) {
    if (!std::exchange(told_of_waiting_, true))
      log_to(log_component::aliases)
          .info("There is no alias source {}; the alias mirror waits for it", options_.source);
    return;
  }
  if (const auto wrong = errors_of(cycle); !wrong.empty())
    log_to(log_component::aliases).error("Failed to mirror aliases: {}", wrong);
  for (const auto& table : cycle.tables)
    if (table.invalid + table.failed > 0)
      log_to(log_component::aliases)
          .warn("Left out {} invalid rows and {} refused aliases of type {}: {}", table.invalid,
                table.failed, to_string(table.type),
                table.problems.empty() ? "" : table.problems.front());
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(cycle.duration).count();
  const auto total = cycle.sum(&alias_table_report::total);
  if (!cycle.without_changes())
    log_to(log_component::aliases)
        .info("Mirrored {} aliases in {} ms: {} added, {} updated, {} deleted", total, took,
              cycle.sum(&alias_table_report::added), cycle.sum(&alias_table_report::updated),
              cycle.sum(&alias_table_report::deleted));
  else if (cycle.succeeded())
    log_to(log_component::aliases)
        .info("Mirrored {} aliases in {} ms: No changes detected", total, took);
}

void alias_mirror_state::stop_waiting(const failure& why) {
  const auto error = to_error(why);
  release_ = false; // requested by those just refused
  answer_all(served_, error);
  answer_all(waiting_, error);
}

void alias_mirror_state::refuse_everyone(const failure& why) {
  stop_waiting(why);
  resolving_.fail_all(to_error(why));
}

// -- answers -----------------------------------------------------------------------

/// Why a cache miss does not prove an alias of that table unknown; empty if it does.
caf::error alias_mirror_state::not_ready(alias_type of) const {
  if (auto why = refusal(); why)
    return why;
  if (mirrored_[index_of(of)])
    return {};
  if (history_.empty())
    return to_error(errc::cache_warming, "the aliases are being mirrored");
  return to_error(errc::store_unavailable, errors_of(history_.front()));
}

caf::result<bool> alias_mirror_state::ensure(const ensure_aliases& m) const {
  if (auto why = not_ready(m.type); why)
    return why;
  return true;
}

caf::result<resolved_names> alias_mirror_state::resolve(const resolve_names& names) {
  for (const auto type : {alias_type::team, alias_type::player})
    if (auto why = not_ready(type); why)
      return why;
  const auto key = alias_query_key(names.team, names.player);
  if (!resolving_.busy(key) && !workers->ready(look_ups))
    return to_error(errc::store_unavailable, "the look-ups are being restarted");
  return resolving_.ask(self, key, *look_up_slots_, workers->worker<alias_worker_actor>(look_ups),
                        options_.timeout, names);
}

aliases_status alias_mirror_state::status() const {
  aliases_status out;
  out.reason = disabled_because();
  out.enabled = out.reason.empty();
  out.running = running_;
  out.syncing = syncing_;
  out.source = options_.source;
  out.interval = options_.interval;
  if (running_)
    out.next_in = std::max(std::chrono::duration_cast<std::chrono::milliseconds>(
                               next_at_ - self->system().clock().now()),
                           std::chrono::milliseconds{0});
  out.cycles = count_;
  out.history.assign(history_.begin(), history_.end());
  return out;
}

component_status alias_mirror_state::component() const {
  component_status out;
  if (workers)
    out.workers = workers->status();
  out.gauges.emplace_back("alias_cycles", static_cast<std::int64_t>(count_));
  if (!history_.empty())
    out.gauges.emplace_back(
        "aliases", static_cast<std::int64_t>(history_.front().sum(&alias_table_report::total)));
  return out;
}

alias_mirror_front_actor::behavior_type
alias_mirror(alias_mirror_front_actor::stateful_pointer<alias_mirror_state> self,
             alias_worker_factory spawn_worker, alias_mirror_options options) {
  answer_on_every_way_out(self);
  self->state.init(spawn_worker, options);
  return {
      [self](const sync_aliases& m) { return self->state.sync(m); },
      [self](start_aliases) { return self->state.start(); },
      [self](stop_aliases) { return self->state.stop(); },
      [self](const ensure_aliases& m) { return self->state.ensure(m); },
      [self](get_aliases_status) { return self->state.status(); },
      [self](const resolve_names& names) { return self->state.resolve(names); },
      [self](get_status) { return self->state.component(); },
      [self](standings::stop_waiting) { self->state.stop_waiting(service_stops()); },
      [self](worker_ready who) { self->state.workers->handle(who); },
      [self](restart_child due) { self->state.workers->handle(due); },
      [self](const cycle_due& timer) { self->state.due(timer); },
  };
}

} // namespace standings
