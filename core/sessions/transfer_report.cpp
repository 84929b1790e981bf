#include "core/sessions/transfer_report.hpp"

namespace standings {

void add(sessions_synced& to, const sessions_synced& more) {
  to.read += more.read;
  to.created += more.created;
  to.changed += more.changed;
  to.gone += more.gone;
  to.messages_added += more.messages_added;
  to.duplicates += more.duplicates;
  to.quarantined += more.quarantined;
  to.replaced += more.replaced;
  to.not_ours += more.not_ours;
  to.released += more.released;
  to.dropped += more.dropped;
  for (const auto& [reason, count] : more.mended)
    add_skip(to.mended, reason, count);
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
