#include "http/server/admission.hpp"

#include "http/server/audit.hpp"
#include "http/server/auth.hpp"
#include "http/server/host_field.hpp"
#include "http/server/host_guard.hpp"
#include "http/server/rate_limits.hpp"

#include <boost/algorithm/string/predicate.hpp>

#include <algorithm>
#include <utility>

namespace standings {

namespace {

constexpr auto every_method = "GET, HEAD, POST, PUT, DELETE, OPTIONS";

bool is_json(const header_fields& headers) {
  auto type = headers.value("Content-Type");
  type = type.substr(0, type.find(';'));
  while (!type.empty() && type.back() == ' ')
    type.remove_suffix(1);
  return boost::iequals(type, "application/json");
}

/// What does not depend on the route.
result<body_framing> check_head(const request& rq, std::size_t max_body_bytes) {
  const auto hosts = rq.headers.count("Host");
  if (hosts > 1)
    return fail(errc::malformed, "there may be one Host", "Host");
  if (hosts == 0 && rq.version >= 11)
    return fail(errc::malformed, "HTTP/1.1 needs a Host", "Host");
  if (hosts == 1 && !is_host_field(rq.headers.value("Host")))
    return fail(errc::malformed, "Host has to be a name or an address, and maybe a port", "Host");
  auto framing = framing_of(rq.headers, max_body_bytes);
  if (framing && framing->chunked && rq.version < 11)
    return fail(errc::malformed, "HTTP/1.0 knows no Transfer-Encoding", "Transfer-Encoding");
  return framing;
}

/// Checks whether this request may use the route. A token is known to no page that is not meant to
/// have it, so with one any Host is fine; admin routes check Hosts where they need no token.
result<void> check_access(request& rq, const route& to, const access_policy& policy,
                          bool hears_token) {
  auto allowed = authorize(rq, to.who, policy, hears_token);
  if (allowed && !rq.tenant.empty() && !to.knows_tenants && to.who != access::anyone)
    allowed = fail(errc::forbidden, "this token is for the leaderboards of '" + rq.tenant + "'");
  if (!allowed) {
    audit_refusal(rq, allowed.error().code);
    return allowed;
  }
  rq.is_let_in = true;
  const bool is_public = to.who != access::admin && rq.caller.empty();
  return is_public ? check_host(rq.headers, policy.hosts) : result<void>{};
}

/// An admin call that changes something has no parameters but its route's: one that is not
/// understood, such as `dry_run` in the query rather than in the body, may have been meant to
/// prevent it.
result<void> check_query(const request& rq, const route& to) {
  if (to.who != access::admin || rq.method == "GET" || rq.method == "HEAD")
    return {};
  for (const auto& [name, value] : rq.query)
    if (std::ranges::find(to.parameters, name) == to.parameters.end())
      return fail(errc::malformed, "this route has no such query parameter", name);
  return {};
}

/// Whether the route takes such a body.
result<void> check_body(const request& rq, const route& to, bool has_body) {
  const bool needs_json =
      to.body == body_kind::json || (to.body == body_kind::optional_json && has_body);
  if (needs_json && !is_json(rq.headers))
    return fail(errc::unsupported_media_type, "Content-Type has to be application/json",
                "Content-Type");
  if (has_body && (rq.method == "GET" || rq.method == "HEAD"))
    return fail(errc::malformed, "GET takes no body");
  return {};
}

} // namespace

admission admit(request& rq, const router& routes, const access_policy& policy,
                const cors_policy& cors, failed_logins& failed, std::size_t max_body_bytes) {
  rq.id = request_id_of(rq.headers);
  admission out;
  const auto framing = check_head(rq, max_body_bytes);
  const auto reply = [&](answer with) {
    out.reply = std::move(with);
    out.close = !framing || framing->present() || rq.method == "CONNECT";
    return std::move(out);
  };
  const auto refuse = [&](const failure& why) {
    return reply(problem_answer(why, rq.id));
  };
  if (!framing)
    return refuse(framing.error());
  if (rq.target == "*") { // RFC 9110, 9.3.7: about the server as a whole
    auto told = options_answer(rq.headers, every_method, cors);
    return told ? reply(std::move(*told)) : refuse(told.error());
  }
  const auto path = path_segments(rq.target);
  if (!path)
    return refuse(path.error());
  auto target = routes.find(rq.method, *path);
  if (!target.found && target.allow.empty())
    return refuse(fail(errc::unknown_route, "there is no such path"));
  if (!target.found && rq.method == "OPTIONS") {
    auto told = options_answer(rq.headers, std::move(target.allow), cors);
    return told ? reply(std::move(*told)) : refuse(told.error());
  }
  if (!target.found) {
    auto refused = refuse(fail(errc::method_not_allowed, "this path has " + target.allow));
    refused.reply->headers.emplace_back("Allow", std::move(target.allow));
    return refused;
  }
  out.meant = target.found;
  const bool tries = shows_token(rq) && !policy.tokens.empty();
  const auto patience =
      tries ? failed.may_try(rq, failed_logins::time_point::clock::now()) : limit_state{};
  if (!patience.allowed && target.found->who != access::anyone) {
    audit_refusal(rq, errc::rate_limited);
    return reply(too_many_requests(patience, "too many wrong tokens from this address", rq.id));
  }
  const auto may = check_access(rq, *target.found, policy, patience.allowed);
  if (tries && patience.allowed && rq.caller.empty()) {
    failed.count(rq, failed_logins::time_point::clock::now());
    if (may)
      audit_wrong_token(rq);
  }
  if (!may)
    return refuse(may.error());
  if (const auto fits = check_body(rq, *target.found, framing->present()); !fits)
    return refuse(fits.error());
  rq.captures = std::move(target.captures);
  rq.query = query_params(rq.target);
  if (const auto fits = check_query(rq, *target.found); !fits)
    return refuse(fits.error());
  out.to = target.found;
  out.framing = *framing;
  return out;
}

} // namespace standings
