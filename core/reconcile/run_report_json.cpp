#include "core/reconcile/run_report_json.hpp"

#include "core/base/json_read.hpp"

#include <boost/json.hpp>

#include <array>
#include <chrono>

namespace standings {

namespace {

namespace json = boost::json;

struct named_count {
  const char* name;
  std::uint64_t run_counts::*field;
};

constexpr std::array counts{
    named_count{"checked", &run_counts::checked},
    named_count{"in_sync", &run_counts::in_sync},
    named_count{"created", &run_counts::created},
    named_count{"updated", &run_counts::updated},
    named_count{"healed", &run_counts::healed},
    named_count{"removed_from_cache", &run_counts::removed},
    named_count{"delete_candidates", &run_counts::candidates},
    named_count{"deleted", &run_counts::deleted},
    named_count{"changed_meanwhile", &run_counts::changed},
    named_count{"quarantined", &run_counts::quarantined},
};

std::string text_of(const json::object& from, const char* name) {
  const auto* value = from.if_contains(name);
  return value && value->is_string() ? std::string{value->get_string()} : std::string{};
}

sys_time time_of(const json::object& from, const char* name) {
  return parse_iso8601(text_of(from, name)).value_or(sys_time{});
}

} // namespace

json::object run_report_object(const run_report& run) {
  json::object out{{"run_id", run.run_id},
                   {"status", to_string(run.status)},
                   {"trigger", run.trigger},
                   {"dry_run", run.dry_run},
                   {"forced", run.forced}};
  json::array periods;
  for (auto p : all_periods)
    if (run.periods[index_of(p)])
      periods.emplace_back(to_string(p));
  out["periods"] = std::move(periods);
  out["started_at"] = time_or_null(run.started_at);
  out["finished_at"] = time_or_null(run.finished_at);
  const auto took =
      run.finished_at == sys_time{} ? sys_time::duration{} : run.finished_at - run.started_at;
  out["duration_ms"] = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
  out["users"] = run.users;
  for (const auto& count : counts)
    out[count.name] = run.counts.*count.field;
  out["batches"] = run.batches;
  out["failed_batches"] = run.failed_batches;
  out["deletes_held"] = run.deletes_held;
  out["held_reason"] = run.held_reason;
  out["error"] = run.error;
  return out;
}

std::string run_report_json(const run_report& run) {
  return json::serialize(run_report_object(run));
}

std::optional<run_report> parse_run_report(std::string_view text) {
  boost::system::error_code error;
  const auto parsed = json::parse({text.data(), text.size()}, error);
  if (error || !parsed.is_object())
    return std::nullopt;
  const auto& from = parsed.get_object();
  run_report out;
  out.run_id = text_of(from, "run_id");
  out.status = parse_run_status(text_of(from, "status")).value_or(out.status);
  out.trigger = text_of(from, "trigger");
  out.dry_run = flag_of(from, "dry_run");
  out.forced = flag_of(from, "forced");
  out.periods.fill(false);
  if (const auto* periods = from.if_contains("periods"); periods && periods->is_array())
    for (const auto& name : periods->get_array())
      if (const auto p = name.is_string() ? parse_period(name.get_string()) : std::nullopt)
        out.periods[index_of(*p)] = true;
  out.started_at = time_of(from, "started_at");
  out.finished_at = time_of(from, "finished_at");
  for (const auto& count : counts)
    out.counts.*count.field = count_of(from, count.name);
  out.users = count_of(from, "users");
  out.batches = count_of(from, "batches");
  out.failed_batches = count_of(from, "failed_batches");
  out.deletes_held = flag_of(from, "deletes_held");
  out.held_reason = text_of(from, "held_reason");
  out.error = text_of(from, "error");
  return out;
}

} // namespace standings
