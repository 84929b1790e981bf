#include "sync/reconcile/cache_identity.hpp"

namespace standings {

result<std::string> complete_generation(rank_cache& cache) {
  const auto complete = cache.verify();
  if (!complete)
    return complete.error();
  const auto state = cache.state();
  if (!state)
    return state.error();
  if (!*complete || !state->complete)
    return fail(errc::cache_warming, "the cache is being filled");
  return state->generation;
}

result<cache_evidence> find_evidence(const run_state& last_run, rank_cache& cache,
                                     cache_audit& audit) {
  const auto generation = complete_generation(cache);
  if (!generation)
    return generation.error();
  const auto mark = audit.mark();
  if (!mark)
    return mark.error();
  cache_evidence out{*generation, {}};
  // the mark is lost with the cache, and an old snapshot contains an older one
  if (!last_run.run_id.empty() && last_run.run_id == *mark && last_run.generation == *generation)
    out.verified_up_to = last_run.verified_up_to;
  return out;
}

} // namespace standings
