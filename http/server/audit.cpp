#include "http/server/audit.hpp"

#include "core/base/presentable.hpp"
#include "log/log.hpp"

#include <chrono>
#include <mutex>
#include <string>

namespace standings {

namespace {

constexpr std::size_t longest_shown = 200; ///< bytes of a target
constexpr std::uint64_t most_in_a_second = 10;

std::string shown(const std::string& target) {
  return presentable(target.substr(0, target.find('?')).substr(0, longest_shown));
}

std::string caller_of(const request& rq) {
  return rq.caller.empty() ? "nobody by name" : rq.caller;
}

/// Counts lines by the second.
class line_limit {
public:
  /// Whether another line may be logged; `missed` gets how many were not, in an earlier second.
  bool allows(std::uint64_t& missed) {
    using std::chrono::steady_clock;
    const auto now = std::chrono::floor<std::chrono::seconds>(steady_clock::now());
    const std::lock_guard lock{mutex_};
    if (now != second_) {
      missed = lines_ > most_in_a_second ? lines_ - most_in_a_second : 0;
      second_ = now;
      lines_ = 0;
    }
    return ++lines_ <= most_in_a_second;
  }

private:
  std::mutex mutex_;
  std::chrono::time_point<std::chrono::steady_clock, std::chrono::seconds> second_{};
  std::uint64_t lines_ = 0;
};

} // namespace

void audit_admin_call(const request& rq, int status) {
  log_to(log_component::http)
      .info("Admin: {} {} from {} by {}: {} (request {})", rq.method, shown(rq.target),
            rq.remote_address, caller_of(rq), status, rq.id);
}

void audit_refusal(const request& rq, errc why) {
  static line_limit limit;
  std::uint64_t missed = 0;
  const bool allowed = limit.allows(missed);
  if (missed > 0)
    log_to(log_component::http).warn("Refused {} more requests without the right token", missed);
  if (allowed)
    log_to(log_component::http)
        .warn("Refused {} {} from {} by {}: {} (request {})", rq.method, shown(rq.target),
              rq.remote_address, caller_of(rq), to_string(why), rq.id);
}

} // namespace standings
