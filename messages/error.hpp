#pragma once

#include "core/base/errc.hpp"
#include "core/base/result.hpp"

#include <caf/error.hpp>
#include <caf/make_message.hpp>

#include <exception>
#include <string>

CAF_ERROR_CODE_ENUM(standings::errc, "standings")

namespace standings {

/// Converts a failure for sending it between actors.
caf::error to_error(const failure& f);

/// The same from its parts. `field` names the offending field of the request.
caf::error to_error(errc code, std::string detail, std::string field = {});

/// The inverse, for any error that a requester may see. CAF's own codes are mapped: a request
/// time-out to `timed_out`, a dead or unreachable actor to `store_unavailable`, everything else to
/// `internal`.
failure to_failure(const caf::error& e);

/// The category of our codes in caf::error.
caf::atom_value error_category_atom();

} // namespace standings
