#include "cli/leaderboards_view.hpp"

#include "cli/text.hpp"
#include "core/base/json_read.hpp"
#include "core/base/presentable.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace standings {

namespace {

namespace json = boost::json;

constexpr std::size_t narrowest_id = 12;
constexpr std::size_t mode_columns = 8;
constexpr std::size_t order_columns = 7;
constexpr std::size_t day_columns = 12;
constexpr std::size_t day_length = 10; ///< of `2026-12-26`, which a time begins with

/// The texts of an array, joined by blanks.
std::string joined(const json::object& from, const char* name) {
  std::string out;
  if (const auto* values = from.if_contains(name); values && values->is_array())
    for (const auto& value : values->get_array())
      if (value.is_string())
        out += (out.empty() ? "" : " ") + presentable(std::string{value.get_string()});
  return out;
}

std::string list_line(const json::object& leaderboard, std::size_t id_columns, bool archived) {
  static const json::object none;
  const auto* given = object_of(leaderboard, "settings");
  const auto& settings = given ? *given : none;
  const auto feeds = joined(settings, "feeds");
  const auto purged = string_of(leaderboard, "purged_at").substr(0, day_length);
  return fitted(string_of(leaderboard, "id"), id_columns)
         + (archived ? fitted(purged, day_columns) : "")
         + fitted(string_of(settings, "mode"), mode_columns)
         + fitted(string_of(settings, "order"), order_columns)
         + presentable(string_of(settings, "time_zone")) + (feeds.empty() ? "" : "  -> " + feeds);
}

std::string labelled(const std::string& label, const std::string& text) {
  return fitted(label + ":", 14) + text;
}

/// What is said of a page with nothing on it.
std::string none_of(const listed_leaderboards& which) {
  if (!which.tenant.empty())
    return "tenant " + presentable(which.tenant) + " has no "
           + (which.archived ? "archived leaderboards" : "leaderboards");
  return which.archived ? "no archived leaderboards" : "no leaderboards but the default one";
}

} // namespace

std::vector<std::string> leaderboard_list_lines(const json::object& page,
                                                const listed_leaderboards& which) {
  const auto all = objects_of(page, "leaderboards");
  if (all.empty())
    return {none_of(which)};
  auto columns = narrowest_id;
  for (const auto& one : all)
    columns = std::max(columns, width_of(string_of(one, "id")) + 2);
  std::vector<std::string> out{
      fitted("id", columns) + (which.archived ? fitted("purged on", day_columns) : "")
      + fitted("mode", mode_columns) + fitted("order", order_columns) + "time zone"};
  for (const auto& one : all)
    out.push_back(list_line(one, columns, which.archived));
  return out;
}

std::vector<std::string> leaderboard_lines(const json::object& leaderboard) {
  std::vector<std::string> out{labelled("leaderboard", presentable(string_of(leaderboard, "id")))};
  if (const auto* settings = object_of(leaderboard, "settings")) {
    for (const auto& [label, name] :
         {std::pair{"mode", "mode"}, std::pair{"order", "order"},
          std::pair{"time zone", "time_zone"}, std::pair{"week start", "week_start"}})
      out.push_back(labelled(label, presentable(string_of(*settings, name))));
    out.push_back(labelled("max count", grouped(count_of(*settings, "max_count"))));
    const auto feeds = joined(*settings, "feeds");
    out.push_back(labelled("feeds", feeds.empty() ? "-" : feeds));
    if (const auto* metadata = object_of(*settings, "metadata"); metadata && !metadata->empty())
      out.push_back(labelled("metadata", json_line(*metadata)));
  }
  if (leaderboard.contains("users"))
    out.push_back(labelled("users", grouped(count_of(leaderboard, "users"))));
  out.push_back(labelled("created", presentable(string_of(leaderboard, "created_at"))));
  out.push_back(labelled("last used", presentable(string_of(leaderboard, "last_used_at"))));
  return out;
}

} // namespace standings
