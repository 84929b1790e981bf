#pragma once

#include "core/base/errc.hpp"

#include <pqxx/pqxx>

#include <cstdint>
#include <string>

namespace standings {

/// What a driver's exception means for the transaction that it ended.
enum class trouble : std::uint8_t {
  cut,      ///< the connection was lost, and nothing was committed: try again on a new one
  unsure,   ///< the connection was lost while committing: the outcome is unknown
  conflict, ///< another transaction was in the way and has won: an immediate retry helps
  busy,     ///< a lock or a statement took too long; nothing was committed
  refused   ///< anything else: nothing was committed, and a retry changes nothing
};

/// Classifies the exception being handled; call it in a catch block. `committing` is whether COMMIT
/// had been sent on `db`.
trouble trouble_of(const pqxx::connection& db, bool committing);

/// The SQLSTATE of the exception being handled; empty if it has none.
std::string sqlstate_of_current();

/// The failure for `busy` and for too many `conflict`s: nothing was changed, and a later try may
/// succeed. Call it in a catch block.
failure too_busy();

} // namespace standings
