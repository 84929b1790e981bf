#include "sync/reconcile/self_check.hpp"

#include "stores/contracts/generation.hpp"
#include "sync/reconcile/user_reconciler.hpp"

#include <algorithm>
#include <limits>

namespace standings {

namespace {

using step_result = result<std::string>; ///< what was observed, or the failure

class self_check_run {
public:
  self_check_run(reconcile_store& rows, cache_audit& audit, rank_cache& cache)
      : rows_(rows), audit_(audit), cache_(cache), reconciler_(rows, audit, cache) {
    settings_.run_id = "test-" + new_generation().substr(0, 8);
    for (const auto* name : {"a", "b", "c"})
      ids_.push_back(settings_.run_id + "-" + name);
  }

  std::vector<self_check_step> run() {
    const bool fine =
        step("create: three users in the cache become rows", [this] { return create(); })
        && step("update: a score changed in the cache reaches its row", [this] { return update(); })
        && step("heal: an older state in the cache is replaced", [this] { return heal(); })
        && step("delete: users gone from the cache are deleted and archived",
                [this] { return remove(); });
    step("clean up", [this] { return clean_up(); });
    static_cast<void>(fine);
    return std::move(steps_);
  }

private:
  template <class F>
  bool step(const char* name, const F& f) {
    const step_result done = f();
    steps_.push_back({name, done.has_value(), done ? *done : done.error().detail});
    return done.has_value();
  }

  /// Writes as another program does: the details without a version, and the boards.
  result<void> write_as_stranger(std::int64_t score) {
    const auto seen = audit_.view(ids_, {});
    if (!seen)
      return seen.error();
    const auto now = rows_.starts();
    if (!now)
      return now.error();
    std::vector<conditional_write> entries(ids_.size());
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      entries[i].user = {ids_[i], {score, score, score, score}, now->second, 0};
      entries[i].token = (*seen)[i].token;
    }
    const auto written = audit_.write_if_unchanged(entries);
    if (!written)
      return written.error();
    if (*written != ids_.size())
      return fail(errc::internal, "another program writes the test users");
    return {};
  }

  step_result expect_scores(std::int64_t score) {
    const auto rows = rows_.find(ids_);
    if (!rows)
      return rows.error();
    if (rows->size() != ids_.size())
      return fail(errc::internal, std::to_string(rows->size()) + " rows instead of 3");
    for (const auto& row : *rows)
      if (row.score[index_of(period::yearly)] != score)
        return fail(errc::internal, "a row has another score than the cache");
    return "3 rows with " + std::to_string(score) + " each";
  }

  step_result create() {
    if (const auto done = write_as_stranger(3); !done)
      return done.error();
    if (const auto done = reconciler_.compare(settings_, ids_); !done)
      return done.error();
    return expect_scores(3);
  }

  step_result update() {
    if (const auto done = write_as_stranger(5); !done)
      return done.error();
    if (const auto done = reconciler_.compare(settings_, ids_); !done)
      return done.error();
    return expect_scores(5);
  }

  /// A write of ours that did not reach the cache.
  step_result heal() {
    const auto rows = rows_.find(ids_);
    if (!rows)
      return rows.error();
    std::vector<row_change> changes;
    for (auto row : *rows) {
      const auto expected = row.version;
      row.score.fill(7);
      changes.push_back({std::move(row), expected});
    }
    if (const auto done = rows_.write(changes); !done)
      return done.error();
    if (const auto done = reconciler_.compare(settings_, ids_); !done)
      return done.error();
    for (const auto& id : ids_) {
      const auto cached = cache_.find(id);
      if (!cached)
        return cached.error();
      if (!*cached || (*cached)->user.score[index_of(period::yearly)] != 7)
        return fail(errc::internal, "the cache still has the older state");
    }
    return expect_scores(7);
  }

  step_result remove() {
    const auto rows = rows_.find(ids_);
    if (!rows)
      return rows.error();
    std::vector<deletion> from_cache;
    for (const auto& row : *rows)
      from_cache.push_back({row.user_id, row.version});
    if (const auto gone = cache_.remove(from_cache); !gone)
      return gone.error();
    auto knowing = settings_;
    knowing.verified_up_to = std::numeric_limits<std::int64_t>::max();
    const auto state = cache_.state();
    if (!state)
      return state.error();
    knowing.generation = state->generation;
    const auto seen = reconciler_.compare(knowing, ids_);
    if (!seen)
      return seen.error();
    const auto deleted = reconciler_.remove(knowing, seen->candidates);
    if (!deleted)
      return deleted.error();
    if (*deleted != ids_.size())
      return fail(errc::internal, std::to_string(*deleted) + " rows deleted instead of 3");
    return std::string{"3 rows deleted, and archived as "} + settings_.run_id;
  }

  step_result clean_up() {
    const auto rows = rows_.find(ids_);
    if (!rows)
      return rows.error();
    std::vector<deletion> left;
    for (const auto& row : *rows)
      left.push_back({row.user_id, row.version});
    const auto deleted = rows_.remove(left, settings_.run_id);
    if (!deleted)
      return deleted.error();
    std::vector<deletion> from_cache = *deleted;
    for (const auto& id : ids_)
      if (std::none_of(from_cache.begin(), from_cache.end(),
                       [&](const deletion& d) { return d.user_id == id; }))
        from_cache.push_back({id, 0});
    if (const auto gone = cache_.remove(from_cache); !gone)
      return gone.error();
    return std::string{"nothing is left in either store"};
  }

  reconcile_store& rows_;
  cache_audit& audit_;
  rank_cache& cache_;
  user_reconciler reconciler_;
  run_settings settings_;
  std::vector<std::string> ids_;
  std::vector<self_check_step> steps_;
};

} // namespace

std::vector<self_check_step> run_self_check(reconcile_store& rows, cache_audit& audit,
                                            rank_cache& cache) {
  return self_check_run{rows, audit, cache}.run();
}

} // namespace standings
