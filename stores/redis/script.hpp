#pragma once

#include "stores/redis/pool.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace standings {

/// A script of stores/redis/scripts/ and the hash by which Redis knows it. The texts live as long
/// as the program: ten thousand caches share them.
struct redis_script {
  std::string_view name;
  std::string_view sha;
  std::string_view source;
};

/// A script, preceded by those whose functions it uses. Throws std::logic_error if a name is
/// unknown. Thread-safe.
redis_script find_redis_script(std::string_view name,
                               std::initializer_list<std::string_view> needs = {});

/// The same script for a board on which the lower score is better: with ZRANK and ZRANGE instead of
/// ZREVRANK and ZREVRANGE.
redis_script lowest_first(const redis_script& script);

/// In the form that a connection runs.
[[nodiscard]] inline script_source source_of(const redis_script& script) {
  return {script.name, script.sha, script.source};
}

[[nodiscard]] result<redis_reply> run_script(redis_connection& c, const redis_script& what,
                                             const std::vector<std::string>& keys,
                                             const std::vector<std::string>& values);

/// Runs a script on a connection of the pool.
[[nodiscard]] result<redis_reply> run_script(redis_pool& pool, const redis_script& what,
                                             const std::vector<std::string>& keys,
                                             const std::vector<std::string>& values);

} // namespace standings
