#pragma once

#include "core/base/errc.hpp"

#include <string>

namespace standings {

/// The HTTP status of a failure; this is the only such mapping.
int status_of(errc code);

/// Seconds after which the same request may succeed, for the Retry-After header; 0 if retrying it
/// unchanged is pointless.
int retry_after_seconds(errc code);

/// An RFC 9457 problem document: type, title, status, detail, code, request_id, and `field` if the
/// failure names one. Without an id: no request_id.
std::string problem_json(const failure& why, const std::string& request_id);

} // namespace standings
