#include "http/server/answer.hpp"

#include "http/server/problem.hpp"

namespace standings {

answer problem_answer(const failure& why, const std::string& request_id) {
  answer out;
  out.status = status_of(why.code);
  out.body = problem_json(why, request_id);
  out.content_type = "application/problem+json";
  if (const auto seconds = retry_after_seconds(why.code); seconds > 0)
    out.headers.emplace_back("Retry-After", std::to_string(seconds));
  if (why.code == errc::unauthorized)
    out.headers.emplace_back("WWW-Authenticate", "Bearer");
  return out;
}

} // namespace standings
