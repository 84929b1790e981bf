#include "core/base/validate.hpp"
#include "core/reconcile/sync_health.hpp"
#include "http/api/api.hpp"
#include "http/api/leaderboard_json.hpp"

#include <boost/json.hpp>

#include <chrono>

namespace standings {

namespace {

namespace json = boost::json;

/// A rebuild of millions of users takes long, and the client may wait for it.
constexpr milliseconds rebuild_limit{15 * 60 * 1'000};

answer success(json::object more = {}) {
  json::object out{{"success", true}};
  for (auto& member : more)
    out.insert(member);
  return ok(json::serialize(out));
}

answer_task post_rebuild(const api& with, const request& rq) {
  rebuild_cache message{rq.id};
  const auto report =
      co_await ask<rebuild_report>(with, with.faces.hydration, std::move(message), rebuild_limit);
  if (!report)
    co_return report.error();
  co_return success({{"users_synced", report->users},
                     {"users_removed", report->swept},
                     {"duration_ms", report->duration.count()}});
}

answer_task post_reset(const api& with, const request& rq) {
  const auto board = period_of(rq.captures[0]);
  if (!board)
    co_return board.error();
  reset_period message{*board, rq.id};
  const auto report = co_await ask<reset_report>(with, with.faces.period_clock, std::move(message),
                                                 with.timeout + milliseconds{30'000});
  if (!report)
    co_return report.error();
  co_return success(
      {{"period", to_string(*board)}, {"started_at", to_iso8601(report->started_at)}});
}

answer_task delete_cache(const api& with, const request& rq) {
  clear_cache message{rq.id};
  if (const auto done = co_await ask<bool>(with, with.faces.hydration, std::move(message)); !done)
    co_return done.error();
  co_return success();
}

answer_task delete_user(const api& with, const request& rq) {
  const auto& id = rq.captures[0];
  if (const auto valid = validate_user_id(id); !valid)
    co_return valid.error();
  remove_user one{id, rq.id};
  if (const auto done = co_await ask<bool>(with, with.faces.scoring, std::move(one)); !done)
    co_return done.error();
  co_return success({{"user_id", id}});
}

json::array texts(const std::vector<std::string>& from) {
  json::array out;
  for (const auto& text : from)
    out.emplace_back(text);
  return out;
}

answer_task get_admin_status(const api& with, const request&) {
  const auto users = co_await ask<std::uint64_t>(with, with.faces.hydration, count_users{});
  const auto state = co_await with.blocking<cache_state>([&] { return with.faces.cache->state(); });
  json::object out{{"database_connected", users.has_value()},
                   {"cache_connected", state.has_value() && state->reachable}};
  if (state) {
    for (auto p : all_periods)
      out[std::string{to_string(p)} + "_count"] = state->members[index_of(p)];
    out["memory_usage"] = state->memory_bytes;
    out["generation"] = state->generation;
    out["complete"] = state->complete;
    out["foreign_members"] = state->foreign_members;
    out["undated_scores"] = state->undated_scores;
    out["keys_set_aside"] = state->keys_set_aside;
    out["cache_problems"] = texts(state->problems);
    out["cache_notes"] = texts(state->notes);
  } else {
    out["cache_problems"] = json::array{json::string{explain(state.error())}};
  }
  if (users)
    out["database_users"] = *users;
  auto text = json::serialize(out);
  if (users && state)
    append_fixed(text, "sync_percentage", sync_percentage(state->members, *users));
  co_return ok(std::move(text));
}

} // namespace

void add_admin_routes(router& to, const api& with) {
  const auto add = [&](const char* method, const char* pattern, route_fn f) {
    to.add({method, pattern, access::admin, body_kind::none, bind_route(with, f)});
  };
  add("POST", "/api/redis-leaderboard/admin/sync", post_rebuild);
  add("POST", "/api/redis-leaderboard/admin/reset/{period}", post_reset);
  add("GET", "/api/redis-leaderboard/admin/status", get_admin_status);
  add("DELETE", "/api/redis-leaderboard/admin/cache", delete_cache);
  add("DELETE", "/api/redis-leaderboard/admin/user/{user_id}", delete_user);
}

} // namespace standings
