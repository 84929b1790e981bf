#pragma once

#include "app/backends.hpp"

#include <boost/json/array.hpp>

#include <iosfwd>

namespace standings {

/// Adopts the existing table, and logs it. Returns false if the service cannot work with it; an
/// unreachable database is left to the workers.
bool adopt_existing_table(const backends& stores);

/// Prints what the inspection found, one line each.
void print_findings(std::ostream& out, const adoption_plan& plan);

[[nodiscard]] boost::json::array findings_json(const adoption_plan& plan);

} // namespace standings
