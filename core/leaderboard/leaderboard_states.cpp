#include "core/leaderboard/leaderboard_states.hpp"

#include "core/base/json_read.hpp"
#include "core/leaderboard/replay.hpp"

#include <boost/json.hpp>

namespace standings {

namespace {

namespace json = boost::json;

std::int64_t number_of(const json::object& from, const char* name) {
  const auto* value = from.if_contains(name);
  return value && value->is_int64() ? value->get_int64() : 0;
}

} // namespace

std::string states_text(std::span<const leaderboard_state> states) {
  json::array out;
  for (const auto& state : states)
    out.push_back(json::object{{"leaderboard", state.leaderboard},
                               {"user_id", state.user.user_id},
                               {"score", json::value_from(state.user.score)},
                               {"updated_at", to_micros(state.user.updated_at)},
                               {"version", state.user.version}});
  return json::serialize(out);
}

std::vector<leaderboard_state> states_in(const std::string& text) {
  boost::system::error_code error;
  const json::object in{{"states", json::parse(text, error)}};
  std::vector<leaderboard_state> out;
  for (const auto& state : objects_of(in, "states")) {
    user_record user{string_of(state, "user_id"),
                     {},
                     from_micros(number_of(state, "updated_at")),
                     number_of(state, "version")};
    if (const auto* score = state.if_contains("score"); score && score->is_array())
      for (std::size_t p = 0; p < period_count && p < score->get_array().size(); ++p)
        if (const auto* value = score->get_array()[p].if_int64())
          user.score[p] = *value;
    out.push_back({string_of(state, "leaderboard"), std::move(user)});
  }
  return out;
}

update_outcome replay_states(const score_update& now, const std::string& first_body,
                             const std::string& first_states) {
  if (first_body != body_text(now))
    return idempotency_conflict();
  update_outcome out;
  out.states = states_in(first_states);
  if (!out.states.empty())
    out.user = out.states.front().user;
  out.replayed = true;
  return out;
}

std::string body_text(const score_update& update) {
  auto out = std::to_string(update.count);
  for (const auto& id : update.leaderboards)
    out += " " + id;
  return out;
}

} // namespace standings
