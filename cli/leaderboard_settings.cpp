#include "cli/leaderboard_settings.hpp"

#include "core/base/exact_json.hpp"

#include <boost/json.hpp>

namespace standings {

namespace {

namespace json = boost::json;

constexpr auto settings_group = "Settings";

/// What is wrong with the text of a JSON object; empty if nothing is.
std::string problem_of_object(const std::string& text) {
  return json_object_in(text) ? "" : R"(has to be a JSON object, e.g. '{"name": "Laps"}')";
}

void add_fixed_flags(CLI::App& to, given_settings& given) {
  to.add_option("--mode", given.mode, "counts add up, the best value stays, or the last one stays")
      ->check(CLI::IsMember({"sum", "best", "latest"}))
      ->group(settings_group);
  to.add_option("--order", given.order, "the higher score is better, or the lower one")
      ->check(CLI::IsMember({"desc", "asc"}))
      ->group(settings_group);
}

} // namespace

void add_setting_flags(CLI::App& to, given_settings& given, setting_flags which) {
  if (which == setting_flags::all)
    add_fixed_flags(to, given);
  to.add_option("--time-zone", given.time_zone, "in which its periods begin, e.g. Europe/Berlin")
      ->type_name("ZONE")
      ->group(settings_group);
  to.add_option("--week-start", given.week_start, "the day on which its weeks begin")
      ->check(CLI::IsMember(
          {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}))
      ->group(settings_group);
  to.add_option("--max-count", given.max_count, "the largest count or value of one update")
      ->type_name("N")
      ->group(settings_group);
  auto* feed = to.add_option("--feed", given.feeds,
                             "a leaderboard in which every update counts as well; may be given "
                             "again")
                   ->type_name("ID")
                   ->take_all()
                   ->allow_extra_args(false)
                   ->group(settings_group);
  to.add_option("--metadata", given.metadata, "for your frontend; an object of up to 4 KiB")
      ->type_name("JSON")
      ->check(problem_of_object)
      ->group(settings_group);
  if (which == setting_flags::of_change)
    to.add_flag("--no-feeds", given.no_feeds, "it feeds no others any more")
        ->excludes(feed)
        ->group(settings_group);
}

json::object settings_of(const given_settings& given) {
  json::object out;
  const auto add = [&](const char* name, const auto& value) {
    if (value)
      out[name] = *value;
  };
  add("mode", given.mode);
  add("order", given.order);
  add("time_zone", given.time_zone);
  add("week_start", given.week_start);
  add("max_count", given.max_count);
  if (given.metadata)
    out["metadata"] = json_object_in(*given.metadata).value_or(json::object{});
  if (!given.feeds.empty() || given.no_feeds)
    out["feeds"] = json::array(given.feeds.begin(), given.feeds.end());
  return out;
}

} // namespace standings
