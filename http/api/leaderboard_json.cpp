#include "http/api/leaderboard_json.hpp"

#include "actors/health.hpp"
#include "core/base/validate.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace standings {

namespace {

namespace json = boost::json;

constexpr std::string_view pending_warning =
    "durable in the database; the cache does not have it yet";

/// A buffer for building and printing one answer; no allocation up to this size.
class scratch {
public:
  json::storage_ptr storage() { return &resource_; }

private:
  std::array<unsigned char, 16'384> buffer_; // NOLINT: written before it is read
  json::monotonic_resource resource_{buffer_.data(), buffer_.size()};
};

std::string print(const json::value& v) {
  return json::serialize(v);
}

result<json::value> parse_object(std::string_view body) {
  boost::system::error_code error;
  auto parsed = json::parse({body.data(), body.size()}, error);
  if (error)
    return fail(errc::malformed, "the body is not valid JSON");
  if (!parsed.is_object())
    return fail(errc::malformed, "the body has to be a JSON object");
  return parsed;
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

result<std::int64_t> parse_count(const json::object& from, std::int64_t max_count) {
  const auto* count = from.if_contains("count");
  if (!count)
    return 1;
  if (!count->is_number())
    return fail(errc::malformed, "count has to be a number", "count");
  // fractions and numbers beyond 64 bits are valid JSON numbers, but out of range
  const auto value = count->is_int64() ? count->get_int64() : std::int64_t{0};
  if (const auto valid = validate_count(value, max_count); !valid)
    return valid.error();
  return value;
}

result<score_update> read_update(const json::object& from, std::int64_t max_count) {
  for (const auto& member : from)
    if (member.key() != "user_id" && member.key() != "count")
      return fail(errc::malformed, "unknown field '" + std::string{member.key()} + "'",
                  std::string{member.key()});
  auto id = parse_user_id(from);
  if (!id)
    return id.error();
  const auto count = parse_count(from, max_count);
  if (!count)
    return count.error();
  return score_update{std::move(*id), *count, {}};
}

void add_scores(json::object& to, const scores& score) {
  to["daily_pomo"] = score[0];
  to["weekly_pomo"] = score[1];
  to["monthly_pomo"] = score[2];
  to["yearly_pomo"] = score[3];
}

json::object details(const user_record& user, sys_time cached_at, json::storage_ptr storage) {
  json::object out(std::move(storage));
  out.reserve(8);
  out["user_id"] = user.user_id;
  add_scores(out, user.score);
  out["updated_at"] = to_iso8601(user.updated_at);
  out["cached_at"] = to_iso8601(cached_at);
  out["version"] = user.version;
  return out;
}

json::value warning_of(const update_outcome& outcome) {
  return outcome.cache_pending ? json::value(pending_warning) : json::value(nullptr);
}

json::object entry(const board_entry& from, const json::storage_ptr& storage) {
  json::object out(storage);
  out.reserve(7);
  out["rank"] = from.rank;
  out["user_id"] = from.user.user_id;
  out["score"] = from.score;
  add_scores(out, from.user.score);
  return out;
}

json::array entries(const std::vector<board_entry>& from, const json::storage_ptr& storage) {
  json::array out(storage);
  out.reserve(from.size());
  for (const auto& e : from)
    out.push_back(entry(e, storage));
  return out;
}

json::object batch_result(const batch_item& item, const update_outcome& outcome) {
  if (item.problem.code == errc::none && outcome.code == errc::none)
    return {{"success", true},
            {"data", details(outcome.user, outcome.cached_at, {})},
            {"warning", warning_of(outcome)}};
  const bool bad_item = item.problem.code != errc::none;
  json::object out{{"success", false}};
  if (!item.update.user_id.empty())
    out["user_id"] = item.update.user_id;
  out["code"] = to_string(bad_item ? item.problem.code : outcome.code);
  out["detail"] = bad_item ? item.problem.detail : outcome.detail;
  return out;
}

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
  const auto parsed = parse_object(body);
  if (!parsed)
    return parsed.error();
  return read_update(parsed->get_object(), max_count);
}

result<std::vector<batch_item>> parse_batch(std::string_view body, std::int64_t max_count) {
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
    auto update = read_update(item.get_object(), max_count);
    if (update)
      out.push_back({std::move(*update), {errc::none, {}, {}}});
    else
      out.push_back({{}, update.error()});
  }
  return out;
}

std::string update_json(const update_outcome& outcome) {
  scratch memory;
  json::object out(memory.storage());
  out["success"] = true;
  out["data"] = details(outcome.user, outcome.cached_at, memory.storage());
  out["warning"] = warning_of(outcome);
  return print(out);
}

std::string board_json(period board, std::uint64_t limit, std::uint64_t offset,
                       const board_page& page) {
  scratch memory;
  json::object out(memory.storage());
  out.reserve(5);
  out["period"] = to_string(board);
  out["limit"] = limit;
  out["offset"] = offset;
  out["total_users"] = page.total_users;
  out["entries"] = entries(page.entries, memory.storage());
  return print(out);
}

std::string rank_json(const std::string& user_id, period board, const user_rank& rank) {
  scratch memory;
  json::object out(memory.storage());
  out.reserve(6);
  out["user_id"] = user_id;
  out["period"] = to_string(board);
  out["rank"] = rank.rank;
  out["score"] = rank.score;
  out["total_users"] = rank.total_users;
  auto text = print(out);
  append_fixed(text, "percentile", percentile(rank.rank, rank.total_users));
  return text;
}

void append_fixed(std::string& object, std::string_view name, double value) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                 std::chars_format::fixed, 2)
                       .ptr;
  object.back() = ',';
  object.append("\"").append(name).append("\":").append(digits.data(), end).append("}");
}

std::string around_json(const std::string& user_id, period board, const neighbourhood& hood) {
  scratch memory;
  json::object out(memory.storage());
  out["user_id"] = user_id;
  out["period"] = to_string(board);
  out["total_users"] = hood.total_users;
  out["user"] = entry(hood.self, memory.storage());
  out["above"] = entries(hood.above, memory.storage());
  out["below"] = entries(hood.below, memory.storage());
  return print(out);
}

std::string batch_json(const std::vector<batch_item>& items,
                       const std::vector<update_outcome>& outcomes) {
  json::array results;
  results.reserve(items.size());
  std::uint64_t failed = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    results.push_back(batch_result(items[i], outcomes[i]));
    failed += results.back().get_object()["success"].get_bool() ? 0 : 1;
  }
  return print(json::object{{"success", failed == 0},
                            {"applied", items.size() - failed},
                            {"failed", failed},
                            {"results", std::move(results)}});
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
