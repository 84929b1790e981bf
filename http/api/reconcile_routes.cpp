#include "actors/reconcile/sync_overview.hpp"
#include "core/base/json_read.hpp"
#include "core/reconcile/run_report_json.hpp"
#include "http/api/api.hpp"
#include "http/api/leaderboard_json.hpp"
#include "http/api/request_json.hpp"

#include <boost/json.hpp>

#include <chrono>

namespace standings {

namespace {

namespace json = boost::json;

/// A run over many millions of users takes long, and the client may wait for it.
constexpr milliseconds run_limit{60 * 60 * 1'000};

constexpr milliseconds worker_limit{65'000};
constexpr milliseconds undo_limit{11 * 60 * 1'000};

answer accepted(std::string body) {
  auto out = ok(std::move(body));
  out.status = 202;
  return out;
}

result<bool> flag_of(const json::object& from, const char* name, bool otherwise) {
  const auto* value = from.if_contains(name);
  if (!value)
    return otherwise;
  if (!value->is_bool())
    return fail(errc::malformed, std::string{name} + " has to be true or false", name);
  return value->get_bool();
}

result<period_set> periods_of(const json::object& from) {
  const auto* value = from.if_contains("periods");
  if (!value)
    return every_period;
  if (!value->is_array() || value->get_array().empty())
    return fail(errc::malformed, "periods has to be a list of at least one period", "periods");
  period_set out{};
  for (const auto& name : value->get_array()) {
    const auto p = name.is_string() ? parse_period(name.get_string()) : std::nullopt;
    if (!p)
      return fail(errc::unknown_period, "the periods are daily, weekly, monthly and yearly",
                  "periods");
    out[index_of(*p)] = true;
  }
  return out;
}

result<void> known_fields_only(const json::object& from) {
  for (const auto& member : from) {
    const auto& name = member.key();
    if (name != "dry_run" && name != "force" && name != "periods" && name != "wait")
      return fail(errc::malformed, "unknown field", std::string{name});
  }
  return {};
}

/// Parses the body `{"dry_run": …, "force": …, "periods": […], "wait": …}`; all are optional.
result<start_run> parse_run(const std::string& body) {
  start_run out;
  if (body.empty())
    return out;
  const auto parsed = parse_object(body);
  if (!parsed)
    return parsed.error();
  const auto& from = parsed->get_object();
  if (const auto known = known_fields_only(from); !known)
    return known.error();
  const auto dry_run = flag_of(from, "dry_run", false);
  const auto force = flag_of(from, "force", false);
  const auto wait = flag_of(from, "wait", true);
  const auto periods = periods_of(from);
  for (const auto* flag : {&dry_run, &force, &wait})
    if (!*flag)
      return flag->error();
  if (!periods)
    return periods.error();
  out.dry_run = *dry_run;
  out.force = *force;
  out.wait = *wait;
  out.periods = *periods;
  return out;
}

answer_task post_reconcile(const api& with, const request& rq) {
  auto asked = parse_run(rq.body);
  if (!asked)
    co_return asked.error();
  asked->request_id = rq.id;
  const auto report = co_await ask<run_report>(with, with.faces.reconcile, *asked,
                                               asked->wait ? run_limit : with.timeout);
  if (!report)
    co_return report.error();
  if (!asked->wait)
    co_return accepted(json::serialize(
        json::object{{"success", true}, {"run_id", report->run_id}, {"status", "running"}}));
  auto body = run_report_object(*report);
  body["success"] = report->status == run_status::completed;
  co_return ok(json::serialize(body));
}

json::value run_or_null(const run_report& run) {
  return run.run_id.empty() ? json::value{} : json::value(run_report_object(run));
}

json::object incremental_object(const incremental_status& s) {
  return {{"mode", s.mode},         {"own", s.own},         {"hints", s.hints},
          {"compared", s.compared}, {"written", s.written}, {"dropped", s.dropped}};
}

answer_task get_sync_status(const api& with, const request&) {
  const auto s = co_await ask<reconcile_status>(with, with.faces.reconcile, get_reconcile_status{});
  if (!s)
    co_return s.error();
  json::object out{{"running", s->running},
                   {"enabled", s->enabled},
                   {"started", s->started},
                   {"leader", s->leader},
                   {"interval_ms", s->interval.count()},
                   {"next_run_at", time_or_null(s->next_run)},
                   {"current_run", s->running ? run_or_null(s->current) : json::value{}},
                   {"last_run", run_or_null(s->last)},
                   {"deletes_held", s->deletes_held},
                   {"held_candidates", s->held_candidates},
                   {"held_reason", s->held_reason},
                   {"quarantined", s->quarantined},
                   {"webhook_failures", s->webhook_failures},
                   {"incremental", incremental_object(s->incremental)},
                   {"database_changes", json::object{{"mode", s->database_changes.mode},
                                                     {"changes", s->database_changes.changes}}}};
  co_return ok(json::serialize(out));
}

answer_task get_health(const api& with, const request&) {
  sync_overview seen;
  seen.cache = co_await with.blocking<cache_state>([&] { return with.faces.cache->state(); });
  seen.users = co_await ask<std::uint64_t>(with, with.faces.hydration, count_users{});
  seen.reconcile =
      co_await ask<reconcile_status>(with, with.faces.reconcile, get_reconcile_status{});
  const auto signs = seen.signs();
  const auto health = judge_sync(signs);
  auto out = ok(json::serialize(
      json::object{{"status", to_string(health)},
                   {"redis_connected", signs.cache_reachable},
                   {"postgres_connected", signs.database_reachable},
                   {"cache_complete", signs.cache_reachable && seen.cache->complete},
                   {"deletes_held", signs.deletes_held},
                   {"last_run_failed", signs.last_run_failed}}));
  if (health == sync_health::unhealthy)
    out.status = 503;
  co_return out;
}

answer_task get_metrics(const api& with, const request&) {
  const auto cache = co_await with.blocking<cache_state>([&] { return with.faces.cache->state(); });
  if (!cache)
    co_return cache.error();
  const auto users = co_await ask<std::uint64_t>(with, with.faces.hydration, count_users{});
  if (!users)
    co_return users.error();
  const auto status =
      co_await ask<reconcile_status>(with, with.faces.reconcile, get_reconcile_status{});
  if (!status)
    co_return status.error();
  json::object boards;
  for (auto p : all_periods)
    boards[std::string{to_string(p)} + "_leaderboard"] = cache->members[index_of(p)];
  json::object metrics{{"redis_counts", std::move(boards)},
                       {"postgres_users", *users},
                       {"last_run", run_or_null(status->last)},
                       {"deletes_held", status->deletes_held}};
  co_return ok(json::serialize(json::object{{"metrics", std::move(metrics)}}));
}

answer_task get_runs(const api& with, const request& rq) {
  const auto limit = int_param(rq, "limit", 1, 1'000, 20);
  if (!limit)
    co_return limit.error();
  const auto runs =
      co_await ask<std::vector<run_report>>(with, with.faces.reconcile, list_runs{*limit});
  if (!runs)
    co_return runs.error();
  json::array out;
  for (const auto& run : *runs)
    out.push_back(run_report_object(run));
  co_return ok(json::serialize(json::object{{"runs", std::move(out)}}));
}

answer_task get_quarantine(const api& with, const request& rq) {
  const auto limit = int_param(rq, "limit", 1, 1'000, 100);
  if (!limit)
    co_return limit.error();
  const auto users = co_await ask<std::vector<quarantined_user>>(with, with.faces.reconcile,
                                                                 list_quarantine{*limit});
  if (!users)
    co_return users.error();
  json::array out;
  for (const auto& user : *users)
    out.push_back(json::object{{"user_id", user.user_id},
                               {"reason", user.reason},
                               {"run_id", user.run_id},
                               {"first_at", time_or_null(user.first_at)},
                               {"last_at", time_or_null(user.last_at)},
                               {"attempts", user.attempts}});
  co_return ok(json::serialize(json::object{{"users", std::move(out)}}));
}

template <class Message>
answer_task set_timer(const api& with, const char* message) {
  const auto started = co_await ask<bool>(with, with.faces.reconcile, Message{});
  if (!started)
    co_return started.error();
  co_return ok(json::serialize(
      json::object{{"success", true}, {"started", *started}, {"message", message}}));
}

answer_task post_start(const api& with, const request&) {
  co_return co_await set_timer<start_timer>(with, "periodic sync is on");
}

answer_task post_stop(const api& with, const request&) {
  co_return co_await set_timer<stop_timer>(with, "periodic sync is off; a run under way goes on");
}

answer_task post_undo(const api& with, const request& rq) {
  undo_run which{rq.captures[0]};
  const auto report =
      co_await ask<undo_report>(with, with.faces.reconcile, std::move(which), undo_limit);
  if (!report)
    co_return report.error();
  co_return ok(json::serialize(json::object{
      {"success", true}, {"run_id", report->run_id}, {"users_restored", report->restored}}));
}

answer_task get_events(const api& with, const request& rq) {
  const auto limit = int_param(rq, "limit", 1, 1'000, 20);
  if (!limit)
    co_return limit.error();
  const auto events =
      co_await ask<std::vector<history_event>>(with, with.faces.reconcile, list_events{*limit});
  if (!events)
    co_return events.error();
  json::array out;
  for (const auto& event : *events)
    out.push_back(json::object{{"event_id", event.id},
                               {"at", time_or_null(event.at)},
                               {"reason", event.reason},
                               {"open", event.open},
                               {"states_kept", event.states},
                               {"states_recovered", event.recovered}});
  co_return ok(json::serialize(json::object{{"events", std::move(out)}}));
}

/// Parses the body `{"dry_run": …}`, or none.
result<bool> parse_dry_run(const std::string& body) {
  if (body.empty())
    return false;
  const auto parsed = parse_object(body);
  if (!parsed)
    return parsed.error();
  for (const auto& member : parsed->get_object())
    if (member.key() != "dry_run")
      return fail(errc::malformed, "unknown field", std::string{member.key()});
  return flag_of(parsed->get_object(), "dry_run", false);
}

answer_task post_recover(const api& with, const request& rq) {
  const auto dry_run = parse_dry_run(rq.body);
  if (!dry_run)
    co_return dry_run.error();
  recover_event which{rq.captures[0], *dry_run};
  const auto report =
      co_await ask<recover_report>(with, with.faces.reconcile, std::move(which), undo_limit);
  if (!report)
    co_return report.error();
  json::array users;
  for (const auto& user : report->first) {
    json::object one{{"user_id", user.user_id}};
    for (auto p : all_periods)
      one[std::string{to_string(p)} + "_pomo"] = user.score[index_of(p)];
    users.push_back(std::move(one));
  }
  co_return ok(json::serialize(json::object{{"success", true},
                                            {"event_id", report->event_id},
                                            {"dry_run", report->dry_run},
                                            {"users_recovered", report->users},
                                            {"first_users", std::move(users)}}));
}

answer_task post_test(const api& with, const request&) {
  const auto steps = co_await ask<std::vector<self_check_step>>(with, with.faces.reconcile,
                                                                self_check{}, worker_limit);
  if (!steps)
    co_return steps.error();
  bool passed = true;
  json::array out;
  for (const auto& step : *steps) {
    passed = passed && step.passed;
    out.push_back(
        json::object{{"name", step.name}, {"passed", step.passed}, {"detail", step.detail}});
  }
  co_return ok(json::serialize(json::object{{"success", passed}, {"steps", std::move(out)}}));
}

} // namespace

void add_reconcile_routes(router& to, const api& with) {
  const std::string base = "/api/periodic-sync";
  const auto get = [&](const char* path, route_fn f) {
    to.add({"GET", base + path, access::inspect, body_kind::none, bind_route(with, f)});
  };
  const auto post = [&](const char* path, body_kind body, route_fn f) {
    to.add({"POST", base + path, access::admin, body, bind_route(with, f)});
  };
  get("/status", get_sync_status);
  get("/health", get_health);
  get("/metrics", get_metrics);
  get("/runs", get_runs);
  to.add({"GET", base + "/quarantine", access::admin, body_kind::none,
          bind_route(with, get_quarantine)});
  post("/sync", body_kind::optional_json, post_reconcile);
  post("/start", body_kind::none, post_start);
  post("/stop", body_kind::none, post_stop);
  post("/runs/{run_id}/undo", body_kind::none, post_undo);
  to.add({"GET", base + "/events", access::admin, body_kind::none, bind_route(with, get_events)});
  post("/events/{event_id}/recover", body_kind::optional_json, post_recover);
  post("/test", body_kind::none, post_test);
}

} // namespace standings
