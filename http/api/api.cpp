#include "http/api/api.hpp"

#include "http/api/offloaded_reads.hpp"

namespace standings {

namespace {

cache_reads_ptr reads_for(const service_faces& faces, boost::asio::io_context& loop,
                          blocking_calls& calls) {
  if (faces.cache_reads)
    return faces.cache_reads(loop);
  return std::make_unique<offloaded_reads>(faces.cache, calls, loop);
}

} // namespace

api::api(caf::actor_system& in, boost::asio::io_context& on, service_faces to,
         const api_options& with, shared_by_loops& shared)
    : system(in), loop(on), faces(std::move(to)), max_count(with.max_count),
      timeout(with.request_timeout), calls(shared.calls), waiting(shared.waiting),
      requests(system, loop), reads(reads_for(faces, loop, calls)),
      boards(requests, *reads, faces.hydration, timeout, waiting), printed(boards, *reads),
      aliases(system, faces.alias_cache, faces.aliases, timeout),
      updates(loop, requests, faces.scoring, timeout) {}

api::~api() {
  requests.end();
  updates.end();
  reads->end();
}

} // namespace standings
