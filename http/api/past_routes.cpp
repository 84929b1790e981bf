#include "core/leaderboard/leaderboard_id.hpp"
#include "http/api/board_requests.hpp"
#include "http/api/named_boards.hpp"
#include "http/api/past_json.hpp"

#include <optional>
#include <utility>

namespace standings {

namespace {

/// The time in the query by which a period is meant; nothing if none is.
result<std::optional<sys_time>> start_of(const request& rq) {
  const auto text = rq.param("start");
  if (!text)
    return std::optional<sys_time>{};
  const auto parsed = parse_iso8601(*text);
  if (!parsed)
    return fail(errc::out_of_range, "start has to be a time such as 2026-01-31T00:00:00Z", "start");
  return std::optional{*parsed};
}

/// Answers for the leaderboard `id`, `capture` being the position of the period in the path.
answer_task answer_past(const api& with, const request& rq, std::string id, std::size_t capture) {
  const auto asked = board_query_of(rq, capture);
  if (!asked)
    co_return asked.error();
  const auto start = start_of(rq);
  if (!start)
    co_return start.error();
  if (!*start) {
    list_past_periods message{std::move(id), asked->board};
    const auto periods =
        co_await ask<std::vector<past_period>>(with, with.faces.leaderboards, std::move(message));
    if (!periods)
      co_return periods.error();
    co_return ok(past_periods_json(asked->board, *periods));
  }
  read_past_board message{std::move(id), asked->board, **start, asked->offset, asked->limit};
  const auto page = co_await ask<past_board>(with, with.faces.leaderboards, std::move(message));
  if (!page)
    co_return page.error();
  co_return ok(past_board_json(asked->board, asked->limit, asked->offset, *page));
}

answer_task get_past(const api& with, const request& rq) {
  co_return co_await answer_past(with, rq, std::string{default_leaderboard}, 0);
}

answer_task get_named_past(const api& with, const request& rq) {
  if (const auto may = check_leaderboard(rq, rq.captures[0]); !may)
    co_return may.error();
  co_return co_await answer_past(with, rq, rq.captures[0], 1);
}

} // namespace

void add_past_routes(router& to, const api& with) {
  to.add({"GET", "/api/redis-leaderboard/{period}/past", access::read, body_kind::none,
          bind_route(with, get_past)});
  route named{"GET", "/api/leaderboards/{leaderboard}/{period}/past", access::read, body_kind::none,
              bind_route(with, get_named_past)};
  named.knows_tenants = true;
  to.add(std::move(named));
}

} // namespace standings
