#include "actors/reconcile/reconcile_run.hpp"

#include "stores/contracts/generation.hpp"

#include <caf/actor_cast.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <limits>

namespace standings {

namespace {

/// Candidates beyond the limits are counted, not kept: nobody will delete them.
std::size_t candidates_kept(const reconcile_run_options& options, bool forced) {
  return forced ? std::numeric_limits<std::size_t>::max()
                : static_cast<std::size_t>(options.deletions.max_deletes) + 1;
}

/// More are counted, but not recorded one by one.
constexpr std::size_t max_quarantined = 10'000;

constexpr std::chrono::milliseconds keeper_timeout{20'000};
constexpr std::chrono::milliseconds worker_poll{250};
constexpr std::chrono::milliseconds watch_pause{1'000};

/// See reconcile_worker_state::failed; what throws ends it, too.
bool ends_worker(errc code) {
  return code == errc::store_unavailable || code == errc::outcome_unknown || code == errc::internal;
}

bool is_away(errc code) {
  return code == errc::store_unavailable || code == errc::outcome_unknown || code == errc::timed_out
         || code == errc::overloaded;
}

} // namespace

template <class Reply, class Handle, class Message, class Then, class Otherwise>
void reconcile_run::ask(const Handle& whom, Message message, std::chrono::milliseconds limit,
                        Then then, Otherwise otherwise) {
  auto me = shared_from_this();
  around_.self->request(whom, limit, std::move(message))
      .then(
          [me, then](Reply& reply) mutable {
            if (me->phase_ != phase::ended)
              then(reply);
          },
          [me, otherwise](caf::error& e) mutable {
            if (me->phase_ != phase::ended)
              otherwise(e);
          });
}

template <class Reply, class Message>
void reconcile_run::ask_worker(Message message, std::function<void(Reply&)> then,
                               std::function<void(const failure&)> otherwise, std::size_t tries) {
  with_worker([this, message, then, otherwise, tries](const reconcile_worker_actor& worker) {
    ask<Reply>(worker, message, options_.step_timeout, then,
               [this, message, then, otherwise, tries](const caf::error& e) {
                 const auto why = to_failure(e);
                 if (!is_away(why.code) || tries + 1 >= options_.tries)
                   return otherwise(why);
                 around_.later(options_.first_pause * (1 << tries),
                               [me = shared_from_this(), message, then, otherwise, tries] {
                                 me->ask_worker<Reply>(message, then, otherwise, tries + 1);
                               });
               });
  });
}

reconcile_run::reconcile_run(surroundings around, reconcile_run_options options,
                             const start_run& asked, std::string trigger)
    : around_(std::move(around)), options_(std::move(options)) {
  report_.run_id = new_generation();
  report_.trigger = std::move(trigger);
  report_.dry_run = asked.dry_run;
  report_.forced = asked.force;
  report_.periods = asked.periods;
  report_.started_at = around_.clock();
  settings_->run_id = report_.run_id;
  settings_->dry_run = asked.dry_run;
  settings_->backup_dir = options_.backup_dir;
  settings_->selected = asked.periods;
  settings_->leave_absent = is_selective(); // what all boards lack is not one board's affair
}

void reconcile_run::start() {
  spdlog::info("Starting Redis -> PostgreSQL sync (run {}, {}{})", report_.run_id, report_.trigger,
               report_.dry_run ? ", dry run" : "");
  const auto keeper = around_.keeper();
  if (!keeper)
    return end(run_status::failed, fail(errc::store_unavailable, "the database cannot be reached"));
  ask<bool>(
      keeper, begin_run{report_}, keeper_timeout,
      [this](bool) {
        around_.begun(report_);
        load_state();
      },
      [this](const caf::error& e) { end(run_status::failed, to_failure(e)); });
}

void reconcile_run::abort(const failure& why) {
  if (phase_ != phase::ended)
    end(run_status::failed, why);
}

std::vector<reconcile_worker_actor> reconcile_run::usable_workers() const {
  auto out = around_.workers();
  std::erase_if(out, [this](const reconcile_worker_actor& worker) {
    return std::find(spent_.begin(), spent_.end(), worker.address()) != spent_.end();
  });
  return out;
}

void reconcile_run::with_worker(std::function<void(const reconcile_worker_actor&)> then,
                                std::chrono::milliseconds waited) {
  if (phase_ == phase::ended)
    return;
  const auto workers = usable_workers();
  if (!workers.empty())
    return then(workers.front());
  if (waited >= options_.patience)
    return abort(fail(errc::store_unavailable, "the database cannot be reached"));
  around_.later(worker_poll, [me = shared_from_this(), then = std::move(then), waited] {
    me->with_worker(then, waited + worker_poll);
  });
}

/// Ends a run whose workers do not come back.
void reconcile_run::watch(std::chrono::milliseconds idle) {
  if (phase_ == phase::ended)
    return;
  const bool stuck = usable_workers().empty() && busy_.empty();
  idle = stuck ? idle + watch_pause : std::chrono::milliseconds{0};
  if (idle >= options_.patience)
    return abort(fail(errc::store_unavailable, "the database cannot be reached"));
  around_.later(watch_pause, [me = shared_from_this(), idle] { me->watch(idle); });
}

// -- preparing -------------------------------------------------------------------

void reconcile_run::load_state() {
  ask<run_state>(
      around_.keeper(), load_run_state{}, keeper_timeout,
      [this](const run_state& state) {
        held_before_ = state.held;
        prepare(state, true);
      },
      [this](const caf::error& e) { abort(to_failure(e)); });
}

void reconcile_run::prepare(const run_state& state, bool may_wait) {
  ask_worker<run_basis>(
      prepare_run{state}, [this](const run_basis& basis) { take_basis(basis); },
      [this, state, may_wait](const failure& why) {
        if (why.code == errc::cache_warming && may_wait)
          return wait_for_cache(state);
        abort(why);
      });
}

void reconcile_run::wait_for_cache(const run_state& state) {
  ask<bool>(
      around_.hydration, ensure_complete{}, options_.cache_timeout,
      [this, state](bool) { prepare(state, false); },
      [this](const caf::error& e) { abort(to_failure(e)); });
}

void reconcile_run::take_basis(const run_basis& basis) {
  basis_ = basis;
  report_.users = basis.users;
  settings_->generation = basis.generation;
  if (basis.has_evidence && !is_selective())
    settings_->verified_up_to = basis.verified_up_to;
  settings_->seen = std::make_shared<seen_ids>(basis.users + basis.users / 16);
  expected_batches_ = basis.users / options_.batch + 1;
  phase_ = phase::rows;
  watch({});
  plan();
}

// -- the rows of the database --------------------------------------------------------

void reconcile_run::plan() {
  planning_ = true;
  ask_worker<batch_ends>(
      plan_batches{plan_after_, options_.batch, options_.batches_a_plan},
      [this](batch_ends& ends) {
        planning_ = false;
        for (auto& last : ends.last_ids) {
          todo_.push_back({compare_batch{settings_, plan_after_, last, false}, options_.batch, 0});
          plan_after_ = std::move(last);
        }
        planned_ = ends.last_ids.size() < options_.batches_a_plan;
        if (planned_)
          todo_.push_back({compare_batch{settings_, plan_after_, {}, true}, options_.batch, 0});
        dispatch();
      },
      [this](const failure& why) { abort(why); });
}

void reconcile_run::dispatch() {
  if (phase_ != phase::rows && phase_ != phase::strangers)
    return;
  for (const auto& worker : usable_workers()) {
    if (todo_.empty())
      break;
    if (std::find(busy_.begin(), busy_.end(), worker.address()) != busy_.end())
      continue;
    auto w = std::move(todo_.front());
    todo_.pop_front();
    send(worker, std::move(w));
  }
  if (phase_ == phase::rows && !planned_ && !planning_
      && todo_.size() < options_.batches_a_plan / 2)
    plan();
  if (todo_.empty() && busy_.empty() && delayed_ == 0 && !planning_)
    phase_over();
}

void reconcile_run::send(const reconcile_worker_actor& worker, work w) {
  busy_.push_back(worker.address());
  const auto freed = [this, address = worker.address()] {
    busy_.erase(std::remove(busy_.begin(), busy_.end(), address), busy_.end());
  };
  std::visit(
      [&](const auto& message) {
        ask<batch_outcome>(
            worker, message, options_.step_timeout,
            [this, freed, w](batch_outcome& outcome) {
              freed();
              take(w, outcome);
              dispatch();
            },
            [this, freed, w, address = worker.address()](const caf::error& e) {
              freed();
              if (ends_worker(to_failure(e).code))
                spent_.push_back(address); // its successor has another address
              missed(w, e);
              if (phase_ != phase::ended)
                dispatch();
            });
      },
      w.what);
}

void reconcile_run::take(const work& w, batch_outcome& outcome) {
  ++report_.batches;
  report_.counts += outcome.counts;
  unverified_ += outcome.unverified;
  for (std::size_t p = 0; p < period_count; ++p)
    on_board_[p] += outcome.on_board[p];
  const auto kept = candidates_kept(options_, report_.forced);
  for (auto& user : outcome.candidates)
    if (candidates_.size() < kept)
      candidates_.push_back(std::move(user));
  for (auto& user : outcome.quarantined)
    if (quarantined_.size() < max_quarantined)
      quarantined_.push_back(std::move(user));
  if (!outcome.next.empty()) {
    auto following = std::get<compare_cache_only_users>(w.what);
    following.cursor = outcome.next;
    todo_.push_back({following, options_.batch, 0});
  }
}

void reconcile_run::missed(work w, const caf::error& e) {
  const auto why = to_failure(e);
  if (++w.tries < options_.tries)
    return try_again(std::move(w));
  if (!is_away(why.code) && std::holds_alternative<compare_batch>(w.what))
    return halve(w, why);
  give_up(w, why);
}

void reconcile_run::try_again(work w) {
  ++delayed_;
  around_.later(options_.first_pause * (1 << (w.tries - 1)), [me = shared_from_this(), w] {
    --me->delayed_;
    me->todo_.push_back(w);
    me->dispatch();
  });
}

void reconcile_run::give_up(const work& w, const failure& why) {
  spdlog::warn("Failed to sync a batch of about {} users: {}", w.users, explain(why));
  ++report_.failed_batches;
  const auto limit = options_.max_failed_fraction * static_cast<double>(expected_batches_);
  if (static_cast<double>(report_.failed_batches) > limit)
    end(run_status::stopped_early, why);
}

/// Something in the batch brings the worker down: find out who.
void reconcile_run::halve(const work& w, const failure& why) {
  const auto half = std::max<std::size_t>(1, w.users / 2);
  ++delayed_;
  ask_worker<batch_ends>(
      plan_batches{std::get<compare_batch>(w.what).after, half, 1},
      [this, w, half, why](const batch_ends& ends) {
        --delayed_;
        split(w, half, ends.last_ids, why);
        dispatch();
      },
      [this](const failure& lost) { abort(lost); });
}

/// `ends` has the id that stands `half` places into the batch, if there is one.
void reconcile_run::split(const work& w, std::size_t half, const std::vector<std::string>& ends,
                          const failure& why) {
  const auto range = std::get<compare_batch>(w.what);
  constexpr std::size_t once_tried = 1; // the worker that it met may have been dying
  if (!ends.empty() && (range.open || ends[0] < range.up_to)) {
    auto rest = range;
    rest.after = ends[0];
    todo_.push_back({compare_batch{settings_, range.after, ends[0], false}, half, once_tried});
    todo_.push_back({rest, std::max<std::size_t>(1, w.users - half), once_tried});
  } else if (half > 1) {
    todo_.push_back({range, half, once_tried}); // there are fewer than was thought
  } else if (!ends.empty()) {
    ++unread_;
    ++report_.counts.quarantined;
    quarantined_.push_back({range.up_to, why.detail, report_.run_id, {}, around_.clock(), 1});
  }
}

// -- who is in the cache only ----------------------------------------------------------

void reconcile_run::phase_over() {
  if (phase_ == phase::rows)
    return look_for_cache_only_users();
  decide_deletions();
}

void reconcile_run::look_for_cache_only_users() {
  phase_ = phase::strangers;
  planning_ = true; // until the boards are counted
  ask_worker<board_counts>(
      count_boards{}, [this](const board_counts& boards) { walk(boards); },
      [this](const failure& why) { abort(why); });
}

/// A board that has as many members as users were found on it has nobody else;
/// somebody who took the place of one who left meanwhile is found by the next run.
void reconcile_run::walk(const board_counts& boards) {
  planning_ = false;
  for (cache_part part = 0; part < part_count; ++part)
    if (part == details_part || boards.members[part] != on_board_[part])
      todo_.push_back({compare_cache_only_users{settings_, part, {}}, options_.batch, 0});
  dispatch();
}

// -- deletions --------------------------------------------------------------------------

void reconcile_run::decide_deletions() {
  phase_ = phase::deletions;
  ask_worker<bool>(
      confirm_cache{basis_.generation}, [this](bool stayed_complete) { rule(stayed_complete); },
      [this](const failure&) { rule(false); });
}

void reconcile_run::rule(bool stayed_complete) {
  const bool read_everything = report_.failed_batches == 0 && unread_ == 0;
  complete_ = stayed_complete && read_everything && unverified_ == 0;
  deletion_case asked;
  asked.candidates = report_.counts.candidates;
  asked.users = report_.users;
  asked.stayed_complete = stayed_complete;
  asked.read_everything = read_everything;
  asked.held_before = held_before_;
  asked.forced = report_.forced;
  const auto ruling = rule_on_deletion(asked, options_.deletions);
  if (!ruling.reason.empty())
    hold(ruling.reason);
  // doubts about the evidence end with the run; too many deletions stay too many
  held_ = report_.deletes_held && complete_;
  if (ruling.go)
    return delete_next();
  remember();
}

void reconcile_run::hold(const std::string& reason) {
  spdlog::warn("Deletes are held: {}", reason);
  report_.deletes_held = true;
  report_.held_reason = reason;
}

void reconcile_run::delete_next() {
  if (deleted_until_ >= candidates_.size())
    return remember();
  const auto first = candidates_.begin() + static_cast<std::ptrdiff_t>(deleted_until_);
  const auto count = std::min(options_.deletions_a_step, candidates_.size() - deleted_until_);
  delete_users message{settings_, {first, first + static_cast<std::ptrdiff_t>(count)}};
  deleted_until_ += count;
  ask_worker<std::uint64_t>(
      message,
      [this](std::uint64_t deleted) {
        report_.counts.deleted += deleted;
        delete_next();
      },
      [this](const failure& why) {
        complete_ = false;
        hold(why.detail);
        remember();
      },
      options_.tries); // a second try would not know what the first has deleted
}

// -- the end ---------------------------------------------------------------------------

/// What absence from the cache will mean from now on. Whatever was written during
/// the run, by itself or by others, is looked at once more, so that a user who was
/// just created counts as seen.
void reconcile_run::remember() {
  const bool whole = complete_ && !report_.dry_run && !is_selective();
  if (!whole)
    return finish();
  ask_worker<std::int64_t>(
      verify_changes{settings_, basis_.barrier},
      [this](std::int64_t verified_up_to) { leave_mark(verified_up_to); },
      [this](const failure&) { leave_mark(basis_.barrier); });
}

/// First the database, then the cache: only where both agree is it believed.
void reconcile_run::leave_mark(std::int64_t verified_up_to) {
  const auto keeper = around_.keeper();
  if (!keeper)
    return finish();
  const mark_verified mark{report_.run_id, basis_.generation, verified_up_to};
  ask<bool>(
      keeper, mark, keeper_timeout,
      [this, mark](bool) {
        ask_worker<bool>(
            mark, [this](bool) { finish(); }, [this](const failure&) { finish(); });
      },
      [this](const caf::error&) { finish(); });
}

void reconcile_run::finish() {
  const auto keeper = around_.keeper();
  const bool whole = !report_.dry_run && !is_selective();
  const bool nobody_left = basis_.has_evidence && report_.counts.candidates == 0;
  const bool released = held_before_ && complete_ && !held_ && (report_.forced || nobody_left);
  const bool changed = held_ || released;
  if (!whole || !changed || !keeper)
    return end(run_status::completed);
  ask<bool>(
      keeper, save_hold{held_, held_ ? report_.counts.candidates : 0, report_.held_reason},
      keeper_timeout, [this](bool) { end(run_status::completed); },
      [this](const caf::error& e) { abort(to_failure(e)); });
}

void reconcile_run::end(run_status status, std::optional<failure> why) {
  phase_ = phase::ended;
  report_.status = status;
  report_.finished_at = around_.clock();
  if (why)
    report_.error = why->detail;
  const bool not_begun = why && why->code == errc::run_in_progress;
  const auto keeper = around_.keeper();
  if (keeper && !not_begun) {
    const auto recorded = report_.dry_run ? std::vector<quarantined_user>{} : quarantined_;
    const bool looked_at_all = complete_ && !report_.dry_run && !is_selective();
    around_.self->request(keeper, keeper_timeout, end_run{report_, recorded, looked_at_all})
        .then([](bool) {}, [id = report_.run_id](
                               const caf::error&) { spdlog::warn("Failed to record run {}", id); });
  }
  if (status == run_status::completed)
    spdlog::info("Sync completed: {} created, {} updated, {} healed, {} deleted, {} quarantined "
                 "of {} users in {} ms (run {})",
                 report_.counts.created, report_.counts.updated, report_.counts.healed,
                 report_.counts.deleted, report_.counts.quarantined, report_.counts.checked,
                 (report_.finished_at - report_.started_at).count() / 1'000, report_.run_id);
  else
    spdlog::error("Failed to sync: {} (run {})", report_.error, report_.run_id);
  auto done = std::exchange(around_.done, nullptr);
  // a run that was stopped early has a report worth reading; one that failed has not
  done(report_, status == run_status::failed ? why : std::nullopt);
}

} // namespace standings
