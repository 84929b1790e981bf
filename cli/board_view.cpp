#include "cli/board_view.hpp"

#include "cli/text.hpp"
#include "core/base/json_read.hpp"

#include <algorithm>

namespace standings {

namespace {

namespace json = boost::json;

constexpr std::size_t rank_columns = 8;
constexpr std::size_t score_columns = 14;
constexpr std::size_t widest_user = 48;
constexpr std::size_t narrowest_user = 8;
constexpr std::size_t time_columns = 27; // 2026-11-25T00:00:00.000000Z
constexpr std::size_t count_columns = 12;

std::string line(const std::string& rank, const std::string& user, const std::string& score,
                 std::size_t user_columns) {
  return right_aligned(rank, rank_columns) + "  " + fitted(user, user_columns)
         + right_aligned(score, score_columns);
}

/// ` from … to …` for the board of a period that has ended.
std::string span_of(const json::object& board) {
  const auto start = string_of(board, "started_at");
  return start.empty() ? "" : " from " + start + " to " + string_of(board, "ended_at");
}

} // namespace

std::vector<std::string> board_lines(const json::object& board, std::size_t columns) {
  const auto rest = rank_columns + 2 + score_columns;
  const auto user_columns =
      std::clamp(columns > rest ? columns - rest : 0, narrowest_user, widest_user);
  const auto users = counted(count_of(board, "total_users"), "user");
  std::vector<std::string> out{string_of(board, "period") + span_of(board) + ", " + users};
  const auto* entries = board.if_contains("entries");
  if (!entries || !entries->is_array() || entries->get_array().empty()) {
    out.emplace_back("  nobody yet");
    return out;
  }
  out.push_back(line("rank", "user", "score", user_columns));
  for (const auto& value : entries->get_array()) {
    if (!value.is_object())
      continue;
    const auto& entry = value.get_object();
    out.push_back(line(grouped(count_of(entry, "rank")), string_of(entry, "user_id"),
                       grouped(count_of(entry, "score")), user_columns));
  }
  return out;
}

std::vector<std::string> past_lines(const json::object& past) {
  std::vector<std::string> out{string_of(past, "period") + ", ended periods that are kept"};
  const auto* periods = past.if_contains("past");
  if (!periods || !periods->is_array() || periods->get_array().empty()) {
    out.emplace_back("  none yet");
    return out;
  }
  const auto line = [](const std::string& start, const std::string& end, const std::string& users) {
    return "  " + fitted(start, time_columns) + "  " + fitted(end, time_columns)
           + right_aligned(users, count_columns);
  };
  out.push_back(line("started", "ended", "users"));
  for (const auto& value : periods->get_array())
    if (const auto* one = value.if_object())
      out.push_back(line(string_of(*one, "started_at"), string_of(*one, "ended_at"),
                         grouped(count_of(*one, "total_users"))));
  return out;
}

} // namespace standings
