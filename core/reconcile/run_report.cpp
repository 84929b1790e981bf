#include "core/reconcile/run_report.hpp"

#include "core/base/enum_names.hpp"

namespace standings {

template <>
struct enum_names<run_status> {
  static constexpr enum_words<run_status, 5> all{{{"running", run_status::running},
                                                  {"completed", run_status::completed},
                                                  {"failed", run_status::failed},
                                                  {"stopped_early", run_status::stopped_early},
                                                  {"abandoned", run_status::abandoned}}};
};
static_assert(names_each_until(run_status::abandoned));

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

bool is_whole(const run_report& run) {
  return !run.dry_run && run.periods == every_period;
}

std::string to_string(run_status value) {
  return std::string{name_of(value)};
}

std::optional<run_status> parse_run_status(std::string_view text) {
  return value_named<run_status>(text);
}

} // namespace standings
