#include "stores/redis_probe.hpp"

#include "stores/redis_identity.hpp"
#include "stores/redis_reply_errors.hpp"

#include <algorithm>
#include <set>

namespace standings {

namespace {

using arguments = redis_connection::arguments;

/// Commands with the arguments that they need, of all that the scripts and the stores
/// call. Nobody's id is empty, so the words mean nobody even if they were to run.
std::vector<arguments> commands_on(const redis_board_keys& keys, const std::string& details_key) {
  std::vector<arguments> out;
  const auto board = [&](std::string_view key) {
    out.insert(out.end(), {{"ZADD", key, "XX", "0", ""},
                           {"ZREM", key, ""},
                           {"ZCARD", key},
                           {"ZCOUNT", key, "1", "0"},
                           {"ZSCORE", key, ""},
                           {"ZMSCORE", key, ""},
                           {"ZREVRANK", key, ""},
                           {"ZREVRANGE", key, "1", "0"},
                           {"ZSCAN", key, "0"},
                           {"UNLINK", key},
                           {"TYPE", key}});
  };
  for (const auto& key : keys.boards)
    board(key);
  const std::string_view meta = keys.meta;
  out.insert(out.end(), {{"HMGET", meta, "generation"},
                         {"HGET", meta, "generation"},
                         {"HKEYS", meta},
                         {"HEXISTS", meta, "generation"},
                         {"HSET", meta, "probe", "0"},
                         {"HINCRBY", meta, "probe", "0"},
                         {"HDEL", meta, "probe"},
                         {"UNLINK", meta},
                         {"TYPE", meta}});
  const std::string_view removed = keys.removed;
  out.insert(out.end(), {{"ZADD", removed, "GT", "0", ""},
                         {"ZSCORE", removed, ""},
                         {"ZCARD", removed},
                         {"ZREMRANGEBYRANK", removed, "1", "0"},
                         {"EXISTS", removed}});
  const std::string_view details = details_key;
  out.insert(out.end(), {{"GET", details},
                         {"MGET", details},
                         {"SET", details, "", "XX"},
                         {"MSET", details, ""},
                         {"EXISTS", details},
                         {"DEL", details},
                         {"UNLINK", details},
                         {"TYPE", details},
                         {"RENAMENX", details, details},
                         {"SCAN", "0"},
                         {"TIME"},
                         {"EVAL", "return 1", "1", meta},
                         {"EVALSHA", "0000000000000000000000000000000000000000", "1", meta}});
  return out;
}

/// What was asked for: the command, and what it works on.
std::string asked(const arguments& words) {
  auto out = std::string{words[0]};
  const bool script = words[0] == "EVAL" || words[0] == "EVALSHA";
  const auto key = script ? words[3] : words.size() > 1 && words[0] != "SCAN" ? words[1] : "";
  if (!key.empty())
    out += " on " + std::string{key};
  return out;
}

std::string told(const arguments& words, const redis_reply& error) {
  const auto why = meaning_of_redis_error(error.text(), asked(words));
  return why.detail + ": " + why.cause;
}

/// The same for each of four boards is said once.
bool is_news(std::set<std::string>& known, const arguments& words, const redis_reply& error) {
  const auto text = redis_error_text(error.text());
  const bool by_key = is_redis_error(text, "NOPERM") && text.find(" key") != std::string::npos;
  return known
      .insert(by_key ? std::string{words.size() > 1 ? words[1] : ""} : std::string{words[0]})
      .second;
}

result<void> add_optional(redis_connection& c, redis_findings& to) {
  const auto replies = c.exchange({{"INFO", "server"}});
  if (!replies)
    return replies.error();
  if (replies->front().is_error())
    to.notes.push_back(told({"INFO"}, replies->front())
                       + ". Restarts and promotions of Redis are noticed by the service's own "
                         "heartbeat alone, and its memory is not shown");
  return {};
}

} // namespace

result<redis_findings> probe_redis(redis_connection& c, const redis_board_keys& keys,
                                   const std::string& details_prefix) {
  redis_findings out;
  const auto details_key = details_prefix + "probe";
  const auto commands = commands_on(keys, details_key);
  // where there are no transactions, commands would run at once
  const auto begun = c.exchange({{"MULTI"}});
  if (!begun)
    return begun.error();
  if (begun->front().text() != "OK") {
    out.notes.push_back(told({"MULTI"}, begun->front())
                        + ". So it was not looked at which other commands Redis refuses");
    return out;
  }
  auto words = commands;
  words.push_back({"DISCARD"});
  const auto replies = c.exchange(words);
  if (!replies)
    return replies.error();
  std::set<std::string> known;
  for (std::size_t i = 0; i < commands.size(); ++i)
    if (const auto& reply = (*replies)[i]; reply.is_error() && is_news(known, commands[i], reply))
      out.problems.push_back(told(commands[i], reply));
  if (const auto done = add_optional(c, out); !done)
    return done.error();
  return out;
}

} // namespace standings
