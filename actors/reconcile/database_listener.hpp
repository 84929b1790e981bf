#pragma once

#include "messages/internal/reconcile.hpp"
#include "stores/contracts/foreign_changes.hpp"
#include "stores/contracts/rank_cache.hpp"
#include "stores/contracts/score_store.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <memory>

namespace standings {

struct database_listener_options {
  std::chrono::milliseconds wait{250}; ///< the longest wait between two checks
  std::size_t batch = 500;             ///< users in one step
};

/// Copies changes that other programs make in the database to the cache, and reports to `front` how
/// it is notified of them. Blocking, so the spawn site detaches it; ends when the database is lost.
/// Changes wait while the cache is unreachable.
struct database_listener_state {
  explicit database_listener_state(database_listener_actor::pointer selfptr) : self(selfptr) {}

  void init(const foreign_changes_factory& open_changes, const score_store_factory& open_rows,
            rank_cache_ptr to, reconcile_front_actor front, const database_listener_options& with);
  void listen();

  database_listener_actor::pointer self;
  static inline const char* name = "database_listener";

private:
  /// Returns the number of changes copied.
  std::size_t carry();
  void tell();

  database_listener_options options_;
  std::unique_ptr<foreign_changes> changes_;
  std::unique_ptr<score_store> rows_;
  rank_cache_ptr cache_;
  reconcile_front_actor front_;
  std::uint64_t carried_ = 0;
};

database_listener_actor::behavior_type
database_listener(database_listener_actor::stateful_pointer<database_listener_state> self,
                  foreign_changes_factory open_changes, score_store_factory open_rows,
                  rank_cache_ptr cache, reconcile_front_actor front,
                  database_listener_options options);

} // namespace standings
