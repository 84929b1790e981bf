#include "http/server/auth.hpp"

#include "core/base/loopback.hpp"
#include "http/server/host_field.hpp"

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/predicate.hpp>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace standings {

namespace {

constexpr std::string_view bearer = "Bearer ";

/// Whether a browser sends this for a page of another site, or a proxy for another client.
bool is_on_behalf(const header_fields& headers) {
  if (is_forwarded(headers))
    return true;
  if (headers.has("Host") && !is_loopback(headers.value("Host")))
    return true; // a foreign name may resolve to loopback
  if (!headers.has("Origin"))
    return false;
  const auto origin = headers.value("Origin");
  const auto scheme = origin.find("://");
  return headers.count("Origin") > 1 || scheme == std::string_view::npos
         || !boost::iequals(origin.substr(scheme + 3), headers.value("Host"));
}

/// The known token that the request carries, or null. Costs nothing without an Authorization.
const known_token* token_of(const header_fields& headers, const access_policy& policy) {
  auto given = headers.value("Authorization");
  if (!boost::istarts_with(given, bearer))
    return nullptr;
  given.remove_prefix(std::min(given.find_first_not_of(' ', bearer.size()), given.size()));
  return policy.find(digest_of(given));
}

scope scope_of(access who) {
  switch (who) {
  case access::anyone:
  case access::read:
    return scope::read;
  case access::inspect:
    return scope::inspect;
  case access::write:
    return scope::write;
  case access::admin:
    break;
  }
  return scope::admin;
}

} // namespace

bool is_loopback(std::string_view host) {
  auto name = host_of(host);
  if (constexpr std::string_view mapped = "::ffff:"; name.starts_with(mapped))
    name.remove_prefix(mapped.size()); // an IPv4 client of an IPv6 socket
  return is_loopback_host(boost::to_lower_copy(std::string{without_root(name)}));
}

bool is_forwarded(const header_fields& headers) {
  constexpr std::array names{"Forwarded",
                             "Via",
                             "X-Forwarded",
                             "X-Forwarded-By",
                             "X-Forwarded-For",
                             "X-Forwarded-Host",
                             "X-Forwarded-Port",
                             "X-Forwarded-Prefix",
                             "X-Forwarded-Proto",
                             "X-Forwarded-Scheme",
                             "X-Forwarded-Server",
                             "X-Forwarded-Ssl",
                             "X-Original-Forwarded-For",
                             "X-Original-Host",
                             "X-Real-IP",
                             "X-Client-IP",
                             "X-Cluster-Client-IP",
                             "True-Client-IP",
                             "CF-Connecting-IP",
                             "CF-Connecting-IPv6",
                             "Fastly-Client-IP",
                             "X-Azure-ClientIP",
                             "X-Envoy-External-Address"};
  return std::any_of(names.begin(), names.end(),
                     [&](const char* name) { return headers.has(name); });
}

bool shows_token(const request& rq) {
  return boost::istarts_with(rq.headers.value("Authorization"), bearer);
}

token_digest digest_of(std::string_view token) {
  token_digest out{};
  EVP_Digest(token.data(), token.size(), out.data(), nullptr, EVP_sha256(), nullptr);
  return out;
}

result<void> authorize(request& rq, access who, const access_policy& policy, bool hears_token) {
  const auto* const token = hears_token ? token_of(rq.headers, policy) : nullptr;
  rq.caller = token ? token->name : std::string{};
  rq.tenant = token ? token->tenant : std::string{};
  rq.may_inspect = rq.tenant.empty()
                   && (!policy.needs_token.contains(scope::inspect)
                       || (token && token->may.contains(scope::inspect)));
  if (who == access::anyone)
    return {};
  const auto needed = scope_of(who);
  if (!policy.needs_token.contains(needed) || (token && token->may.contains(needed)))
    return {};
  if (token)
    return fail(errc::forbidden, "this token may not use routes that need the scope "
                                     + std::string{name_of(needed)});
  if (needed != scope::admin)
    return fail(errc::unauthorized,
                "this route needs a token with the scope " + std::string{name_of(needed)});
  if (!policy.open_on_loopback)
    return fail(errc::unauthorized, "this route needs the admin token");
  if (is_loopback(rq.remote_address) && !is_on_behalf(rq.headers))
    return {};
  if (policy.tokens.empty())
    return fail(errc::forbidden,
                "admin routes answer on loopback only until a token is configured");
  return fail(errc::unauthorized, "this route needs the admin token");
}

void access_control::replace(access_policy by) {
  auto next = std::make_shared<const access_policy>(std::move(by));
  {
    const std::lock_guard lock{mutex_};
    current_.swap(next);
  }
  version_.fetch_add(1, std::memory_order_release);
}

std::shared_ptr<const access_policy> access_control::current() const {
  const std::lock_guard lock{mutex_};
  return current_;
}

} // namespace standings
