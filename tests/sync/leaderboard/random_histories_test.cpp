#include "sync/leaderboard/cache_rebuild.hpp"
#include "sync/leaderboard/foreign_change_courier.hpp"
#include "sync/leaderboard/version_guard.hpp"
#include "tests/support/user_reconciler_suite.hpp"

#include <random>

namespace standings {
namespace {

using test::user_reconciler_suite;

/// Restores, writes by others on either side, flushes, restarts and our own updates, in random
/// order, with a model of what the rows have to be.
class RandomHistories : public user_reconciler_suite {
protected:
  using model = std::map<std::string, std::int64_t>;

  void play(unsigned seed, int steps) {
    random_.seed(seed);
    for (int i = 0; i < steps; ++i)
      step();
    settle();
    expect_rows(seed);
    expect_cache(seed);
  }

private:
  std::int64_t below(std::int64_t n) {
    return std::uniform_int_distribution<std::int64_t>{0, n - 1}(random_);
  }

  std::string anybody() { return std::string(1, static_cast<char>('a' + below(6))); }

  void step() {
    switch (below(12)) {
    case 0:
      return dump();
    case 1:
      return restore();
    case 2:
      return write_row();
    case 3:
      return delete_row();
    case 4:
      return write_cache();
    case 5:
      return flush();
    case 6:
      return restart();
    case 7:
      return settle();
    case 8:
      return update(false);
    default:
      return update(true);
    }
  }

  // -- what the service does ----------------------------------------------------

  /// Behaves like a writer: the guard checks if a version is not above all it knew.
  void update(bool reaches_cache) {
    const auto id = anybody();
    const auto count = 1 + below(9);
    const auto before = guard->seen();
    const auto user = score_without_cache(id, count);
    rows_[id] += count;
    guard->note(user.version);
    if (user.version <= before)
      look(true);
    if (reaches_cache)
      cache->apply(std::vector{user}).value();
  }

  void look(bool with_rows) {
    guard->check(with_rows).value();
    if (!cache->verify().value())
      rebuild_cache();
  }

  void rebuild_cache() {
    const auto event = guard->find_open().value();
    cache->begin_rebuild().value();
    std::unique_ptr<step_back_repair> repair;
    if (event)
      repair = std::make_unique<step_back_repair>(*store, *cache, audit, *guard, *event);
    cache_rebuild rebuild{*store, *cache, std::move(repair)};
    std::string after;
    for (bool done = false; !done;) {
      const auto page = rebuild.load(after, 3);
      ASSERT_TRUE(page);
      after = page->last;
      done = page->done;
    }
    ASSERT_TRUE(rebuild.finish());
  }

  void carry() {
    while (carry_foreign_changes(*changes, *store, *cache, 100).value() > 0) {
    }
  }

  /// What happens within seconds, followed by a run.
  void settle() {
    carry();
    look(true);
    next_run("run");
    run.generation = cache->state().value().generation;
    compare_everyone();
  }

  void restart() {
    guard = make_guard();
    changes = database->open_foreign_changes();
    look(false);
  }

  // -- what other programs do ---------------------------------------------------

  void dump() {
    database->dump();
    dumped_ = rows_;
  }

  /// The service detects this by itself, or with its next update.
  void restore() {
    if (!dumped_)
      return;
    carry(); // notes of changes that a restore reverts
    database->restore();
    rows_ = *dumped_;
    if (below(2) == 0)
      look(true);
    else
      update(true);
  }

  void write_row() {
    const auto id = anybody();
    if (rows_.count(id) == 0)
      return;
    const auto score = std::to_string(below(50));
    database->foreign("UPDATE {table} SET daily_pomo = " + score + ", weekly_pomo = " + score
                      + ", monthly_pomo = " + score + ", yearly_pomo = " + score
                      + " WHERE user_id = '" + id + "'");
    rows_[id] = std::stoll(score);
  }

  void delete_row() {
    const auto id = anybody();
    database->foreign("DELETE FROM {table} WHERE user_id = '" + id + "'");
    rows_.erase(id);
  }

  /// Another program raises a score in an intact cache.
  void write_cache() {
    settle();
    const auto id = anybody();
    if (rows_.count(id) == 0)
      return;
    rows_[id] += 7;
    score_in_cache(row(id), 7);
    settle();
  }

  void flush() {
    cache->clear().value();
    look(false);
  }

  // -- what is expected ---------------------------------------------------------

  void expect_rows(unsigned seed) {
    model actual;
    for (const auto& user : store->scan({}, 100).value())
      actual[user.user_id] = user.score[3];
    EXPECT_EQ(actual, rows_) << "seed " << seed;
  }

  void expect_cache(unsigned seed) {
    for (char id = 'a'; id < 'g'; ++id) {
      const std::string name(1, id);
      SCOPED_TRACE("user " + name + ", seed " + std::to_string(seed));
      if (rows_.count(name) > 0)
        expect_in_both(name);
      else
        expect_in_neither(name);
    }
  }

  std::unique_ptr<version_guard> make_guard() {
    return std::make_unique<version_guard>(
        [this] { return result<std::unique_ptr<history_store>>{database->open_history()}; }, cache);
  }

  std::mt19937 random_;
  model rows_;
  std::optional<model> dumped_;
  std::unique_ptr<version_guard> guard = make_guard();
  std::unique_ptr<foreign_changes> changes = database->open_foreign_changes();
};

TEST_P(RandomHistories, LoseNoUpdateLowerNothingAndConverge) {
  for (unsigned seed = 1; seed <= 25 && !HasFailure(); ++seed)
    play(seed, 30);
}

INSTANTIATE_TEST_SUITE_P(Stores, RandomHistories, testing::ValuesIn(test::store_pairs()),
                         [](const auto& with) { return with.param.name; });

} // namespace
} // namespace standings
