#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace standings {

/// Decides when the next batch of updates is worth writing.
///
/// A slow commit takes as long for one update as for many. Clients that wait for their answers come
/// back right after a commit, one after the other: a batch that begins with the first of them
/// leaves the others to the next commit. So after a slow commit, the next batch waits for as many
/// updates as were about when the last one was written, but for at most half the time that this
/// took. A client on its own never waits.
class batch_pace {
public:
  using clock = std::chrono::steady_clock;

  static constexpr std::chrono::microseconds longest_wait{1'000};
  static constexpr std::chrono::microseconds quick_commit{1'000}; ///< not worth a wait

  void sent(clock::time_point now) { sent_ = now; }

  /// The batch is in the database; `about` updates were in it or are queued already.
  void written(clock::time_point now, std::size_t about) {
    expected_ = about;
    const auto took = now - sent_;
    begin_ = took <= quick_commit ? now : now + std::min<clock::duration>(took / 2, longest_wait);
  }

  /// When to write the next batch, of `queued` updates of which `most` fit; `now` or earlier: at
  /// once.
  [[nodiscard]] clock::time_point next(clock::time_point now, std::size_t queued,
                                       std::size_t most) const {
    return queued >= std::min(expected_, most) ? now : begin_;
  }

private:
  clock::time_point sent_{};
  clock::time_point begin_{};
  std::size_t expected_ = 0;
};

} // namespace standings
