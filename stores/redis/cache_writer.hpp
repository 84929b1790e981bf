#pragma once

#include "core/base/time.hpp"
#include "core/leaderboard/entries.hpp"
#include "core/leaderboard/score_rules.hpp"
#include "stores/contracts/cache_audit.hpp"
#include "stores/contracts/rank_cache.hpp"
#include "stores/redis/key_scheme.hpp"
#include "stores/redis/own_writes.hpp"
#include "stores/redis/script.hpp"

#include <deque>
#include <span>
#include <string>
#include <vector>

namespace standings {

/// How many users a script call takes: Redis serves no other client meanwhile.
inline constexpr std::size_t redis_batch = 500;

/// Writes and removes users in the cache, one script call per batch. Makes room if a details key
/// holds another type, and announces the notifications that its writes cause. Thread-safe.
class cache_writer {
public:
  /// `latest_start`: see apply.lua.
  cache_writer(redis_pool& pool, const key_scheme& keys, clock_fn clock, clock_fn latest_start,
               own_writes_ptr own, score_order order = score_order::desc);

  /// What to apply with one of several writers.
  struct update {
    cache_writer* writer;
    std::span<const user_record> users;
  };

  /// `apply` of each update, with one outcome for each. All go to the server of `pool` in one
  /// exchange; the writers' own pools are of the same server.
  [[nodiscard]] static std::vector<result<void>> apply_together(redis_pool& pool,
                                                                std::span<const update> updates);

  /// See rank_cache.
  [[nodiscard]] result<void> apply(std::span<const user_record> users);
  [[nodiscard]] result<void> load(std::span<const user_record> users);
  [[nodiscard]] result<void> remove(std::span<const deletion> users);
  [[nodiscard]] result<void> replay_removals(std::span<const deletion> users);

  /// See cache_audit.
  [[nodiscard]] result<std::uint64_t> write_if_unchanged(std::span<const conditional_write> users);

private:
  struct write {
    const user_record* user;
    const std::string* token; ///< null unless the write is conditional
  };

  class apply_call;

  [[nodiscard]] static std::vector<write> writes_of(std::span<const user_record> users);
  [[nodiscard]] result<void> write_all(const std::string& mode, std::span<const user_record> users);
  [[nodiscard]] result<std::uint64_t> run(const std::string& mode, std::span<const write> writes);
  [[nodiscard]] result<std::uint64_t>
  run_part(const std::string& mode, std::span<const write> writes, std::uint64_t written);
  [[nodiscard]] result<std::vector<write>>
  run_once(const std::string& mode, std::span<const write> writes, std::uint64_t& written);
  [[nodiscard]] result<std::uint64_t> run_odd(const std::string& mode, std::vector<write> odd,
                                              std::uint64_t written);
  [[nodiscard]] static std::vector<result<redis_reply>>
  run_all(redis_pool& pool, const std::deque<apply_call>& calls);
  [[nodiscard]] result<std::uint64_t> finish(const std::string& mode, apply_call& call,
                                             const result<redis_reply>& reply,
                                             std::uint64_t written);
  [[nodiscard]] result<void> make_room_for(std::span<const write> writes);
  [[nodiscard]] result<void> remove(std::span<const deletion> users, const std::string& whose);

  redis_pool& pool_;
  const key_scheme& keys_;
  const clock_fn clock_;
  const clock_fn latest_start_;
  const own_writes_ptr own_;
  const std::string mode_suffix_; ///< of the modes of apply.lua
  const redis_script apply_;
  const redis_script remove_ = find_redis_script("remove.lua", {"version_of.lua"});
};

} // namespace standings
