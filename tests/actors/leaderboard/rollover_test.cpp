#include "actors/leaderboard/period_clock.hpp"
#include "actors/leaderboard/score_writer.hpp"
#include "actors/leaderboard/scoring.hpp"
#include "stores/memory/rank_cache.hpp"
#include "stores/sqlite/connection.hpp"
#include "stores/sqlite/score_store.hpp"
#include "tests/support/actor_test.hpp"
#include "tests/support/recorded_events.hpp"
#include "tests/support/temp_dir.hpp"

#include <date/date.h>

#include <map>
#include <memory>
#include <random>
#include <string>

namespace standings::test {
namespace {

using outcomes = std::vector<update_outcome>;

sys_time at(date::sys_days day, std::chrono::microseconds in_day) {
  return sys_time{day.time_since_epoch()} + in_day;
}

/// Scoring and the period clock on real stores, with the stores' clock and the
/// actors' clock moved together.
class Rollover : public ActorTest {
protected:
  void start() {
    const auto clock = [now = now_] {
      return *now;
    };
    cache_ = make_memory_rank_cache(clock);
    const auto believed = std::make_shared<believed_clock>(
        [now = now_] { return std::chrono::steady_clock::time_point{now->time_since_epoch()}; });
    open_ = [clock, believed, path = dir_ / "standings.db"] {
      return open_sqlite_store({.path = path, .clock = clock, .believed = believed});
    };
    const writer_factory factory = [this](caf::local_actor* owner, scoring_front_actor front,
                                          std::size_t shard) {
      return owner->spawn(score_writer, open_, cache_, hydration_actor{}, std::move(front), shard,
                          version_guard_ptr{});
    };
    scoring_ = spawn(scoring, factory, scoring_options{.shards = 1});
    clock_ = spawn(period_clock, open_, cache_,
                   period_clock_options{.tidy_batch = 7, .events = events_});
    settle();
  }

  const std::shared_ptr<recorded_events> events_ = std::make_shared<recorded_events>();

  void pass(std::chrono::milliseconds d) {
    *now_ += d;
    advance(d);
  }

  user_record score(const std::string& user, std::int64_t n) {
    return ask<outcomes>(scoring_, update_scores{{{user, n, {}}}}).value().at(0).user;
  }

  std::int64_t cached_score(const std::string& user, period p) {
    return cache_->rank(user, p).value()->score;
  }

  std::shared_ptr<sys_time> now_ =
      std::make_shared<sys_time>(at(date::sys_days{date::year{2026} / 2 / 26}, 23h + 59min));
  temp_dir dir_;
  rank_cache_ptr cache_;
  score_store_factory open_;
  scoring_actor scoring_;
  period_clock_actor clock_;
};

TEST_F(Rollover, ABoundaryPassingUnderLoadLosesAndMisplacesNoIncrement) {
  start();
  std::mt19937 random{7};
  std::map<std::string, std::map<date::sys_days, std::int64_t>> per_day;
  std::map<std::string, std::int64_t> per_month;
  std::map<std::string, std::int64_t> per_year;
  const auto first_of_march = sys_time{date::sys_days{date::year{2026} / 3 / 1}.time_since_epoch()};
  for (int i = 0; i < 3'000; ++i) { // from 26 February to 2 March, in steps around a minute
    const auto user = "user" + std::to_string(random() % 40);
    const auto n = static_cast<std::int64_t>(random() % 9 + 1);
    const auto state = score(user, n);
    const auto day = date::floor<date::days>(state.updated_at);
    per_day[user][day] += n;
    if (state.updated_at >= first_of_march)
      per_month[user] += n;
    per_year[user] += n;
    ASSERT_EQ(state.score[0], per_day[user][day]) << "an increment of another day was counted";
    ASSERT_EQ(state.score[3], per_year[user]);
    pass(std::chrono::milliseconds{random() % 200'000});
  }
  const auto today = date::floor<date::days>(*now_);
  auto store = open_().value();
  for (auto& [user, days] : per_day) {
    const auto row = store->find(user).value().value();
    EXPECT_EQ(row.score[0], days[today]) << user;
    EXPECT_EQ(row.score[2], per_month[user]) << user;
    EXPECT_EQ(row.score[3], per_year[user]) << user;
    EXPECT_EQ(cache_->find(user).value()->user, row) << user;
    EXPECT_EQ(cached_score(user, period::daily), days[today]) << user;
  }
}

TEST_F(Rollover, UsersKeepTheirPlaceOnTheBoardWithZero) {
  start();
  for (int i = 0; i < 30; ++i)
    score("user" + std::to_string(i), i + 1);
  pass(2min);
  const auto page = cache_->top(period::daily, 0, 100).value();
  EXPECT_EQ(page.total_users, 30U);
  for (const auto& entry : page.entries)
    EXPECT_EQ(entry.score, 0);
  EXPECT_EQ(cached_score("user29", period::yearly), 30);
}

TEST_F(Rollover, AWriteBeforeTheClockHasNoticedCountsInTheNewPeriod) {
  start();
  score("ada", 10);
  *now_ += 2min; // midnight has passed without any read
  EXPECT_EQ(score("ada", 1).score[0], 1);
  pass(10s);
  EXPECT_EQ(cached_score("ada", period::daily), 1);
  EXPECT_EQ(cached_score("ada", period::yearly), 11);
}

TEST_F(Rollover, AManualResetZeroesOnePeriodInBothStores) {
  start();
  score("ada", 10);
  const auto report = ask<reset_report>(clock_, reset_period{period::weekly}).value();
  EXPECT_GE(report.started_at, *now_);
  EXPECT_EQ(cached_score("ada", period::weekly), 0);
  EXPECT_EQ(cached_score("ada", period::daily), 10);
  const auto row = open_().value()->find("ada").value().value();
  EXPECT_EQ(row.score, (scores{10, 0, 10, 10}));
  EXPECT_EQ(score("ada", 2).score, (scores{12, 2, 12, 12}));
  EXPECT_EQ(cached_score("ada", period::weekly), 2);
}

TEST_F(Rollover, IsToldAndSoIsAReset) {
  start();
  EXPECT_EQ(events_->all.size(), 0U) << "the periods that it finds have not just started";
  pass(2min);
  EXPECT_EQ(events_->states(), (std::vector<std::string>{"reset rollover"}));
  EXPECT_EQ(recorded_events::field(events_->all[0], "period"), "daily");
  ask<reset_report>(clock_, reset_period{period::weekly}).value();
  EXPECT_EQ(events_->states(), (std::vector<std::string>{"reset rollover", "reset reset"}));
  EXPECT_EQ(recorded_events::field(events_->all[1], "period"), "weekly");
}

TEST_F(Rollover, TheDatabaseIsTidiedBehindABoundary) {
  start();
  for (int i = 0; i < 30; ++i)
    score("user" + std::to_string(i), 1);
  const auto sum = [&] {
    return open_sqlite(dir_ / "standings.db")
        ->execAndGet("SELECT sum(daily_pomo) FROM pomo_leaderboard")
        .getInt();
  };
  pass(2min);
  EXPECT_EQ(sum(), 30) << "not before an hour has passed";
  pass(1h);
  pass(2min);
  EXPECT_EQ(sum(), 0);
}

TEST_F(Rollover, AResetOfAnotherInstanceIsNoticed) {
  start();
  score("ada", 10);
  ASSERT_TRUE(open_().value()->reset(period::monthly));
  pass(5s);
  EXPECT_EQ(cached_score("ada", period::monthly), 0);
}

} // namespace
} // namespace standings::test
