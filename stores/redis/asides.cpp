#include "stores/redis/asides.hpp"

#include <spdlog/spdlog.h>

namespace standings {

void log_asides(const redis_reply& asides) {
  for (std::size_t i = 0; i + 3 < asides.size(); i += 4)
    spdlog::warn("The key '{}' of the cache held a {} of size {} that is not ours: it was renamed "
                 "to '{}', and nothing of it was changed",
                 asides[i].text(), asides[i + 1].text(), asides[i + 2].integer(),
                 asides[i + 3].text());
}

} // namespace standings
