#include "http/api/alias_json.hpp"

#include <boost/json.hpp>

namespace standings {

namespace {

namespace json = boost::json;

std::string message_of(const alias_cycle& cycle) {
  if (!cycle.error.empty())
    return cycle.error;
  if (!cycle.succeeded())
    return "not every table could be mirrored";
  return cycle.without_changes() ? "No changes detected" : "Mirrored";
}

json::value or_null(const std::string& text) {
  return text.empty() ? json::value{} : json::value(text);
}

json::object table_object(const alias_table_report& table) {
  return {{"type", to_string(table.type)}, {"total", table.total},
          {"added", table.added},          {"updated", table.updated},
          {"deleted", table.deleted},      {"invalid", table.invalid},
          {"failed", table.failed},        {"foreign", table.foreign},
          {"error", or_null(table.error)}, {"problems", json::value_from(table.problems)}};
}

json::object cycle_object(const alias_cycle& cycle) {
  using report = alias_table_report;
  json::array tables;
  for (const auto& table : cycle.tables)
    tables.push_back(table_object(table));
  return {{"success", cycle.succeeded()},
          {"message", message_of(cycle)},
          {"started_at", to_iso8601(cycle.started_at)},
          {"duration_ms",
           std::chrono::duration_cast<std::chrono::milliseconds>(cycle.duration).count()},
          {"reason", to_string(cycle.reason)},
          {"skipped_reading", cycle.reason == alias_cycle_reason::unchanged},
          {"total", cycle.sum(&report::total)},
          {"added", cycle.sum(&report::added)},
          {"updated", cycle.sum(&report::updated)},
          {"deleted", cycle.sum(&report::deleted)},
          {"invalid", cycle.sum(&report::invalid)},
          {"failed", cycle.sum(&report::failed)},
          {"foreign", cycle.sum(&report::foreign)},
          {"error", or_null(cycle.error)},
          {"tables", std::move(tables)}};
}

} // namespace

std::string alias_ids_json(alias_type type, const std::string& alias,
                           const std::vector<std::string>& ids) {
  return json::serialize(
      json::object{{"type", to_string(type)}, {"alias", alias}, {"ids", json::value_from(ids)}});
}

std::string resolved_json(const resolve_names& names, const resolved_names& found) {
  return json::serialize(json::object{{"team", names.team},
                                      {"player", names.player},
                                      {"team_ids", json::value_from(found.team_ids)},
                                      {"player_ids", json::value_from(found.player_ids)},
                                      {"cached", found.cached}});
}

std::string aliases_status_json(const aliases_status& status, std::uint64_t foreign_queries) {
  json::array history;
  for (const auto& cycle : status.history)
    history.push_back(cycle_object(cycle));
  json::object out{
      {"enabled", status.enabled},
      {"reason", or_null(status.reason)},
      {"running", status.running},
      {"syncing", status.syncing},
      {"source", status.source},
      {"interval_ms", status.interval.count()},
      {"next_in_ms", status.running ? json::value(status.next_in.count()) : json::value{}},
      {"cycles", status.cycles},
      {"foreign_query_keys_met", foreign_queries},
      {"last_cycle", history.empty() ? json::value{} : history.front()}};
  out["history"] = std::move(history);
  return json::serialize(out);
}

std::string alias_cycle_json(const alias_cycle& cycle) {
  return json::serialize(cycle_object(cycle));
}

} // namespace standings
