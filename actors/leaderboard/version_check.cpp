#include "actors/leaderboard/version_check.hpp"

#include "log/log.hpp"

namespace standings {

result<bool> check_versions(const version_guard_ptr& guard, bool with_rows) {
  if (!guard)
    return false;
  const auto found = guard->check(with_rows);
  if (!found)
    return found.error();
  if (found->opened)
    log_to(log_component::database)
        .error("The database went back: {}. It is trusted: the cache is rebuilt from it, and "
               "what the cache alone has is kept under the event {}",
               found->opened->reason, found->opened->id);
  return found->event_open;
}

} // namespace standings
