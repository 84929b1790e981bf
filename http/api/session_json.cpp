#include "http/api/session_json.hpp"

#include "core/base/time.hpp"
#include "http/api/leaderboard_json.hpp"

#include <boost/json.hpp>

namespace standings {

namespace {

namespace json = boost::json;

json::object by_reason(const std::vector<skip_count>& counts) {
  json::object out;
  for (const auto& [reason, count] : counts)
    out[reason] = count;
  return out;
}

json::array problems_of(const sessions_synced& what) {
  json::array out;
  for (const auto& [id, reason] : what.problems)
    out.push_back({{"session_id", id}, {"reason", reason}});
  return out;
}

json::object counts_of(const sessions_synced& what) {
  return {{"sessions_read", what.read},
          {"sessions_created", what.created},
          {"sessions_changed", what.changed},
          {"sessions_vanished", what.gone},
          {"sessions_quarantined", what.quarantined},
          {"messages_added", what.messages_added},
          {"duplicate_messages", what.duplicates},
          {"replaced_messages", what.replaced},
          {"keys_not_ours", what.not_ours},
          {"quarantine_released", what.released},
          {"quarantine_dropped", what.dropped},
          {"mended_fields", by_reason(what.mended)},
          {"skipped_messages", by_reason(what.skipped)},
          {"quarantine_reasons", by_reason(what.refused)}};
}

const char* service_status(const sessions_status& r) {
  if (!r.enabled)
    return "disabled";
  return r.working && r.listening ? "running" : "degraded";
}

json::value notice_of(const sessions_status& r) {
  if (!r.problem.empty())
    return json::value(r.problem);
  if (!r.enabled || !r.listening || r.notified)
    return nullptr;
  return "Redis does not tell of changed keys, and forbids CONFIG SET: sessions are polled";
}

json::object full_sync_of(const sessions_status& r) {
  json::object out{{"running", r.full_sync_running},
                   {"reason", r.full_sync_reason},
                   {"completed", r.full_syncs},
                   {"failed", r.failed_full_syncs},
                   {"last_completed_at", nullptr}};
  if (r.full_syncs == 0)
    return out;
  out["last_completed_at"] = to_iso8601(from_micros(r.last_full_sync_us));
  out["last_duration_ms"] = r.last_full_sync.duration.count();
  out["last"] = counts_of(r.last_full_sync.what);
  return out;
}

std::string lag_of(const lag_report& lag) {
  auto out = json::serialize(json::object{{"samples", lag.samples}});
  const auto add = [&](const char* name, std::int64_t us) {
    append_fixed(out, name, static_cast<double>(us) / 1'000);
  };
  add("p50", lag.p50_us);
  add("p99", lag.p99_us);
  add("last", lag.last_us);
  return out;
}

json::object verdict_of(const compared_session& s) {
  json::object out{{"session_id", s.id},
                   {"verdict", to_string(s.verdict)},
                   {"messages_in_redis", s.source_messages},
                   {"messages_in_database", s.stored_messages},
                   {"messages_missing", s.missing_messages}};
  if (s.verdict == session_verdict::differs)
    out["fields"] = json::array(s.fields.begin(), s.fields.end());
  if (s.verdict == session_verdict::unreadable)
    out["reason"] = s.reason;
  return out;
}

} // namespace

std::string sync_json(const sessions_synced& what) {
  auto out = counts_of(what);
  out["success"] = true;
  return json::serialize(out);
}

std::string full_sync_json(const full_sync_report& report) {
  auto out = counts_of(report.what);
  out["success"] = true;
  out["duration_ms"] = report.duration.count();
  out["problems"] = problems_of(report.what);
  return json::serialize(out);
}

std::string sessions_status_json(const sessions_status& r) {
  json::object out{{"sync_enabled", r.enabled},
                   {"redis_connected", r.listening},
                   {"service_status", service_status(r)},
                   {"mode", r.notified ? "notifications" : "polling"},
                   {"notice", notice_of(r)},
                   {"worker_connected", r.working},
                   {"pending", r.pending},
                   {"overflows", r.overflows},
                   {"hints",
                    {{"received", r.hints},
                     {"coalesced", r.coalesced},
                     {"dropped", r.dropped},
                     {"ignored", r.ignored}}},
                   {"full_sync", full_sync_of(r)},
                   {"totals", counts_of(r.totals)},
                   {"recent_problems", problems_of(r.totals)},
                   {"last_error", nullptr}};
  if (const auto& error = r.last_error.empty() ? r.problem : r.last_error; !error.empty())
    out["last_error"] = error;
  auto text = json::serialize(out);
  text.pop_back();
  return text + ",\"lag_ms\":" + lag_of(r.lag) + "}";
}

std::string compared_json(const compared_session& session) {
  return json::serialize(verdict_of(session));
}

std::string comparison_json(const session_comparison& page) {
  using enum session_verdict;
  json::object counts;
  for (const auto v : {in_sync, differs, only_in_source, only_in_database, unreadable})
    counts[to_string(v)] = 0;
  json::array sessions;
  for (const auto& s : page.sessions) {
    sessions.push_back(verdict_of(s));
    auto& count = counts[to_string(s.verdict)];
    count = count.to_number<std::int64_t>() + 1;
  }
  json::object out{
      {"counts", std::move(counts)}, {"sessions", std::move(sessions)}, {"next_cursor", nullptr}};
  if (!page.cursor.empty())
    out["next_cursor"] = page.cursor;
  return json::serialize(out);
}

} // namespace standings
