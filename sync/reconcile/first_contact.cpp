#include "sync/reconcile/first_contact.hpp"

#include "stores/contracts/generation.hpp"

namespace standings {

namespace {

result<run_counts> compare_everybody(user_reconciler& reconciler, const run_settings& run) {
  run_counts out;
  for (cache_part part = 0; part < part_count; ++part) {
    std::string cursor;
    do {
      const auto page = reconciler.compare_cache_only_users(run, part, cursor);
      if (!page)
        return page.error();
      out += page->counts;
      cursor = page->next;
    } while (!cursor.empty());
  }
  return out;
}

} // namespace

result<std::optional<run_counts>> take_over_foreign_cache(reconcile_store& rows, cache_audit& audit,
                                                          rank_cache& cache, version_guard& guard) {
  const auto contacted = guard.contacted();
  if (!contacted)
    return contacted.error();
  if (*contacted)
    return std::optional<run_counts>{};
  const auto ours = cache.watermark();
  if (!ours)
    return ours.error();
  std::optional<run_counts> out;
  bool met = *ours > 0; // an empty cache does not count; the one to take over may come later
  if (*ours == 0) {
    run_settings run;
    run.run_id = new_generation();
    run.first_contact = true;
    user_reconciler reconciler{rows, audit, cache};
    const auto counts = compare_everybody(reconciler, run);
    if (!counts)
      return counts.error();
    if (counts->checked > 0) {
      out = *counts;
      met = true;
    }
  }
  if (!met)
    return out;
  if (const auto noted = guard.note_contact(); !noted)
    return noted.error();
  return out;
}

} // namespace standings
