#include "http/server/audit.hpp"

#include "core/base/presentable.hpp"
#include "http/server/access_log.hpp"
#include "log/log.hpp"

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

namespace standings {

namespace {

constexpr std::size_t longest_shown = 200; ///< bytes of a target

std::string shown(const std::string& target) {
  return presentable(target.substr(0, target.find('?')).substr(0, longest_shown));
}

std::string caller_of(const request& rq) {
  return rq.caller.empty() ? "nobody by name" : rq.caller;
}

/// What `line_allowance` has to say about a refusal, from any thread.
struct refusals {
  std::mutex mutex;
  line_allowance allowance{10, 10};
};

/// Logs a request without the right token, unless there are too many of them.
void warn_of(const request& rq, std::string_view what, std::string_view why) {
  static refusals all;
  std::uint64_t missed = 0;
  bool allowed = false;
  {
    const std::lock_guard lock{all.mutex};
    allowed = all.allowance.take(std::chrono::steady_clock::now());
    missed = allowed ? all.allowance.take_left_out() : 0;
  }
  if (missed > 0)
    log_to(log_component::audit).warn("Met {} more requests without the right token", missed);
  if (allowed)
    log_to(log_component::audit,
           {{"method", rq.method}, {"client", rq.client}, {"peer", rq.remote_address}})
        .warn("{} {} {} from {} by {}: {} (request {})", what, rq.method, shown(rq.target),
              rq.client, caller_of(rq), why, rq.id);
}

} // namespace

void audit_admin_call(const request& rq, int status) {
  log_to(log_component::audit, {{"method", rq.method},
                                {"status", status},
                                {"client", rq.client},
                                {"peer", rq.remote_address}})
      .info("Admin: {} {} from {} by {}: {} (request {})", rq.method, shown(rq.target), rq.client,
            caller_of(rq), status, rq.id);
}

void audit_refusal(const request& rq, errc why) {
  warn_of(rq, "Refused", to_string(why));
}

void audit_wrong_token(const request& rq) {
  warn_of(rq, "Heard", "wrong token");
}

} // namespace standings
