#include "http/server/connection.hpp"
#include "http/server/event_loop.hpp"

#include <utility>

namespace standings {

namespace {

/// The body of a refused request is read up to this size, so that the connection can stay.
constexpr std::size_t most_skipped = 16'384;

} // namespace

ip_address connection::client_of(const request& rq) const {
  const auto& proxies = loop_.shared().proxies;
  if (!proxies.contains(peer_))
    return peer_;
  const auto x_forwarded_for = rq.headers.values("X-Forwarded-For");
  const auto forwarded = rq.headers.values("Forwarded");
  return client_address(peer_, {x_forwarded_for, forwarded}, proxies);
}

void connection::head_arrived() {
  auto& rq = reader_.current();
  rq.remote_address = address_;
  rq.arrived = clock::now();
  const auto client = client_of(rq);
  if (rq.client.empty() || !loop_.shared().proxies.empty())
    rq.client = client.text();
  auto& shared = loop_.shared();
  auto decided = admit(rq, loop_.routes(), loop_.policy(), shared.cors, shared.failed,
                       shared.limits.limits.max_body_bytes);
  route_ = decided.to;
  meant_ = decided.meant;
  if (is_one_too_many(decided.meant, client))
    return refuse_one_too_many(decided);
  if (!route_) {
    closing_ = has_unread_ = decided.close;
    respond(*decided.reply);
    return start_over();
  }
  reader_.expect(decided.framing);
  if (!decided.framing.present())
    handle();
  else if (rq.version >= 11 && rq.headers.has_token("Expect", "100-continue"))
    out_.append("HTTP/1.1 100 Continue\r\n\r\n");
}

/// Counts the request. Routes that an orchestrator watches are not limited: it would take a service
/// that refuses to be asked for a dead one.
bool connection::is_one_too_many(const route* to, const ip_address& client) {
  auto& shared = loop_.shared();
  auto& rates = shared.rates;
  auto& rq = reader_.current();
  rq.limited = rates.hold_for(peer_, shared.proxies) && !(to && to->busy == when_busy::answer);
  rq.limit = rq.limited ? rates.count(rq, client, to, rq.arrived) : limit_state{};
  return !rq.limit.allowed;
}

/// The connection stays if the body is small or absent: a new one would cost more than the refusal.
void connection::refuse_one_too_many(const admission& decided) {
  auto& rq = reader_.current();
  auto refusal = too_many_requests(rq.limit, "more requests than allowed", rq.id);
  const auto& framing = decided.framing;
  const bool skips_body =
      decided.to && !framing.chunked && framing.length <= most_skipped && !rq.headers.has("Expect");
  if (skips_body && framing.present()) {
    refusal_ = std::make_unique<answer>(std::move(refusal));
    return reader_.expect(framing);
  }
  closing_ = has_unread_ = decided.to ? !skips_body : decided.close;
  respond(refusal);
  start_over();
}

} // namespace standings
