#pragma once

#include "core/base/errc.hpp"

#include <string>

namespace standings {

/// The HTTP status of a failure: the only map there is.
int status_of(errc code);

/// Seconds after which the same request may succeed; 0 where trying again as it
/// is makes no sense. Becomes the Retry-After header.
int retry_after_seconds(errc code);

/// An RFC 9457 problem document: type, title, status, detail, code, request_id,
/// and `field` where one is to blame.
std::string problem_json(const failure& why, const std::string& request_id);

} // namespace standings
