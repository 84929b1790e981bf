#pragma once

#include "sync/reconcile/user_reconciler.hpp"
#include "tests/support/cache_store_suite.hpp"
#include "tests/support/score_store_suite.hpp"
#include "tests/support/watched_stores.hpp"

#include <map>

namespace standings::test {

/// A pair of stores that a service uses together.
struct store_pair {
  std::string name;
  score_store_backend database;
  rank_cache_backend cache;

  friend std::ostream& operator<<(std::ostream& out, const store_pair& p) { return out << p.name; }
};

inline std::vector<store_pair> store_pairs() {
  const auto databases = score_store_backends();
  const auto caches = rank_cache_backends();
  return {{"sqlite_and_memory", databases.at(0), caches.at(0)},
          {"postgres_and_redis", databases.at(1), caches.at(1)}};
}

/// Base of the suites: empty stores, a complete cache, and access to both for a service and for a
/// run.
class user_reconciler_suite : public testing::TestWithParam<store_pair> {
protected:
  using ids = std::vector<std::string>;

  void SetUp() override { rebuild(); }

  void rebuild() {
    cache->begin_rebuild().value();
    cache->load(store->scan({}, 100'000).value()).value();
    cache->finish_rebuild().value();
    run.generation = cache->state().value().generation;
  }

  // -- what the service does ---------------------------------------------------

  user_record score_without_cache(const std::string& id, std::int64_t count) {
    return store->apply(std::vector<score_update>{{id, count, {}}}).value().at(0).user;
  }

  user_record score(const std::string& id, std::int64_t count) {
    auto user = score_without_cache(id, count);
    cache->apply(std::vector{user}).value();
    return user;
  }

  // -- what other programs do --------------------------------------------------------

  /// Another program reads an entry, changes its scores and writes it back, or creates an entry
  /// that no store knows.
  user_record score_in_cache(const user_record& row, std::int64_t more) {
    auto user = row;
    for (auto& score : user.score)
      score += more;
    if (user.version == 0)
      user.version = 1'000;
    replace_in_cache(user);
    return user;
  }

  /// A state of ours that the database has lost, as after a restore from a backup.
  user_record score_ahead_of_database(const user_record& row, std::int64_t more) {
    auto user = row;
    for (auto& score : user.score)
      score += more;
    user.version += 1'000;
    replace_in_cache(user);
    return user;
  }

  void replace_in_cache(const user_record& user) {
    const auto behind = cached->audit();
    const auto seen = behind->view(ids{user.user_id}, {}).value().at(0);
    const std::array one{conditional_write{user, seen.token}};
    ASSERT_EQ(behind->write_if_unchanged(one).value(), 1U);
  }

  void lose_in_cache(const user_record& user) { cache->remove(user.user_id, user.version).value(); }

  // -- what a run does -----------------------------------------------------------

  void next_run(const std::string& id = "run-2") {
    run.run_id = id;
    run.seen = std::make_shared<seen_ids>();
  }

  static void merge(batch_outcome& into, const batch_outcome& more) {
    into.counts += more.counts;
    into.candidates.insert(into.candidates.end(), more.candidates.begin(), more.candidates.end());
    into.quarantined.insert(into.quarantined.end(), more.quarantined.begin(),
                            more.quarantined.end());
  }

  batch_outcome compare() { return reconciler.compare(run, id_range{}).value(); }

  batch_outcome compare_cache_only_users() {
    batch_outcome out;
    for (cache_part part = 0; part < part_count; ++part) {
      std::string cursor;
      do {
        const auto page = reconciler.compare_cache_only_users(run, part, cursor).value();
        merge(out, page);
        cursor = page.next;
      } while (!cursor.empty());
    }
    return out;
  }

  batch_outcome compare_everyone() {
    auto out = compare();
    merge(out, compare_cache_only_users());
    return out;
  }

  // -- what is expected --------------------------------------------------------------

  user_record row(const std::string& id) { return store->find(id).value().value(); }
  bool has_row(const std::string& id) { return store->find(id).value().has_value(); }

  entry_view view(const std::string& id) {
    return audit.view(ids{id}, rows.starts().value().first).value().at(0);
  }

  /// Expects the cache to hold the row unchanged.
  void expect_in_both(const std::string& id) {
    const auto found = store->find(id).value();
    ASSERT_TRUE(found) << id;
    const auto seen = view(id);
    ASSERT_TRUE(seen.details) << id;
    EXPECT_EQ(*seen.details, *found);
    for (std::size_t p = 0; p < period_count; ++p)
      EXPECT_EQ(seen.board[p], std::optional{found->score[p]}) << id << " " << p;
  }

  void expect_in_neither(const std::string& id) {
    EXPECT_FALSE(has_row(id)) << id;
    EXPECT_FALSE(view(id).present()) << id;
  }

  /// Counts that are not named have to be 0; `checked` and `in_sync` are compared only if named.
  static void expect_counts(const run_counts& actual,
                            const std::map<std::string, std::uint64_t>& expected) {
    const std::map<std::string, std::uint64_t> all{
        {"checked", actual.checked}, {"in_sync", actual.in_sync},
        {"created", actual.created}, {"updated", actual.updated},
        {"healed", actual.healed},   {"removed", actual.removed},
        {"changed", actual.changed}, {"candidates", actual.candidates},
        {"deleted", actual.deleted}, {"quarantined", actual.quarantined}};
    for (const auto& [name, count] : all) {
      const auto at = expected.find(name);
      if (at == expected.end() && (name == "checked" || name == "in_sync"))
        continue;
      EXPECT_EQ(count, at == expected.end() ? 0 : at->second) << name;
    }
  }

  std::unique_ptr<score_store_harness> database = GetParam().database.make();
  std::unique_ptr<rank_cache_harness> cached = GetParam().cache.make();
  std::unique_ptr<score_store> store = database->open();
  rank_cache_ptr cache = cached->open();
  watched_rows rows{database->open_rows()};
  watched_audit audit{cached->audit()};
  std::vector<lost_state> kept; ///< what the cache had when the database went back
  user_reconciler reconciler{rows, audit, *cache,
                             [this](const std::string&, std::span<const lost_state> states) {
                               kept.insert(kept.end(), states.begin(), states.end());
                               return result<void>{};
                             }};
  run_settings run = [] {
    run_settings out;
    out.run_id = "run-1";
    return out;
  }();
};

} // namespace standings::test
