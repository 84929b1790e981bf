#include "http/api/alias_json.hpp"
#include "http/api/api.hpp"

namespace standings {

namespace {

/// A cycle over a million aliases takes long, and the client may wait for it.
constexpr milliseconds sync_limit{10 * 60 * 1'000};

answer_task get_alias(const api& with, const request& rq) {
  if (const auto on = with.aliases.enabled(); !on)
    co_return on.error();
  const auto type = parse_alias_type(rq.captures[0]);
  if (!type)
    co_return fail(errc::unknown_alias, "the types are team, player, league and market", "type");
  const auto& alias = rq.captures[1];
  const auto ids = co_await with.blocking<std::vector<std::string>>(
      [&] { return with.aliases.ids(*type, alias); });
  if (!ids)
    co_return ids.error();
  co_return ok(alias_ids_json(*type, alias, *ids));
}

result<std::string> name_param(const request& rq, alias_type type) {
  const auto name = to_string(type);
  if (rq.count_params(name) != 1)
    return fail(errc::malformed, name + " has to be given once", name);
  std::string text{*rq.param(name)};
  if (const auto valid = validate_alias(text); !valid)
    return fail(errc::out_of_range, name + " " + valid.error().detail, name);
  return text;
}

answer_task get_resolve(const api& with, const request& rq) {
  if (const auto on = with.aliases.enabled(); !on)
    co_return on.error();
  auto team = name_param(rq, alias_type::team);
  if (!team)
    co_return team.error();
  auto player = name_param(rq, alias_type::player);
  if (!player)
    co_return player.error();
  const resolve_names names{std::move(*team), std::move(*player)};
  const auto found =
      co_await with.blocking<resolved_names>([&] { return with.aliases.resolve(names); });
  if (!found)
    co_return found.error();
  co_return ok(resolved_json(names, *found));
}

answer_task get_aliases_state(const api& with, const request&) {
  const auto status = co_await ask<aliases_status>(with, with.faces.aliases, get_aliases_status{});
  if (!status)
    co_return status.error();
  const auto& cache = with.faces.alias_cache;
  co_return ok(aliases_status_json(*status, cache ? cache->foreign_queries() : 0));
}

answer_task post_mirror(const api& with, const request& rq) {
  const auto release = flag_param(rq, "release");
  if (!release)
    co_return release.error();
  const waiting_places::place mine{with.waiting, "/api/user-aliases"};
  if (!mine)
    co_return fail(errc::overloaded, "too many requests wait already");
  const auto cycle =
      co_await ask<alias_cycle>(with, with.faces.aliases, sync_aliases{*release}, sync_limit);
  if (!cycle)
    co_return cycle.error();
  if (!cycle->error.empty())
    co_return fail(errc::store_unavailable, cycle->error);
  co_return ok(alias_cycle_json(*cycle));
}

template <class Message>
answer_task post_switch(const api& with, const request& rq) {
  if (const auto done = co_await ask<bool>(with, with.faces.aliases, Message{}); !done)
    co_return done.error();
  co_return co_await get_aliases_state(with, rq);
}

} // namespace

void add_alias_routes(router& to, const api& with) {
  const auto add = [&](const char* method, const char* pattern, access who, route_fn f) {
    to.add({method, pattern, who, body_kind::none, bind_route(with, f)});
  };
  add("GET", "/api/aliases/status", access::inspect, get_aliases_state);
  add("GET", "/api/aliases/resolve", access::read, get_resolve);
  add("GET", "/api/aliases/{type}/{alias}", access::read, get_alias);
  to.add({"POST",
          "/api/aliases/sync",
          access::admin,
          body_kind::none,
          bind_route(with, post_mirror),
          when_busy::refuse,
          {"release"}});
  add("POST", "/api/aliases/start", access::admin, post_switch<start_aliases>);
  add("POST", "/api/aliases/stop", access::admin, post_switch<stop_aliases>);
}

} // namespace standings
