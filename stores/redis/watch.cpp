#include "stores/redis/watch.hpp"

#include "stores/contracts/generation.hpp"

#include <algorithm>
#include <chrono>

namespace standings {

namespace {

/// A process without a heartbeat for this long has ended.
constexpr std::chrono::hours end_of_a_process{24};

} // namespace

redis_watch::redis_watch(std::string meta_key, clock_fn clock)
    : meta_key_(std::move(meta_key)), clock_(std::move(clock)), field_("beat:" + new_generation()) {
}

result<bool> redis_watch::look_at_server(redis_connection& c) {
  const std::lock_guard lock{server_mutex_};
  const auto now = identify(c);
  if (!now)
    return now.error();
  const bool same = !now->may_be_older_than(known_);
  if (!same)
    if (const auto done = run_script(c, invalidate_, {meta_key_}, {}); !done)
      return done.error();
  if (!now->run_id.empty())
    known_ = *now;
  return same;
}

result<bool> redis_watch::beat(redis_connection& c) {
  const auto next = next_beat();
  std::int64_t expected = 0;
  {
    const std::lock_guard lock{beat_mutex_};
    expected = left_;
  }
  const auto ended = next.number - std::chrono::microseconds{end_of_a_process}.count();
  const auto reply = run_script(c, beat_, {meta_key_},
                                {next.field, expected == 0 ? "" : std::to_string(expected),
                                 std::to_string(next.number), std::to_string(ended)});
  if (!reply)
    return c.broken() ? result<bool>{reply.error()} : result<bool>{true};
  beat_was_left(next);
  return reply->integer() != 0;
}

redis_watch::heartbeat redis_watch::next_beat() {
  return {field_, next_number()};
}

void redis_watch::beat_was_left(const heartbeat& beat) {
  const std::lock_guard lock{beat_mutex_};
  left_ = std::max(left_, beat.number);
}

/// Increases even if the clock stands still or goes back.
std::int64_t redis_watch::next_number() {
  const std::lock_guard lock{beat_mutex_};
  last_ = std::max(last_ + 1, to_micros(clock_()));
  return last_;
}

} // namespace standings
