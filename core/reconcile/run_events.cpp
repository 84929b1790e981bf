#include "core/reconcile/run_events.hpp"

namespace standings {

namespace {

std::int64_t number(std::uint64_t n) {
  return static_cast<std::int64_t>(n);
}

/// With what all events of a run have. `state` takes the place of its status while it goes on.
service_event event_of(const run_report& run, std::string state, std::string text) {
  service_event out{event_kind::run, std::move(text)};
  out.subject = "run " + run.run_id;
  out.fields = {{"state", std::move(state)},
                {"run_id", run.run_id},
                {"trigger", run.trigger},
                {"dry_run", run.dry_run},
                {"done", number(run.counts.checked)},
                {"total", number(run.users)}};
  return out;
}

std::string name_of(const run_report& run) {
  return run.dry_run ? "A dry run" : "A run";
}

std::string outcome_of(const run_report& run) {
  if (run.status != run_status::completed)
    return name_of(run) + " of reconcile failed: " + run.error;
  const auto& n = run.counts;
  return name_of(run) + " of reconcile has compared " + std::to_string(n.checked) + " users: "
         + std::to_string(n.created) + " created, " + std::to_string(n.updated) + " updated, "
         + std::to_string(n.healed) + " healed, " + std::to_string(n.deleted) + " deleted";
}

} // namespace

service_event run_started(const run_report& run) {
  return event_of(run, "started", name_of(run) + " of reconcile has started");
}

service_event run_progress(const run_report& run) {
  return event_of(run, "progress",
                  "Compared " + std::to_string(run.counts.checked) + " of "
                      + std::to_string(run.users) + " users");
}

service_event run_ended_event(const run_report& run) {
  auto out = event_of(run, to_string(run.status), outcome_of(run));
  const auto& n = run.counts;
  const auto took = (run.finished_at - run.started_at).count() / 1'000;
  const std::initializer_list<std::pair<std::string_view, service_event::value>> more{
      {"created", number(n.created)},
      {"updated", number(n.updated)},
      {"healed", number(n.healed)},
      {"deleted", number(n.deleted)},
      {"candidates", number(n.candidates)},
      {"quarantined", number(n.quarantined)},
      {"failed_batches", number(run.failed_batches)},
      {"deletes_held", run.deletes_held},
      {"duration_ms", std::int64_t{took}}};
  out.fields.insert(out.fields.end(), more.begin(), more.end());
  if (!run.error.empty())
    out.fields.emplace_back("error", run.error);
  return out;
}

service_event deletions_held(const run_report& run, const save_hold& hold) {
  service_event out{event_kind::held, hold.held ? std::to_string(hold.candidates)
                                                      + " deletions are held: " + hold.reason
                                                : "No deletions are held any more"};
  out.fields = {{"state", hold.held ? "held" : "released"},
                {"run_id", run.run_id},
                {"candidates", number(hold.candidates)},
                {"reason", hold.reason}};
  return out;
}

service_event deletions_undone(const std::string& run_id, std::uint64_t restored) {
  service_event out{event_kind::held,
                    std::to_string(restored) + " users that a run had deleted are there again"};
  out.fields = {{"state", "undone"}, {"run_id", run_id}, {"restored", number(restored)}};
  return out;
}

service_event caches_differed(const caches_compared& found, const std::string& run_id) {
  const auto id = "'" + found.first_differing + "'";
  service_event out{event_kind::drift,
                    found.differing == 1
                        ? "The cache of leaderboard " + id + " differed from the database"
                        : "The caches of " + std::to_string(found.differing)
                              + " named leaderboards, " + id
                              + " among them, differed from the database"};
  out.fields = {{"state", "found"},
                {"leaderboard", found.first_differing},
                {"differing", number(found.differing)},
                {"same", number(found.leaderboards)},
                {"failed", number(found.failed)}};
  if (!run_id.empty())
    out.fields.emplace_back("run_id", run_id);
  return out;
}

} // namespace standings
