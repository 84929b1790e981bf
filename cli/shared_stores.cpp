#include "cli/shared_stores.hpp"

#include "cli/output.hpp"

namespace standings {

std::optional<backends> shared_stores(const invocation& with, const std::string& instead) {
  if (with.settings.cache.backend == cache_backend::memory) {
    unusable(with, "cache_in_service",
             "The cache is inside the running service (cache.backend is memory);\n" + instead);
    return std::nullopt;
  }
  auto made = make_backends(with.settings);
  if (!made) {
    failed(with, "open the stores", made.error());
    return std::nullopt;
  }
  return std::move(*made);
}

} // namespace standings
