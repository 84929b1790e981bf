#include "core/base/errc.hpp"

namespace standings {

std::string to_string(errc code) {
  switch (code) {
  case errc::none:
    return "none";
  case errc::malformed:
    return "malformed";
  case errc::invalid_user_id:
    return "invalid_user_id";
  case errc::invalid_count:
    return "invalid_count";
  case errc::out_of_range:
    return "out_of_range";
  case errc::score_overflow:
    return "score_overflow";
  case errc::unknown_period:
    return "unknown_period";
  case errc::unknown_user:
    return "unknown_user";
  case errc::unknown_alias:
    return "unknown_alias";
  case errc::unknown_route:
    return "unknown_route";
  case errc::unknown_run:
    return "unknown_run";
  case errc::method_not_allowed:
    return "method_not_allowed";
  case errc::idempotency_conflict:
    return "idempotency_conflict";
  case errc::run_in_progress:
    return "run_in_progress";
  case errc::body_too_large:
    return "body_too_large";
  case errc::headers_too_large:
    return "headers_too_large";
  case errc::unsupported_media_type:
    return "unsupported_media_type";
  case errc::unknown_session:
    return "unknown_session";
  case errc::invalid_session:
    return "invalid_session";
  case errc::feature_disabled:
    return "feature_disabled";
  case errc::unauthorized:
    return "unauthorized";
  case errc::forbidden:
    return "forbidden";
  case errc::request_timeout:
    return "request_timeout";
  case errc::store_unavailable:
    return "store_unavailable";
  case errc::outcome_unknown:
    return "outcome_unknown";
  case errc::cache_warming:
    return "cache_warming";
  case errc::overloaded:
    return "overloaded";
  case errc::timed_out:
    return "timed_out";
  case errc::shutting_down:
    return "shutting_down";
  case errc::rejected_row:
    return "rejected_row";
  case errc::internal:
    return "internal";
  }
  return "internal";
}

std::string explain(const failure& f) {
  auto out = f.detail.empty() ? to_string(f.code) : f.detail;
  if (!f.cause.empty())
    out += " (" + f.cause + ")";
  return out;
}

} // namespace standings
