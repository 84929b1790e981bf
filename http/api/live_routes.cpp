#include "http/api/named_boards.hpp"

namespace standings {

namespace {

constexpr std::uint64_t max_followed = 100;
constexpr std::uint64_t usually_followed = 10;

result<followed_board> followed_by(const request& rq, const std::string& period_text) {
  const auto board = period_of(period_text);
  if (!board)
    return board.error();
  const auto limit = int_param(rq, "limit", 1, max_followed, usually_followed);
  if (!limit)
    return limit.error();
  return followed_board{*board, *limit};
}

answer stream_of(const api& with, const request& rq, followed_board what) {
  return stream_answer(
      with.followers.stream(std::move(what), std::string{rq.headers.value("Last-Event-ID")}));
}

answer_task get_live_board(const api& with, const request& rq) {
  auto what = followed_by(rq, rq.captures[0]);
  if (!what)
    co_return what.error();
  co_return stream_of(with, rq, std::move(*what));
}

answer_task get_named_live_board(const api& with, const request& rq) {
  const auto of = co_await open_named_boards(with, rq, rq.captures[0]);
  if (!of)
    co_return of.error();
  auto what = followed_by(rq, rq.captures[1]);
  if (!what)
    co_return what.error();
  what->leaderboard = rq.captures[0];
  co_return stream_of(with, rq, std::move(*what));
}

answer_task get_service_events(const api& with, const request& rq) {
  co_return stream_answer(with.watchers.stream(rq.headers.value("Last-Event-ID")));
}

} // namespace

void add_live_routes(router& to, const api& with) {
  to.add({"GET", "/api/redis-leaderboard/{period}/live", access::read, body_kind::none,
          bind_route(with, get_live_board)});
  route named{"GET", "/api/leaderboards/{leaderboard}/{period}/live", access::read, body_kind::none,
              bind_route(with, get_named_live_board)};
  named.knows_tenants = true;
  to.add(std::move(named));
  to.add(
      {"GET", "/api/events", access::admin, body_kind::none, bind_route(with, get_service_events)});
}

} // namespace standings
