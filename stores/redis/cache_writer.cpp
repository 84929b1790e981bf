#include "stores/redis/cache_writer.hpp"

#include "core/leaderboard/details_json.hpp"
#include "stores/redis/asides.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace standings {

namespace {

constexpr auto remembered_removals = "100000";

constexpr std::size_t calls_at_once = 64; ///< to different caches

/// Users in one exchange with Redis, which works on a call while the next one is on its way.
constexpr std::size_t users_at_once = 4 * redis_batch;

redis_script apply_script() {
  return find_redis_script("apply.lua", {"version_of.lua"});
}

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

/// A call of apply.lua, whose notifications are announced until this object's end.
class cache_writer::apply_call {
public:
  apply_call(const cache_writer& by, const std::string& mode, std::vector<write> writes)
      : writes_(std::move(writes)),
        keys_(by.keys_.shared()), values_{mode + by.mode_suffix_,
                                          std::to_string(to_micros(by.latest_start_()))} {
    const auto now = by.clock_();
    const auto shared = keys_.size();
    for (const auto& [user, token] : writes_) {
      keys_.push_back(by.keys_.details(user->user_id));
      add_user_arguments(values_, *user, now);
      if (token)
        values_.push_back(*token);
    }
    announced_.emplace(by.own_.get(), "set", details_among(keys_, shared));
  }

  [[nodiscard]] const std::vector<std::string>& keys() const { return keys_; }
  [[nodiscard]] const std::vector<std::string>& values() const { return values_; }

  /// Returns the writes whose key holds another type, and adds how many were done.
  [[nodiscard]] std::vector<write> take(const redis_reply& reply, std::uint64_t& written) {
    const auto outcomes = reply.text();
    confirm_where(outcomes, 'w', *announced_);
    written += static_cast<std::uint64_t>(std::count(outcomes.begin(), outcomes.end(), 'w'));
    std::vector<write> odd;
    for (std::size_t i = 0; i < outcomes.size(); ++i)
      if (outcomes[i] == 'a')
        odd.push_back(writes_[i]);
    return odd;
  }

private:
  const std::vector<write> writes_;
  std::vector<std::string> keys_;
  std::vector<std::string> values_;
  std::optional<own_announcement> announced_; ///< its keys are among keys_
};

cache_writer::cache_writer(redis_pool& pool, const key_scheme& keys, clock_fn clock,
                           clock_fn latest_start, own_writes_ptr own, score_order order)
    : pool_(pool), keys_(keys), clock_(std::move(clock)), latest_start_(std::move(latest_start)),
      own_(std::move(own)), mode_suffix_(order == score_order::asc ? "_asc" : ""),
      apply_(apply_script()) {}

result<void> cache_writer::apply(std::span<const user_record> users) {
  return write_all("apply", users);
}

result<void> cache_writer::load(std::span<const user_record> users) {
  return write_all("load", users);
}

std::vector<cache_writer::write> cache_writer::writes_of(std::span<const user_record> users) {
  std::vector<write> out;
  for (const auto& user : users)
    out.push_back({&user, nullptr});
  return out;
}

result<void> cache_writer::write_all(const std::string& mode, std::span<const user_record> users) {
  if (const auto done = run(mode, writes_of(users)); !done)
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
  for (std::size_t first = 0; first < writes.size(); first += users_at_once) {
    const auto some = writes.subspan(first, std::min(users_at_once, writes.size() - first));
    const auto done = run_part(mode, some, written);
    if (!done)
      return done.error();
    written = *done;
  }
  return written;
}

/// Returns how many writes were done with those before.
result<std::uint64_t> cache_writer::run_part(const std::string& mode, std::span<const write> writes,
                                             std::uint64_t written) {
  std::deque<apply_call> calls; // its elements never move
  for (std::size_t first = 0; first < writes.size(); first += redis_batch) {
    const auto some = writes.subspan(first, std::min(redis_batch, writes.size() - first));
    calls.emplace_back(*this, mode, std::vector<write>{some.begin(), some.end()});
  }
  const auto replies = run_all(pool_, calls);
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const auto done = finish(mode, calls[i], replies[i], written);
    if (!done)
      return done.error();
    written = *done;
  }
  return written;
}

/// Returns the writes whose key holds another type.
result<std::vector<cache_writer::write>> cache_writer::run_once(const std::string& mode,
                                                                std::span<const write> writes,
                                                                std::uint64_t& written) {
  apply_call call{*this, mode, {writes.begin(), writes.end()}};
  const auto reply = run_script(pool_, apply_, call.keys(), call.values());
  if (!reply)
    return reply.error();
  return call.take(*reply, written);
}

/// Makes room for the writes whose key holds another type and repeats them. Returns how many writes
/// were done with those before.
result<std::uint64_t> cache_writer::run_odd(const std::string& mode, std::vector<write> odd,
                                            std::uint64_t written) {
  for (int i = 1; i < max_tries && !odd.empty(); ++i) {
    if (const auto made = make_room_for(odd); !made)
      return made.error();
    auto still_odd = run_once(mode, odd, written);
    if (!still_odd)
      return still_odd.error();
    odd = std::move(*still_odd);
  }
  if (!odd.empty())
    return fail_because(errc::store_unavailable, "a key of the cache holds another type",
                        keys_.details(odd.front().user->user_id)
                            + " was written by another program each time it had been renamed");
  return written;
}

// -- several caches ----------------------------------------------------------------

std::vector<result<void>> cache_writer::apply_together(redis_pool& pool,
                                                       std::span<const update> updates) {
  std::vector<result<void>> out(updates.size());
  for (std::size_t first = 0; first < updates.size(); first += calls_at_once) {
    const auto end = std::min(first + calls_at_once, updates.size());
    std::deque<apply_call> calls; // its elements never move
    std::vector<std::size_t> called;
    for (auto i = first; i < end; ++i) {
      const auto& [writer, users] = updates[i];
      if (users.size() > redis_batch) {
        out[i] = writer->apply(users);
      } else {
        calls.emplace_back(*writer, "apply", writes_of(users));
        called.push_back(i);
      }
    }
    const auto replies = run_all(pool, calls);
    for (std::size_t i = 0; i < called.size(); ++i)
      if (const auto done = updates[called[i]].writer->finish("apply", calls[i], replies[i], 0);
          !done)
        out[called[i]] = done.error();
  }
  return out;
}

/// One reply for each call; if the server is lost, the later ones fail as the one it was lost over.
std::vector<result<redis_reply>> cache_writer::run_all(redis_pool& pool,
                                                       const std::deque<apply_call>& calls) {
  if (calls.empty())
    return {};
  auto c = pool.borrow();
  if (!c)
    return {calls.size(), c.error()};
  std::vector<redis_connection::script_call> scripts;
  for (const auto& call : calls)
    scripts.push_back(
        {{call.keys().begin(), call.keys().end()}, {call.values().begin(), call.values().end()}});
  auto replies = (*c)->scripts(source_of(apply_script()), scripts);
  while (replies.size() < calls.size())
    replies.push_back(replies.back());
  return replies;
}

/// Returns how many writes were done with those before.
result<std::uint64_t> cache_writer::finish(const std::string& mode, apply_call& call,
                                           const result<redis_reply>& reply,
                                           std::uint64_t written) {
  if (!reply)
    return reply.error();
  auto odd = call.take(*reply, written);
  return run_odd(mode, std::move(odd), written);
}

// -- rare ------------------------------------------------------------------------

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
