#pragma once

#include "stores/postgres/connection.hpp"
#include "stores/postgres/options.hpp"

#include <memory>
#include <utility>

namespace standings {

/// Opens a `Store` on a new connection to the migrated database; returns it as the contract that it
/// implements.
template <class Contract, class Store, class... More>
result<std::unique_ptr<Contract>> open_on(const postgres_options& options, const More&... more) {
  return guard_postgres([&]() -> result<std::unique_ptr<Contract>> {
    auto db = open_postgres(options.url);
    migrate_postgres(*db, names_of(options));
    return std::unique_ptr<Contract>{std::make_unique<Store>(std::move(db), options, more...)};
  });
}

} // namespace standings
