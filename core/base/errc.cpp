#include "core/base/errc.hpp"

#include "core/base/enum_names.hpp"

namespace standings {

template <>
struct enum_names<errc> {
  static constexpr enum_words<errc, 36> all{
      {{"none", errc::none},
       {"malformed", errc::malformed},
       {"invalid_user_id", errc::invalid_user_id},
       {"invalid_count", errc::invalid_count},
       {"out_of_range", errc::out_of_range},
       {"score_overflow", errc::score_overflow},
       {"unknown_period", errc::unknown_period},
       {"unknown_user", errc::unknown_user},
       {"not_on_board", errc::not_on_board},
       {"unknown_alias", errc::unknown_alias},
       {"unknown_route", errc::unknown_route},
       {"unknown_run", errc::unknown_run},
       {"method_not_allowed", errc::method_not_allowed},
       {"idempotency_conflict", errc::idempotency_conflict},
       {"run_in_progress", errc::run_in_progress},
       {"body_too_large", errc::body_too_large},
       {"headers_too_large", errc::headers_too_large},
       {"unsupported_media_type", errc::unsupported_media_type},
       {"invalid_leaderboard_id", errc::invalid_leaderboard_id},
       {"unknown_leaderboard", errc::unknown_leaderboard},
       {"unknown_session", errc::unknown_session},
       {"invalid_session", errc::invalid_session},
       {"feature_disabled", errc::feature_disabled},
       {"unauthorized", errc::unauthorized},
       {"forbidden", errc::forbidden},
       {"request_timeout", errc::request_timeout},
       {"rate_limited", errc::rate_limited},
       {"quota_exceeded", errc::quota_exceeded},
       {"store_unavailable", errc::store_unavailable},
       {"outcome_unknown", errc::outcome_unknown},
       {"cache_warming", errc::cache_warming},
       {"overloaded", errc::overloaded},
       {"timed_out", errc::timed_out},
       {"shutting_down", errc::shutting_down},
       {"rejected_row", errc::rejected_row},
       {"internal", errc::internal}}};
};
static_assert(names_each_until(errc::internal));

std::string to_string(errc value) {
  return std::string{name_of(value)};
}

std::string explain(const failure& f) {
  auto out = f.detail.empty() ? to_string(f.code) : f.detail;
  if (!f.cause.empty())
    out += " (" + f.cause + ")";
  return out;
}

} // namespace standings
