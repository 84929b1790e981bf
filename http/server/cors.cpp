#include "http/server/cors.hpp"

#include <algorithm>
#include <utility>

namespace standings {

namespace {

constexpr std::string_view exposed = "Access-Control-Expose-Headers: X-Request-Id, Retry-After, "
                                     "RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, "
                                     "Idempotent-Replayed, ETag\r\n";
constexpr auto allowed_headers = "Authorization, Content-Type, Idempotency-Key, If-None-Match, "
                                 "Last-Event-ID, X-Request-Id";
/// How long a browser may remember what a preflight said, in seconds.
constexpr auto preflight_max_age = "600";
constexpr std::string_view vary = "Vary: Origin\r\n";

std::string fields_with(std::string_view origin) {
  return std::string{"Access-Control-Allow-Origin: "}.append(origin).append("\r\n").append(exposed);
}

} // namespace

cors_policy::cors_policy(const std::vector<std::string>& origins) {
  if (origins.empty())
    return;
  any_ = std::find(origins.begin(), origins.end(), "*") != origins.end();
  if (any_)
    other_fields_ = fields_with("*");
  other_fields_.append(vary);
  for (const auto& origin : origins)
    if (origin != "*")
      named_.push_back(
          {origin,
           fields_with(origin).append("Access-Control-Allow-Credentials: true\r\n").append(vary)});
}

const cors_policy::named* cors_policy::find(const header_fields& headers) const {
  if (named_.empty() || headers.count("Origin") != 1)
    return nullptr;
  const auto origin = headers.value("Origin");
  const auto at = std::find_if(named_.begin(), named_.end(),
                               [&](const named& one) { return one.origin == origin; });
  return at == named_.end() ? nullptr : &*at;
}

bool cors_policy::allows(const header_fields& headers) const {
  return any_ || find(headers) != nullptr;
}

std::string_view cors_policy::fields_for(const header_fields& headers) const {
  const auto* found = find(headers);
  return found ? found->fields : other_fields_;
}

bool is_preflight(const header_fields& headers) {
  return headers.has("Origin") && headers.has("Access-Control-Request-Method");
}

result<answer> options_answer(const header_fields& headers, std::string methods,
                              const cors_policy& policy) {
  answer out;
  out.status = 204;
  if (is_preflight(headers)) {
    if (!policy.allows(headers))
      return fail(errc::forbidden, "http.cors_origins does not list the origin of this page",
                  "Origin");
    out.headers.emplace_back("Access-Control-Allow-Methods", methods);
    out.headers.emplace_back("Access-Control-Allow-Headers", allowed_headers);
    out.headers.emplace_back("Access-Control-Max-Age", preflight_max_age);
  }
  out.headers.emplace_back("Allow", std::move(methods));
  return out;
}

} // namespace standings
