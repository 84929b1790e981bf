#include "core/reconcile/run_machine.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace standings {
namespace {

/// The environment of a run: users, some of whom are absent from the cache and some of whom crash
/// the worker looking at them, and workers that fail. Answers arrive in any order.
class world {
public:
  explicit world(std::uint32_t seed) : random_(seed) {
    const auto users = pick(60);
    for (std::size_t i = 0; i < users; ++i)
      rows_.push_back((i < 10 ? "u0" : "u") + std::to_string(i));
    for (const auto& id : rows_) {
      if (chance(gone_share_))
        gone_.insert(id);
      if (chance(poison_share_))
        poison_.insert(id);
    }
    run_machine_options options;
    options.batch = 1 + pick(9);
    options.batches_a_plan = 1 + pick(5);
    options.deletions_a_step = step_ = 1 + pick(3);
    options.tries = tries_ = 1 + pick(3);
    options.max_failed_fraction = chance(0.5) ? 10.0 : 0.1;
    options.deletions = {0.5, 12, 4};
    limits_ = options.deletions;
    request_.run_id = "run";
    request_.dry_run = chance(0.15);
    request_.force = chance(0.2);
    if (chance(0.15))
      request_.periods = period_set{true, false, false, false};
    machine_.emplace(options, request_);
  }

  void play() {
    run_basis basis;
    basis.generation = "generation";
    basis.barrier = 100;
    basis.has_evidence = chance(0.7);
    basis.verified_up_to = 50;
    basis.users = rows_.size();
    basis_ = basis;
    held_before_ = chance(0.3);
    take(machine_->start(basis, held_before_));
    for (int steps = 0; !ended_ && steps < 100'000; ++steps) {
      ASSERT_FALSE(pending_.empty()) << "the run stands still";
      if (chance(0.001)) {
        take(machine_->abort(fail(errc::store_unavailable, "gone")));
        continue;
      }
      const auto at = pick(pending_.size());
      auto next = std::move(pending_[at]);
      pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(at));
      std::visit([this](const auto& step) { answer(step); }, next);
    }
    ASSERT_TRUE(ended_) << "the run does not end";
    const auto batches = machine_->report().batches;
    for (auto& late : std::exchange(pending_, {}))
      std::visit([this](const auto& step) { answer(step); }, late);
    EXPECT_TRUE(pending_.empty()) << "nothing happens after the end";
    EXPECT_EQ(machine_->report().batches, batches) << "the report stays as it was recorded";
    check_the_end();
  }

private:
  std::size_t pick(std::size_t below) { return below == 0 ? 0 : random_() % below; }
  bool chance(double p) { return static_cast<double>(random_() % 10'000) < p * 10'000; }

  void take(run_machine::commands commands) {
    for (auto& command : commands) {
      ASSERT_FALSE(ended_) << "a command after the end";
      if (const auto* look = std::get_if<run_step::look>(&command)) {
        ++under_way_;
        EXPECT_LT(look->work.tries, tries_ + 1);
      }
      check(command);
      if (const auto* end = std::get_if<run_step::end>(&command)) {
        ended_ = true;
        EXPECT_EQ(end->looked_at_all, complete() && counts_for_all());
      } else {
        pending_.push_back(std::move(command));
      }
    }
  }

  // -- what must never happen --------------------------------------------------------

  [[nodiscard]] bool complete() const {
    return confirmed_ && given_up_ == 0 && unread_.empty() && unverified_ == 0 && !erase_failed_;
  }
  [[nodiscard]] bool counts_for_all() const {
    return !request_.dry_run && request_.periods == every_period;
  }

  void check(const run_command& command) {
    if (const auto* erase = std::get_if<run_step::erase>(&command))
      check_erase(*erase);
    if (std::holds_alternative<run_step::verify>(command)
        || std::holds_alternative<run_step::record_mark>(command)
        || std::holds_alternative<run_step::leave_mark>(command)) {
      EXPECT_TRUE(complete() && counts_for_all()) << "a mark without evidence";
    }
    if (const auto* mark = std::get_if<run_step::record_mark>(&command)) {
      EXPECT_EQ(mark->mark.verified_up_to, verified_.value_or(basis_.barrier));
    }
    if (std::holds_alternative<run_step::leave_mark>(command)) {
      EXPECT_TRUE(recorded_) << "the cache is marked after the database";
    }
    if (const auto* hold = std::get_if<run_step::hold>(&command)) {
      EXPECT_TRUE(complete() && counts_for_all()) << "doubts are no hold";
      if (!hold->what.held) {
        EXPECT_TRUE(held_before_);
        EXPECT_TRUE(request_.force || (basis_.has_evidence && candidates_.empty()));
      }
    }
  }

  void check_erase(const run_step::erase& erase) {
    EXPECT_TRUE(confirmed_) << "the cache was lost";
    EXPECT_EQ(given_up_, 0U) << "somebody was not looked at";
    EXPECT_TRUE(unread_.empty());
    EXPECT_EQ(under_way_, 0U) << "somebody is being looked at";
    EXPECT_FALSE(erase_failed_);
    EXPECT_LE(erase.users.size(), step_);
    if (!request_.force) {
      EXPECT_FALSE(held_before_);
      EXPECT_LE(candidates_.size(), limits_.max_deletes);
      if (rows_.size() >= limits_.fraction_from) {
        EXPECT_LE(static_cast<double>(candidates_.size()),
                  limits_.max_fraction * static_cast<double>(rows_.size()) + 1e-9);
      }
    }
    for (const auto& user : erase.users) {
      EXPECT_TRUE(candidates_.contains(user.user_id)) << user.user_id;
      EXPECT_TRUE(erased_.insert(user.user_id).second) << user.user_id << " twice";
    }
  }

  void check_the_end() {
    const auto& report = machine_->report();
    EXPECT_NE(report.status, run_status::running);
    if (report.status != run_status::completed)
      return;
    for (const auto& id : rows_) {
      const auto looks = seen_[id] + (unread_.contains(id) ? 1 : 0);
      EXPECT_LE(looks, 1) << id;
      if (given_up_ == 0) {
        EXPECT_EQ(looks, 1) << id << " was overlooked";
      }
    }
    EXPECT_EQ(report.failed_batches, given_up_);
    EXPECT_EQ(report.counts.candidates, candidates_.size());
    EXPECT_EQ(report.counts.deleted, erased_.size() - lost_);
    EXPECT_TRUE(details_seen_ || given_up_ > 0) << "the details are always walked";
  }

  // -- answers ------------------------------------------------------------------------

  [[nodiscard]] std::vector<std::string> users_in(const user_range& range) const {
    std::vector<std::string> out;
    for (const auto& id : rows_)
      if (id > range.after && (range.open || id <= range.up_to))
        out.push_back(id);
    return out;
  }

  void answer(const run_step::plan& step) {
    std::vector<std::string> ends;
    std::size_t n = 0;
    for (const auto& id : rows_)
      if (id > step.after && ++n % step.batch == 0 && ends.size() < step.count)
        ends.push_back(id);
    take(machine_->planned(ends));
  }

  void answer(const run_step::look& step) {
    if (ended_)
      return take(machine_->done(step.work, {}));
    --under_way_;
    if (const auto* range = std::get_if<user_range>(&step.work.what))
      look_at(step, users_in(*range));
    else
      walk(step);
  }

  void look_at(const run_step::look& step, const std::vector<std::string>& users) {
    const bool poisoned = std::any_of(users.begin(), users.end(),
                                      [this](const auto& id) { return poison_.contains(id); });
    if (poisoned || chance(away_share_))
      return fail_at(step, poisoned ? errc::internal : errc::store_unavailable);
    batch_outcome out;
    out.counts.checked = users.size();
    for (const auto& id : users) {
      ++seen_[id];
      if (gone_.contains(id)) {
        ++out.counts.candidates;
        out.candidates.push_back({id, 1});
        candidates_.insert(id);
      }
    }
    if (chance(unverified_share_))
      out.unverified = 1;
    unverified_ += out.unverified;
    take(machine_->done(step.work, std::move(out)));
  }

  void walk(const run_step::look& step) {
    if (chance(away_share_))
      return fail_at(step, errc::store_unavailable);
    const auto& page = std::get<cache_page>(step.work.what);
    details_seen_ = details_seen_ || page.part == period_count;
    batch_outcome out;
    if (page.cursor.empty() && chance(0.5))
      out.next = "more";
    take(machine_->done(step.work, std::move(out)));
  }

  void fail_at(const run_step::look& step, errc code) {
    const auto before = machine_->report().failed_batches;
    auto commands = machine_->failed(step.work, fail(code, "no"));
    given_up_ += machine_->report().failed_batches - before;
    take(std::move(commands));
  }

  void answer(const run_step::halve& step) {
    const auto range = std::get<user_range>(step.work.what);
    std::optional<std::string> middle;
    std::size_t n = 0;
    for (const auto& id : rows_)
      if (id > range.after && ++n == step.half)
        middle = id;
    const auto before = machine_->quarantined().size();
    auto commands = machine_->halved(step, middle, {});
    if (machine_->quarantined().size() > before) {
      const auto& user = machine_->quarantined().back().user_id;
      EXPECT_TRUE(poison_.contains(user)) << user << " did nothing";
      unread_.insert(user);
    }
    take(std::move(commands));
  }

  void answer(const run_step::count_members&) {
    std::array<std::uint64_t, period_count> members{};
    members.fill(pick(3));
    take(machine_->counted(members));
  }
  void answer(const run_step::confirm& step) {
    EXPECT_EQ(step.generation, basis_.generation);
    EXPECT_EQ(under_way_, 0U);
    confirmed_ = chance(0.85);
    take(machine_->confirmed(confirmed_));
  }
  void answer(const run_step::erase& step) {
    if (chance(0.1)) {
      erase_failed_ = true;
      lost_ = step.users.size();
      return take(machine_->erase_failed(fail(errc::cache_warming, "lost")));
    }
    take(machine_->erased(step.users.size()));
  }
  void answer(const run_step::verify& step) {
    EXPECT_EQ(step.since, basis_.barrier);
    if (chance(0.8))
      verified_ = 120;
    take(machine_->verified(verified_));
  }
  void answer(const run_step::record_mark&) {
    recorded_ = chance(0.8);
    take(machine_->mark_recorded(recorded_));
  }
  void answer(const run_step::leave_mark&) { take(machine_->mark_left()); }
  void answer(const run_step::hold&) { take(machine_->hold_saved()); }
  void answer(const run_step::end&) {}

  std::mt19937 random_;
  std::vector<std::string> rows_; ///< in order
  double gone_share_ = std::array{0.0, 0.1, 0.6}[pick(3)];
  double poison_share_ = std::array{0.0, 0.0, 0.05}[pick(3)];
  double away_share_ = std::array{0.0, 0.05, 0.5}[pick(3)];
  double unverified_share_ = std::array{0.0, 0.0, 0.2}[pick(3)];
  std::set<std::string> gone_;
  std::set<std::string> poison_;
  deletion_limits limits_;
  std::size_t step_ = 0;
  std::size_t tries_ = 0;
  run_request request_;
  run_basis basis_;
  bool held_before_ = false;
  std::optional<run_machine> machine_;
  std::vector<run_command> pending_;
  std::size_t under_way_ = 0;

  std::map<std::string, int> seen_;
  std::set<std::string> candidates_;
  std::set<std::string> erased_;
  std::set<std::string> unread_;
  std::uint64_t given_up_ = 0;
  std::uint64_t unverified_ = 0;
  std::uint64_t lost_ = 0; ///< users in a deletion step that failed
  bool details_seen_ = false;
  std::optional<std::int64_t> verified_;
  bool confirmed_ = false;
  bool erase_failed_ = false;
  bool recorded_ = false;
  bool ended_ = false;
};

TEST(RunMachine, NoPathDeletesLowersOrMarksWithoutEvidence) {
  for (std::uint32_t seed = 0; seed < 20'000; ++seed) {
    SCOPED_TRACE(seed);
    world{seed}.play();
    if (testing::Test::HasFailure())
      break;
  }
}

// -- one path at a time ------------------------------------------------------------------

template <class Step>
Step only(const run_machine::commands& commands) {
  EXPECT_EQ(commands.size(), 1U);
  return std::get<Step>(commands.at(0));
}

/// A run over one batch whose users are all in the cache, up to the last batch.
class AtTheEndOfTheLooks : public testing::Test {
protected:
  run_machine::commands up_to_the_end(run_machine& run, batch_outcome outcome, bool held = false) {
    run_basis basis;
    basis.generation = "g";
    basis.barrier = 9;
    basis.has_evidence = true;
    basis.users = 100;
    only<run_step::plan>(run.start(basis, held));
    const auto work = only<run_step::look>(run.planned({})).work;
    only<run_step::count_members>(run.done(work, std::move(outcome)));
    const auto details = only<run_step::look>(run.counted({})).work;
    only<run_step::confirm>(run.done(details, {}));
    return run.confirmed(true);
  }

  static batch_outcome with_candidates(std::size_t n) {
    batch_outcome out;
    out.counts.candidates = n;
    for (std::size_t i = 0; i < n; ++i)
      out.candidates.push_back({"u" + std::to_string(i), 1});
    return out;
  }

  static run_request asked(bool force = false) {
    run_request out;
    out.run_id = "run";
    out.force = force;
    return out;
  }
};

TEST_F(AtTheEndOfTheLooks, AFewWhoAreGoneAreDeletedAndTheRunIsMarked) {
  run_machine run{{}, asked()};
  EXPECT_EQ(only<run_step::erase>(up_to_the_end(run, with_candidates(3))).users.size(), 3U);
  EXPECT_EQ(only<run_step::verify>(run.erased(3)).since, 9);
  EXPECT_EQ(only<run_step::record_mark>(run.verified(12)).mark.verified_up_to, 12);
  only<run_step::leave_mark>(run.mark_recorded(true));
  const auto end = only<run_step::end>(run.mark_left());
  EXPECT_EQ(end.status, run_status::completed);
  EXPECT_TRUE(end.looked_at_all);
}

TEST_F(AtTheEndOfTheLooks, TooManyAreHeldAndTheHoldIsRemembered) {
  run_machine run{{}, asked()};
  only<run_step::verify>(up_to_the_end(run, with_candidates(6)));
  only<run_step::record_mark>(run.verified(12));
  only<run_step::leave_mark>(run.mark_recorded(true));
  const auto hold = only<run_step::hold>(run.mark_left()).what;
  EXPECT_TRUE(hold.held);
  EXPECT_EQ(hold.candidates, 6U);
  only<run_step::end>(run.hold_saved());
}

TEST_F(AtTheEndOfTheLooks, ForceReleasesAHold) {
  run_machine run{{}, asked(true)};
  only<run_step::erase>(up_to_the_end(run, with_candidates(6), true));
  only<run_step::verify>(run.erased(6));
  only<run_step::record_mark>(run.verified({}));
  only<run_step::leave_mark>(run.mark_recorded(true));
  EXPECT_FALSE(only<run_step::hold>(run.mark_left()).what.held);
}

TEST_F(AtTheEndOfTheLooks, AFailedDeletionLeavesNoMarkAndNoHold) {
  run_machine run{{}, asked()};
  only<run_step::erase>(up_to_the_end(run, with_candidates(3)));
  const auto end = only<run_step::end>(run.erase_failed(fail(errc::cache_warming, "lost")));
  EXPECT_FALSE(end.looked_at_all);
  EXPECT_TRUE(run.report().deletes_held);
}

TEST_F(AtTheEndOfTheLooks, AMarkThatTheDatabaseDidNotTakeIsNotLeftInTheCache) {
  run_machine run{{}, asked()};
  only<run_step::verify>(up_to_the_end(run, {}));
  only<run_step::record_mark>(run.verified(12));
  only<run_step::end>(run.mark_recorded(false));
}

TEST(RunMachine, ARunOfSomePeriodsUsesNoEvidenceAndLeavesNone) {
  run_request asked;
  asked.periods = period_set{true, false, false, false};
  run_machine run{{}, asked};
  run_basis basis;
  basis.has_evidence = true;
  basis.verified_up_to = 7;
  const auto begun = run.start(basis, false);
  EXPECT_FALSE(run.settings()->verified_up_to);
  EXPECT_TRUE(run.settings()->leave_absent);
}

TEST(RunMachine, AWorkThatFailsIsTriedAgainAfterALongerPauseEachTime) {
  run_machine_options options;
  options.tries = 3;
  options.max_failed_fraction = 1;
  run_machine run{options, {}};
  ASSERT_FALSE(run.start({}, false).empty());
  auto work = only<run_step::look>(run.planned({})).work;
  const auto away = fail(errc::store_unavailable, "away");
  for (const auto pause : {200, 400}) {
    const auto again = only<run_step::look>(run.failed(work, away));
    EXPECT_EQ(again.pause.count(), pause);
    work = again.work;
  }
  only<run_step::count_members>(run.failed(work, away));
  EXPECT_EQ(run.report().failed_batches, 1U);
}

TEST(RunMachine, AUserWhoIsGoneWhenARangeIsHalvedIsNoPoison) {
  run_machine_options options;
  options.batch = 1;
  options.tries = 1;
  run_machine run{options, {}};
  ASSERT_FALSE(run.start({}, false).empty());
  const auto looks = run.planned({"b"});
  const auto halve = only<run_step::halve>(
      run.failed(std::get<run_step::look>(looks.at(0)).work, fail(errc::internal, "down")));
  EXPECT_TRUE(run.halved(halve, "c", {}).empty());
  EXPECT_TRUE(run.quarantined().empty());
}

TEST(RunMachine, StopsEarlyOnlyBeyondTheShareOfFailedBatches) {
  run_machine_options options;
  options.batch = 10;
  options.tries = 1;
  run_machine run{options, {}};
  run_basis basis;
  basis.users = 190; // 20 batches are expected, of which 2 may fail
  ASSERT_FALSE(run.start(basis, false).empty());
  run_machine::commands looks = run.planned({"a", "b", "c", "d"});
  const auto away = fail(errc::store_unavailable, "away");
  for (int i = 0; i < 2; ++i) {
    const auto left =
        run.failed(std::get<run_step::look>(looks.at(static_cast<std::size_t>(i))).work, away);
    EXPECT_TRUE(left.empty());
  }
  const auto end =
      only<run_step::end>(run.failed(std::get<run_step::look>(looks.at(2)).work, away));
  EXPECT_EQ(end.status, run_status::stopped_early);
}

} // namespace
} // namespace standings
