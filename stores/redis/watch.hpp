#pragma once

#include "core/base/time.hpp"
#include "stores/redis/identity.hpp"
#include "stores/redis/script.hpp"

#include <cstdint>
#include <mutex>
#include <string>

namespace standings {

/// Notices that the cache went back to an earlier state: another server, a restart or a promotion
/// (by INFO), or anything else that replaces the data (by a heartbeat in the meta hash). It then
/// marks the cache as incomplete for all instances, and only after that accepts the new state as
/// known. Thread-safe.
class redis_watch {
public:
  redis_watch(std::string meta_key, clock_fn clock);

  /// Returns whether the server still holds what it held.
  [[nodiscard]] result<bool> look_at_server(redis_connection& c);

  /// The same by the heartbeat; leaves the next one. If Redis refuses that write, the cache is
  /// assumed to be the same.
  [[nodiscard]] result<bool> beat(redis_connection& c);

  /// A heartbeat for a rebuild to leave; call `beat_was_left` once the rebuild has written it. The
  /// state before does not matter, because the cache is being loaded.
  struct heartbeat {
    std::string field;
    std::int64_t number = 0;
  };
  [[nodiscard]] heartbeat next_beat();
  void beat_was_left(const heartbeat& beat);

private:
  [[nodiscard]] std::int64_t next_number();

  const std::string meta_key_;
  const clock_fn clock_;
  const std::string field_;
  const redis_script invalidate_ = find_redis_script("invalidate.lua");
  const redis_script beat_ = find_redis_script("beat.lua");

  std::mutex server_mutex_; ///< held while querying the server: guards known_
  redis_identity known_;

  std::mutex beat_mutex_; ///< guards the numbers
  std::int64_t last_ = 0; ///< the highest number that was returned
  std::int64_t left_ = 0; ///< the highest number that is known to have been written; 0: none
};

} // namespace standings
