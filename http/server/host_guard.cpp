#include "http/server/host_guard.hpp"

#include "http/server/auth.hpp"
#include "http/server/host_field.hpp"

#include <boost/algorithm/string/predicate.hpp>

#include <algorithm>

namespace standings {

result<void> check_host(const header_fields& headers, const host_policy& policy) {
  if (!policy.loopback_only || !headers.has("Host"))
    return {};
  const auto host = headers.value("Host");
  const auto name = without_root(host_of(host));
  const bool listed = std::any_of(policy.others.begin(), policy.others.end(), [&](const auto& one) {
    return one == "*" || boost::iequals(one, name);
  });
  if (!listed && !is_loopback(host))
    return fail(errc::forbidden,
                "a service on a loopback address answers this Host only if http.allowed_hosts "
                "lists it",
                "Host");
  return {};
}

} // namespace standings
