#include "sync/aliases/alias_lookup.hpp"

#include "core/aliases/alias_values.hpp"

namespace standings {

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
  return parse_resolved(**text);
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
  if (const auto kept = in.put_query(names.team, names.player, resolved_value(out), ttl); !kept)
    return kept.error();
  return out;
}

} // namespace standings
