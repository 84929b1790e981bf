#include "core/reconcile/run_report.hpp"

namespace standings {

run_counts& run_counts::operator+=(const run_counts& more) {
  checked += more.checked;
  in_sync += more.in_sync;
  created += more.created;
  updated += more.updated;
  healed += more.healed;
  removed += more.removed;
  candidates += more.candidates;
  deleted += more.deleted;
  changed += more.changed;
  quarantined += more.quarantined;
  return *this;
}

std::string to_string(run_status s) {
  switch (s) {
  case run_status::running:
    return "running";
  case run_status::completed:
    return "completed";
  case run_status::failed:
    return "failed";
  case run_status::stopped_early:
    return "stopped_early";
  case run_status::abandoned:
    break;
  }
  return "abandoned";
}

} // namespace standings
