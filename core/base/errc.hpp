#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace standings {

/// Everything that can go wrong, as a value. http/server/problem.cpp maps each code to
/// a status; nothing else does.
enum class errc : std::uint8_t {
  none = 0,
  // -- caused by the caller -----------------------------------------------------
  malformed,            ///< not JSON, a wrong type, an unknown or missing field
  invalid_user_id,      ///< empty, too long, control characters, not UTF-8
  invalid_count,        ///< not an integer from 1 to the configured maximum
  out_of_range,         ///< a well-formed parameter outside its bounds
  score_overflow,       ///< the update would lift a score to 2^53 or more
  unknown_period,       ///< not daily, weekly, monthly or yearly
  unknown_user,         ///< neither store knows the user
  not_on_board,         ///< the user is known, but has no score in the period
  unknown_alias,        ///< no such alias, or no such type of alias
  unknown_route,        ///< no such path
  unknown_run,          ///< no run of this id is remembered
  method_not_allowed,   ///< the path exists, the method does not
  idempotency_conflict, ///< the key was used before with another body
  run_in_progress,      ///< only one such run may go on at a time
  body_too_large,       ///< more than the accepted body size
  headers_too_large,    ///< more header bytes than accepted
  unsupported_media_type,
  invalid_leaderboard_id, ///< not parts of a-z, 0-9, _ and - joined by dots, or reserved
  unknown_leaderboard,    ///< no such leaderboard, or none that the caller may see
  unknown_session,        ///< Redis does not have the session
  invalid_session,        ///< the session in Redis cannot be stored
  feature_disabled,       ///< switched off by the configuration, or its data does not exist
  unauthorized,           ///< an admin route without the right token
  forbidden,              ///< an admin route from outside loopback while no token is set
  request_timeout,        ///< the client did not send its request in time
  rate_limited,           ///< more requests of a client, a token, a user or a tenant than allowed
  quota_exceeded,         ///< a tenant has as many leaderboards or users as it may
  // -- caused by the service ----------------------------------------------------
  store_unavailable, ///< a store cannot be reached; nothing was changed
  outcome_unknown,   ///< the store was lost during commit; the update may have been applied
  cache_warming,     ///< the cache is being filled; the database routes answer meanwhile
  overloaded,        ///< more work in flight than allowed
  timed_out,         ///< a part of the service did not answer in time
  shutting_down,     ///< the service is draining
  rejected_row,      ///< the database refuses this one row
  internal,          ///< a defect; details are in the log only
};

/// The stable snake_case name, used as `code` in answers and in logs.
std::string to_string(errc code);

/// A failure with its explanation. `detail` is meant for the caller: no
/// connection strings, no SQL, no secrets. `field` names the offending input.
/// `cause` is meant for the operator (log, `check`, admin status), never for an answer to a caller:
/// what was attempted, the SQLSTATE or reply, the server's own message and what to do about it. It
/// holds no secrets either.
struct failure {
  errc code = errc::internal;
  std::string detail;
  std::string field;
  std::string cause{};
};

/// `detail (cause)`, the text for the operator. Either part may be missing.
std::string explain(const failure& f);

} // namespace standings
