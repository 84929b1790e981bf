#pragma once

#include <caf/meta/type_name.hpp>

/// Makes a struct a message by listing the fields to transmit. Use inside namespace standings.
#define STANDINGS_INSPECT(type, ...)                                                               \
  template <class Inspector>                                                                       \
  typename Inspector::result_type inspect(Inspector& f, [[maybe_unused]] type& x) {                \
    return f(caf::meta::type_name(#type) __VA_OPT__(, ) __VA_ARGS__);                              \
  }
