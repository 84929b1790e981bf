#pragma once

#include "core/base/service_event.hpp"
#include "messages/internal/leaderboard.hpp"
#include "stores/contracts/rank_cache.hpp"
#include "stores/contracts/score_store.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <memory>

namespace standings {

struct period_clock_options {
  std::chrono::milliseconds poll{5'000}; ///< the longest interval between two checks of the periods
  std::size_t tidy_batch = 500;
  std::size_t forget_batch = 1'000;
  /// Delay after a boundary before expired scores are zeroed: longer than the hour for which the
  /// store keeps them.
  std::chrono::milliseconds settle{61 * 60'000};
  event_sink_ptr events{}; ///< is told of resets and rollovers; may be null
};

/// Rolls periods over. The database resets expired scores lazily, so no write depends on this actor
/// being on time: it announces new periods to the cache, zeroes expired scores in small batches,
/// and forgets old idempotency keys. Blocking, so the spawn site detaches it.
struct period_clock_state {
  explicit period_clock_state(period_clock_worker_actor::pointer selfptr) : self(selfptr) {}

  void init(const score_store_factory& open, rank_cache_ptr to, const period_clock_options& with);
  caf::result<reset_report> reset(const reset_period& m);
  void look();
  void tidy();
  void schedule_tidying();

  period_clock_worker_actor::pointer self;
  static inline const char* name = "period_clock";

private:
  void tell_cache(const period_starts& starts, const char* cause);
  void tell_of_clock(const std::string& fault);
  template <class Due>
  [[nodiscard]] bool waits(const failure& why, Due again);

  period_clock_options options_;
  std::unique_ptr<score_store> store_;
  rank_cache_ptr cache_;
  period_starts told_{}; ///< the starts that the cache knows
  bool tidying_ = false;
  std::string clock_fault_; ///< as last logged
};

period_clock_worker_actor::behavior_type
period_clock(period_clock_worker_actor::stateful_pointer<period_clock_state> self,
             score_store_factory open, rank_cache_ptr cache, period_clock_options options);

} // namespace standings
