#include "http/api/named_boards.hpp"

#include "actors/leaderboard/blocking_cache_reads.hpp"
#include "core/leaderboard/leaderboard_id.hpp"

#include <utility>

namespace standings {

namespace {

cache_reads_ptr reads_of(const api& with, const shelved_leaderboard& which) {
  if (with.faces.named_caches_block)
    return std::make_unique<blocking_cache_reads>(which.cache, with.calls, with.loop);
  return std::make_unique<direct_cache_reads>(which.cache);
}

} // namespace

named_boards::named_boards(const api& with, shelved_ptr which)
    : what(std::move(which)), reads(reads_of(with, *what)),
      source(with.requests, with.faces.leaderboards, what->of.id, with.timeout),
      boards(*reads, source, with.waiting, with.counts) {}

task<user_metadata> carried_by(const api& with, const named_boards& of,
                               std::vector<std::string> user_ids) {
  if (!of.what->of.has_user_metadata || user_ids.empty())
    co_return user_metadata{};
  read_user_metadata which{of.what->of.id, std::move(user_ids)};
  auto found = co_await ask<user_metadata>(with, with.faces.leaderboards, std::move(which));
  co_return found ? std::move(*found) : user_metadata{};
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

task<result<named_boards_ptr>> open_named_boards(const api& with, std::string id) {
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

task<result<score_rules>> rules_for_update(const api& with, const request& rq, std::string id) {
  const auto found = co_await open_named_boards(with, rq, id);
  if (found)
    co_return (*found)->what->of.settings.rules;
  if (found.error().code == errc::unknown_leaderboard && with.create_on_write
      && may_know_of(rq, id))
    co_return leaderboard_settings{}.rules;
  co_return found.error();
}

} // namespace standings
