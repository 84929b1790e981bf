#pragma once

#include "core/leaderboard/score.hpp"

#include <boost/multi_index/hashed_index.hpp>
#include <boost/multi_index/identity.hpp>
#include <boost/multi_index/member.hpp>
#include <boost/multi_index/ranked_index.hpp>
#include <boost/multi_index_container.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <type_traits>

/// The data structures of the cache in this process.
namespace standings::memory {

namespace mi = boost::multi_index;

/// A place on a board: the score, and the round (start of the period) for which it was last
/// updated. A user of the current round ranks before every user of an earlier one, so that a start
/// takes effect on the order at once.
class place {
public:
  static constexpr std::int64_t last_round = 1'023;

  place() = default;
  place(std::int64_t round, std::int64_t score)
      : bits_(round * score_limit + std::clamp<std::int64_t>(score, 0, score_limit - 1)) {}

  [[nodiscard]] std::int64_t round() const { return bits_ / score_limit; }
  [[nodiscard]] std::int64_t score() const { return bits_ % score_limit; }
  [[nodiscard]] std::int64_t bits() const { return bits_; }

private:
  std::int64_t bits_ = 0;
};

/// 88 bytes, so that a user with its index nodes fits a 240-byte allocation.
struct entry {
  std::string id;
  std::array<place, period_count> places{};
  std::int64_t version = 0;
  std::int64_t updated_at_us = 0;
  std::uint32_t cached_at_s = 0;
  std::uint32_t rebuild = 0; ///< the last rebuild that loaded or wrote this user
};

template <std::size_t P>
struct board_order {
  bool operator()(const entry& a, const entry& b) const {
    return ranks_before(a.places[P].bits(), a.id, b.places[P].bits(), b.id);
  }
};

template <std::size_t P>
struct board_tag {};

template <std::size_t P>
using board_index = mi::ranked_unique<mi::tag<board_tag<P>>, mi::identity<entry>, board_order<P>>;

using user_index = mi::hashed_unique<mi::member<entry, std::string, &entry::id>>;

using entries =
    mi::multi_index_container<entry, mi::indexed_by<user_index, board_index<0>, board_index<1>,
                                                    board_index<2>, board_index<3>>>;

/// Calls `f` with the period as a compile-time constant.
template <class F>
auto with_board(period p, F&& f) {
  switch (p) {
  case period::daily:
    return f(std::integral_constant<std::size_t, 0>{});
  case period::weekly:
    return f(std::integral_constant<std::size_t, 1>{});
  case period::monthly:
    return f(std::integral_constant<std::size_t, 2>{});
  case period::yearly:
    break;
  }
  return f(std::integral_constant<std::size_t, 3>{});
}

} // namespace standings::memory
