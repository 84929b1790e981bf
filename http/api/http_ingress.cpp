#include "http/api/http_ingress.hpp"

#include "actors/supervision/relay.hpp"
#include "actors/supervision/system.hpp"

#include <caf/exit_reason.hpp>
#include <caf/send.hpp>
#include <caf/system_messages.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <system_error>

namespace standings {

namespace {

server_options options_from(const config& settings) {
  const auto& http = settings.http;
  server_options out;
  out.host = http.host;
  out.port = http.port;
  out.admin_token = settings.admin.token;
  out.pool.threads = http.threads;
  out.pool.max_in_flight = http.max_in_flight;
  out.pool.max_connections = http.max_connections;
  out.pool.idle_timeout = http.idle_timeout;
  out.pool.limits.request_timeout = http.request_timeout;
  out.pool.limits.max_header_bytes = http.max_header_bytes;
  out.pool.limits.max_body_bytes = http.max_body_bytes;
  return out;
}

} // namespace

router make_routes(const api& with) {
  router out;
  add_leaderboard_routes(out, with);
  add_admin_routes(out, with);
  add_reconcile_routes(out, with);
  add_alias_routes(out, with);
  add_session_routes(out, with);
  add_health_routes(out, with);
  return out;
}

http_ingress_state::~http_ingress_state() {
  stop();
}

void http_ingress_state::init(const config& settings, const service_faces& faces,
                              const bound_fn& on_bound) {
  grace_ = longest_answer(settings.http.request_timeout) + milliseconds{1'000};
  const auto port = listen(settings, faces);
  on_bound(port); // whatever happened: somebody waits to be told
  if (!port)
    throw crash{port.error()};
  listener_ = std::thread{[server = server_.get(), me = http_ingress_actor{self}] {
    if (!server->serve())
      caf::anon_send(me, tick{});
  }};
}

result<std::uint16_t> http_ingress_state::listen(const config& settings,
                                                 const service_faces& faces) {
  try {
    api_ = std::make_unique<api>(self->system(), faces, settings.leaderboard,
                                 settings.http.request_timeout,
                                 std::max<std::size_t>(1, settings.http.threads / 4));
    api_->updates = make_update_combiner(*api_);
    server_ = std::make_unique<http_server>(make_routes(*api_), options_from(settings));
    return server_->bind();
  } catch (const std::system_error& e) {
    return fail(errc::internal, std::string{"cannot start the HTTP threads: "} + e.what());
  }
}

void http_ingress_state::stop() {
  if (!server_)
    return;
  // or they would outlast the drain
  caf::anon_send(api_->faces.hydration, stop_waiting{});
  caf::anon_send(api_->faces.reconcile, stop_waiting{});
  caf::anon_send(api_->faces.aliases, stop_waiting{});
  caf::anon_send(api_->faces.sessions, stop_waiting{});
  server_->stop(grace_);
  if (listener_.joinable())
    listener_.join();
  server_.reset();
}

http_ingress_actor::behavior_type
http_ingress(http_ingress_actor::stateful_pointer<http_ingress_state> self, config settings,
             service_faces faces, bound_fn on_bound) {
  self->set_exception_handler(
      [](std::exception_ptr& e) { return exit_reason_of("http_ingress", e); });
  self->set_exit_handler([self](const caf::exit_msg& msg) {
    self->state.stop();
    self->quit(msg.reason);
  });
  self->state.init(settings, faces, on_bound);
  return {
      [self](tick) {
        self->quit(to_error({errc::internal, "the listening socket was lost", {}}));
      },
  };
}

edge_factory http_edge(caf::actor_system& system, const config& settings, bound_fn on_bound) {
  return [&system, settings, on_bound = std::move(on_bound)](const service_faces& faces) {
    const auto start = [settings, faces, on_bound](caf::local_actor* owner) {
      return caf::actor_cast<caf::actor>(
          owner->spawn<caf::detached>(http_ingress, settings, faces, on_bound));
    };
    return std::vector<supervised>{
        {{"http_ingress", start, connection_limits()}, spawn_relay(system)}};
  };
}

} // namespace standings
