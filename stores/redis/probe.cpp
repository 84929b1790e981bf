#include "stores/redis/probe.hpp"

#include "stores/redis/reply_errors.hpp"
#include "stores/redis/server_info.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace standings {

namespace {

using arguments = redis_connection::arguments;

/// A member, field or part of a key that does not exist.
constexpr std::string_view nobody = "standings-probe-7f1c0d5e";

/// A command that the scripts or the stores call.
struct probe {
  arguments words;
  bool harmless = true; ///< changes nothing even if it runs
};

void add_board(std::string_view key, std::vector<probe>& to) {
  to.insert(to.end(), {{{"ZADD", key, "XX", "0", nobody}},
                       {{"ZREM", key, nobody}},
                       {{"ZCARD", key}},
                       {{"ZCOUNT", key, "1", "0"}},
                       {{"ZSCORE", key, nobody}},
                       {{"ZMSCORE", key, nobody}},
                       {{"ZREVRANK", key, nobody}},
                       {{"ZREVRANGE", key, "1", "0"}},
                       {{"ZSCAN", key, "0", "COUNT", "1"}},
                       {{"UNLINK", key}, false},
                       {{"TYPE", key}}});
}

std::vector<probe> probes_of(const key_scheme& keys, std::string_view details) {
  std::vector<probe> out;
  for (const auto& key : keys.boards())
    add_board(key, out);
  const std::string_view meta = keys.meta();
  const std::string_view removed = keys.removed();
  out.insert(out.end(), {{{"HMGET", meta, nobody}},
                         {{"HGET", meta, nobody}},
                         {{"HKEYS", meta}},
                         {{"HEXISTS", meta, nobody}},
                         {{"HSET", meta, nobody, "0"}, false},
                         {{"HINCRBY", meta, nobody, "0"}, false},
                         {{"HDEL", meta, nobody}},
                         {{"UNLINK", meta}, false},
                         {{"TYPE", meta}},
                         {{"ZADD", removed, "XX", "0", nobody}},
                         {{"ZSCORE", removed, nobody}},
                         {{"ZCARD", removed}},
                         {{"ZREMRANGEBYRANK", removed, "1", "0"}},
                         {{"EXISTS", removed}},
                         {{"GET", details}},
                         {{"MGET", details}},
                         {{"SET", details, "", "XX"}},
                         {{"MSET", details, ""}, false},
                         {{"EXISTS", details}},
                         {{"DEL", details}},
                         {{"UNLINK", details}},
                         {{"TYPE", details}},
                         {{"RENAMENX", details, details}},
                         {{"SCAN", "0", "COUNT", "1"}},
                         {{"EVAL", "return 1", "1", meta}},
                         {{"EVALSHA", "0000000000000000000000000000000000000000", "1", meta}}});
  return out;
}

/// Whether an error is a refusal; that a key is missing or has another type is not.
bool is_refusal(std::string_view error) {
  constexpr std::array kinds{"NOPERM", "unknown command", "READONLY", "OOM",         "MISCONF",
                             "MOVED",  "CROSSSLOT",       "NOAUTH",   "CLUSTERDOWN", "NOREPLICAS"};
  return std::any_of(kinds.begin(), kinds.end(),
                     [&](const char* kind) { return is_redis_error(error, kind); });
}

/// The command and its subject, for a finding.
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

/// Whether an error is a new finding: the same one for each of four boards is reported once.
bool is_news(std::set<std::string>& known, const arguments& words, const redis_reply& error) {
  const auto text = redis_error_text(error.text());
  const bool by_key = is_redis_error(text, "NOPERM") && text.find(" key") != std::string::npos;
  return known
      .insert(by_key ? std::string{words.size() > 1 ? words[1] : ""} : std::string{words[0]})
      .second;
}

result<void> add_optional(redis_connection& c, redis_findings& to) {
  constexpr std::array<std::string_view, 1> sections{"server"};
  const auto info = read_server_info(c, sections);
  if (!info)
    return info.error();
  if (info->refusal().is_error())
    to.notes.push_back(told({"INFO"}, info->refusal())
                       + ". Restarts and promotions of Redis are noticed by the service's own "
                         "heartbeat alone, and its memory is not shown");
  return {};
}

/// The replies to the commands: in a transaction that is discarded, or, if Redis refuses
/// transactions, only to those that change nothing.
result<std::vector<redis_reply>> ask(redis_connection& c, std::vector<probe>& probes,
                                     redis_findings& to) {
  const auto begun = c.exchange({{"MULTI"}});
  if (!begun)
    return begun.error();
  const bool queued = begun->front().text() == "OK";
  if (!queued) {
    to.notes.push_back(told({"MULTI"}, begun->front())
                       + ". So HSET, HINCRBY and MSET were not tried");
    std::erase_if(probes, [](const probe& p) { return !p.harmless; });
  }
  std::vector<arguments> words;
  words.reserve(probes.size() + 1);
  for (const auto& one : probes)
    words.push_back(one.words);
  if (queued)
    words.push_back({"DISCARD"});
  return c.exchange(words);
}

} // namespace

result<redis_findings> probe_redis(redis_connection& c, const key_scheme& keys) {
  redis_findings out;
  const auto details_key = keys.details(nobody);
  auto probes = probes_of(keys, details_key);
  const auto replies = ask(c, probes, out);
  if (!replies)
    return replies.error();
  std::set<std::string> known;
  for (std::size_t i = 0; i < probes.size(); ++i)
    if (const auto& reply = (*replies)[i];
        reply.is_error() && is_refusal(reply.text()) && is_news(known, probes[i].words, reply))
      out.problems.push_back(told(probes[i].words, reply));
  if (const auto done = add_optional(c, out); !done)
    return done.error();
  return out;
}

} // namespace standings
