#include "stores/redis/clearing.hpp"

#include "core/leaderboard/details_json.hpp"
#include "log/log.hpp"

namespace standings {

namespace {

using arguments = redis_connection::arguments;

/// The keys of a page that hold details; `others` counts the rest.
result<std::vector<std::string>> details_among(redis_connection& c,
                                               const std::vector<std::string_view>& keys,
                                               std::uint64_t& others) {
  arguments read{"MGET"};
  read.insert(read.end(), keys.begin(), keys.end());
  const auto values = c.command(read);
  if (!values)
    return values.error();
  std::vector<std::string> out;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto value = (*values)[i];
    if (value.is_string() && parse_details(value.text()))
      out.emplace_back(keys[i]);
    else
      ++others;
  }
  return out;
}

/// Boards and meta of another type belong to another program and stay; a rebuild sets them aside.
result<void> clear_own_keys(redis_connection& c, const key_scheme& keys) {
  std::vector<std::string_view> names{keys.meta()};
  names.insert(names.end(), keys.boards().begin(), keys.boards().end());
  std::vector<arguments> looks;
  looks.reserve(names.size());
  for (const auto name : names)
    looks.push_back({"TYPE", name});
  const auto types = c.pipeline(looks);
  if (!types)
    return types.error();
  arguments unlink{"UNLINK"};
  for (std::size_t i = 0; i < names.size(); ++i)
    if ((*types)[i].text() == (i == 0 ? "hash" : "zset"))
      unlink.push_back(names[i]);
  if (unlink.size() == 1)
    return {};
  if (const auto done = c.command(unlink); !done)
    return done.error();
  return {};
}

/// The reply only counts deleted keys, so which ones existed is known only if all did.
result<void> unlink_details(redis_connection& c, const std::vector<std::string>& keys,
                            own_writes* own) {
  arguments words{"UNLINK"};
  words.insert(words.end(), keys.begin(), keys.end());
  own_announcement announced{own, "del", keys};
  const auto done = c.command(words);
  if (!done)
    return done.error();
  if (done->integer() == static_cast<std::int64_t>(keys.size()))
    announced.confirm_all();
  return {};
}

} // namespace

result<void> clear_redis_cache(redis_connection& c, const key_scheme& keys, own_writes* own) {
  if (auto done = clear_own_keys(c, keys); !done)
    return done;
  std::string cursor = "0";
  std::uint64_t others = 0;
  const auto pattern = keys.details_pattern();
  do {
    const auto found = c.command({"SCAN", cursor, "MATCH", pattern, "COUNT", "1000"});
    if (!found)
      return found.error();
    cursor = std::string{(*found)[0].text()};
    std::vector<std::string_view> own_keys;
    const auto keys_here = (*found)[1];
    for (std::size_t i = 0; i < keys_here.size(); ++i)
      if (keys.is_own_details(keys_here[i].text()))
        own_keys.push_back(keys_here[i].text());
    if (own_keys.empty())
      continue;
    const auto details = details_among(c, own_keys, others);
    if (!details)
      return details.error();
    if (details->empty())
      continue;
    if (auto done = unlink_details(c, *details, own); !done)
      return done;
  } while (cursor != "0");
  if (others > 0)
    log_to(log_component::cache)
        .warn("{} keys under '{}' hold no user's details that the service could read: they were "
              "not cleared",
              others, keys.details_prefix());
  return {};
}

} // namespace standings
