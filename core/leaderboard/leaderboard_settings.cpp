#include "core/leaderboard/leaderboard_settings.hpp"

#include "core/base/exact_json.hpp"
#include "core/leaderboard/leaderboard_id.hpp"
#include "core/leaderboard/metadata.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace standings {

namespace {

namespace json = boost::json;

failure wrong_type(const std::string& field, const char* type) {
  return fail(errc::malformed, field + " has to be " + type, field);
}

result<void> read_text(const json::value& from, const std::string& field, std::string& to) {
  if (!from.is_string())
    return wrong_type(field, "a string");
  to = std::string{from.get_string()};
  return {};
}

template <class Word>
result<void> read_word(const json::value& from, const std::string& field, const char* words,
                       std::optional<Word> (*parse)(std::string_view), Word& to) {
  std::string text;
  if (const auto read = read_text(from, field, text); !read)
    return read;
  const auto value = parse(text);
  if (!value)
    return fail(errc::out_of_range, field + " has to be " + words, field);
  to = *value;
  return {};
}

result<void> read_feeds(const json::value& from, std::vector<std::string>& to) {
  if (!from.is_array())
    return wrong_type("feeds", "an array of ids");
  std::vector<std::string> read;
  for (const auto& feed : from.get_array()) {
    if (!feed.is_string())
      return wrong_type("feeds", "an array of ids");
    read.emplace_back(feed.get_string());
  }
  to = std::move(read);
  return {};
}

bool is_setting(std::string_view name) {
  constexpr std::array<std::string_view, 7> all{"mode",      "order", "time_zone", "week_start",
                                                "max_count", "feeds", "metadata"};
  return std::find(all.begin(), all.end(), name) != all.end();
}

bool is_max_count(std::int64_t count) {
  return count >= 1 && count < score_limit;
}

result<void> read_setting(std::string_view name, const json::value& value,
                          leaderboard_settings& to) {
  if (name == "mode")
    return read_word(value, "mode", "sum, best or latest", parse_score_mode, to.rules.mode);
  if (name == "order")
    return read_word(value, "order", "desc or asc", parse_score_order, to.rules.order);
  if (name == "time_zone")
    return read_text(value, "time_zone", to.time_zone);
  if (name == "week_start")
    return read_text(value, "week_start", to.week_start);
  if (name == "feeds")
    return read_feeds(value, to.feeds);
  if (name == "max_count") {
    if (!value.is_number())
      return wrong_type("max_count", "a number");
    to.rules.max_count = value.is_int64() ? value.get_int64() : 0; // out of range
    return {};
  }
  if (name == "metadata") {
    if (!value.is_object())
      return wrong_type("metadata", "a JSON object");
    if (has_infinite_number(value))
      return fail(errc::out_of_range, "metadata holds a number that is too large", "metadata");
    to.metadata = json::serialize(value);
    return {};
  }
  return fail(errc::malformed, "unknown field '" + std::string{name} + "'", std::string{name});
}

result<void> validate_feeds(const std::string& id, const std::vector<std::string>& feeds) {
  if (feeds.size() > max_feeds)
    return fail(errc::out_of_range, "a leaderboard feeds at most 8 others", "feeds");
  for (std::size_t i = 0; i < feeds.size(); ++i) {
    if (feeds[i] == id)
      return fail(errc::out_of_range, "a leaderboard cannot feed itself", "feeds");
    if (std::find(feeds.begin(), feeds.begin() + static_cast<std::ptrdiff_t>(i), feeds[i])
        != feeds.begin() + static_cast<std::ptrdiff_t>(i))
      return fail(errc::out_of_range, "feeds names '" + feeds[i] + "' twice", "feeds");
    if (feeds[i] == default_leaderboard)
      continue;
    if (const auto valid = validate_leaderboard_id(feeds[i]); !valid)
      return fail(errc::out_of_range, "feeds: " + valid.error().detail, "feeds");
  }
  return {};
}

} // namespace

result<void> validate_settings(const std::string& id, const leaderboard_settings& settings) {
  if (const auto valid = validate_leaderboard_id(id); !valid)
    return valid;
  if (const auto made = calendar::make(settings.time_zone, settings.week_start); !made)
    return made.error();
  if (!is_max_count(settings.rules.max_count))
    return fail(errc::out_of_range, "max_count has to be an integer from 1 to 2^53 - 1",
                "max_count");
  if (settings.metadata.size() > max_leaderboard_metadata_bytes)
    return fail(errc::out_of_range, "metadata is larger than 4 KiB", "metadata");
  return validate_feeds(id, settings.feeds);
}

result<void> validate_change(const leaderboard_settings& from, const leaderboard_settings& to) {
  if (from.rules.mode != to.rules.mode)
    return fail(errc::out_of_range,
                "the mode of a leaderboard cannot change: it is "
                    + std::string{to_string(from.rules.mode)},
                "mode");
  if (from.rules.order != to.rules.order)
    return fail(errc::out_of_range,
                "the order of a leaderboard cannot change: it is "
                    + std::string{to_string(from.rules.order)},
                "order");
  return {};
}

result<leaderboard_settings> parse_settings(const json::object& from,
                                            const leaderboard_settings& otherwise) {
  auto out = otherwise;
  for (const auto& member : from)
    if (const auto read = read_setting(member.key(), member.value(), out); !read)
      return read.error();
  return out;
}

std::string settings_json(const leaderboard_settings& settings) {
  json::object out{
      {"mode", to_string(settings.rules.mode)}, {"order", to_string(settings.rules.order)},
      {"time_zone", settings.time_zone},        {"week_start", settings.week_start},
      {"max_count", settings.rules.max_count},  {"feeds", json::value_from(settings.feeds)}};
  if (auto metadata = json_object_in(settings.metadata))
    out["metadata"] = std::move(*metadata);
  else
    out["metadata"] = nullptr;
  return json::serialize(out);
}

stored_settings settings_in(const std::string& text) {
  const auto parsed = json_object_in(text);
  stored_settings out;
  if (!parsed) {
    out.unreadable = "settings";
    return out;
  }
  const auto note = [&](const result<void>& read, std::string_view name) {
    if (!read && out.unreadable.empty() && name != "metadata") // which no score depends on
      out.unreadable = name;
  };
  for (const auto& member : *parsed)
    if (is_setting(member.key()))
      note(read_setting(member.key(), member.value(), out.settings), member.key());
  const leaderboard_settings usual;
  if (!calendar::make(out.settings.time_zone, out.settings.week_start)) {
    note(fail(errc::out_of_range, {}), "time_zone or week_start");
    out.settings.time_zone = usual.time_zone;
    out.settings.week_start = usual.week_start;
  }
  if (!is_max_count(out.settings.rules.max_count)) {
    note(fail(errc::out_of_range, {}), "max_count");
    out.settings.rules.max_count = usual.rules.max_count;
  }
  return out;
}

failure unreadable_settings(const leaderboard& of) {
  return fail(errc::rejected_row,
              "the setting '" + of.unreadable + "' cannot be read in the database");
}

} // namespace standings
