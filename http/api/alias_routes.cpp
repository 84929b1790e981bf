#include "http/api/alias_json.hpp"
#include "http/api/api.hpp"

namespace standings {

namespace {

/// A cycle over a million aliases takes long, and the client may wait for it.
constexpr milliseconds sync_limit{10 * 60 * 1'000};

result<answer> get_alias(const api& with, const request& rq) {
  if (const auto on = with.aliases.enabled(); !on)
    return on.error();
  const auto type = parse_alias_type(rq.captures[0]);
  if (!type)
    return fail(errc::unknown_alias, "the types are team, player, league and market", "type");
  const auto& alias = rq.captures[1];
  const auto ids = with.aliases.ids(*type, alias);
  if (!ids)
    return ids.error();
  return ok(alias_ids_json(*type, alias, *ids));
}

result<std::string> name_param(const request& rq, alias_type type) {
  const auto name = to_string(type);
  if (rq.raw.get_param_value_count(name) != 1)
    return fail(errc::malformed, name + " has to be given once", name);
  auto text = rq.raw.get_param_value(name);
  if (const auto valid = validate_alias(text); !valid)
    return fail(errc::out_of_range, name + " " + valid.error().detail, name);
  return text;
}

result<answer> get_resolve(const api& with, const request& rq) {
  if (const auto on = with.aliases.enabled(); !on)
    return on.error();
  auto team = name_param(rq, alias_type::team);
  if (!team)
    return team.error();
  auto player = name_param(rq, alias_type::player);
  if (!player)
    return player.error();
  const resolve_names names{std::move(*team), std::move(*player)};
  const auto found = with.aliases.resolve(names);
  if (!found)
    return found.error();
  return ok(resolved_json(names, *found));
}

result<answer> get_aliases_state(const api& with, const request&) {
  const auto status = ask<aliases_status>(with, with.faces.aliases, get_aliases_status{});
  if (!status)
    return status.error();
  const auto& cache = with.faces.alias_cache;
  return ok(aliases_status_json(*status, cache ? cache->foreign_queries() : 0));
}

result<bool> flag_param(const request& rq, const std::string& name) {
  if (!rq.raw.has_param(name))
    return false;
  const auto text = rq.raw.get_param_value(name);
  if (text != "true" && text != "false")
    return fail(errc::malformed, name + " has to be true or false", name);
  return text == "true";
}

result<answer> post_mirror(const api& with, const request& rq) {
  const auto release = flag_param(rq, "release");
  if (!release)
    return release.error();
  const waiting_places::place mine{with.waiting};
  if (!mine)
    return fail(errc::overloaded, "too many requests wait already");
  const auto cycle = ask<alias_cycle>(with, with.faces.aliases, sync_aliases{*release}, sync_limit);
  if (!cycle)
    return cycle.error();
  if (!cycle->error.empty())
    return fail(errc::store_unavailable, cycle->error);
  return ok(alias_cycle_json(*cycle));
}

template <class Message>
result<answer> post_switch(const api& with, const request& rq) {
  if (const auto done = ask<bool>(with, with.faces.aliases, Message{}); !done)
    return done.error();
  return get_aliases_state(with, rq);
}

} // namespace

void add_alias_routes(router& to, const api& with) {
  const auto add = [&](const char* method, const char* pattern, access who, route_fn f) {
    to.add({method, pattern, who, body_kind::none, bind_route(with, f)});
  };
  add("GET", "/api/aliases/status", access::anyone, get_aliases_state);
  add("GET", "/api/aliases/resolve", access::anyone, get_resolve);
  add("GET", "/api/aliases/{type}/{alias}", access::anyone, get_alias);
  add("POST", "/api/aliases/sync", access::admin, post_mirror);
  add("POST", "/api/aliases/start", access::admin, post_switch<start_aliases>);
  add("POST", "/api/aliases/stop", access::admin, post_switch<stop_aliases>);
}

} // namespace standings
