#include "core/reconcile/run_machine.hpp"

#include <algorithm>
#include <limits>

namespace standings {

namespace {

/// Users beyond this are counted, but not recorded one by one.
constexpr std::size_t max_quarantined = 10'000;

/// Candidates beyond the limits are counted, not kept: they will not be deleted.
std::size_t candidates_kept(const run_machine_options& options, bool forced) {
  return forced ? std::numeric_limits<std::size_t>::max()
                : static_cast<std::size_t>(options.deletions.max_deletes) + 1;
}

} // namespace

bool is_away(errc code) {
  return code == errc::store_unavailable || code == errc::outcome_unknown || code == errc::timed_out
         || code == errc::overloaded;
}

run_machine::run_machine(run_machine_options options, const run_request& asked)
    : options_(std::move(options)) {
  report_.run_id = asked.run_id;
  report_.trigger = asked.trigger;
  report_.dry_run = asked.dry_run;
  report_.forced = asked.force;
  report_.periods = asked.periods;
  report_.started_at = asked.at;
  settings_->run_id = asked.run_id;
  settings_->dry_run = asked.dry_run;
  settings_->backup_dir = options_.backup_dir;
  settings_->selected = asked.periods;
  // a run over some boards does not judge absence from the cache
  settings_->leave_absent = is_selective();
}

run_machine::commands run_machine::start(const run_basis& basis, bool held_before) {
  commands out;
  if (phase_ != phase::idle)
    return out;
  phase_ = phase::rows;
  basis_ = basis;
  held_before_ = held_before;
  report_.users = basis.users;
  settings_->generation = basis.generation;
  if (basis.has_evidence && !is_selective())
    settings_->verified_up_to = basis.verified_up_to;
  settings_->seen = std::make_shared<seen_ids>(basis.users + basis.users / 16);
  expected_batches_ = basis.users / options_.batch + 1;
  plan(out);
  return out;
}

// -- looking at users -------------------------------------------------------------------

void run_machine::add(commands& to, run_work work) {
  ++outstanding_;
  to.emplace_back(run_step::look{std::move(work), {}});
}

void run_machine::plan(commands& to) {
  planning_ = true;
  to.emplace_back(run_step::plan{plan_after_, options_.batch, options_.batches_a_plan});
}

run_machine::commands run_machine::planned(const std::vector<std::string>& last_ids) {
  commands out;
  if (phase_ != phase::rows || !planning_)
    return out;
  planning_ = false;
  for (const auto& last : last_ids) {
    add(out, {user_range{plan_after_, last, false}, options_.batch, 0});
    plan_after_ = last;
  }
  planned_ = last_ids.size() < options_.batches_a_plan;
  if (planned_)
    add(out, {user_range{plan_after_, {}, true}, options_.batch, 0});
  go_on(out);
  return out;
}

/// Plans ahead, and moves on once everything in the current phase was looked at.
void run_machine::go_on(commands& to) {
  if (phase_ == phase::rows && !planned_ && !planning_
      && outstanding_ < std::max<std::size_t>(1, options_.batches_a_plan / 2))
    plan(to);
  if (planning_ || outstanding_ > 0)
    return;
  if (phase_ == phase::rows && planned_) {
    phase_ = phase::cache_only;
    planning_ = true;
    to.emplace_back(run_step::count_members{});
  } else if (phase_ == phase::cache_only) {
    phase_ = phase::deletions;
    to.emplace_back(run_step::confirm{basis_.generation});
  }
}

/// A board with as many members as users were found on it has no others. If one member took the
/// place of another meanwhile, the next run finds it.
run_machine::commands run_machine::counted(const std::array<std::uint64_t, period_count>& members) {
  commands out;
  if (phase_ != phase::cache_only || !planning_)
    return out;
  planning_ = false;
  constexpr std::uint64_t details = period_count;
  for (std::uint64_t part = 0; part <= details; ++part)
    if (part == details || members[part] != on_board_[part])
      add(out, {cache_page{part, {}}, options_.batch, 0});
  go_on(out);
  return out;
}

run_machine::commands run_machine::done(const run_work& work, batch_outcome outcome) {
  commands out;
  if (phase_ != phase::rows && phase_ != phase::cache_only)
    return out;
  --outstanding_;
  take(outcome);
  if (!outcome.next.empty())
    if (const auto* page = std::get_if<cache_page>(&work.what))
      add(out, {cache_page{page->part, outcome.next}, options_.batch, 0});
  go_on(out);
  return out;
}

void run_machine::take(batch_outcome& outcome) {
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
}

// -- failures ---------------------------------------------------------------------------

run_machine::commands run_machine::failed(run_work work, const failure& why) {
  commands out;
  if (phase_ != phase::rows && phase_ != phase::cache_only)
    return out;
  if (++work.tries < options_.tries) {
    const auto pause = options_.first_pause * (1 << (work.tries - 1));
    out.emplace_back(run_step::look{std::move(work), pause});
  } else if (!is_away(why.code) && std::holds_alternative<user_range>(work.what)) {
    // a user in the range crashes the worker: narrow it down
    const auto half = std::max<std::size_t>(1, work.users / 2);
    out.emplace_back(run_step::halve{std::move(work), half, why});
  } else {
    --outstanding_;
    give_up(out, why);
  }
  return out;
}

void run_machine::give_up(commands& to, const failure& why) {
  ++report_.failed_batches;
  const auto limit = options_.max_failed_fraction * static_cast<double>(expected_batches_);
  if (static_cast<double>(report_.failed_batches) > limit)
    return end(to, run_status::stopped_early, why);
  go_on(to);
}

run_machine::commands run_machine::halved(const run_step::halve& asked,
                                          const std::optional<std::string>& middle, sys_time now) {
  commands out;
  if (phase_ != phase::rows)
    return out;
  --outstanding_;
  split(out, asked, middle, now);
  go_on(out);
  return out;
}

void run_machine::split(commands& to, const run_step::halve& asked,
                        const std::optional<std::string>& middle, sys_time now) {
  const auto range = std::get<user_range>(asked.work.what);
  const auto half = asked.half;
  // not given up at once: the worker that failed may already have been failing
  constexpr std::size_t once_tried = 1;
  if (middle && (range.open || *middle < range.up_to)) {
    auto rest = range;
    rest.after = *middle;
    const auto left = std::max<std::size_t>(1, asked.work.users - std::min(half, asked.work.users));
    add(to, {user_range{range.after, *middle, false}, half, once_tried});
    add(to, {rest, left, once_tried});
  } else if (half > 1) {
    add(to, {range, half, once_tried});          // there are fewer users than expected
  } else if (middle && *middle == range.up_to) { // otherwise the user no longer exists
    ++unread_;
    ++report_.counts.quarantined;
    quarantined_.push_back({range.up_to, asked.why.detail, report_.run_id, {}, now, 1});
  }
}

// -- deletions --------------------------------------------------------------------------

run_machine::commands run_machine::confirmed(bool stayed_complete) {
  commands out;
  if (phase_ == phase::deletions)
    rule(out, stayed_complete);
  return out;
}

void run_machine::rule(commands& to, bool stayed_complete) {
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
  // doubts about the evidence end with the run; a deletion that exceeds the limits stays held
  held_ = report_.deletes_held && complete_;
  if (ruling.go)
    return delete_next(to);
  remember(to);
}

void run_machine::hold(const std::string& reason) {
  report_.deletes_held = true;
  report_.held_reason = reason;
}

void run_machine::delete_next(commands& to) {
  if (deleted_until_ >= candidates_.size())
    return remember(to);
  const auto count = std::min(options_.deletions_a_step, candidates_.size() - deleted_until_);
  const auto first = candidates_.begin() + static_cast<std::ptrdiff_t>(deleted_until_);
  to.emplace_back(run_step::erase{{first, first + static_cast<std::ptrdiff_t>(count)}});
  deleted_until_ += count;
}

run_machine::commands run_machine::erased(std::uint64_t deleted) {
  commands out;
  if (phase_ != phase::deletions)
    return out;
  report_.counts.deleted += deleted;
  delete_next(out);
  return out;
}

run_machine::commands run_machine::erase_failed(const failure& why) {
  commands out;
  if (phase_ != phase::deletions)
    return out;
  complete_ = false; // it is not known which candidates are left
  hold(why.detail);
  remember(out);
  return out;
}

// -- the result -------------------------------------------------------------------------

/// Defines what absence from the cache means from now on. Everything written during the run, by
/// itself or by others, is looked at once more, so that a user who was just created counts as seen.
void run_machine::remember(commands& to) {
  if (complete_ && counts_for_all())
    to.emplace_back(run_step::verify{basis_.barrier});
  else
    finish(to);
}

/// First in the database, then in the cache: evidence counts only if both agree.
run_machine::commands run_machine::verified(std::optional<std::int64_t> up_to) {
  commands out;
  if (phase_ != phase::deletions)
    return out;
  mark_ = {report_.run_id, basis_.generation, up_to.value_or(basis_.barrier)};
  out.emplace_back(run_step::record_mark{mark_});
  return out;
}

run_machine::commands run_machine::mark_recorded(bool recorded) {
  commands out;
  if (phase_ != phase::deletions)
    return out;
  if (recorded)
    out.emplace_back(run_step::leave_mark{mark_});
  else
    finish(out);
  return out;
}

run_machine::commands run_machine::mark_left() {
  commands out;
  if (phase_ == phase::deletions)
    finish(out);
  return out;
}

void run_machine::finish(commands& to) {
  const bool nobody_left = basis_.has_evidence && report_.counts.candidates == 0;
  const bool released = held_before_ && complete_ && !held_ && (report_.forced || nobody_left);
  if (counts_for_all() && (held_ || released))
    to.emplace_back(
        run_step::hold{{held_, held_ ? report_.counts.candidates : 0, report_.held_reason}});
  else
    end(to, run_status::completed);
}

run_machine::commands run_machine::hold_saved() {
  commands out;
  if (phase_ == phase::deletions)
    end(out, run_status::completed);
  return out;
}

run_machine::commands run_machine::abort(const failure& why) {
  commands out;
  if (phase_ != phase::ended)
    end(out, run_status::failed, why);
  return out;
}

void run_machine::end(commands& to, run_status status, std::optional<failure> why) {
  phase_ = phase::ended;
  report_.status = status;
  if (why)
    report_.error = why->detail;
  to.emplace_back(run_step::end{status, std::move(why), complete_ && counts_for_all()});
}

} // namespace standings
