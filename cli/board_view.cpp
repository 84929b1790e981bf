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

std::string line(const std::string& rank, const std::string& user, const std::string& score,
                 std::size_t user_columns) {
  return right_aligned(rank, rank_columns) + "  " + fitted(user, user_columns)
         + right_aligned(score, score_columns);
}

} // namespace

std::vector<std::string> board_lines(const json::object& board, std::size_t columns) {
  const auto rest = rank_columns + 2 + score_columns;
  const auto user_columns =
      std::clamp(columns > rest ? columns - rest : 0, narrowest_user, widest_user);
  std::vector<std::string> out{string_of(board, "period") + ", "
                               + counted(count_of(board, "total_users"), "user")};
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

} // namespace standings
