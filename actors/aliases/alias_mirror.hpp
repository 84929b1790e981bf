#pragma once

#include "actors/aliases/alias_worker.hpp"
#include "actors/supervision/single_flight.hpp"
#include "actors/supervision/slots.hpp"
#include "actors/supervision/waiters.hpp"
#include "actors/supervision/worker_pool.hpp"
#include "core/aliases/alias_mode.hpp"
#include "messages/internal/aliases.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace standings {

struct alias_mirror_options {
  alias_mode mode = alias_mode::automatic;
  std::string source; ///< name of the source, for the status
  std::chrono::milliseconds interval{120'000};
  std::chrono::milliseconds cycle_timeout{600'000};
  std::chrono::milliseconds timeout{10'000}; ///< for one look-up
  std::size_t max_look_ups = 256;            ///< under way; more are refused
  std::size_t history = 50;                  ///< cycles that are remembered
  restart_limits worker_limits = connection_limits();
  event_sink_ptr events{}; ///< is told what happens; may be null
};

/// Spawns a worker that ends its cycle early once the flag is set.
using alias_worker_factory = std::function<alias_worker_actor(
    caf::local_actor* owner, std::size_t index, const stop_flag& stop)>;

/// Mirrors the aliases every `interval` and on request, one cycle at a time. Look-ups have a worker
/// of their own, so that none waits behind a cycle.
///
/// With `automatic`, aliases count as disabled until the source has been found once; it is looked
/// for every `interval`. If switched off, there are no workers.
struct alias_mirror_state {
  explicit alias_mirror_state(alias_mirror_front_actor::pointer selfptr) : self(selfptr) {}
  ~alias_mirror_state() { stop_flag_->store(true); }

  void init(const alias_worker_factory& spawn_worker, const alias_mirror_options& with);
  caf::result<alias_cycle> sync(const sync_aliases& m);
  caf::result<bool> start();
  caf::result<bool> stop();
  caf::result<bool> ensure(const ensure_aliases& m) const;
  caf::result<resolved_names> resolve(const resolve_names& names);
  [[nodiscard]] aliases_status status() const;
  [[nodiscard]] component_status component() const;
  void due(const cycle_due& timer);
  void stop_waiting(const failure& why);
  void refuse_everyone(const failure& why);

  alias_mirror_front_actor::pointer self;
  std::optional<worker_pool> workers; ///< none if switched off
  static inline const char* name = "alias_mirror";

private:
  static constexpr std::size_t cycles = 0;   ///< index of the worker that runs cycles
  static constexpr std::size_t look_ups = 1; ///< index of the worker that resolves names
  /// Seen: found at least once since the start. Absent: never found so far.
  enum class source_state : std::uint8_t { unknown, absent, seen };
  using promise = caf::typed_response_promise<alias_cycle>;

  [[nodiscard]] std::string disabled_because() const;
  [[nodiscard]] caf::error refusal() const;
  [[nodiscard]] caf::error not_ready(alias_type of) const;
  void note_mirrored(const alias_cycle& cycle);
  void schedule();
  void run(run_alias_cycle how);
  void ended(alias_cycle cycle);
  void failed(const caf::error& why);
  void remember(alias_cycle cycle);
  void next();
  void log(const alias_cycle& cycle);

  alias_mirror_options options_;
  stop_flag stop_flag_ = std::make_shared<std::atomic<bool>>(false);
  bool running_ = false; ///< periodic cycles are on
  bool syncing_ = false; ///< a cycle is under way
  source_state source_ = source_state::unknown;
  std::array<bool, alias_type_count> mirrored_{}; ///< tables that a cycle has mirrored
  bool told_of_waiting_ = false;
  std::uint64_t round_ = 0; ///< tells the current timer's message from that of a stopped one
  std::chrono::steady_clock::time_point next_at_{};
  std::uint64_t count_ = 0;
  std::deque<alias_cycle> history_; ///< newest first
  std::vector<promise> served_;     ///< requests that wait for the current cycle
  std::vector<promise> waiting_;    ///< requests that wait for the next one
  bool release_ = false;            ///< a waiting request asked the next cycle for it
  std::optional<slots> look_up_slots_;
  single_flight<std::string, resolved_names> resolving_;
};

alias_mirror_front_actor::behavior_type
alias_mirror(alias_mirror_front_actor::stateful_pointer<alias_mirror_state> self,
             alias_worker_factory spawn_worker, alias_mirror_options options);

} // namespace standings
