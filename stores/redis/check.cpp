#include "stores/redis/check.hpp"

#include "stores/redis/connection.hpp"
#include "stores/redis/server_info.hpp"

#include <array>

namespace standings {

result<std::string> redis_version(const redis_options& options) {
  constexpr std::array<std::string_view, 1> sections{"server"};
  const auto c = redis_connection::open(options);
  if (!c)
    return c.error();
  const auto info = read_server_info(**c, sections);
  if (!info)
    return info.error();
  return std::string{info->text("redis_version")};
}

} // namespace standings
