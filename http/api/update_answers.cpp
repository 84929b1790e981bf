#include "http/api/update_answers.hpp"

#include "core/base/validate.hpp"
#include "core/leaderboard/leaderboard_id.hpp"
#include "http/api/named_boards.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace standings {

namespace {

constexpr auto too_many_updates = "more updates of this user than allowed";

/// After a time-out it is unknown whether the increment was counted.
failure of_update(failure why) {
  if (why.code == errc::timed_out)
    return fail(errc::outcome_unknown,
                "no answer in time; the update may still be counted, repeat it with the same "
                "Idempotency-Key");
  return why;
}

result<std::string> idempotency_key_of(const request& rq) {
  if (!rq.headers.has("Idempotency-Key"))
    return std::string{};
  std::string key{rq.headers.value("Idempotency-Key")};
  if (const auto valid = validate_idempotency_key(key); !valid)
    return valid.error();
  return key;
}

/// A leaderboard may feed one that the token may not know of: that is not shown, and if it refuses
/// an update, this is said without its name.
void hide_foreign(const request& rq, update_outcome& outcome) {
  std::erase_if(outcome.states,
                [&rq](const auto& state) { return !may_know_of(rq, state.leaderboard); });
  if (const auto& id = outcome.refused_by; !id.empty())
    outcome.detail += may_know_of(rq, id) ? " in leaderboard '" + id + "'"
                                          : std::string{" in a leaderboard that this one feeds"};
}

/// The input that is the cause of a refusal; empty if there is none, or several.
std::string cause_of(const request& rq, errc code) {
  if (code == errc::invalid_count || code == errc::score_overflow)
    return "count";
  if (code == errc::unknown_leaderboard
      || code == errc::out_of_range) // named by the path, or else by the body
    return rq.captures.empty() ? "leaderboards" : "leaderboard";
  return {};
}

failure with_cause(const request& rq, failure why) {
  if (auto cause = cause_of(rq, why.code); !cause.empty())
    why.field = std::move(cause);
  return why;
}

/// What the limits of a user's updates say; nothing if the client is not limited. Each tenant has
/// users of its own, whatever they are called; the default leaderboard is a party of its own, too.
limit_state count_update(const api& with, const request& rq,
                         const std::vector<std::string>& leaderboards, const std::string& user_id) {
  if (!rq.limited)
    return {};
  std::set<std::string> users;
  for (const auto& id : leaderboards)
    users.insert(id == default_leaderboard ? user_id : std::string{tenant_of(id)} + '\0' + user_id);
  if (leaderboards.empty())
    users.insert(user_id);
  limit_state tightest;
  for (const auto& user : users) {
    const auto state = with.limits.count_update(user, std::chrono::steady_clock::now());
    if (!state.allowed)
      return state;
    tightest = tighter(tightest, state);
  }
  return tightest;
}

std::string too_many_of_tenants(const std::vector<std::string>& leaderboards) {
  return "more updates than the quota updates_per_second of the tenant of "
         + (leaderboards.size() == 1 ? "leaderboard '" + leaderboards.front() + "' allows"
                                     : std::string{"one of the leaderboards allows"});
}

/// Whether a new leaderboard, which has default settings, would count this. Those that exist have
/// already refused what they would not count.
result<void> check_for_new(std::int64_t count) {
  const auto may = validate_count(count, leaderboard_settings{}.rules);
  if (!may)
    return fail(may.error().code,
                may.error().detail + " in a leaderboard that this update would make", "count");
  return {};
}

/// Whether a leaderboard that is made for this batch would count some of it.
bool any_counts_in_new(const std::vector<batch_item>& items) {
  return std::any_of(items.begin(), items.end(), [](const batch_item& item) {
    return item.problem.code == errc::none && check_for_new(item.update.count);
  });
}

/// Those items of a batch that have no problem. A client's key contains no space, so the keys of
/// items cannot collide with one.
update_scores update_message(const request& rq, const std::vector<batch_item>& items,
                             const std::vector<std::string>& leaderboards, const std::string& key) {
  update_scores out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].problem.code != errc::none)
      continue;
    auto& update = out.updates.emplace_back(items[i].update);
    update.request_id = rq.id;
    update.leaderboards = leaderboards;
    if (!key.empty())
      update.key = key + " " + std::to_string(i);
  }
  return out;
}

/// Makes the leaderboards that an update names and that do not exist. Fails as make_leaderboards.
task<result<void>> make_missing(const api& with, const request& rq,
                                std::vector<std::string> leaderboards) {
  std::erase(leaderboards, std::string{default_leaderboard});
  make_leaderboards message{std::move(leaderboards), rq.id};
  const auto made = co_await ask<std::vector<leaderboard_info>>(with, with.faces.leaderboards,
                                                                std::move(message));
  if (!made)
    co_return made.error();
  co_return result<void>{};
}

} // namespace

answer_task answer_update(const api& with, const request& rq, update_gate& to,
                          score_update update) {
  auto key = idempotency_key_of(rq);
  if (!key)
    co_return key.error();
  update.key = std::move(*key);
  update.request_id = rq.id;
  const auto of_tenants =
      with.limits.count_update_of(update.leaderboards, std::chrono::steady_clock::now());
  if (!of_tenants.allowed)
    co_return too_many_requests(of_tenants, too_many_of_tenants(update.leaderboards), rq.id);
  const auto of_user = count_update(with, rq, update.leaderboards, update.user_id);
  if (!of_user.allowed)
    co_return too_many_requests(of_user, too_many_updates, rq.id);
  const auto state = tighter(of_tenants, of_user);
  std::optional<score_update> again;
  if (with.create_on_write && !update.leaderboards.empty())
    again = update;
  auto outcome = co_await to.submit(std::move(update));
  if (outcome && outcome->code == errc::unknown_leaderboard && again) {
    if (const auto may = check_for_new(again->count); !may)
      co_return may.error();
    if (const auto made = co_await make_missing(with, rq, again->leaderboards); !made)
      co_return with_cause(rq, made.error());
    outcome = co_await to.submit(std::move(*again));
  }
  if (!outcome)
    co_return of_update(outcome.error());
  hide_foreign(rq, *outcome);
  if (outcome->code != errc::none)
    co_return of_update(with_cause(rq, fail(outcome->code, outcome->detail)));
  auto out = ok(update_json(*outcome));
  if (outcome->replayed)
    out.headers.emplace_back("Idempotent-Replayed", "true");
  if (const auto& told = tighter(rq.limit, state); told.limit > 0)
    add_limit_fields(out, told);
  co_return out;
}

answer_task answer_batch(const api& with, const request& rq, const scoring_actor& to,
                         std::vector<batch_item> items, std::vector<std::string> leaderboards) {
  const auto key = idempotency_key_of(rq);
  if (!key)
    co_return key.error();
  const auto now = std::chrono::steady_clock::now();
  for (auto& item : items)
    if (item.problem.code == errc::none && !with.limits.count_update_of(leaderboards, now).allowed)
      item.problem = fail(errc::rate_limited, too_many_of_tenants(leaderboards));
  for (auto& item : items)
    if (item.problem.code == errc::none
        && !count_update(with, rq, leaderboards, item.update.user_id).allowed)
      item.problem = fail(errc::rate_limited, too_many_updates);
  auto message = update_message(rq, items, leaderboards, *key);
  auto outcomes = co_await ask<std::vector<update_outcome>>(with, to, std::move(message));
  if (outcomes && with.create_on_write && !outcomes->empty()
      && outcomes->front().code == errc::unknown_leaderboard // then all of them
      && any_counts_in_new(items)) {
    if (const auto made = co_await make_missing(with, rq, leaderboards); !made)
      co_return with_cause(rq, made.error());
    auto again = update_message(rq, items, leaderboards, *key);
    outcomes = co_await ask<std::vector<update_outcome>>(with, to, std::move(again));
  }
  if (!outcomes)
    co_return of_update(outcomes.error());
  std::vector<update_outcome> all(items.size());
  auto next = outcomes->begin();
  for (std::size_t i = 0; i < items.size(); ++i)
    if (items[i].problem.code == errc::none)
      all[i] = std::move(*next++);
  for (auto& outcome : all)
    hide_foreign(rq, outcome);
  co_return ok(batch_json(items, all));
}

} // namespace standings
