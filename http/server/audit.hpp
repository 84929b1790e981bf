#pragma once

#include "core/base/errc.hpp"
#include "http/server/request.hpp"

namespace standings {

/// Logs who has used an admin route, and how it was answered. What the client chose is escaped.
void audit_admin_call(const request& rq, int status);

/// Logs that a request was refused for want of a token, or of a scope. A flood of them is not
/// logged line by line: at most ten in a second of one client and a hundred of all, and then how
/// many there were. Thread-safe.
void audit_refusal(const request& rq, errc why);

/// Logs that a request that needs no token carries a wrong one; the rest as `audit_refusal`.
void audit_wrong_token(const request& rq);

} // namespace standings
