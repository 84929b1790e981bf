#include "actors/reconcile/reconcile_worker.hpp"

#include "actors/leaderboard/version_check.hpp"
#include "actors/supervision/system.hpp"
#include "stores/contracts/generation.hpp"
#include "sync/reconcile/cache_identity.hpp"
#include "sync/reconcile/self_check.hpp"

namespace standings {

namespace {

/// The run id in the settings of comparisons between runs, which belong to no run.
constexpr auto between_runs = "incremental";

constexpr std::size_t recover_page = 500;
constexpr std::size_t recovered_shown = 20;

/// Archives states under the id of the run, or between runs under an id of this worker.
keep_states_fn keeper_of(const version_guard_ptr& guard) {
  if (!guard)
    return {};
  return [guard, own = new_generation()](const std::string& run_id,
                                         std::span<const lost_state> states) {
    return guard->keep(run_id == between_runs ? own : run_id,
                       "the cache had states that the database does not have", states);
  };
}

} // namespace

void reconcile_worker_state::init(const reconcile_store_factory& open, cache_audit_ptr audit,
                                  rank_cache_ptr cache, version_guard_ptr guard) {
  rows_ = open_or_crash(open);
  audit_ = std::move(audit);
  cache_ = std::move(cache);
  guard_ = std::move(guard);
  reconciler_.emplace(*rows_, *audit_, *cache_, keeper_of(guard_));
}

caf::error reconcile_worker_state::failed(const failure& why) {
  if (why.code == errc::store_unavailable || why.code == errc::outcome_unknown)
    self->quit(to_error(why));
  return to_error(why);
}

caf::result<run_basis> reconcile_worker_state::prepare(const run_state& state) {
  const auto went_back = check_versions(guard_, true);
  if (!went_back)
    return failed(went_back.error());
  if (*went_back)
    return to_error(errc::cache_warming, "the cache is rebuilt: the database went back");
  const auto evidence = find_evidence(state, *cache_, *audit_);
  if (!evidence)
    return failed(evidence.error());
  const auto users = rows_->count();
  if (!users)
    return failed(users.error());
  const auto barrier = rows_->barrier();
  if (!barrier)
    return failed(barrier.error());
  run_basis out;
  out.generation = evidence->generation;
  out.barrier = *barrier;
  out.has_evidence = evidence->verified_up_to.has_value();
  out.verified_up_to = evidence->verified_up_to.value_or(0);
  out.users = *users;
  return out;
}

caf::result<batch_ends> reconcile_worker_state::plan(const plan_batches& m) {
  auto ends = rows_->batch_ends(m.after, m.batch, m.count);
  if (!ends)
    return failed(ends.error());
  return batch_ends{std::move(*ends)};
}

caf::result<batch_outcome> reconcile_worker_state::compare(const compare_batch& m) {
  const id_range range{m.after, m.open ? std::nullopt : std::optional{m.up_to}};
  return answer(reconciler_->compare(*m.run, range));
}

caf::result<batch_outcome> reconcile_worker_state::compare(const compare_cache_only_users& m) {
  return answer(reconciler_->compare_cache_only_users(*m.run, m.part, m.cursor));
}

caf::result<batch_outcome> reconcile_worker_state::compare(const compare_users& m) {
  const auto whole = cache_->verify();
  if (!whole)
    return failed(whole.error());
  if (!*whole) // entries written into a cache that was just lost start from zero
    return to_error(errc::cache_warming, "the cache is being filled");
  run_settings settings;
  settings.run_id = between_runs;
  settings.leave_absent = true; // only a whole run can tell what absence means
  return answer(reconciler_->compare(settings, m.user_ids));
}

caf::result<board_counts> reconcile_worker_state::count() {
  const auto state = cache_->state();
  if (!state)
    return failed(state.error());
  return board_counts{state->members};
}

caf::result<bool> reconcile_worker_state::confirm(const std::string& generation) {
  const auto now = complete_generation(*cache_);
  if (!now && now.error().code != errc::cache_warming)
    return failed(now.error());
  return now && *now == generation;
}

caf::result<std::uint64_t> reconcile_worker_state::remove(const delete_users& m) {
  return answer(reconciler_->remove(*m.run, m.users));
}

caf::result<std::int64_t> reconcile_worker_state::verify(const verify_changes& m) {
  return answer(reconciler_->verify_changes(*m.run, m.since));
}

caf::result<bool> reconcile_worker_state::mark(const mark_verified& m) {
  return answer(audit_->set_verified_run(m.generation, m.run_id));
}

caf::result<undo_report> reconcile_worker_state::undo(const undo_run& m) {
  const auto restored = reconciler_->undo(m.run_id);
  if (!restored)
    return failed(restored.error());
  return undo_report{m.run_id, *restored};
}

caf::result<std::vector<history_event>> reconcile_worker_state::events(const list_events& m) {
  if (!guard_)
    return std::vector<history_event>{};
  return answer(guard_->events(m.limit));
}

caf::result<recover_report> reconcile_worker_state::recover(const recover_event& m) {
  recover_report out{m.event_id, m.dry_run, 0, {}};
  for (std::string after; guard_;) {
    const auto page = guard_->recover(m.event_id, after, recover_page, m.dry_run);
    if (!page)
      return failed(page.error());
    if (!*page)
      return to_error(errc::unknown_run, "no event has such an id", "event_id");
    if (!m.dry_run)
      if (const auto told = cache_->apply((*page)->users); !told)
        return failed(told.error());
    out.users += (*page)->users.size();
    for (const auto& user : (*page)->users)
      if (out.first.size() < recovered_shown)
        out.first.push_back(user);
    if ((*page)->done)
      break;
    after = (*page)->last;
  }
  return out;
}

caf::result<std::vector<self_check_step>> reconcile_worker_state::test() {
  return run_self_check(*rows_, *audit_, *cache_);
}

reconcile_worker_actor::behavior_type
reconcile_worker(reconcile_worker_actor::stateful_pointer<reconcile_worker_state> self,
                 reconcile_store_factory open, cache_audit_ptr audit, rank_cache_ptr cache,
                 reconcile_front_actor front, std::size_t index, version_guard_ptr guard) {
  end_on_exception(self);
  self->state.init(open, std::move(audit), std::move(cache), std::move(guard));
  self->send(front, worker_ready{index});
  return {
      [self](const prepare_run& m) { return self->state.prepare(m.state); },
      [self](const plan_batches& m) { return self->state.plan(m); },
      [self](const compare_batch& m) { return self->state.compare(m); },
      [self](const compare_cache_only_users& m) { return self->state.compare(m); },
      [self](const compare_users& m) { return self->state.compare(m); },
      [self](count_boards) { return self->state.count(); },
      [self](const confirm_cache& m) { return self->state.confirm(m.generation); },
      [self](const delete_users& m) { return self->state.remove(m); },
      [self](const verify_changes& m) { return self->state.verify(m); },
      [self](const mark_verified& m) { return self->state.mark(m); },
      [self](const undo_run& m) { return self->state.undo(m); },
      [self](const list_events& m) { return self->state.events(m); },
      [self](const recover_event& m) { return self->state.recover(m); },
      [self](self_check) { return self->state.test(); },
  };
}

} // namespace standings
