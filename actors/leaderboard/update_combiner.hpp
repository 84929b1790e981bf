#pragma once

#include "core/base/result.hpp"
#include "messages/leaderboard.hpp"

#include <semaphore.h>

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace standings {

/// Lets HTTP threads that submit updates at the same time share one message: the first becomes
/// leader and sends what has collected, the others sleep until it has their outcomes. A lone update
/// is sent at once. Two groups may be in flight, so that the next batch is already queued at the
/// writer when it finishes one. An update that could not be written because another program holds a
/// lock is sent again by its own caller, so that the others in the group do not wait for it.
/// Thread-safe.
class update_combiner {
public:
  using outcomes = std::vector<update_outcome>;
  using send_fn = std::function<result<outcomes>(update_scores)>;

  /// `send` must answer within its own time-out; a caller waits at most `limit` for another
  /// caller's send.
  update_combiner(send_fn send, std::chrono::milliseconds limit);

  /// Returns the outcome of the update. Fails with `timed_out` if it is not known in time, or with
  /// the error of `send`.
  [[nodiscard]] result<update_outcome> submit(score_update update);

private:
  static constexpr std::size_t max_leaders = 2;

  /// A caller's place in a group. Posting the semaphore wakes it, either with its outcome or to
  /// lead.
  struct place {
    place();
    place(const place&) = delete;
    place& operator=(const place&) = delete;
    ~place();

    sem_t wake;
    result<update_outcome> outcome = fail(errc::timed_out);
    bool leads = false; ///< guarded by mutex_; if false, `outcome` is set when the caller is woken
    bool gone = false;  ///< guarded by mutex_; the caller has given up
  };

  /// Updates that travel together. Outlives callers that have given up.
  struct group {
    update_scores message;
    std::deque<place> places;
  };
  using group_ptr = std::shared_ptr<group>;

  struct seat {
    group_ptr in;
    place* own = nullptr;
    bool leading = false; ///< leads from the start
  };

  [[nodiscard]] seat join(score_update update);
  [[nodiscard]] bool is_leader(place& own, bool woken);
  [[nodiscard]] static place* first_waiting(group& g);
  void lead(const group_ptr& g, const place& own);
  void pass_leadership();
  [[nodiscard]] result<update_outcome> send_alone(score_update update);

  const send_fn send_;
  const std::chrono::milliseconds limit_;

  std::mutex mutex_; ///< guards all members below
  group_ptr collecting_;
  std::size_t leaders_ = 0;
};

} // namespace standings
