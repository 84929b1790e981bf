#include "http/server/access_log.hpp"

#include "log/log.hpp"

#include <algorithm>
#include <utility>

namespace standings {

namespace {

/// Without the query, which may hold what is nobody's business.
std::string_view path_of(const request& rq) {
  return std::string_view{rq.target}.substr(0, rq.target.find_first_of("?#"));
}

bool is_failure(int status) {
  return status >= 500 || status == 401 || status == 403;
}

} // namespace

bool line_allowance::take(time_point now) {
  const std::chrono::duration<double> passed = now - std::exchange(last_, now);
  left_ = std::min(most_at_once_, left_ + passed.count() * per_second_);
  if (left_ < 1) {
    ++left_out_;
    return false;
  }
  left_ -= 1;
  return true;
}

std::uint64_t line_allowance::take_left_out() {
  return std::exchange(left_out_, 0);
}

bool is_logged(access_log mode, int status) {
  return mode == access_log::all || (mode == access_log::errors && is_failure(status));
}

void access_logger::answered(const request& rq, std::string_view pattern, int status,
                             clock::time_point now) {
  const auto mode = wanted_access_log();
  if (!is_logged(mode, status))
    return;
  if (mode == access_log::errors) {
    if (!allowance_.take(now))
      return;
    if (const auto left_out = allowance_.take_left_out(); left_out > 0)
      log_to(log_component::http, {{"requests", left_out}})
          .warn("{} failed requests were left out here; log.access: all shows each", left_out);
  }
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now - rq.arrived).count();
  const auto route = pattern.empty() ? path_of(rq) : pattern;
  log_to(log_component::http, {{"request_id", rq.id},
                               {"method", rq.method},
                               {"route", pattern},
                               {"status", status},
                               {"ms", ms},
                               {"client", rq.client},
                               {"peer", rq.remote_address}})
      .write(is_failure(status) ? spdlog::level::warn : spdlog::level::info,
             "{} {} was answered {} in {} ms", rq.method.empty() ? "-" : rq.method, route, status,
             ms);
}

} // namespace standings
