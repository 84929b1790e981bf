#include "http/server/rate_limits.hpp"

#include "http/server/router.hpp"

#include <array>
#include <utility>

namespace standings {

namespace {

std::array<std::pair<std::string, std::string>, 3> fields_of(const limit_state& state) {
  return {{{"RateLimit-Limit", std::to_string(state.limit)},
           {"RateLimit-Remaining", std::to_string(state.remaining)},
           {"RateLimit-Reset", std::to_string(state.full_in.count())}}};
}

bool changes_something(const request& rq, const route& to) {
  return to.who == access::admin && rq.method != "GET" && rq.method != "HEAD";
}

} // namespace

limit_state rate_limits::count(const request& rq, const ip_address& client, const route* to,
                               time_point now) {
  const auto from = limited_part(client);
  auto out = address_.take(from, now);
  if (out.allowed && !rq.caller.empty())
    out = tighter(out, token_.take(rq.caller, now));
  if (out.allowed && to && changes_something(rq, *to))
    out = tighter(out, admin_.take(from, now));
  return out;
}

std::string_view limited_part(const ip_address& of) {
  const auto& bytes = of.bytes();
  return {reinterpret_cast<const char*>(bytes.data()), of.is_v4() ? bytes.size() : 8};
}

answer too_many_requests(const limit_state& state, std::string detail,
                         const std::string& request_id) {
  auto out = problem_answer(fail(errc::rate_limited, std::move(detail)), request_id);
  for (auto& [name, value] : out.headers)
    if (name == "Retry-After")
      value = std::to_string(state.retry_in.count());
  add_limit_fields(out, state);
  return out;
}

void add_limit_fields(answer& to, const limit_state& state) {
  for (auto& field : fields_of(state))
    to.headers.push_back(std::move(field));
}

std::string limit_fields(const limit_state& state) {
  std::string out;
  for (const auto& [name, value] : fields_of(state))
    out.append(name).append(": ").append(value).append("\r\n");
  return out;
}

} // namespace standings
