#include "stores/redis/reply_errors.hpp"

#include <algorithm>
#include <array>

namespace standings {

namespace {

struct meaning {
  std::string_view kind;   ///< prefix of the reply, or a part of a script's error
  std::string_view detail; ///< for callers
  std::string_view advice;
};

constexpr std::array<meaning, 18> meanings{{
    {"OOM", "the cache is out of memory",
     "raise Redis's maxmemory, or give the service a Redis of its own"},
    {"READONLY", "the cache is a read-only replica",
     "point cache.host at the primary; after a failover the service follows by itself"},
    {"LOADING", "the cache is loading its snapshot", "wait: the service goes on by itself"},
    {"MASTERDOWN", "the cache is a replica that has lost its primary",
     "point cache.host at the primary"},
    {"NOREPLICAS", "the cache lacks the replicas that it wants",
     "see min-replicas-to-write in Redis's configuration"},
    {"MISCONF", "the cache cannot write its snapshot",
     "look at the disk and the log of Redis; see stop-writes-on-bgsave-error"},
    {"WRONGTYPE", "a key of the cache holds another type",
     "look at the key with TYPE, and rename it; the service moves its own keys' squatters aside "
     "when it loads the cache"},
    {"CROSSSLOT", "the cache is a Redis Cluster, which is not supported",
     "use a Redis without cluster-enabled"},
    {"MOVED", "the cache is a Redis Cluster, which is not supported",
     "use a Redis without cluster-enabled"},
    {"CLUSTERDOWN", "the cache is a Redis Cluster, which is not supported",
     "use a Redis without cluster-enabled"},
    {"NOAUTH", "the cache refuses our user or password", "set cache.password (REDIS_PASSWORD)"},
    {"WRONGPASS", "the cache refuses our user or password",
     "compare cache.username and cache.password with ACL LIST of Redis"},
    {"NOPERM", "the cache refuses our user a command or a key",
     "grant it with ACL SETUSER; docs/redis.md lists what the service needs"},
    {"unknown command", "the cache does not know a command",
     "it was renamed or disabled in Redis's configuration, or Redis is older than 6.2"},
    {"BUSY", "the cache is busy with a client's script", "wait, or SCRIPT KILL it"},
    {"max number of clients", "the cache takes no more connections", "raise Redis's maxclients"},
    {"DB index is out of range", "the cache has no database of the configured number",
     "set cache.db to one below Redis's `databases`"},
    {"invalid password", "the cache refuses our user or password",
     "compare cache.password with requirepass of Redis"},
}};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

} // namespace

bool is_redis_error(std::string_view reply, std::string_view kind) {
  const auto at = reply.find(kind);
  if (at == std::string_view::npos)
    return false;
  if (at > 0 && is_letter(reply[at - 1]))
    return false;
  const auto end = at + kind.size();
  return end == reply.size() || reply[end] == ' ' || reply[end] == ',' || reply[end] == '\''
         || reply[end] == '`';
}

std::string redis_error_text(std::string_view reply) {
  constexpr std::size_t most = 300;
  reply = reply.substr(0, reply.find(", with args beginning"));
  std::string out{reply.substr(0, most)};
  std::replace_if(
      out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return out;
}

failure meaning_of_redis_error(std::string_view reply, const std::string& doing) {
  const auto cause = doing + ": " + redis_error_text(reply);
  for (const auto& one : meanings)
    if (is_redis_error(reply, one.kind))
      return fail_because(errc::store_unavailable, std::string{one.detail},
                          cause + "; " + std::string{one.advice});
  return fail_because(
      errc::store_unavailable,
      "the cache refuses a command: " + std::string{reply.substr(0, reply.find(' '))}, cause);
}

} // namespace standings
