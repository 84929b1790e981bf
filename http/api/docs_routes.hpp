#pragma once

#include "http/server/router.hpp"

namespace standings {

/// The contract, as YAML, as JSON, and as a page for people.
void add_docs_routes(router& to);

} // namespace standings
