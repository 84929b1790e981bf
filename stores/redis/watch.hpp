#pragma once

#include "core/base/time.hpp"
#include "stores/redis/identity.hpp"
#include "stores/redis/script.hpp"

#include <cstdint>
#include <mutex>
#include <string>

namespace standings {

/// Notices that the cache went back to an earlier state: another server, a restart, a
/// promotion (by INFO), or anything else that replaces the data (by a heartbeat in the
/// meta hash). The cache is then declared incomplete, for all instances; only after
/// that does the watch take the new state for known. Thread-safe.
class redis_watch {
public:
  redis_watch(std::string meta_key, clock_fn clock);

  /// Gives whether the server still holds what it held.
  [[nodiscard]] result<bool> look_at_server(redis_connection& c);

  /// Likewise, by the heartbeat; leaves the next one. Where Redis refuses the write,
  /// nothing can be said, and the cache is taken to be the same.
  [[nodiscard]] result<bool> beat(redis_connection& c);

  /// A heartbeat for a rebuild to leave, and what to call once that has succeeded: what
  /// was before does not matter to a cache that is being loaded.
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

  std::mutex server_mutex_; ///< held while the server is asked: guards known_
  redis_identity known_;

  std::mutex beat_mutex_; ///< guards the numbers
  std::int64_t last_ = 0; ///< the highest that was given out
  std::int64_t left_ = 0; ///< the highest that is known to have been written; 0: none
};

} // namespace standings
