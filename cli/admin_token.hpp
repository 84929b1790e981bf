#pragma once

#include "config/config.hpp"
#include "core/base/result.hpp"

#include <string>

namespace standings {

/// An administrator's token, and where it was found.
struct admin_token {
  std::string token;
  std::string file;  ///< empty: in the configuration itself
  bool made = false; ///< it has just been made
  bool readable_by_others = false;
};

/// The configured token; else that of `admin.token_file`; else that of the file `admin.token` in
/// the data directory, if there is one. Without any, the token is empty. Fails with `out_of_range`
/// if a file that is there cannot be read, or holds no token.
[[nodiscard]] result<admin_token> find_admin_token(const config& settings);

/// The same, but makes the file in the data directory if there is no token. If several processes
/// start at once, they agree on one.
[[nodiscard]] result<admin_token> find_or_make_admin_token(const config& settings);

/// A token that cannot be guessed: 43 characters of the URL-safe base64 alphabet.
[[nodiscard]] std::string new_token();

} // namespace standings
