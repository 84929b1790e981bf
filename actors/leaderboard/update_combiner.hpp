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

/// Lets HTTP threads that bring an update at the same time share one message:
/// the first one leads and sends what has collected, the others sleep until it
/// has their outcome. A lone update is sent at once. Two groups may be under
/// way, so that the next batch lies in the writer's queue when it is done with
/// the last. An update that could not be written for a lock that another program
/// holds is sent once more by its own caller, so that nobody else waits for it.
/// Thread-safe.
class update_combiner {
public:
  using outcomes = std::vector<update_outcome>;
  using send_fn = std::function<result<outcomes>(update_scores)>;

  /// `send` answers within a time-out of its own; a caller waits at most `limit`
  /// for somebody else's send.
  update_combiner(send_fn send, std::chrono::milliseconds limit);

  /// The outcome of the update. Fails with `timed_out` where it is not known in
  /// time, and with what `send` failed with.
  [[nodiscard]] result<update_outcome> submit(score_update update);

private:
  static constexpr std::size_t max_leaders = 2;

  /// A caller's place in a group. The semaphore wakes it: with its outcome, or
  /// to lead.
  struct place {
    place();
    place(const place&) = delete;
    place& operator=(const place&) = delete;
    ~place();

    sem_t wake;
    result<update_outcome> outcome = fail(errc::timed_out);
    bool leads = false; ///< guarded by mutex_; otherwise `outcome` is there when woken
    bool gone = false;  ///< guarded by mutex_; the caller has given up
  };

  /// Updates that travel together. Outlives callers that gave up.
  struct group {
    update_scores message;
    std::deque<place> places;
  };
  using group_ptr = std::shared_ptr<group>;

  struct seat {
    group_ptr in;
    place* own = nullptr;
    bool leading = false; ///< from the start
  };

  [[nodiscard]] seat join(score_update update);
  [[nodiscard]] bool is_leader(place& own, bool woken);
  [[nodiscard]] static place* first_waiting(group& g);
  void lead(const group_ptr& g, const place& own);
  void pass_leadership();
  [[nodiscard]] result<update_outcome> send_alone(score_update update);

  const send_fn send_;
  const std::chrono::milliseconds limit_;

  std::mutex mutex_; ///< guards all below
  group_ptr collecting_;
  std::size_t leaders_ = 0;
};

} // namespace standings
