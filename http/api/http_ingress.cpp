#include "http/api/http_ingress.hpp"

#include "actors/supervision/relay.hpp"
#include "actors/supervision/system.hpp"
#include "http/api/docs_routes.hpp"
#include "http/api/followed_named.hpp"

#include <caf/exit_reason.hpp>
#include <caf/send.hpp>
#include <caf/system_messages.hpp>

#include <exception>

namespace standings {

router make_routes(const api& with) {
  router out;
  add_leaderboard_routes(out, with);
  add_named_leaderboard_routes(out, with);
  add_past_routes(out, with);
  add_live_routes(out, with); // later: /user/live is a user
  add_admin_routes(out, with);
  add_reconcile_routes(out, with);
  add_alias_routes(out, with);
  add_session_routes(out, with);
  add_metrics_routes(out, with);
  add_health_routes(out, with);
  add_static_routes(out);
  add_docs_routes(out);
  return out;
}

http_ingress_state::~http_ingress_state() {
  stop();
}

void http_ingress_state::init(const edge_options& options, const service_faces& faces,
                              const bound_fn& on_bound) {
  grace_ = longest_answer(options.api.request_timeout) + milliseconds{1'000};
  const auto port = listen(options, faces);
  on_bound(port); // also on failure: the caller waits for the result
  if (!port)
    throw crash{port.error()};
  listener_ = std::thread{[server = server_.get(), me = http_ingress_actor{self}] {
    if (!server->serve())
      caf::anon_send(me, listener_ended{});
  }};
}

result<std::uint16_t> http_ingress_state::listen(const edge_options& options,
                                                 const service_faces& faces) {
  try {
    shared_ =
        std::make_unique<shared_by_loops>(options.api, options.server.limits.max_in_flight / 2);
    server_ = std::make_unique<http_server>(options.server);
    shared_->server = server_.get();
    server_->set_routes([&](event_loop& loop) {
      if (!shared_->boards)
        shared_->boards = std::make_unique<board_feed>(
            loop.context(), follow_default(faces.cache_reads(loop.context()), faces.cache),
            [this](const std::string& id) { return follow_named(*apis_.front(), id); });
      apis_.push_back(std::make_unique<api>(self->system(), loop.context(), faces, options.api,
                                            *shared_, loop.shared().rates));
      shared_->reads.push_back(apis_.back()->boards.counts());
      return make_routes(*apis_.back());
    });
    return server_->bind();
  } catch (const std::exception& e) {
    return fail(errc::internal, std::string{"cannot start the HTTP threads: "} + e.what());
  }
}

void http_ingress_state::stop() {
  if (!server_)
    return;
  // waiting requests would outlast the drain
  if (!apis_.empty()) {
    const auto& faces = apis_.front()->faces;
    caf::anon_send(faces.hydration, stop_waiting{});
    caf::anon_send(faces.reconcile, stop_waiting{});
    caf::anon_send(faces.aliases, stop_waiting{});
    caf::anon_send(faces.sessions, stop_waiting{});
    caf::anon_send(faces.leaderboards, stop_waiting{});
  }
  server_->stop(grace_);
  if (listener_.joinable())
    listener_.join();
  end_server();
}

/// Handlers that are still waiting are ended before what they use: first those of blocking calls,
/// then those that an actor has not answered.
void http_ingress_state::end_server() {
  shared_->calls.join();
  if (shared_->boards)
    shared_->boards->end();
  server_->run_posted();
  apis_.clear();
  shared_->boards.reset();
  server_.reset();
}

http_ingress_actor::behavior_type
http_ingress(http_ingress_actor::stateful_pointer<http_ingress_state> self, edge_options options,
             service_faces faces, bound_fn on_bound) {
  end_on_exception(self);
  self->set_exit_handler([self](const caf::exit_msg& msg) {
    self->state.stop();
    self->quit(msg.reason);
  });
  self->state.init(options, faces, on_bound);
  return {
      [self](listener_ended) {
        self->quit(to_error(errc::internal, "the listening socket was lost"));
      },
  };
}

edge_factory http_edge(caf::actor_system& system, const edge_options& options, bound_fn on_bound) {
  return [&system, options, on_bound = std::move(on_bound)](const service_faces& faces) {
    const auto start = [options, faces, on_bound](caf::local_actor* owner) {
      return caf::actor_cast<caf::actor>(
          owner->spawn<caf::detached>(http_ingress, options, faces, on_bound));
    };
    return std::vector<supervised>{
        {{"http_ingress", start, connection_limits()}, spawn_relay(system)}};
  };
}

} // namespace standings
