#include "http/api/past_json.hpp"

#include <boost/json.hpp>

namespace standings {

namespace {

namespace json = boost::json;

json::object shown(const past_period& of) {
  return {{"started_at", to_iso8601(of.started_at)},
          {"ended_at", to_iso8601(of.ended_at)},
          {"total_users", of.total_users}};
}

} // namespace

std::string past_periods_json(period board, const std::vector<past_period>& periods) {
  json::array past;
  for (const auto& one : periods)
    past.push_back(shown(one));
  return json::serialize(json::object{{"period", to_string(board)}, {"past", std::move(past)}});
}

std::string past_board_json(period board, std::uint64_t limit, std::uint64_t offset,
                            const past_board& page) {
  json::array entries;
  for (const auto& entry : page.entries)
    entries.push_back(
        json::object{{"rank", entry.rank}, {"user_id", entry.user_id}, {"score", entry.score}});
  json::object out{{"period", to_string(board)}, {"limit", limit}, {"offset", offset}};
  for (auto& member : shown(page.of))
    out.insert(std::move(member));
  out["entries"] = std::move(entries);
  return json::serialize(out);
}

} // namespace standings
