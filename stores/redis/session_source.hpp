#pragma once

#include "stores/contracts/session_source.hpp"
#include "stores/redis/connection.hpp"

#include <memory>
#include <string>
#include <vector>

namespace standings {

struct session_source_options {
  redis_options connection;
  std::string key_prefix = "session:";
  std::size_t max_session_bytes = 1 << 20; ///< larger ones are not read
};

[[nodiscard]] result<std::unique_ptr<session_source>>
open_redis_session_source(const session_source_options& options);

} // namespace standings
