#pragma once

#include "core/base/enum_names.hpp"

#include <cstdint>
#include <string_view>

namespace standings {

/// What a request does, as far as it matters who may do it. `inspect` are reads that tell about the
/// service itself or cost much.
enum class scope : std::uint8_t { read, inspect, write, admin };

template <>
struct enum_names<scope> {
  static constexpr enum_words<scope, 4> all{{{"read", scope::read},
                                             {"inspect", scope::inspect},
                                             {"write", scope::write},
                                             {"admin", scope::admin}}};
};
static_assert(names_each_until(scope::admin));

/// Some of the scopes.
class scope_set {
public:
  constexpr scope_set() = default;

  /// Adds the scope and what it implies: `admin` implies all, each other one `read`.
  constexpr void grant(scope s) {
    bits_ |= bit(s) | bit(scope::read);
    if (s == scope::admin)
      bits_ = all;
  }

  /// Adds the scope alone.
  constexpr void add(scope s) { bits_ |= bit(s); }

  [[nodiscard]] constexpr bool contains(scope s) const { return (bits_ & bit(s)) != 0; }

  friend constexpr bool operator==(scope_set, scope_set) = default;

private:
  static constexpr unsigned all = 0xF;
  static constexpr unsigned bit(scope s) { return 1U << static_cast<unsigned>(s); }

  unsigned bits_ = 0;
};

} // namespace standings
