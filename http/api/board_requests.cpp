#include "http/api/board_requests.hpp"

#include "core/base/validate.hpp"

#include <utility>

namespace standings {

namespace {

constexpr std::uint64_t default_limit = 10;
constexpr std::uint64_t max_offset = 1'000'000'000'000;

} // namespace

result<std::string> user_of(const std::string& text) {
  if (const auto valid = validate_user_id(text); !valid)
    return valid.error();
  return text;
}

result<board_query> board_query_of(const request& rq, std::size_t capture) {
  const auto board = period_of(rq.captures[capture]);
  if (!board)
    return board.error();
  const auto limit = int_param(rq, "limit", 1, max_limit, default_limit);
  if (!limit)
    return limit.error();
  const auto offset = int_param(rq, "offset", 0, max_offset, 0);
  if (!offset)
    return offset.error();
  return board_query{*board, *limit, *offset};
}

result<board_place> place_of(const request& rq, std::size_t capture) {
  auto id = user_of(rq.captures[capture]);
  if (!id)
    return id.error();
  const auto board = period_of(rq.captures[capture + 1]);
  if (!board)
    return board.error();
  return board_place{std::move(*id), *board};
}

} // namespace standings
