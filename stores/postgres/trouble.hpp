#pragma once

#include "core/base/errc.hpp"

#include <pqxx/pqxx>

#include <cstdint>
#include <string>

namespace standings {

/// What a driver's exception says about the transaction that it ended.
enum class trouble : std::uint8_t {
  cut,      ///< the connection is gone, and nothing was committed: a new one may try again
  unsure,   ///< the connection went while committing: nobody knows the outcome
  conflict, ///< another transaction was in the way and has won: trying again helps at once
  busy,     ///< a lock, or the time to wait for it, was not to be had; nothing was committed
  refused   ///< anything else: nothing was committed, and trying again changes nothing
};

/// Of the exception being handled; to be called from a catch block. `committing`
/// says whether COMMIT had been sent on `db`.
trouble trouble_of(const pqxx::connection& db, bool committing);

/// The SQLSTATE of the exception being handled; empty where it has none.
std::string sqlstate_of_current();

/// The failure for `busy` and for a `conflict` that has come too often: nothing was
/// changed, and a later try may succeed. To be called from a catch block.
failure too_busy();

} // namespace standings
