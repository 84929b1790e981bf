#include "messages/sessions.hpp"

namespace standings {

void add(sessions_synced& to, const sessions_synced& more) {
  to.read += more.read;
  to.created += more.created;
  to.changed += more.changed;
  to.gone += more.gone;
  to.messages_added += more.messages_added;
  to.duplicates += more.duplicates;
  to.quarantined += more.quarantined;
  for (const auto& [reason, count] : more.skipped)
    add_skip(to.skipped, reason, count);
  for (const auto& [reason, count] : more.refused)
    add_skip(to.refused, reason, count);
  to.problems.insert(to.problems.end(), more.problems.begin(), more.problems.end());
  if (to.problems.size() > max_problems)
    to.problems.erase(to.problems.begin(),
                      to.problems.end() - static_cast<std::ptrdiff_t>(max_problems));
}

} // namespace standings
