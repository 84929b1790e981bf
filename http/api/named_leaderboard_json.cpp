#include "http/api/named_leaderboard_json.hpp"

#include "core/base/exact_json.hpp"
#include "core/base/json_text.hpp"
#include "core/leaderboard/leaderboard_id.hpp"
#include "core/leaderboard/metadata.hpp"
#include "http/api/leaderboard_json.hpp"
#include "http/api/request_json.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace standings {

namespace {

namespace json = boost::json;

json::object object_of(const leaderboard_info& info) {
  json::object out{
      {"id", info.id},
      {"settings", json_object_in(settings_json(info.settings)).value_or(json::object{})},
      {"created_at", to_iso8601(info.created_at)},
      {"last_used_at", to_iso8601(info.last_used_at)}};
  if (info.archived_at != sys_time{}) {
    out["archived_at"] = to_iso8601(info.archived_at);
    out["purged_at"] = to_iso8601(info.archived_at + kept_after_archiving);
  }
  return out;
}

result<std::vector<std::string>> ids_in(const json::value& from) {
  if (!from.is_array())
    return fail(errc::malformed, "leaderboards has to be an array of ids", "leaderboards");
  std::vector<std::string> out;
  for (const auto& one : from.get_array()) {
    if (!one.is_string())
      return fail(errc::malformed, "leaderboards has to be an array of ids", "leaderboards");
    std::string id{one.get_string()};
    if (id != default_leaderboard)
      if (const auto valid = validate_leaderboard_id(id); !valid)
        return fail(valid.error().code, valid.error().detail, "leaderboards");
    if (std::find(out.begin(), out.end(), id) == out.end())
      out.push_back(std::move(id));
  }
  if (out.empty() || out.size() > max_named_in_update)
    return fail(errc::out_of_range, "leaderboards has to hold 1 to 16 ids", "leaderboards");
  return out;
}

} // namespace

result<update_of_several> parse_update_of_several(std::string_view body) {
  auto parsed = parse_object(body);
  if (!parsed)
    return parsed.error();
  auto& object = parsed->get_object();
  const auto* named = object.if_contains("leaderboards");
  if (!named)
    return fail(errc::malformed, "leaderboards is missing", "leaderboards");
  auto ids = ids_in(*named);
  if (!ids)
    return ids.error();
  object.erase("leaderboards");
  const bool has_count = object.contains("count");
  if (!has_count)
    object["count"] = 1;
  auto update = parse_update(json::serialize(object),
                             score_rules{score_mode::latest, score_order::desc, score_limit - 1});
  if (!update)
    return update.error();
  update->leaderboards = std::move(*ids);
  return update_of_several{std::move(*update), has_count};
}

result<leaderboard_change> parse_leaderboard_change(std::string_view body) {
  const auto parsed = parse_object(body);
  if (!parsed)
    return parsed.error();
  const auto& object = parsed->get_object();
  leaderboard_change out;
  if (const auto* restore = object.if_contains("restore")) {
    if (!restore->is_bool() || !restore->get_bool() || object.size() != 1)
      return fail(errc::malformed, "restore has to be true, and the only field", "restore");
    out.restores = true;
  }
  if (const auto* feeds = object.if_contains("feeds"); feeds && feeds->is_array())
    for (const auto& feed : feeds->get_array())
      if (feed.is_string())
        out.feeds.emplace_back(feed.get_string());
  return out;
}

result<std::string> parse_user_metadata(std::string_view body) {
  const auto parsed = parse_object(body);
  if (!parsed)
    return parsed.error();
  if (has_infinite_number(*parsed))
    return fail(errc::out_of_range, "metadata holds a number that is too large", "metadata");
  auto text = json::serialize(*parsed);
  if (text.size() > max_user_metadata_bytes)
    return fail(errc::out_of_range, "metadata is larger than 1 KiB", "metadata");
  return text;
}

std::string user_metadata_json(const std::string& user_id, const std::string& metadata) {
  std::string out{R"({"success":true,"user_id":)"};
  append_json_string(out, user_id);
  return out.append(",\"metadata\":").append(metadata).append("}");
}

std::string leaderboard_json(const leaderboard_info& info) {
  return json::serialize(object_of(info));
}

std::string leaderboard_json(const leaderboard_counts& counts) {
  auto out = object_of(counts.of);
  out["users"] = counts.database_users;
  return json::serialize(out);
}

std::string leaderboards_json(const std::vector<leaderboard_info>& page, std::size_t limit) {
  json::array entries;
  for (const auto& one : page)
    entries.push_back(object_of(one));
  json::object out{{"leaderboards", std::move(entries)}, {"next", nullptr}};
  if (page.size() == limit && !page.empty())
    out["next"] = page.back().id;
  return json::serialize(out);
}

std::string leaderboard_status_json(const leaderboard_counts& counts) {
  json::object out{{"leaderboard", counts.of.id}};
  for (auto p : all_periods)
    out[std::string{to_string(p)} + "_count"] =
        counts.members.empty() ? 0 : counts.members[index_of(p)];
  out["database_users"] = counts.database_users;
  out["generation"] = counts.generation;
  out["complete"] = counts.complete;
  out["cache_connected"] = counts.cache_connected;
  return json::serialize(out);
}

} // namespace standings
