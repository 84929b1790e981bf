#pragma once

#include "core/access/host_policy.hpp"
#include "core/access/scope.hpp"
#include "core/base/result.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace standings {

/// The SHA-256 of a token. Tokens themselves are kept nowhere.
using token_digest = std::array<std::uint8_t, 32>;

/// The digest that 64 hexadecimal digits stand for. Fails with `out_of_range`.
[[nodiscard]] result<token_digest> parse_digest(std::string_view hex);

/// A token that opens doors.
struct known_token {
  std::string name; ///< for logs and limits
  token_digest digest{};
  std::string tenant; ///< empty: of all
  scope_set may;
};

/// Who may do what. Immutable while it is in use.
struct access_policy {
  std::vector<known_token> tokens;
  scope_set needs_token;         ///< without these, anybody may
  bool open_on_loopback = false; ///< callers of this machine need no token for `admin`
  host_policy hosts;             ///< for requests without a token

  /// The token with this digest, or null. Takes the same time wherever the first difference is.
  [[nodiscard]] const known_token* find(const token_digest& digest) const;
};

} // namespace standings
