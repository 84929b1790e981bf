#pragma once

#include "core/base/enum_names.hpp"

#include <cstddef>
#include <cstdint>

namespace standings {

/// The parts of the service whose log levels can be set apart (`log.levels`).
enum class log_component : std::uint8_t {
  service, ///< start, stop, signals, configuration
  http,
  audit, ///< who used admin routes, and who was refused
  scoring,
  hydration, ///< loading the cache from the database
  periods,
  reconcile,
  aliases,
  sessions,
  supervision,
  cache,
  database
};

template <>
struct enum_names<log_component> {
  static constexpr enum_words<log_component, 12> all{{{"service", log_component::service},
                                                      {"http", log_component::http},
                                                      {"audit", log_component::audit},
                                                      {"scoring", log_component::scoring},
                                                      {"hydration", log_component::hydration},
                                                      {"periods", log_component::periods},
                                                      {"reconcile", log_component::reconcile},
                                                      {"aliases", log_component::aliases},
                                                      {"sessions", log_component::sessions},
                                                      {"supervision", log_component::supervision},
                                                      {"cache", log_component::cache},
                                                      {"database", log_component::database}}};
};
static_assert(names_each_until(log_component::database));

inline constexpr std::size_t log_components = enum_names<log_component>::all.size();

/// Which requests the HTTP edge logs (`log.access`).
enum class access_log : std::uint8_t {
  off,
  errors, ///< answered with 5xx, 401 or 403
  all
};

} // namespace standings
