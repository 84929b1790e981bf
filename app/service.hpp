#pragma once

#include "actors/faces.hpp"
#include "app/backends.hpp"
#include "config/config.hpp"

#include <caf/fwd.hpp>

#include <functional>

namespace standings {

struct service {
  supervisor_actor root;
  service_faces faces;
};

/// Builds the supervision tree. Stop it by sending `root` an exit message and
/// waiting for its end.
///
///     root
///     ├── scoring ─── score_writer × N     (detached)
///     ├── hydration ─ hydration_worker × 3 (detached)
///     ├── period_clock                     (detached)
///     ├── reconcile ─ reconcile_worker × N + 1   (detached)
///     │             ├ run_keeper          (detached: the rights to lead and to run)
///     │             ├ webhook_sender       (detached)
///     │             └ change_listener      (detached: the Redis subscription)
///     ├── alias_mirror ─ alias_worker × 2  (detached)
///     ├── session_sync ─ session_worker × 2 (detached), key_listener (detached)
///     ├── health
///     └── the edge                         started last, stopped first
service start_service(caf::actor_system& system, const config& settings, const backends& stores,
                      const edge_factory& edge);

} // namespace standings
