#include "stores/redis/asides.hpp"

#include "log/log.hpp"
#include "stores/redis/key_scheme.hpp"
#include "stores/redis/script.hpp"

namespace standings {

namespace {

constexpr int max_names = 20; ///< each with a new name

/// One call of set_aside.lua; returns the keys that are still in the way, because a new name was
/// taken.
result<std::vector<needed_key>> rename_once(redis_connection& c, const std::string& meta_key,
                                            std::span<const needed_key> keys, sys_time now,
                                            own_writes* own) {
  static const auto script = find_redis_script("set_aside.lua");
  std::vector<std::string> from;
  std::vector<std::string> to;
  std::vector<std::string> all{meta_key};
  std::vector<std::string> types;
  for (const auto& [key, type] : keys) {
    from.push_back(key);
    to.push_back(aside_key(key, now));
    all.push_back(from.back());
    all.push_back(to.back());
    types.emplace_back(type);
  }
  own_announcement left{own, "rename_from", from};
  own_announcement arrived{own, "rename_to", to};
  const auto reply = run_script(c, script, all, types);
  if (!reply)
    return reply.error();
  std::vector<needed_key> remaining;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto type = (*reply)[3 * i].text();
    if ((*reply)[3 * i + 2].integer() == 1) {
      left.confirm(i);
      arrived.confirm(i);
      log_to(log_component::cache)
          .warn("The key '{}' of the cache held a {} of size {} that is not ours: it was "
                "renamed to '{}', and nothing of it was changed",
                from[i], type, (*reply)[3 * i + 1].integer(), to[i]);
    } else if (type != "none") {
      remaining.push_back(keys[i]);
    }
  }
  return remaining;
}

} // namespace

result<void> make_room(redis_connection& c, const std::string& meta_key,
                       std::span<const needed_key> keys, sys_time now, own_writes* own) {
  std::vector<needed_key> remaining{keys.begin(), keys.end()};
  for (int i = 0; i < max_names; ++i, now += std::chrono::microseconds{1}) {
    auto renamed = rename_once(c, meta_key, remaining, now, own);
    if (!renamed)
      return renamed.error();
    if (renamed->empty())
      return {};
    remaining = std::move(*renamed);
  }
  return fail_because(errc::store_unavailable, "a key of the cache holds another type",
                      remaining.front().key + ": no name to rename it to is free");
}

} // namespace standings
