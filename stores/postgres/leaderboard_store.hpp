#pragma once

#include "core/leaderboard/tenant_quotas.hpp"
#include "stores/contracts/leaderboard_store.hpp"
#include "stores/postgres/options.hpp"

namespace standings {

/// The named leaderboards in PostgreSQL. `default_rules` are those of the default leaderboard, in
/// which an update of others may count, too.
[[nodiscard]] result<std::unique_ptr<leaderboard_store>>
open_postgres_leaderboards(const postgres_options& options, const score_rules& default_rules,
                           const tenant_quotas& quotas = {});

} // namespace standings
