#include "core/leaderboard/details_json.hpp"

#include "core/base/foreign_time.hpp"
#include "core/base/json_text.hpp"
#include "core/leaderboard/foreign_score.hpp"
#include "core/leaderboard/version_history.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace standings {

namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, period_count> score_names{"daily_pomo", "weekly_pomo",
                                                                 "monthly_pomo", "yearly_pomo"};

json::string_view as_json(std::string_view text) {
  return {text.data(), text.size()};
}

std::string_view text_of(const json::value& value) {
  const auto& text = value.get_string();
  return {text.data(), text.size()};
}

std::optional<std::int64_t> score_of(const json::value& value) {
  if (value.is_string())
    return whole_score(text_of(value));
  if (value.is_double())
    return whole_score(value.get_double());
  boost::system::error_code not_exact;
  const auto number = value.to_number<std::int64_t>(not_exact);
  if (not_exact || number < 0 || number >= score_limit)
    return std::nullopt;
  return number;
}

std::int64_t version_of(const json::object& from) {
  const auto* value = from.if_contains("version");
  if (!value || !value->is_number())
    return 0;
  boost::system::error_code not_exact;
  const auto number = value->to_number<std::int64_t>(not_exact);
  return !not_exact && is_version(number) ? number : 0;
}

std::optional<sys_time> read_time(const json::value& value) {
  if (value.is_int64())
    return time_since_epoch(value.get_int64());
  if (value.is_double())
    return time_since_epoch(value.get_double());
  if (!value.is_string())
    return std::nullopt;
  const auto text = text_of(value);
  if (const auto iso = parse_iso8601(text)) // the form that we write, and the most frequent one
    return iso;
  const auto foreign = parse_foreign_time(text);
  return foreign ? std::optional{foreign->latest()} : std::nullopt;
}

sys_time time_of(const json::object& from, const char* name) {
  const auto* value = from.if_contains(name);
  const auto read = value ? read_time(*value) : std::nullopt;
  return read && is_plausible_score_time(*read) ? *read : sys_time{};
}

/// Whether the id is a text or a whole number; other programs write both.
bool names_a_user(const json::object& from) {
  const auto* id = from.if_contains("user_id");
  return id && (id->is_string() || id->is_int64() || id->is_uint64());
}

std::string id_in(const json::object& from) {
  const auto& id = from.at("user_id");
  return id.is_string() ? std::string{text_of(id)} : json::serialize(id);
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && is_blank(text[at]))
    ++at;
  return at;
}

/// The end of a number or a text without escapes that starts at `first`.
std::size_t end_of_value(std::string_view text, std::size_t first) {
  if (first < text.size() && text[first] == '"') {
    const auto end = text.find_first_of("\"\\", first + 1);
    return end == std::string_view::npos || text[end] != '"' ? first : end + 1;
  }
  const auto end = text.find_first_not_of("0123456789+-.eE", first);
  return end == std::string_view::npos ? first : end;
}

} // namespace

void append_scores(std::string& to, const scores& score) {
  for (std::size_t p = 0; p < period_count; ++p) {
    to.append(p > 0 ? ",\"" : "\"").append(score_names[p]).append("\":");
    append_number(to, score[p]);
  }
}

void append_details(std::string& to, const user_record& user, sys_time cached_at) {
  to.append("{\"user_id\":");
  append_json_string(to, user.user_id);
  to.append(",");
  append_scores(to, user.score);
  to.append(",\"updated_at\":\"");
  append_iso8601(to, user.updated_at);
  to.append("\",\"cached_at\":\"");
  append_iso8601(to, cached_at);
  to.append("\",\"version\":");
  append_number(to, user.version);
  to.append("}");
}

std::string details_json(const user_record& user, sys_time cached_at) {
  std::string out;
  out.reserve(256 + user.user_id.size());
  append_details(out, user, cached_at);
  return out;
}

std::optional<cached_user> parse_details(std::string_view text) {
  std::array<unsigned char, 2'048> buffer; // NOLINT: written before it is read
  json::monotonic_resource memory{buffer.data(), buffer.size()}; // boards parse many of these
  boost::system::error_code error;
  const auto parsed = json::parse(as_json(text), error, &memory);
  if (error || !parsed.is_object() || !names_a_user(parsed.get_object()))
    return std::nullopt;
  const auto& from = parsed.get_object();
  cached_user out;
  for (std::size_t p = 0; p < period_count; ++p) {
    const auto* value = from.if_contains(as_json(score_names[p]));
    const auto score = value ? score_of(*value) : std::nullopt;
    if (!score)
      return std::nullopt;
    out.user.score[p] = *score;
  }
  out.user.user_id = id_in(from);
  out.user.updated_at = time_of(from, "updated_at");
  out.user.version = version_of(from);
  out.cached_at = time_of(from, "cached_at");
  return out;
}

std::optional<scores> shown_scores(std::string_view text) {
  boost::system::error_code error;
  const auto parsed = json::parse(as_json(text), error);
  if (error || !parsed.is_object() || !names_a_user(parsed.get_object()))
    return std::nullopt;
  scores out{};
  for (std::size_t p = 0; p < period_count; ++p) {
    const auto* value = parsed.get_object().if_contains(as_json(score_names[p]));
    if (!value)
      continue;
    if (const auto score = score_of(*value))
      out[p] = *score;
    else if (value->is_number())
      out[p] = shown_score(value->to_number<double>());
  }
  return out;
}

bool holds_foreign_score(std::string_view text) {
  boost::system::error_code error;
  const auto parsed = json::parse(as_json(text), error);
  if (error || !parsed.is_object() || !names_a_user(parsed.get_object()))
    return false;
  bool foreign = false;
  for (const auto name : score_names) {
    const auto* value = parsed.get_object().if_contains(as_json(name));
    if (!value || !(value->is_number() || value->is_string()))
      return false; // something else is wrong with the text
    foreign = foreign || !score_of(*value);
  }
  return foreign;
}

scores counting_scores(const user_record& details, const period_starts& starts) {
  if (details.updated_at == sys_time{})
    return details.score;
  return effective_scores(details.score, details.updated_at, starts);
}

std::optional<text_range> find_score(std::string_view text, period board) {
  const auto name = "\"" + std::string{score_names[index_of(board)]} + "\"";
  const auto at = text.find(name);
  if (at == std::string_view::npos || text.find(name, at + 1) != std::string_view::npos)
    return std::nullopt;
  auto first = skip_blanks(text, at + name.size());
  if (first >= text.size() || text[first] != ':')
    return std::nullopt;
  first = skip_blanks(text, first + 1);
  const auto last = end_of_value(text, first);
  return last > first ? std::optional{text_range{first, last}} : std::nullopt;
}

} // namespace standings
