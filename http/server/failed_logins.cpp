#include "http/server/failed_logins.hpp"

#include "http/server/auth.hpp"
#include "http/server/rate_limits.hpp"

namespace standings {

namespace {

std::string key_of(const request& rq) {
  const auto client = ip_address::parse(rq.client);
  return client ? std::string{limited_part(*client)} : rq.client;
}

} // namespace

bool failed_logins::lets_be(const request& rq) const {
  return !loopback_ && is_loopback(rq.remote_address) && is_loopback(rq.client)
         && !is_forwarded(rq.headers);
}

limit_state failed_logins::may_try(const request& rq, time_point now) {
  return lets_be(rq) ? limit_state{} : buckets_.look(key_of(rq), now);
}

void failed_logins::count(const request& rq, time_point now) {
  ++total_;
  if (!lets_be(rq))
    buckets_.take(key_of(rq), now);
}

} // namespace standings
