#pragma once

#include <boost/intrusive/list.hpp>

#include <array>
#include <chrono>
#include <cstddef>

namespace standings {

/// What a connection is waiting for; for each there is a limit.
enum class waits_for : std::uint8_t {
  first_byte, ///< a new connection
  request,    ///< the rest of a request
  next,       ///< another request: idle
  client,     ///< that the client takes an answer
  goodbye,    ///< that the client closes its side
  silence,    ///< a new event for the client of a stream
};
inline constexpr std::size_t wait_kinds = 6;

using deadline_hook =
    boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

/// The deadlines of many connections: a list per kind. As all of a kind wait equally long, each
/// list is in order. `T` derives from deadline_hook and has `deadline` and `expired(waits_for)`.
template <class T>
class deadlines {
public:
  using clock = std::chrono::steady_clock;
  using limits = std::array<std::chrono::milliseconds, wait_kinds>;

  explicit deadlines(const limits& with) : limits_(with) {}

  /// Replaces the deadline that `of` had.
  void set(T& of, waits_for what) {
    clear(of);
    of.deadline = clock::now() + limits_[static_cast<std::size_t>(what)];
    lists_[static_cast<std::size_t>(what)].push_back(of);
  }

  void clear(T& of) {
    if (of.deadline_hook::is_linked())
      of.deadline_hook::unlink();
  }

  /// The one that has waited the longest, if that is as long as this; else null.
  [[nodiscard]] T* longest(waits_for what, clock::time_point now,
                           std::chrono::milliseconds at_least) {
    const auto kind = static_cast<std::size_t>(what);
    if (lists_[kind].empty())
      return nullptr;
    auto& first = lists_[kind].front();
    return now >= first.deadline - limits_[kind] + at_least ? &first : nullptr;
  }

  /// Tells those whose deadline has passed.
  void expire(clock::time_point now) {
    for (std::size_t kind = 0; kind < wait_kinds; ++kind)
      while (!lists_[kind].empty() && lists_[kind].front().deadline <= now) {
        auto& due = lists_[kind].front();
        lists_[kind].pop_front();
        due.expired(static_cast<waits_for>(kind));
      }
  }

private:
  const limits limits_;
  std::array<boost::intrusive::list<T, boost::intrusive::base_hook<deadline_hook>,
                                    boost::intrusive::constant_time_size<false>>,
             wait_kinds>
      lists_;
};

} // namespace standings
