#pragma once

#include "core/reconcile/run_report.hpp"
#include "core/reconcile/run_settings.hpp"

#include <string>

namespace standings {

/// Records in `out` that the run cannot settle a user, and why.
void quarantine(const run_settings& run, const std::string& user_id, const std::string& reason,
                batch_outcome& out);

} // namespace standings
