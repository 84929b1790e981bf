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

/// Builds the supervision tree shown in actors/README.md; the edge is started last and stopped
/// first. To stop it, send `root` an exit message and wait for it to end.
service start_service(caf::actor_system& system, const config& settings, const backends& stores,
                      const edge_factory& edge);

} // namespace standings
