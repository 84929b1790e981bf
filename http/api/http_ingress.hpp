#pragma once

#include "http/api/api.hpp"
#include "http/server/server.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace standings {

/// The options of the HTTP server and its routes.
struct edge_options {
  server_options server{};
  api_options api{};
};

/// Called once per start of the server, on the ingress's thread, with the port it listens on or the
/// reason why it cannot.
using bound_fn = std::function<void(const result<std::uint16_t>&)>;

/// Owns the HTTP server: listens when it starts, and drains when it is told to stop. It blocks
/// while it drains, so the spawn site detaches it.
struct http_ingress_state {
  explicit http_ingress_state(http_ingress_actor::pointer selfptr) : self(selfptr) {}
  ~http_ingress_state();

  void init(const edge_options& options, const service_faces& faces, const bound_fn& on_bound);
  void stop();

  http_ingress_actor::pointer self;
  static inline const char* name = "http_ingress";

private:
  [[nodiscard]] result<std::uint16_t> listen(const edge_options& options,
                                             const service_faces& faces);

  milliseconds grace_{5'000};
  void end_server();

  std::unique_ptr<shared_by_loops> shared_;
  std::unique_ptr<http_server> server_;
  std::vector<std::unique_ptr<api>> apis_; ///< one for each event loop of the server
  std::thread listener_;
};

http_ingress_actor::behavior_type
http_ingress(http_ingress_actor::stateful_pointer<http_ingress_state> self, edge_options options,
             service_faces faces, bound_fn on_bound);

/// Makes the routes of the service. `with` must outlive the router.
router make_routes(const api& with);

/// Makes the ingress a child of the service.
edge_factory http_edge(caf::actor_system& system, const edge_options& options, bound_fn on_bound);

} // namespace standings
