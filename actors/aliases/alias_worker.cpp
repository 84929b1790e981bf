#include "actors/aliases/alias_worker.hpp"

#include "actors/supervision/system.hpp"
#include "sync/aliases/alias_lookup.hpp"

namespace standings {

void alias_worker_state::init(const alias_source_factory& open, alias_cache_ptr to,
                              std::chrono::milliseconds ttl, const stop_flag& stop) {
  cache_ = std::move(to);
  ttl_ = ttl;
  alias_sync_options options;
  options.cancelled = [stop] {
    return stop->load();
  };
  cycles.emplace(open(), cache_, std::move(options));
}

caf::result<resolved_names> alias_worker_state::resolve(const resolve_names& names) {
  auto found = resolve_through(*cache_, names, ttl_);
  if (!found)
    return to_error(found.error());
  return std::move(*found);
}

alias_worker_actor::behavior_type
alias_worker(alias_worker_actor::stateful_pointer<alias_worker_state> self,
             alias_source_factory open, alias_cache_ptr cache, std::chrono::milliseconds ttl,
             stop_flag stop) {
  end_on_exception(self);
  self->state.init(open, std::move(cache), ttl, stop);
  return {
      [self](const run_alias_cycle& how) { return self->state.cycles->run(how); },
      [self](const resolve_names& names) { return self->state.resolve(names); },
  };
}

} // namespace standings
