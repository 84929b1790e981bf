#pragma once

#include "core/base/result.hpp"

#include <string>
#include <string_view>

namespace standings {

/// What a SQLSTATE means to this service, for the caller and for the operator.
struct sqlstate_meaning {
  std::string_view state;  ///< or the first characters, for a class
  std::string_view detail; ///< for the caller
  std::string_view advice; ///< for the operator
};

/// The meaning of a SQLSTATE; its `state` is empty if none is known.
const sqlstate_meaning& meaning_of(std::string_view sqlstate);

/// The server's message on one line, without its severity and without any SQL text.
std::string one_line(std::string_view message);

/// `doing: SQLSTATE message; advice`.
std::string cause_of(std::string_view doing, std::string_view sqlstate, std::string_view message);

/// Why a connection failed: by libpq's message or, if the server itself refused, by the SQLSTATE
/// that a second attempt finds out. `conninfo` is never repeated.
failure explain_connecting(const std::string& conninfo, const std::string& place,
                           const std::string& message);

} // namespace standings
