#include "stores/redis/cache_writer.hpp"

#include "core/leaderboard/details_json.hpp"
#include "stores/redis/asides.hpp"

#include <algorithm>

namespace standings {

namespace {

constexpr auto remembered_removals = "100000";

constexpr int max_tries = 3; ///< if another program keeps writing values of another type

/// Adds the arguments of apply.lua for a user.
void add_user_arguments(std::vector<std::string>& to, const user_record& user, sys_time now) {
  to.push_back(user.user_id);
  to.push_back(std::to_string(user.version));
  to.push_back(std::to_string(to_micros(user.updated_at)));
  for (const auto score : user.score)
    to.push_back(std::to_string(score));
  to.push_back(details_json(user, now));
}

/// The details keys among the keys of a script call; they follow the shared ones.
std::span<const std::string> details_among(const std::vector<std::string>& keys,
                                           std::size_t shared) {
  return std::span{keys}.subspan(shared);
}

void confirm_where(std::string_view outcomes, char done, own_announcement& announced) {
  for (std::size_t i = 0; i < outcomes.size(); ++i)
    if (outcomes[i] == done)
      announced.confirm(i);
}

} // namespace

cache_writer::cache_writer(redis_pool& pool, const key_scheme& keys, clock_fn clock,
                           own_writes_ptr own, score_order order)
    : pool_(pool), keys_(keys), clock_(std::move(clock)), own_(std::move(own)),
      mode_suffix_(order == score_order::asc ? "_asc" : "") {}

result<void> cache_writer::apply(std::span<const user_record> users) {
  return write_all("apply", users);
}

result<void> cache_writer::load(std::span<const user_record> users) {
  return write_all("load", users);
}

result<void> cache_writer::write_all(const std::string& mode, std::span<const user_record> users) {
  std::vector<write> writes;
  for (const auto& user : users)
    writes.push_back({&user, nullptr});
  if (const auto done = run(mode, writes); !done)
    return done.error();
  return {};
}

result<std::uint64_t> cache_writer::write_if_unchanged(std::span<const conditional_write> users) {
  std::vector<write> writes;
  for (const auto& one : users)
    writes.push_back({&one.user, &one.token});
  return run("unchanged", writes);
}

result<void> cache_writer::remove(std::span<const deletion> users) {
  return remove(users, "of anybody");
}

result<void> cache_writer::replay_removals(std::span<const deletion> users) {
  return remove(users, "ours");
}

result<std::uint64_t> cache_writer::run(const std::string& mode, std::span<const write> writes) {
  std::uint64_t written = 0;
  for (std::size_t first = 0; first < writes.size(); first += redis_batch) {
    const auto some = writes.subspan(first, std::min(redis_batch, writes.size() - first));
    const auto done = run_batch(mode, some);
    if (!done)
      return done.error();
    written += *done;
  }
  return written;
}

result<std::uint64_t> cache_writer::run_batch(const std::string& mode,
                                              std::span<const write> writes) {
  std::uint64_t written = 0;
  auto remaining = run_once(mode, writes, written);
  for (int i = 1; i < max_tries && remaining && !remaining->empty(); ++i) {
    if (const auto made = make_room_for(*remaining); !made)
      return made.error();
    remaining = run_once(mode, *remaining, written);
  }
  if (!remaining)
    return remaining.error();
  if (!remaining->empty())
    return fail_because(errc::store_unavailable, "a key of the cache holds another type",
                        keys_.details(remaining->front().user->user_id)
                            + " was written by another program each time it had been renamed");
  return written;
}

/// Returns the writes whose key holds another type.
result<std::vector<cache_writer::write>> cache_writer::run_once(const std::string& mode,
                                                                std::span<const write> writes,
                                                                std::uint64_t& written) {
  const auto now = clock_();
  auto keys = keys_.shared();
  const auto shared = keys.size();
  std::vector<std::string> values{mode + mode_suffix_};
  for (const auto& [user, token] : writes) {
    keys.push_back(keys_.details(user->user_id));
    add_user_arguments(values, *user, now);
    if (token)
      values.push_back(*token);
  }
  own_announcement announced{own_.get(), "set", details_among(keys, shared)};
  const auto reply = run_script(pool_, apply_, keys, values);
  if (!reply)
    return reply.error();
  const auto outcomes = reply->text();
  confirm_where(outcomes, 'w', announced);
  written += static_cast<std::uint64_t>(std::count(outcomes.begin(), outcomes.end(), 'w'));
  std::vector<write> odd;
  for (std::size_t i = 0; i < outcomes.size(); ++i)
    if (outcomes[i] == 'a')
      odd.push_back(writes[i]);
  return odd;
}

result<void> cache_writer::make_room_for(std::span<const write> writes) {
  auto c = pool_.borrow();
  if (!c)
    return c.error();
  std::vector<needed_key> keys;
  for (const auto& one : writes)
    keys.push_back({keys_.details(one.user->user_id), "string"});
  return make_room(**c, keys_.meta(), keys, clock_(), own_.get());
}

/// `whose` is ARGV[2] of remove.lua.
result<void> cache_writer::remove(std::span<const deletion> users, const std::string& whose) {
  for (std::size_t first = 0; first < users.size(); first += redis_batch) {
    auto keys = keys_.shared();
    const auto shared = keys.size();
    std::vector<std::string> values{remembered_removals, whose};
    for (const auto& user : users.subspan(first, std::min(redis_batch, users.size() - first))) {
      keys.push_back(keys_.details(user.user_id));
      values.push_back(user.user_id);
      values.push_back(std::to_string(user.version));
    }
    own_announcement announced{own_.get(), "del", details_among(keys, shared)};
    const auto reply = run_script(pool_, remove_, keys, values);
    if (!reply)
      return reply.error();
    confirm_where(reply->text(), 'd', announced);
  }
  return {};
}

} // namespace standings
