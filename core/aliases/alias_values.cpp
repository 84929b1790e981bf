#include "core/aliases/alias_values.hpp"

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

} // namespace

std::optional<std::vector<std::string>> parse_alias_value(std::string_view text) {
  const auto parsed = parse(text);
  return ids_in(&parsed);
}

std::string resolved_value(const resolved_names& found) {
  return json::serialize(json::object{{"team_ids", json::value_from(found.team_ids)},
                                      {"player_ids", json::value_from(found.player_ids)}});
}

std::optional<resolved_names> parse_resolved(std::string_view text) {
  const auto parsed = parse(text);
  if (!parsed.is_object())
    return std::nullopt;
  auto team = ids_in(parsed.get_object().if_contains("team_ids"));
  auto player = ids_in(parsed.get_object().if_contains("player_ids"));
  if (!team || !player)
    return std::nullopt;
  return resolved_names{std::move(*team), std::move(*player), true};
}

} // namespace standings
