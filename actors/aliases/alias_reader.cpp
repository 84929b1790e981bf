#include "actors/aliases/alias_reader.hpp"

#include "actors/supervision/ask.hpp"
#include "sync/aliases/alias_lookup.hpp"

namespace standings {

alias_reader::alias_reader(caf::actor_system& system, alias_cache_ptr cache,
                           alias_mirror_actor mirror, std::chrono::milliseconds limit)
    : system_(system), cache_(std::move(cache)), mirror_(std::move(mirror)), limit_(limit) {}

result<void> alias_reader::enabled() const {
  if (!cache_)
    return fail(errc::feature_disabled, "aliases.enabled is off");
  return {};
}

result<std::vector<std::string>> alias_reader::ids(alias_type type,
                                                   const std::string& alias) const {
  if (const auto on = enabled(); !on)
    return on.error();
  auto found = find_alias_ids(*cache_, type, alias);
  if (found || found.error().code != errc::unknown_alias)
    return found;
  // a cache miss proves an alias unknown only once its table was mirrored
  if (const auto ready = ask<bool>(system_, mirror_, ensure_aliases{type}, limit_); !ready)
    return ready.error();
  return found;
}

result<resolved_names> alias_reader::resolve(const resolve_names& names) const {
  if (const auto on = enabled(); !on)
    return on.error();
  auto known = find_resolved(*cache_, names);
  if (!known)
    return known.error();
  if (*known)
    return std::move(**known);
  return ask<resolved_names>(system_, mirror_, names, limit_);
}

} // namespace standings
