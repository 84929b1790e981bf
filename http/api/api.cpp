#include "http/api/api.hpp"

namespace standings {

api::api(caf::actor_system& in, boost::asio::io_context& on, service_faces to,
         const api_options& with, shared_by_loops& by_loops, rate_limits& rates)
    : system(in), loop(on), faces(std::move(to)), max_count(with.max_count),
      create_on_write(with.create_on_write), timeout(with.request_timeout), calls(by_loops.calls),
      waiting(by_loops.waiting), tenants(by_loops.tenants), limits(rates), shared(by_loops),
      requests(system, loop), reads(faces.cache_reads(loop)),
      source(requests, faces.hydration, timeout), boards(*reads, source, waiting, counts),
      printed(boards, *reads), followers(loop, *shared.boards), watchers(loop, faces.events),
      aliases(system, faces.alias_cache, faces.aliases, timeout),
      updates(loop, requests, faces.scoring, timeout),
      named_updates(loop, requests, faces.named_scoring, timeout) {}

api::~api() {
  requests.end();
  updates.end();
  named_updates.end();
  reads->end();
}

} // namespace standings
