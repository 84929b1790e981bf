#pragma once

#include "core/base/result.hpp"
#include "messages/actors.hpp"
#include "stores/contracts/alias_cache.hpp"

#include <caf/fwd.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace standings {

/// Looks up aliases in the cache, and through the mirror if the cache alone cannot answer.
/// Blocking; thread-safe.
class alias_reader {
public:
  /// `cache` is null if aliases are switched off; `limit` bounds each wait.
  alias_reader(caf::actor_system& system, alias_cache_ptr cache, alias_mirror_actor mirror,
               std::chrono::milliseconds limit);

  /// Fails with feature_disabled if aliases are switched off.
  [[nodiscard]] result<void> enabled() const;

  /// The ids behind an alias. Errors: feature_disabled, unknown_alias, out_of_range,
  /// cache_warming, store_unavailable.
  [[nodiscard]] result<std::vector<std::string>> ids(alias_type type,
                                                     const std::string& alias) const;

  /// The ids behind both names. Errors: those of `ids`, and overloaded.
  [[nodiscard]] result<resolved_names> resolve(const resolve_names& names) const;

private:
  caf::actor_system& system_;
  alias_cache_ptr cache_;
  alias_mirror_actor mirror_;
  std::chrono::milliseconds limit_;
};

} // namespace standings
