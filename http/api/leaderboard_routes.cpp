#include "core/base/validate.hpp"
#include "core/leaderboard/details_json.hpp"
#include "http/api/api.hpp"
#include "http/api/leaderboard_json.hpp"

namespace standings {

namespace {

constexpr std::uint64_t max_limit = 1'000;
constexpr std::uint64_t default_limit = 10;
constexpr std::uint64_t default_neighbours = 5;
constexpr auto too_many_updates = "more updates of this user than allowed";
constexpr std::uint64_t max_offset = 1'000'000'000'000;

result<std::string> user_of(const std::string& text) {
  if (const auto valid = validate_user_id(text); !valid)
    return valid.error();
  return text;
}

struct window {
  std::uint64_t limit;
  std::uint64_t offset;
};

result<window> window_of(const request& rq) {
  const auto limit = int_param(rq, "limit", 1, max_limit, default_limit);
  if (!limit)
    return limit.error();
  const auto offset = int_param(rq, "offset", 0, max_offset, 0);
  if (!offset)
    return offset.error();
  return window{*limit, *offset};
}

// -- writing -------------------------------------------------------------------

/// After a time-out it is unknown whether the increment was counted.
failure of_update(failure why) {
  if (why.code == errc::timed_out)
    return fail(errc::outcome_unknown,
                "no answer in time; the update may still be counted, repeat it with the same "
                "Idempotency-Key");
  return why;
}

result<std::string> idempotency_key_of(const request& rq) {
  if (!rq.headers.has("Idempotency-Key"))
    return std::string{};
  std::string key{rq.headers.value("Idempotency-Key")};
  if (const auto valid = validate_idempotency_key(key); !valid)
    return valid.error();
  return key;
}

/// What the limit of a user's updates says; nothing if the client is not limited.
limit_state count_update(const api& with, const request& rq, const std::string& user_id) {
  if (!rq.limited)
    return {};
  return with.limits.count_update(user_id, std::chrono::steady_clock::now());
}

answer_task post_update(const api& with, const request& rq) {
  auto key = idempotency_key_of(rq);
  if (!key)
    co_return key.error();
  auto update = parse_update(rq.body, with.max_count);
  if (!update)
    co_return update.error();
  update->key = std::move(*key);
  update->request_id = rq.id;
  const auto state = count_update(with, rq, update->user_id);
  if (!state.allowed)
    co_return too_many_requests(state, too_many_updates, rq.id);
  const auto outcome = co_await with.updates.submit(std::move(*update));
  if (!outcome)
    co_return of_update(outcome.error());
  if (outcome->code != errc::none)
    co_return of_update({outcome->code, outcome->detail, {}});
  auto out = ok(update_json(*outcome));
  if (outcome->replayed)
    out.headers.emplace_back("Idempotent-Replayed", "true");
  if (const auto& told = tighter(rq.limit, state); told.limit > 0)
    add_limit_fields(out, told);
  co_return out;
}

answer_task post_batch(const api& with, const request& rq) {
  const auto key = idempotency_key_of(rq);
  if (!key)
    co_return key.error();
  auto items = parse_batch(rq.body, with.max_count);
  if (!items)
    co_return items.error();
  for (auto& item : *items)
    if (item.problem.code == errc::none && !count_update(with, rq, item.update.user_id).allowed)
      item.problem = fail(errc::rate_limited, too_many_updates);
  update_scores message;
  std::vector<std::size_t> positions;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const auto& item = (*items)[i];
    if (item.problem.code != errc::none)
      continue;
    positions.push_back(i);
    message.updates.push_back(item.update);
    message.updates.back().request_id = rq.id;
    if (!key->empty()) // a client's key contains no space, so these keys cannot collide with one
      message.updates.back().key = *key + " " + std::to_string(i);
  }
  auto outcomes =
      co_await ask<std::vector<update_outcome>>(with, with.faces.scoring, std::move(message));
  if (!outcomes)
    co_return of_update(outcomes.error());
  std::vector<update_outcome> all(items->size());
  for (std::size_t i = 0; i < positions.size(); ++i)
    all[positions[i]] = std::move((*outcomes)[i]);
  co_return ok(batch_json(*items, all));
}

// -- reading ---------------------------------------------------------------------

result<board_query> board_query_of(const request& rq) {
  const auto board = period_of(rq.captures[0]);
  if (!board)
    return board.error();
  const auto part = window_of(rq);
  if (!part)
    return part.error();
  return board_query{*board, part->limit, part->offset};
}

answer_task get_board(const api& with, const request& rq) {
  const auto asked = board_query_of(rq);
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
  const auto asked = board_query_of(rq);
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

struct place {
  std::string user_id;
  period board;
};

result<place> place_of(const request& rq) {
  auto id = user_of(rq.captures[0]);
  if (!id)
    return id.error();
  const auto board = period_of(rq.captures[1]);
  if (!board)
    return board.error();
  return place{std::move(*id), *board};
}

answer_task get_rank(const api& with, const request& rq) {
  const auto at = place_of(rq);
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
  const auto at = place_of(rq);
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
  const auto post = [&](const char* pattern, route_fn f) {
    to.add({"POST", pattern, access::write, body_kind::json, bind_route(with, f)});
  };
  post("/api/redis-leaderboard/update", post_update);
  post("/api/redis-leaderboard/update/batch", post_batch);
  get("/api/redis-leaderboard/{period}", get_board);
  get("/api/redis-leaderboard/user/{user_id}", get_user);
  get("/api/redis-leaderboard/user/{user_id}/rank/{period}", get_rank);
  get("/api/redis-leaderboard/user/{user_id}/around/{period}", get_around);
  to.add({"POST", "/api/redis-leaderboard/ranks/{period}", access::read, body_kind::json,
          bind_route(with, post_ranks)});
  get("/api/leaderboard/{period}", get_database_board, access::inspect);
  get("/api/leaderboard/user/{user_id}", get_database_user, access::inspect);
}

} // namespace standings
