#pragma once

#include "core/leaderboard/score_rules.hpp"

#include <boost/multi_index/hashed_index.hpp>
#include <boost/multi_index/identity.hpp>
#include <boost/multi_index/member.hpp>
#include <boost/multi_index/ranked_index.hpp>
#include <boost/multi_index_container.hpp>
#include <boost/tuple/tuple.hpp>

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

/// Places with more bits come first. Where the lower score is better, a place holds the distance of
/// the score from the highest one, and equal scores stand by id ascending.
template <std::size_t P>
struct board_order {
  score_order order = score_order::desc;

  bool operator()(const entry& a, const entry& b) const {
    const auto bits_a = a.places[P].bits();
    const auto bits_b = b.places[P].bits();
    if (bits_a != bits_b)
      return bits_a > bits_b;
    return order == score_order::desc ? a.id > b.id : a.id < b.id;
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

template <std::size_t P>
auto arguments_of_board(score_order order) {
  return boost::make_tuple(mi::identity<entry>{}, board_order<P>{order});
}

/// What an empty container is made of.
inline entries::ctor_args_list arguments_of(score_order order) {
  return boost::make_tuple(entries::nth_index<0>::type::ctor_args{}, arguments_of_board<0>(order),
                           arguments_of_board<1>(order), arguments_of_board<2>(order),
                           arguments_of_board<3>(order));
}

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
