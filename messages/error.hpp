#pragma once

#include "core/base/errc.hpp"
#include "core/base/result.hpp"

#include <caf/error.hpp>
#include <caf/make_message.hpp>

#include <exception>
#include <string>

CAF_ERROR_CODE_ENUM(standings::errc, "standings")

namespace standings {

/// A failure as it travels between actors.
caf::error to_error(const failure& f);

/// The same of its parts. `field`: the one of the request that is wrong.
caf::error to_error(errc code, std::string detail, std::string field = {});

/// The inverse, for any error an asker may see. CAF's own codes become ours:
/// a request time-out is `timed_out`, a dead or unreachable actor is
/// `store_unavailable`, everything else `internal`.
failure to_failure(const caf::error& e);

/// The category of our codes in a caf::error.
caf::atom_value error_category_atom();

} // namespace standings
