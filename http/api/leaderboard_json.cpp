#include "http/api/leaderboard_json.hpp"

#include "actors/health.hpp"
#include "core/base/json_text.hpp"
#include "core/base/validate.hpp"
#include "core/leaderboard/details_json.hpp"
#include "http/api/request_json.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>
#include <unordered_set>

namespace standings {

namespace {

namespace json = boost::json;

constexpr std::string_view pending_warning =
    "durable in the database; the cache does not have it yet";

std::string print(const json::value& v) {
  return json::serialize(v);
}

result<std::string> parse_user_id(const json::object& from) {
  const auto* id = from.if_contains("user_id");
  if (!id)
    return fail(errc::malformed, "user_id is missing", "user_id");
  if (!id->is_string())
    return fail(errc::malformed, "user_id has to be a string", "user_id");
  std::string out{id->get_string()};
  if (const auto valid = validate_user_id(out); !valid)
    return valid.error();
  return out;
}

result<std::int64_t> parse_count(const json::object& from, const score_rules& rules) {
  const auto* count = from.if_contains("count");
  if (!count && rules.mode == score_mode::sum)
    return 1;
  if (!count)
    return fail(errc::malformed, "count is missing", "count");
  if (!count->is_number())
    return fail(errc::malformed, "count has to be a number", "count");
  // fractions and numbers beyond 64 bits are valid JSON numbers, but out of range
  const auto value = count->is_int64() ? count->get_int64() : std::int64_t{-1};
  if (const auto valid = validate_count(value, rules); !valid)
    return valid.error();
  return value;
}

result<score_update> read_update(const json::object& from, const score_rules& rules) {
  for (const auto& member : from)
    if (member.key() != "user_id" && member.key() != "count")
      return fail(errc::malformed, "unknown field '" + std::string{member.key()} + "'",
                  std::string{member.key()});
  auto id = parse_user_id(from);
  if (!id)
    return id.error();
  const auto count = parse_count(from, rules);
  if (!count)
    return count.error();
  return score_update{std::move(*id), *count, {}};
}

/// `,"metadata":{…}` if the user carries any.
void append_metadata(std::string& to, const user_metadata& carried, const std::string& user_id) {
  if (const auto found = carried.find(user_id); found != carried.end())
    to.append(",\"metadata\":").append(found->second);
}

void append_entry(std::string& to, const board_entry& e, const user_metadata& carried) {
  to.append("{\"rank\":");
  append_number(to, e.rank);
  to.append(",\"user_id\":");
  append_json_string(to, e.user.user_id);
  to.append(",\"score\":");
  append_number(to, e.score);
  to.append(",");
  append_scores(to, e.user.score);
  append_metadata(to, carried, e.user.user_id);
  to.append("}");
}

void append_entries(std::string& to, const std::vector<board_entry>& from,
                    const user_metadata& carried) {
  to.append("[");
  for (const auto& e : from) {
    append_entry(to, e, carried);
    to.append(",");
  }
  if (!from.empty())
    to.pop_back();
  to.append("]");
}

/// `"name":value,`
template <std::integral Int>
void append_member(std::string& to, std::string_view name, Int value) {
  to.append("\"").append(name).append("\":");
  append_number(to, value);
  to.append(",");
}

void append_member(std::string& to, std::string_view name, std::string_view value) {
  to.append("\"").append(name).append("\":");
  append_json_string(to, value);
  to.append(",");
}

/// The states in all leaderboards that an update of named ones counted in.
void append_states(std::string& to, const update_outcome& outcome) {
  to.append(R"(,"leaderboards":[)");
  for (std::size_t i = 0; i < outcome.states.size(); ++i) {
    const auto& [leaderboard, user] = outcome.states[i];
    to.append(i > 0 ? ",{" : "{");
    append_member(to, "leaderboard", leaderboard);
    append_scores(to, user.score);
    to.append(",");
    append_member(to, "version", user.version);
    to.back() = '}';
  }
  to.append("]");
}

void append_success(std::string& to, const update_outcome& outcome) {
  to.append(R"({"success":true,"data":)");
  append_details(to, outcome.user, outcome.cached_at);
  to.append(R"(,"warning":)");
  if (outcome.cache_pending)
    append_json_string(to, pending_warning);
  else
    to.append("null");
  if (!outcome.states.empty())
    append_states(to, outcome);
  to.append("}");
}

void append_refusal(std::string& to, const batch_item& item, const update_outcome& outcome) {
  const bool bad_item = item.problem.code != errc::none;
  to.append(R"({"success":false,)");
  if (!item.update.user_id.empty())
    append_member(to, "user_id", item.update.user_id);
  append_member(to, "code", to_string(bad_item ? item.problem.code : outcome.code));
  append_member(to, "detail", bad_item ? item.problem.detail : outcome.detail);
  to.back() = '}';
}

/// What a printed entry of a board takes at most unless its id is long or escaped.
constexpr std::size_t usual_entry = 192;

json::array children(const std::vector<child_status>& from) {
  json::array out;
  for (const auto& c : from) {
    json::object child{{"name", c.name}, {"state", to_string(c.state)}, {"restarts", c.restarts}};
    if (!c.last_error.empty())
      child["last_error"] = c.last_error;
    out.push_back(std::move(child));
  }
  return out;
}

} // namespace

result<score_update> parse_update(std::string_view body, std::int64_t max_count) {
  return parse_update(body, score_rules{score_mode::sum, score_order::desc, max_count});
}

result<score_update> parse_update(std::string_view body, const score_rules& rules) {
  const auto parsed = parse_object(body);
  if (!parsed)
    return parsed.error();
  return read_update(parsed->get_object(), rules);
}

result<std::vector<batch_item>> parse_batch(std::string_view body, std::int64_t max_count) {
  return parse_batch(body, score_rules{score_mode::sum, score_order::desc, max_count});
}

result<std::vector<batch_item>> parse_batch(std::string_view body, const score_rules& rules) {
  const auto parsed = parse_object(body);
  if (!parsed)
    return parsed.error();
  const auto& object = parsed->get_object();
  const auto* updates = object.if_contains("updates");
  if (!updates || !updates->is_array() || object.size() != 1)
    return fail(errc::malformed, "the body has to be {\"updates\": [...]}", "updates");
  const auto& items = updates->get_array();
  if (items.empty() || items.size() > max_batch_items)
    return fail(errc::out_of_range, "updates has to hold 1 to 1000 items", "updates");
  std::vector<batch_item> out;
  out.reserve(items.size());
  for (const auto& item : items) {
    if (!item.is_object()) {
      out.push_back({{}, fail(errc::malformed, "an update has to be a JSON object")});
      continue;
    }
    auto update = read_update(item.get_object(), rules);
    if (update)
      out.push_back({std::move(*update), {errc::none, {}, {}}});
    else
      out.push_back({{}, update.error()});
  }
  return out;
}

result<std::vector<std::string>> parse_user_ids(std::string_view body) {
  const auto parsed = parse_object(body);
  if (!parsed)
    return parsed.error();
  const auto& object = parsed->get_object();
  const auto* ids = object.if_contains("user_ids");
  if (!ids || !ids->is_array() || object.size() != 1)
    return fail(errc::malformed, "the body has to be {\"user_ids\": [...]}", "user_ids");
  const auto& items = ids->get_array();
  if (items.empty() || items.size() > max_ranked_users)
    return fail(errc::out_of_range, "user_ids has to hold 1 to 200 ids", "user_ids");
  std::vector<std::string> out;
  std::unordered_set<std::string> seen;
  for (const auto& item : items) {
    if (!item.is_string())
      return fail(errc::malformed, "user_ids has to hold strings", "user_ids");
    std::string id{item.get_string()};
    if (const auto valid = validate_user_id(id); !valid)
      return fail(valid.error().code, valid.error().detail, "user_ids");
    if (seen.insert(id).second)
      out.push_back(std::move(id));
  }
  return out;
}

std::string update_json(const update_outcome& outcome) {
  std::string out;
  out.reserve(2 * usual_entry);
  append_success(out, outcome);
  return out;
}

std::string board_json(period board, std::uint64_t limit, std::uint64_t offset,
                       const board_page& page, const user_metadata& carried) {
  std::string out{"{"};
  out.reserve((page.entries.size() + 1) * usual_entry);
  append_member(out, "period", to_string(board));
  append_member(out, "limit", limit);
  append_member(out, "offset", offset);
  append_member(out, "total_users", page.total_users);
  out.append("\"entries\":");
  append_entries(out, page.entries, carried);
  return out.append("}");
}

std::string rank_json(const std::string& user_id, period board, const user_rank& rank) {
  std::string out{"{"};
  out.reserve(usual_entry);
  append_member(out, "user_id", user_id);
  append_member(out, "period", to_string(board));
  append_member(out, "rank", rank.rank);
  append_member(out, "score", rank.score);
  append_member(out, "total_users", rank.total_users);
  out.back() = '}';
  append_fixed(out, "percentile", percentile(rank.rank, rank.total_users));
  return out;
}

std::string ranks_json(period board, std::vector<std::string> user_ids, const user_ranks& found,
                       const user_metadata& carried) {
  std::vector<std::size_t> known;
  std::string not_found;
  for (std::size_t i = 0; i < user_ids.size(); ++i) {
    if (found.users[i]) {
      known.push_back(i);
      continue;
    }
    not_found.append(not_found.empty() ? "" : ",");
    append_json_string(not_found, user_ids[i]);
  }
  std::sort(known.begin(), known.end(), [&](std::size_t a, std::size_t b) {
    return found.users[a]->rank < found.users[b]->rank;
  });
  std::string out{"{"};
  out.reserve((user_ids.size() + 1) * usual_entry);
  append_member(out, "period", to_string(board));
  append_member(out, "total_users", found.total_users);
  out.append("\"entries\":[");
  for (std::size_t place = 0; place < known.size(); ++place) {
    const auto& user = *found.users[known[place]];
    out.append(place > 0 ? ",{" : "{");
    append_member(out, "rank_among", place + 1);
    append_member(out, "rank", user.rank);
    append_member(out, "user_id", user_ids[known[place]]);
    append_member(out, "score", user.score);
    out.pop_back();
    append_metadata(out, carried, user_ids[known[place]]);
    out.append("}");
  }
  return out.append("],\"not_found\":[").append(not_found).append("]}");
}

void append_fixed(std::string& object, std::string_view name, double value) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                 std::chars_format::fixed, 2)
                       .ptr;
  object.back() = ',';
  object.append("\"").append(name).append("\":").append(digits.data(), end).append("}");
}

std::string user_json(const cached_user& user, const user_metadata& carried) {
  auto out = details_json(user.user, user.cached_at);
  out.pop_back();
  append_metadata(out, carried, user.user.user_id);
  return out.append("}");
}

std::string around_json(const std::string& user_id, period board, const neighbourhood& hood,
                        const user_metadata& carried) {
  std::string out{"{"};
  append_member(out, "user_id", user_id);
  append_member(out, "period", to_string(board));
  append_member(out, "total_users", hood.total_users);
  out.append("\"user\":");
  append_entry(out, hood.self, carried);
  out.append(",\"above\":");
  append_entries(out, hood.above, carried);
  out.append(",\"below\":");
  append_entries(out, hood.below, carried);
  return out.append("}");
}

std::string batch_json(const std::vector<batch_item>& items,
                       const std::vector<update_outcome>& outcomes) {
  const auto applied = [&](std::size_t i) {
    return items[i].problem.code == errc::none && outcomes[i].code == errc::none;
  };
  std::string results;
  results.reserve(items.size() * 2 * usual_entry);
  std::size_t failed = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    results.append(i > 0 ? "," : "");
    if (applied(i)) {
      append_success(results, outcomes[i]);
    } else {
      append_refusal(results, items[i], outcomes[i]);
      ++failed;
    }
  }
  std::string out{failed == 0 ? R"({"success":true,)" : R"({"success":false,)"};
  append_member(out, "applied", items.size() - failed);
  append_member(out, "failed", failed);
  return out.append("\"results\":[").append(results).append("]}");
}

std::string health_json(const health_report& report) {
  json::object gauges;
  for (const auto& [name, value] : report.gauges)
    gauges[name] = value;
  const auto& h = report.hydration;
  json::object hydration{{"running", h.running},
                         {"complete", h.complete},
                         {"cache_reachable", h.cache_reachable},
                         {"database_reachable", h.database_reachable},
                         {"pending", h.pending},
                         {"loaded", h.loaded},
                         {"total", h.total},
                         {"rebuilds", h.rebuilds},
                         {"last_error", h.last_error}};
  const auto state_of = [](bool away) {
    return away ? "away" : "reachable";
  };
  const bool database_away = database_is_away(report);
  json::object stores{{"database", state_of(database_away)},
                      {"cache", state_of(!h.cache_reachable)}};
  return print(json::object{{"status", !report.ready     ? "not_ready"
                                       : report.degraded ? "degraded"
                                                         : "ready"},
                            {"accepts_updates", !database_away},
                            {"stores", std::move(stores)},
                            {"children", children(report.children)},
                            {"workers", children(report.workers)},
                            {"gauges", std::move(gauges)},
                            {"hydration", std::move(hydration)}});
}

} // namespace standings
