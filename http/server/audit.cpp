#include "http/server/audit.hpp"

#include "core/base/presentable.hpp"
#include "http/server/access_log.hpp"
#include "http/server/shared_buckets.hpp"
#include "log/log.hpp"

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace standings {

namespace {

constexpr std::size_t longest_shown = 200; ///< bytes of a target that anybody may send

/// Lines about refusals in a second: of one client, and of all.
const auto lines_of_client = bucket_size::of(10, std::chrono::seconds{1}, 10);
constexpr double lines_of_all = 100;

std::string_view audited_path(const request& rq) {
  return std::string_view{rq.target}.substr(0, rq.target.find('?'));
}

std::string caller_of(const request& rq) {
  return rq.caller.empty() ? "nobody by name" : rq.caller;
}

/// Which refusals are logged, asked from any thread. One client's flood does not hide the others'.
class refusal_lines {
public:
  /// Returns how many lines were left out before this one, or nothing if it is left out, too.
  std::optional<std::uint64_t> take(const request& rq) {
    const auto now = std::chrono::steady_clock::now();
    const bool may = of_client_.take(rq.client, now).allowed;
    const std::lock_guard lock{mutex_};
    if (!may || !of_all_.take(now)) {
      left_out_ += may ? 0 : 1;
      return std::nullopt;
    }
    return std::exchange(left_out_, 0) + of_all_.take_left_out();
  }

private:
  shared_buckets of_client_{lines_of_client};
  std::mutex mutex_; ///< guards all below
  line_allowance of_all_{lines_of_all, lines_of_all};
  std::uint64_t left_out_ = 0;
};

/// Logs a request without the right token, unless there are too many of them.
void warn_of(const request& rq, std::string_view what, std::string_view why) {
  static refusal_lines all;
  const auto missed = all.take(rq);
  if (!missed)
    return;
  if (*missed > 0)
    log_to(log_component::audit).warn("Met {} more requests without the right token", *missed);
  auto path = presentable(audited_path(rq).substr(0, longest_shown));
  if (audited_path(rq).size() > longest_shown)
    path += "…";
  log_to(log_component::audit, {{"request_id", rq.id},
                                {"method", rq.method},
                                {"path", path},
                                {"caller", rq.caller},
                                {"client", rq.client},
                                {"peer", rq.remote_address}})
      .warn("{} {} {} from {} by {}: {}", what, rq.method, path, rq.client, caller_of(rq), why);
}

} // namespace

void audit_admin_call(const request& rq, int status) {
  const auto path =
      presentable(audited_path(rq)); // all of it: its end may be what tells users apart
  log_to(log_component::audit, {{"request_id", rq.id},
                                {"method", rq.method},
                                {"path", path},
                                {"caller", rq.caller},
                                {"status", status},
                                {"client", rq.client},
                                {"peer", rq.remote_address}})
      .info("Admin: {} {} from {} by {}: {}", rq.method, path, rq.client, caller_of(rq), status);
}

void audit_refusal(const request& rq, errc why) {
  warn_of(rq, "Refused", to_string(why));
}

void audit_wrong_token(const request& rq) {
  warn_of(rq, "Heard", "wrong token");
}

} // namespace standings
