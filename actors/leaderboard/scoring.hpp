#pragma once

#include "actors/supervision/worker_pool.hpp"
#include "messages/internal/leaderboard.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

namespace standings {

struct scoring_options {
  std::size_t shards = 2;
  std::size_t max_batch = 500;
  std::size_t max_queue = 100'000; ///< updates a shard keeps; more are refused
  /// How long work waits for a writer that is being replaced; once a writer has
  /// been away for longer, new work is refused at once.
  std::chrono::milliseconds patience{1'000};
  /// How long the updates of a user whose row another program holds are kept and tried
  /// again; then they are refused. Less than any asker waits.
  std::chrono::milliseconds lock_patience{2'000};
  std::chrono::milliseconds lock_pause{100}; ///< between two tries of them
  /// A writer that takes longer over a batch is given up.
  std::chrono::milliseconds write_timeout{30'000};
  restart_limits writer_limits = connection_limits();
};

/// Spawns the writer of a shard; it has to report worker_ready to `front`.
using writer_factory = std::function<score_writer_actor(
    caf::local_actor* owner, scoring_front_actor front, std::size_t shard)>;

/// Shards increments by user, one writer a shard. While a writer is busy the
/// shard's next batch collects; a lone request waits for nobody.
///
/// The queue outlives a writer. What a lost writer had in hand is queued again
/// where that cannot count twice: it was never received, the writer said it was
/// not applied, or it carries an idempotency key. Otherwise it is answered
/// `outcome_unknown`.
///
/// What the database could not write for a lock that another program holds is set aside
/// and tried again after a pause, in order with the later updates of the same user, while
/// everybody else's go on.
struct scoring_state {
  using promise = caf::typed_response_promise<std::vector<update_outcome>>;
  using time_point = std::chrono::steady_clock::time_point;

  explicit scoring_state(scoring_front_actor::pointer selfptr) : self(selfptr) {}

  void init(const writer_factory& spawn_writer, const scoring_options& with);
  caf::result<std::vector<update_outcome>> update(update_scores& m);
  caf::result<bool> remove(remove_user& m);
  component_status status() const;
  void expire();
  void take_up_again();
  void refuse_everyone(const failure& why);

  scoring_front_actor::pointer self;
  std::optional<worker_pool> writers;
  static inline const char* name = "scoring";

private:
  /// A request whose answer is complete when nothing is missing any more.
  struct collector {
    promise answer;
    std::vector<update_outcome> outcomes;
    std::size_t missing = 0;
    bool prompt = false; ///< nothing of it is set aside
  };

  /// A place in a shard's queue: an increment, or a removal.
  struct item {
    score_update update;
    std::shared_ptr<collector> to; ///< null for a removal
    std::size_t position = 0;      ///< in the collector
    time_point since{};
    caf::typed_response_promise<bool> removal;
    bool maybe_applied = false; ///< a lost writer may have counted it
  };

  struct shard {
    std::deque<item> queue;
    std::vector<item> in_flight; ///< with the writer: a batch, or a removal
    std::deque<item> aside;      ///< in order of arrival
    std::unordered_set<std::string> aside_users;
    bool busy = false;
    time_point down_since{};
  };

  [[nodiscard]] std::size_t shard_of(const std::string& user_id) const;
  [[nodiscard]] time_point now() const;
  [[nodiscard]] bool refuses(std::size_t index) const;
  void mark_down(std::size_t index);
  void schedule_expiry();
  void set_aside(shard& s, item work, std::string why);
  void hold_back(shard& s);
  void schedule_retry();
  void enqueue(std::size_t index, item work);
  void dispatch(std::size_t index);
  void dispatch_batch(std::size_t index);
  void dispatch_removal(std::size_t index);
  void batch_done(std::size_t index, std::vector<update_outcome>& outcomes);
  void batch_lost(std::size_t index, const caf::error& why);
  void removal_lost(std::size_t index, caf::error& why);
  void requeue(std::size_t index, item work);
  static void answer(item& work, update_outcome outcome);
  static void refuse(item& work, failure why);

  scoring_options options_;
  std::vector<shard> shards_;
  bool expiry_scheduled_ = false;
  bool retry_scheduled_ = false;
  std::int64_t batches_ = 0;
  std::int64_t updates_ = 0;
};

scoring_front_actor::behavior_type
scoring(scoring_front_actor::stateful_pointer<scoring_state> self, writer_factory spawn_writer,
        scoring_options options);

} // namespace standings
