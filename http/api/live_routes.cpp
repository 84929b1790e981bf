#include "http/api/api.hpp"

namespace standings {

namespace {

constexpr std::uint64_t max_followed = 100;
constexpr std::uint64_t usually_followed = 10;

answer_task get_live_board(const api& with, const request& rq) {
  const auto board = period_of(rq.captures[0]);
  if (!board)
    co_return board.error();
  const auto limit = int_param(rq, "limit", 1, max_followed, usually_followed);
  if (!limit)
    co_return limit.error();
  const followed_board what{*board, *limit};
  co_return stream_answer(
      with.followers.stream(what, std::string{rq.headers.value("Last-Event-ID")}));
}

answer_task get_service_events(const api& with, const request& rq) {
  co_return stream_answer(with.watchers.stream(rq.headers.value("Last-Event-ID")));
}

} // namespace

void add_live_routes(router& to, const api& with) {
  to.add({"GET", "/api/redis-leaderboard/{period}/live", access::read, body_kind::none,
          bind_route(with, get_live_board)});
  to.add(
      {"GET", "/api/events", access::admin, body_kind::none, bind_route(with, get_service_events)});
}

} // namespace standings
