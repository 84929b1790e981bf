#pragma once

#include "messages/internal/aliases.hpp"
#include "sync/aliases/alias_sync.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>

namespace standings {

/// Set when no request waits for the cycle any more, so that it ends early.
using stop_flag = std::shared_ptr<std::atomic<bool>>;

/// Runs cycles of the alias mirror, and resolves names. Blocking, so the spawn site detaches it.
/// Source and cache reconnect by themselves; their errors are part of the replies.
struct alias_worker_state {
  explicit alias_worker_state(alias_worker_actor::pointer selfptr) : self(selfptr) {}

  void init(const alias_source_factory& open, alias_cache_ptr to, std::chrono::milliseconds ttl,
            const stop_flag& stop);
  caf::result<resolved_names> resolve(const resolve_names& names);

  alias_worker_actor::pointer self;
  std::optional<alias_sync> cycles;
  static inline const char* name = "alias_worker";

private:
  alias_cache_ptr cache_;
  std::chrono::milliseconds ttl_{0}; ///< of the query cache
};

alias_worker_actor::behavior_type
alias_worker(alias_worker_actor::stateful_pointer<alias_worker_state> self,
             alias_source_factory open, alias_cache_ptr cache, std::chrono::milliseconds ttl,
             stop_flag stop);

} // namespace standings
