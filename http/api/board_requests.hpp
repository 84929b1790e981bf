#pragma once

#include "http/api/api.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

/// What a request for a board, a user or a rank asks for, `capture` being the first of the segments
/// of the path that say so.
namespace standings {

inline constexpr std::uint64_t max_limit = 1'000;
inline constexpr std::uint64_t default_neighbours = 5;

/// Fails with `invalid_user_id`.
[[nodiscard]] result<std::string> user_of(const std::string& text);

/// Fails with `unknown_period`, `malformed` or `out_of_range`.
[[nodiscard]] result<board_query> board_query_of(const request& rq, std::size_t capture);

/// A user on a board.
struct board_place {
  std::string user_id;
  period board;
};

[[nodiscard]] result<board_place> place_of(const request& rq, std::size_t capture);

} // namespace standings
