#include "core/base/validate.hpp"
#include "core/leaderboard/details_json.hpp"
#include "core/leaderboard/leaderboard_id.hpp"
#include "http/api/board_requests.hpp"
#include "http/api/leaderboard_json.hpp"
#include "http/api/named_boards.hpp"
#include "http/api/named_leaderboard_json.hpp"
#include "http/api/update_answers.hpp"
#include "http/server/problem.hpp"

#include <boost/json.hpp>

#include <utility>

namespace standings {

namespace {

namespace json = boost::json;

constexpr std::uint64_t usual_page = 100;

/// A leaderboard of millions of users takes long to load, and the client may wait for it.
constexpr milliseconds load_limit{15 * 60 * 1'000};

// -- counting ------------------------------------------------------------------------

/// Counts by tenant what was answered for a leaderboard; for one that may not exist nothing, so
/// that no client makes up a tenant.
void count_answer(const api& with, const std::string& leaderboard, tenant_request what,
                  const result<answer>& out) {
  if (out && out->status < 400)
    with.tenants.add(tenant_of(leaderboard), what);
  else if (!out && status_of(out.error().code) >= 500 && with.faces.shelf->find(leaderboard))
    with.tenants.add(tenant_of(leaderboard), tenant_request::failed);
}

// -- leaderboards ------------------------------------------------------------------

/// An administrator may have it feed leaderboards that a tenant's token may not know of.
void hide_foreign_feeds(const request& rq, leaderboard_info& info) {
  std::erase_if(info.settings.feeds, [&rq](const auto& id) { return !may_know_of(rq, id); });
}

answer_task put_leaderboard(const api& with, const request& rq) {
  const auto& id = rq.captures[0];
  if (const auto may = check_leaderboard(rq, id); !may)
    co_return may.error();
  const auto change = parse_leaderboard_change(rq.body);
  if (!change)
    co_return change.error();
  for (const auto& feed : change->feeds)
    if (!may_know_of(rq, feed))
      co_return fail(errc::out_of_range, "feeds names '" + feed + "', which does not exist",
                     "feeds");
  result<leaderboard_info> done = fail(errc::internal);
  if (change->restores) {
    restore_leaderboard message{id, rq.id};
    done = co_await ask<leaderboard_info>(with, with.faces.leaderboards, std::move(message));
  } else {
    save_leaderboard message{id, rq.body, rq.id, rq.tenant};
    done = co_await ask<leaderboard_info>(with, with.faces.leaderboards, std::move(message));
  }
  if (!done)
    co_return done.error();
  hide_foreign_feeds(rq, *done);
  auto out = ok(leaderboard_json(*done));
  out.status = done->created ? 201 : 200;
  co_return out;
}

answer_task get_leaderboard(const api& with, const request& rq) {
  const auto& id = rq.captures[0];
  if (const auto may = check_leaderboard(rq, id); !may)
    co_return may.error();
  count_leaderboard message{id};
  auto counts = co_await ask<leaderboard_counts>(with, with.faces.leaderboards, std::move(message));
  if (!counts)
    co_return counts.error();
  hide_foreign_feeds(rq, counts->of);
  co_return ok(leaderboard_json(*counts));
}

answer_task delete_leaderboard(const api& with, const request& rq) {
  const auto& id = rq.captures[0];
  if (const auto may = check_leaderboard(rq, id); !may)
    co_return may.error();
  archive_leaderboard message{id, rq.id};
  if (const auto done = co_await ask<bool>(with, with.faces.leaderboards, std::move(message));
      !done)
    co_return done.error();
  co_return ok(json::serialize(json::object{{"success", true}, {"id", id}}));
}

/// Whose leaderboards are listed: those of the token's tenant, whatever is asked for.
result<std::string> tenant_asked_for(const request& rq) {
  const std::string asked{rq.param("tenant").value_or("")};
  if (!asked.empty())
    if (const auto valid = validate_leaderboard_id(asked); !valid || tenant_of(asked) != asked)
      return fail(errc::out_of_range, "tenant has to be the first part of an id", "tenant");
  if (!rq.tenant.empty() && !asked.empty() && asked != rq.tenant)
    return fail(errc::forbidden, "this token is for the leaderboards of '" + rq.tenant + "'");
  return rq.tenant.empty() ? asked : rq.tenant;
}

/// Any text that has a place among ids, and that a database can compare with them.
result<std::string> place_asked_for(const request& rq) {
  const std::string after{rq.param("after").value_or("")};
  if (after.size() > max_leaderboard_id_bytes)
    return fail(errc::out_of_range, "after is longer than an id", "after");
  if (!is_valid_utf8(after) || after.find('\0') != std::string::npos)
    return fail(errc::out_of_range, "after has to be valid UTF-8 without a zero byte", "after");
  return after;
}

answer_task get_leaderboards(const api& with, const request& rq) {
  auto tenant = tenant_asked_for(rq);
  if (!tenant)
    co_return tenant.error();
  const auto limit = int_param(rq, "limit", 1, max_limit, usual_page);
  if (!limit)
    co_return limit.error();
  auto after = place_asked_for(rq);
  if (!after)
    co_return after.error();
  const auto archived = flag_param(rq, "archived");
  if (!archived)
    co_return archived.error();
  list_leaderboards message{std::move(*tenant), std::move(*after), *limit, *archived};
  auto page = co_await ask<std::vector<leaderboard_info>>(with, with.faces.leaderboards,
                                                          std::move(message));
  if (!page)
    co_return page.error();
  for (auto& one : *page)
    hide_foreign_feeds(rq, one);
  co_return ok(leaderboards_json(*page, *limit));
}

// -- writing -------------------------------------------------------------------------

/// Whether all of these leaderboards take an update without a count. What is wrong with one that
/// does not exist or cannot be read, the update says.
task<result<void>> check_without_count(const api& with, const request& rq,
                                       std::vector<std::string> leaderboards) {
  for (const auto& id : leaderboards) {
    if (id == default_leaderboard)
      continue;
    const auto rules = co_await rules_for_update(with, rq, id);
    const bool is_refused_later = !rules
                                  && (rules.error().code == errc::unknown_leaderboard
                                      || rules.error().code == errc::rejected_row);
    if (!rules && !is_refused_later)
      co_return rules.error();
    if (rules && rules->mode != score_mode::sum)
      co_return fail(errc::malformed, "count is missing, which leaderboard '" + id + "' needs",
                     "count");
  }
  co_return result<void>{};
}

answer_task post_update_of_several(const api& with, const request& rq) {
  auto parsed = parse_update_of_several(rq.body);
  if (!parsed)
    co_return parsed.error();
  const auto named = parsed->update.leaderboards;
  for (const auto& id : named)
    if (!may_know_of(rq, id))
      co_return unknown_leaderboard(id, "leaderboards");
  if (!parsed->has_count)
    if (const auto may = co_await check_without_count(with, rq, named); !may)
      co_return may.error();
  auto out = co_await answer_update(with, rq, with.named_updates, std::move(parsed->update));
  for (const auto& id : named)
    if (id != default_leaderboard)
      count_answer(with, id, tenant_request::updated, out);
  co_return out;
}

/// A repeat gets the first result, also if the leaderboard would not count it any more: whether it
/// is one, the transaction finds out.
score_rules rules_to_read_by(const request& rq, score_rules rules) {
  if (rq.headers.has("Idempotency-Key"))
    rules.max_count = score_limit - 1;
  return rules;
}

answer_task post_named_update(const api& with, const request& rq) {
  const auto rules = co_await rules_for_update(with, rq, rq.captures[0]);
  if (!rules)
    co_return rules.error();
  auto update = parse_update(rq.body, rules_to_read_by(rq, *rules));
  if (!update)
    co_return update.error();
  update->leaderboards.push_back(rq.captures[0]);
  co_return co_await answer_update(with, rq, with.named_updates, std::move(*update));
}

answer_task post_named_batch(const api& with, const request& rq) {
  const auto rules = co_await rules_for_update(with, rq, rq.captures[0]);
  if (!rules)
    co_return rules.error();
  auto items = parse_batch(rq.body, rules_to_read_by(rq, *rules));
  if (!items)
    co_return items.error();
  std::vector<std::string> named{rq.captures[0]};
  co_return co_await answer_batch(with, rq, with.faces.named_scoring, std::move(*items),
                                  std::move(named));
}

answer_task put_user_metadata(const api& with, const request& rq) {
  if (const auto may = check_leaderboard(rq, rq.captures[0]); !may)
    co_return may.error();
  const auto id = user_of(rq.captures[1]);
  if (!id)
    co_return id.error();
  auto metadata = parse_user_metadata(rq.body);
  if (!metadata)
    co_return metadata.error();
  set_user_metadata message{rq.captures[0], *id, *metadata, rq.id};
  if (const auto done = co_await ask<bool>(with, with.faces.leaderboards, std::move(message));
      !done)
    co_return done.error();
  co_return ok(user_metadata_json(*id, *metadata));
}

// -- reading -------------------------------------------------------------------------

answer_task get_named_board(const api& with, const request& rq) {
  const auto of = co_await open_named_boards(with, rq, rq.captures[0]);
  if (!of)
    co_return of.error();
  const auto asked = board_query_of(rq, 1);
  if (!asked)
    co_return asked.error();
  const auto page = co_await (*of)->boards.top(asked->board, asked->offset, asked->limit);
  if (!page)
    co_return page.error();
  std::vector<std::string> users;
  append_users(users, page->entries);
  const auto carried = co_await carried_by(with, **of, std::move(users));
  co_return ok(board_json(asked->board, asked->limit, asked->offset, *page, carried));
}

answer_task get_named_user(const api& with, const request& rq) {
  const auto of = co_await open_named_boards(with, rq, rq.captures[0]);
  if (!of)
    co_return of.error();
  const auto id = user_of(rq.captures[1]);
  if (!id)
    co_return id.error();
  const auto user = co_await (*of)->boards.user(*id, rq.id);
  if (!user)
    co_return user.error();
  std::vector<std::string> users{*id};
  const auto carried = co_await carried_by(with, **of, std::move(users));
  co_return ok(user_json(*user, carried));
}

answer_task get_named_rank(const api& with, const request& rq) {
  const auto of = co_await open_named_boards(with, rq, rq.captures[0]);
  if (!of)
    co_return of.error();
  const auto at = place_of(rq, 1);
  if (!at)
    co_return at.error();
  const auto rank = co_await (*of)->boards.rank(at->user_id, at->board, rq.id);
  if (!rank)
    co_return rank.error();
  co_return ok(rank_json(at->user_id, at->board, *rank));
}

answer_task post_named_ranks(const api& with, const request& rq) {
  const auto of = co_await open_named_boards(with, rq, rq.captures[0]);
  if (!of)
    co_return of.error();
  const auto board = period_of(rq.captures[1]);
  if (!board)
    co_return board.error();
  auto users = parse_user_ids(rq.body);
  if (!users)
    co_return users.error();
  const auto found = co_await (*of)->boards.ranks(*users, *board);
  if (!found)
    co_return found.error();
  const auto carried = co_await carried_by(with, **of, *users);
  co_return ok(ranks_json(*board, std::move(*users), *found, carried));
}

answer_task get_named_around(const api& with, const request& rq) {
  const auto of = co_await open_named_boards(with, rq, rq.captures[0]);
  if (!of)
    co_return of.error();
  const auto at = place_of(rq, 1);
  if (!at)
    co_return at.error();
  const auto limit = int_param(rq, "limit", 1, max_limit, default_neighbours);
  if (!limit)
    co_return limit.error();
  const auto hood = co_await (*of)->boards.around(at->user_id, at->board, *limit, rq.id);
  if (!hood)
    co_return hood.error();
  std::vector<std::string> users{at->user_id};
  append_users(users, hood->above);
  append_users(users, hood->below);
  const auto carried = co_await carried_by(with, **of, std::move(users));
  co_return ok(around_json(at->user_id, at->board, *hood, carried));
}

// -- administration --------------------------------------------------------------------

answer_task delete_named_user(const api& with, const request& rq) {
  if (const auto may = check_leaderboard(rq, rq.captures[0]); !may)
    co_return may.error();
  const auto id = user_of(rq.captures[1]);
  if (!id)
    co_return id.error();
  remove_user message{*id, rq.id, rq.captures[0]};
  if (const auto done = co_await ask<bool>(with, with.faces.named_scoring, std::move(message));
      !done)
    co_return done.error();
  co_return ok(json::serialize(json::object{{"success", true}, {"user_id", *id}}));
}

answer_task post_named_rebuild(const api& with, const request& rq) {
  if (const auto may = check_leaderboard(rq, rq.captures[0]); !may)
    co_return may.error();
  load_leaderboard message{rq.captures[0], true, rq.id};
  const auto report = co_await ask<leaderboard_loaded>(with, with.faces.leaderboards,
                                                       std::move(message), load_limit);
  if (!report)
    co_return report.error();
  co_return ok(json::serialize(json::object{{"success", true},
                                            {"users_synced", report->users},
                                            {"duration_ms", report->duration.count()}}));
}

answer_task post_named_reset(const api& with, const request& rq) {
  if (const auto may = check_leaderboard(rq, rq.captures[0]); !may)
    co_return may.error();
  const auto board = period_of(rq.captures[1]);
  if (!board)
    co_return board.error();
  reset_named_period message{rq.captures[0], *board, rq.id};
  const auto report = co_await ask<reset_report>(with, with.faces.leaderboards, std::move(message),
                                                 with.timeout + milliseconds{30'000});
  if (!report)
    co_return report.error();
  co_return ok(json::serialize(json::object{{"success", true},
                                            {"period", to_string(*board)},
                                            {"started_at", to_iso8601(report->started_at)}}));
}

answer_task get_named_status(const api& with, const request& rq) {
  if (const auto may = check_leaderboard(rq, rq.captures[0]); !may)
    co_return may.error();
  count_leaderboard message{rq.captures[0]};
  const auto counts =
      co_await ask<leaderboard_counts>(with, with.faces.leaderboards, std::move(message));
  if (!counts)
    co_return counts.error();
  co_return ok(leaderboard_status_json(*counts));
}

} // namespace

/// Not in an unnamed namespace: GCC warns of coroutine frames with types of one.
static answer_task answer_and_count(const api& with, const request& rq, route_fn f,
                                    tenant_request what) {
  auto out = co_await f(with, rq);
  count_answer(with, rq.captures[0], what, out);
  co_return out;
}

void add_named_leaderboard_routes(router& to, const api& with) {
  const auto add = [&](const char* method, const std::string& rest, handler handle, access who,
                       body_kind body = body_kind::none) {
    route made{method, "/api/leaderboards" + rest, who, body, std::move(handle)};
    made.knows_tenants = true;
    to.add(std::move(made));
  };
  const auto plain = [&](route_fn f) {
    return bind_route(with, f);
  };
  const auto counted = [&](route_fn f, tenant_request what) -> handler {
    return [&with, f, what](const request& rq) {
      return answer_and_count(with, rq, f, what);
    };
  };
  const auto reads = [&](route_fn f) {
    return counted(f, tenant_request::read);
  };
  const auto updates = [&](route_fn f) {
    return counted(f, tenant_request::updated);
  };
  add("GET", "", plain(get_leaderboards), access::read);
  add("POST", "/update", plain(post_update_of_several), access::write, body_kind::json);
  add("PUT", "/{leaderboard}", plain(put_leaderboard), access::admin, body_kind::json);
  add("GET", "/{leaderboard}", plain(get_leaderboard), access::read);
  add("DELETE", "/{leaderboard}", plain(delete_leaderboard), access::admin);
  add("POST", "/{leaderboard}/update", updates(post_named_update), access::write, body_kind::json);
  add("POST", "/{leaderboard}/update/batch", updates(post_named_batch), access::write,
      body_kind::json);
  add("GET", "/{leaderboard}/{period}", reads(get_named_board), access::read);
  add("POST", "/{leaderboard}/ranks/{period}", reads(post_named_ranks), access::read,
      body_kind::json);
  add("GET", "/{leaderboard}/user/{user_id}", reads(get_named_user), access::read);
  add("DELETE", "/{leaderboard}/user/{user_id}", plain(delete_named_user), access::admin);
  add("PUT", "/{leaderboard}/user/{user_id}/metadata", plain(put_user_metadata), access::write,
      body_kind::json);
  add("GET", "/{leaderboard}/user/{user_id}/rank/{period}", reads(get_named_rank), access::read);
  add("GET", "/{leaderboard}/user/{user_id}/around/{period}", reads(get_named_around),
      access::read);
  add("POST", "/{leaderboard}/admin/sync", plain(post_named_rebuild), access::admin);
  add("POST", "/{leaderboard}/admin/reset/{period}", plain(post_named_reset), access::admin);
  add("GET", "/{leaderboard}/admin/status", plain(get_named_status), access::admin);
}

} // namespace standings
