#include "stores/alias_lookup.hpp"

#include <boost/json.hpp>

namespace standings {

namespace {

namespace json = boost::json;

std::optional<std::vector<std::string>> ids_in(const json::value* value) {
  if (!value || !value->is_array())
    return std::nullopt;
  std::vector<std::string> out;
  for (const auto& id : value->get_array()) {
    if (!id.is_string())
      return std::nullopt;
    out.emplace_back(id.get_string());
  }
  return out;
}

json::value parse(std::string_view text) {
  boost::system::error_code error;
  auto parsed = json::parse({text.data(), text.size()}, error);
  return error ? json::value{} : parsed;
}

std::string query_text(const resolved_names& found) {
  return json::serialize(json::object{{"team_ids", json::value_from(found.team_ids)},
                                      {"player_ids", json::value_from(found.player_ids)}});
}

} // namespace

std::optional<std::vector<std::string>> parse_alias_value(std::string_view text) {
  const auto parsed = parse(text);
  return ids_in(&parsed);
}

result<std::vector<std::string>> find_alias_ids(alias_cache& in, alias_type type,
                                                const std::string& alias) {
  const auto field = to_string(type);
  if (const auto valid = validate_alias(alias); !valid)
    return fail(errc::out_of_range, "the name of the " + field + " " + valid.error().detail, field);
  const auto found = in.find(type, alias);
  if (!found)
    return found.error();
  auto ids = *found ? parse_alias_value(**found) : std::nullopt;
  if (!ids)
    return fail(errc::unknown_alias, "no " + field + " has this alias", field);
  return std::move(*ids);
}

result<std::optional<resolved_names>> find_resolved(alias_cache& in, const resolve_names& names) {
  const auto text = in.find_query(names.team, names.player);
  if (!text)
    return text.error();
  if (!*text)
    return std::optional<resolved_names>{};
  const auto parsed = parse(**text);
  if (!parsed.is_object())
    return std::optional<resolved_names>{};
  auto team = ids_in(parsed.get_object().if_contains("team_ids"));
  auto player = ids_in(parsed.get_object().if_contains("player_ids"));
  if (!team || !player)
    return std::optional<resolved_names>{};
  return std::optional{resolved_names{std::move(*team), std::move(*player), true}};
}

result<resolved_names> resolve_through(alias_cache& in, const resolve_names& names,
                                       std::chrono::milliseconds ttl) {
  auto known = find_resolved(in, names);
  if (!known)
    return known.error();
  if (*known)
    return std::move(**known);
  auto team = find_alias_ids(in, alias_type::team, names.team);
  if (!team)
    return team.error();
  auto player = find_alias_ids(in, alias_type::player, names.player);
  if (!player)
    return player.error();
  resolved_names out{std::move(*team), std::move(*player), false};
  if (const auto kept = in.put_query(names.team, names.player, query_text(out), ttl); !kept)
    return kept.error();
  return out;
}

} // namespace standings
