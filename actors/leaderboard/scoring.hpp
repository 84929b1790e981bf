#pragma once

#include "actors/supervision/worker_pool.hpp"
#include "core/leaderboard/batch_pace.hpp"
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
  std::string writer_name = "score_writer"; ///< in the supervision tree
  std::string gauge_prefix{};               ///< of what the status tells
  std::size_t shards = 2;
  std::size_t max_batch = 500;
  std::size_t max_queue = 100'000; ///< updates queued per shard; more are refused
  /// How long work waits for a writer that is being replaced. Once a writer has been away for
  /// longer, new work is refused at once.
  std::chrono::milliseconds patience{1'000};
  /// How long updates of a user whose row another program has locked are kept and retried before
  /// they are refused. Shorter than any requester waits.
  std::chrono::milliseconds lock_patience{2'000};
  std::chrono::milliseconds lock_pause{100}; ///< between two retries of them
  /// A writer that takes longer over a batch is killed.
  std::chrono::milliseconds write_timeout{30'000};
  restart_limits writer_limits = connection_limits();
  event_sink_ptr events{}; ///< is told what happens; may be null
};

/// Spawns the writer of a shard, which must report worker_ready to `front`.
using writer_factory = std::function<score_writer_actor(
    caf::local_actor* owner, scoring_front_actor front, std::size_t shard)>;

/// Shards increments by user, one writer per shard. While a writer is busy, the shard's next batch
/// collects; a lone request is sent at once. A writer gets its next batch once the last one is in
/// the database, although that one is answered only when the cache has it, too.
///
/// The queue outlives a writer. An update that a lost writer had in hand is queued again if that
/// cannot count it twice: the writer never received it or reported it as not applied, or it carries
/// an idempotency key. Otherwise it is answered `outcome_unknown`.
///
/// Updates that the database could not write because another program holds a lock are set aside and
/// retried after a pause, in order with later updates of the same user, while those of other users
/// go on.
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
  void batch_written(std::size_t index);
  void dispatch_all();
  void refuse_everyone(const failure& why);

  scoring_front_actor::pointer self;
  std::optional<worker_pool> writers;
  static inline const char* name = "scoring";

private:
  /// A request; it is answered when `missing` reaches zero.
  struct collector {
    promise answer;
    std::vector<update_outcome> outcomes;
    std::size_t missing = 0;
    bool prompt = false; ///< refuse its updates instead of setting them aside
  };

  /// An entry of a shard's queue: an increment or a removal.
  struct item {
    score_update update;
    std::shared_ptr<collector> to; ///< null for a removal
    std::size_t position = 0;      ///< in the collector
    time_point since{};
    caf::typed_response_promise<bool> removal;
    bool maybe_applied = false; ///< a lost writer may have applied it
  };

  /// What was sent to the writer: a batch, or one removal.
  struct flight {
    std::uint64_t id = 0;
    std::vector<item> work;
    bool written = false; ///< it is in the database, and on its way to the cache
  };

  struct shard {
    std::deque<item> queue;
    std::vector<flight> flights; ///< in order of departure
    std::deque<item> aside;      ///< set-aside updates in order of arrival
    std::unordered_set<std::string> aside_users;
    bool busy = false; ///< the writer has the last of the flights in hand
    batch_pace pace;
    bool batch_scheduled = false; ///< a batch_due is on its way
    bool down = true; ///< the writer has ended or is about to; until its successor reports itself
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
  [[nodiscard]] bool waits_for_more(shard& s);
  void dispatch_removal(std::size_t index);
  flight take_flight(shard& s, std::uint64_t id);
  void batch_done(std::size_t index, std::uint64_t id, std::vector<update_outcome>& outcomes);
  void batch_lost(std::size_t index, std::uint64_t id, const caf::error& why);
  void removal_lost(std::size_t index, std::uint64_t id, caf::error& why);
  void requeue(std::size_t index, item work);
  static void answer(item& work, update_outcome outcome);
  static void refuse(item& work, failure why);

  scoring_options options_;
  std::vector<shard> shards_;
  bool expiry_scheduled_ = false;
  bool retry_scheduled_ = false;
  std::uint64_t last_flight_ = 0;
  std::int64_t batches_ = 0;
  std::int64_t updates_ = 0;
};

scoring_front_actor::behavior_type
scoring(scoring_front_actor::stateful_pointer<scoring_state> self, writer_factory spawn_writer,
        scoring_options options);

} // namespace standings
