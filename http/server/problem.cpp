#include "http/server/problem.hpp"

#include "core/base/presentable.hpp"

#include <boost/json.hpp>

namespace standings {

namespace {

struct meaning {
  int status;
  const char* title;
};

meaning meaning_of(errc code) {
  switch (code) {
  case errc::malformed:
    return {400, "Malformed request"};
  case errc::invalid_user_id:
    return {422, "Invalid user id"};
  case errc::invalid_count:
    return {422, "Invalid count"};
  case errc::out_of_range:
    return {422, "Parameter out of range"};
  case errc::score_overflow:
    return {422, "Score would overflow"};
  case errc::unknown_period:
    return {404, "Unknown period"};
  case errc::unknown_user:
    return {404, "Unknown user"};
  case errc::not_on_board:
    return {404, "Not on the board"};
  case errc::invalid_leaderboard_id:
    return {422, "Invalid leaderboard id"};
  case errc::unknown_leaderboard:
    return {404, "Unknown leaderboard"};
  case errc::unknown_alias:
    return {404, "Unknown alias"};
  case errc::unknown_route:
    return {404, "Unknown route"};
  case errc::unknown_run:
    return {404, "Unknown run"};
  case errc::method_not_allowed:
    return {405, "Method not allowed"};
  case errc::idempotency_conflict:
    return {409, "Idempotency key conflict"};
  case errc::run_in_progress:
    return {409, "Run in progress"};
  case errc::body_too_large:
    return {413, "Body too large"};
  case errc::headers_too_large:
    return {431, "Headers too large"};
  case errc::unsupported_media_type:
    return {415, "Unsupported media type"};
  case errc::unknown_session:
    return {404, "Unknown session"};
  case errc::invalid_session:
    return {422, "Session cannot be stored"};
  case errc::feature_disabled:
    return {409, "Feature disabled"};
  case errc::unauthorized:
    return {401, "Unauthorized"};
  case errc::forbidden:
    return {403, "Forbidden"};
  case errc::request_timeout:
    return {408, "Request timeout"};
  case errc::rate_limited:
    return {429, "Too many requests"};
  case errc::quota_exceeded:
    return {403, "Quota exceeded"};
  case errc::rejected_row:
    return {422, "Row rejected by the database"};
  case errc::store_unavailable:
    return {503, "Store unavailable"};
  case errc::outcome_unknown:
    return {503, "Outcome unknown"};
  case errc::cache_warming:
    return {503, "Cache is warming up"};
  case errc::overloaded:
    return {503, "Overloaded"};
  case errc::timed_out:
    return {503, "No answer in time"};
  case errc::shutting_down:
    return {503, "Shutting down"};
  case errc::none:
  case errc::internal:
    break;
  }
  return {500, "Internal error"};
}

} // namespace

int status_of(errc code) {
  return meaning_of(code).status;
}

int retry_after_seconds(errc code) {
  // a feature that is switched off stays so until the configuration changes
  return status_of(code) == 503 || code == errc::rate_limited ? 1 : 0;
}

std::string problem_json(const failure& why, const std::string& request_id) {
  const auto [status, title] = meaning_of(why.code);
  const auto code = to_string(why.code);
  boost::json::object out{
      {"type", "urn:standings:problem:" + code},
      {"title", title},
      {"status", status},
      {"detail", why.detail.empty() ? title : storable_text(why.detail)},
      {"code", code},
  };
  if (!request_id.empty())
    out["request_id"] = request_id;
  if (!why.field.empty())
    out["field"] = storable_text(why.field); // a name that the client has chosen
  return boost::json::serialize(out);
}

} // namespace standings
