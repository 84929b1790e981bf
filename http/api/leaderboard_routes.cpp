#include "core/leaderboard/details_json.hpp"
#include "http/api/board_requests.hpp"
#include "http/api/leaderboard_json.hpp"
#include "http/api/update_answers.hpp"

namespace standings {

namespace {

answer_task post_update(const api& with, const request& rq) {
  auto update = parse_update(rq.body, with.max_count);
  if (!update)
    co_return update.error();
  co_return co_await answer_update(with, rq, with.updates, std::move(*update));
}

answer_task post_batch(const api& with, const request& rq) {
  auto items = parse_batch(rq.body, with.max_count);
  if (!items)
    co_return items.error();
  co_return co_await answer_batch(with, rq, with.faces.scoring, std::move(*items), {});
}

answer_task get_board(const api& with, const request& rq) {
  const auto asked = board_query_of(rq, 0);
  if (!asked)
    co_return asked.error();
  auto printed = co_await with.printed.get(*asked);
  if (!printed)
    co_return printed.error();
  answer out;
  out.shared_body = std::move(*printed);
  co_return out;
}

answer_task get_database_board(const api& with, const request& rq) {
  const auto asked = board_query_of(rq, 0);
  if (!asked)
    co_return asked.error();
  const auto page = co_await with.boards.stored_top(asked->board, asked->offset, asked->limit);
  if (!page)
    co_return page.error();
  co_return ok(board_json(asked->board, asked->limit, asked->offset, *page));
}

answer_task get_user(const api& with, const request& rq) {
  const auto id = user_of(rq.captures[0]);
  if (!id)
    co_return id.error();
  const auto user = co_await with.boards.user(*id, rq.id);
  if (!user)
    co_return user.error();
  co_return ok(details_json(user->user, user->cached_at));
}

answer_task get_database_user(const api& with, const request& rq) {
  const auto id = user_of(rq.captures[0]);
  if (!id)
    co_return id.error();
  const auto user = co_await with.boards.stored_user(*id);
  if (!user)
    co_return user.error();
  co_return ok(details_json(*user, system_now()));
}

answer_task get_rank(const api& with, const request& rq) {
  const auto at = place_of(rq, 0);
  if (!at)
    co_return at.error();
  const auto rank = co_await with.boards.rank(at->user_id, at->board, rq.id);
  if (!rank)
    co_return rank.error();
  co_return ok(rank_json(at->user_id, at->board, *rank));
}

answer_task post_ranks(const api& with, const request& rq) {
  const auto board = period_of(rq.captures[0]);
  if (!board)
    co_return board.error();
  auto users = parse_user_ids(rq.body);
  if (!users)
    co_return users.error();
  const auto found = co_await with.boards.ranks(*users, *board);
  if (!found)
    co_return found.error();
  co_return ok(ranks_json(*board, std::move(*users), *found));
}

answer_task get_around(const api& with, const request& rq) {
  const auto at = place_of(rq, 0);
  if (!at)
    co_return at.error();
  const auto limit = int_param(rq, "limit", 1, max_limit, default_neighbours);
  if (!limit)
    co_return limit.error();
  const auto hood = co_await with.boards.around(at->user_id, at->board, *limit, rq.id);
  if (!hood)
    co_return hood.error();
  co_return ok(around_json(at->user_id, at->board, *hood));
}

} // namespace

void add_leaderboard_routes(router& to, const api& with) {
  const auto get = [&](const char* pattern, route_fn f, access who = access::read) {
    to.add({"GET", pattern, who, body_kind::none, bind_route(with, f)});
  };
  const auto post = [&](const char* pattern, route_fn f, access who = access::write) {
    to.add({"POST", pattern, who, body_kind::json, bind_route(with, f)});
  };
  post("/api/redis-leaderboard/update", post_update);
  post("/api/redis-leaderboard/update/batch", post_batch);
  post("/api/redis-leaderboard/ranks/{period}", post_ranks, access::read);
  get("/api/redis-leaderboard/{period}", get_board);
  get("/api/redis-leaderboard/user/{user_id}", get_user);
  get("/api/redis-leaderboard/user/{user_id}/rank/{period}", get_rank);
  get("/api/redis-leaderboard/user/{user_id}/around/{period}", get_around);
  get("/api/leaderboard/{period}", get_database_board, access::inspect);
  get("/api/leaderboard/user/{user_id}", get_database_user, access::inspect);
}

} // namespace standings
