#include "http/api/named_boards.hpp"

#include "actors/leaderboard/blocking_cache_reads.hpp"
#include "core/leaderboard/leaderboard_id.hpp"

#include <algorithm>
#include <utility>

namespace standings {

namespace {

/// A lock in the database does not hold up what the cache shows: it is shown without the users'
/// metadata, and with the settings that were known.
constexpr milliseconds longest_wait_for_details{500};

cache_reads_ptr reads_of(const api& with, const shelved_leaderboard& which) {
  if (with.faces.named_caches_block)
    return std::make_unique<blocking_cache_reads>(which.cache, with.calls, with.loop);
  return std::make_unique<direct_cache_reads>(which.cache);
}

} // namespace

named_boards::named_boards(const api& with, shelved_ptr which)
    : what(std::move(which)), reads(reads_of(with, *what)),
      source(with.requests, with.faces.leaderboards, what->of.id, with.timeout),
      boards(*reads, source, with.waiting, with.counts, std::string{tenant_of(what->of.id)}) {}

task<user_metadata> carried_by(const api& with, const named_boards& of,
                               std::vector<std::string> user_ids) {
  if (!of.what->of.has_user_metadata || user_ids.empty())
    co_return user_metadata{};
  read_user_metadata which{of.what->of.id, std::move(user_ids)};
  auto found = co_await ask<user_metadata>(with, with.faces.leaderboards, std::move(which),
                                           std::min(with.timeout, longest_wait_for_details));
  co_return found ? std::move(*found) : user_metadata{};
}

void append_users(std::vector<std::string>& to, const std::vector<board_entry>& from) {
  for (const auto& entry : from)
    to.push_back(entry.user.user_id);
}

bool may_know_of(const request& rq, const std::string& id) {
  return rq.tenant.empty() || tenant_of(id) == rq.tenant;
}

result<void> check_leaderboard(const request& rq, const std::string& id) {
  if (const auto valid = validate_leaderboard_id(id); !valid)
    return valid;
  if (!may_know_of(rq, id))
    return unknown_leaderboard(id);
  return {};
}

task<result<named_boards_ptr>> open_named_boards(const api& with, const request& rq,
                                                 std::string id) {
  if (const auto may = check_leaderboard(rq, id); !may)
    co_return may.error();
  co_return co_await open_named_boards(with, std::move(id));
}

/// Another instance may have changed or archived one that was idle here. What the database cannot
/// say soon is taken from the shelf.
static task<result<void>> look_again(const api& with, shelved_ptr known) {
  const auto id = known->of.id;
  look_at_leaderboard which{id};
  const auto there = co_await ask<bool>(with, with.faces.leaderboards, std::move(which),
                                        std::min(with.timeout, longest_wait_for_details));
  if (!there)
    with.faces.shelf->believe(*known);
  else if (!*there)
    co_return unknown_leaderboard(id);
  co_return result<void>{};
}

/// As it is known on the shelf, unless it is not there, or a period has ended.
static task<result<named_boards_ptr>> open_known_boards(const api& with, std::string id) {
  auto what = with.faces.shelf->find(id);
  if (!what || what->next_boundary_us <= to_micros(system_now())) {
    describe_leaderboard which{id};
    const auto known =
        co_await ask<leaderboard_info>(with, with.faces.leaderboards, std::move(which));
    // while the database is away, the cache goes on with the periods that it knows
    const bool may_go_on = what && what->next_boundary_us != 0 && !known
                           && known.error().code == errc::store_unavailable;
    if (!known && !may_go_on)
      co_return known.error();
    if (known)
      what = with.faces.shelf->find(id);
  }
  if (!what)
    co_return unknown_leaderboard(id); // archived meanwhile
  co_return std::make_unique<named_boards>(with, std::move(what));
}

task<result<named_boards_ptr>> open_named_boards(const api& with, std::string id) {
  auto known = with.faces.shelf->find(id);
  if (known && with.faces.named_caches_block && with.faces.shelf->is_outdated(*known))
    if (const auto there = co_await look_again(with, std::move(known)); !there)
      co_return there.error();
  co_return co_await open_known_boards(with, std::move(id));
}

task<result<score_rules>> rules_for_update(const api& with, const request& rq, std::string id) {
  if (const auto may = check_leaderboard(rq, id); !may)
    co_return may.error();
  // the transaction that counts the update sees what another instance has changed
  const auto found = co_await open_known_boards(with, id);
  if (found) {
    const auto& of = (*found)->what->of;
    if (!of.unreadable.empty())
      co_return unreadable_settings(of);
    co_return of.settings.rules;
  }
  if (found.error().code == errc::unknown_leaderboard && with.create_on_write)
    co_return leaderboard_settings{}.rules;
  co_return found.error();
}

} // namespace standings
