#pragma once

#include "stores/sqlite/connection.hpp"
#include "stores/sqlite/options.hpp"

#include <memory>
#include <utility>

namespace standings {

/// Opens a `Store` on a new connection to the migrated database; returns it as the contract that it
/// implements.
template <class Contract, class Store, class... More>
result<std::unique_ptr<Contract>> open_on(const sqlite_options& options, const More&... more) {
  return guard_sqlite([&]() -> result<std::unique_ptr<Contract>> {
    auto db = open_sqlite(options.path, options.seen);
    migrate_sqlite(*db, names_of(options));
    return std::unique_ptr<Contract>{std::make_unique<Store>(std::move(db), options, more...)};
  });
}

} // namespace standings
