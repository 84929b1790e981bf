#include "config/options.hpp"
#include "config/redis_url.hpp"
#include "core/base/loopback.hpp"
#include "core/base/web_origin.hpp"
#include "core/leaderboard/calendar.hpp"
#include "core/leaderboard/score.hpp"
#include "core/limits/ip_address.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace standings {

namespace {

constexpr std::size_t longest_table_name = 48; // 63 in PostgreSQL, less "_deleted_run_id"
constexpr std::size_t longest_identifier = 64;
constexpr milliseconds shortest_alias_interval{100};
constexpr std::size_t shortest_token = 16;

/// Collects errors.
class findings {
public:
  void require(bool holds, std::string_view path, std::string_view otherwise) {
    if (!holds)
      found_.push_back(std::string{path}.append(": ").append(otherwise));
  }

  std::vector<std::string> take() { return std::move(found_); }

private:
  std::vector<std::string> found_;
};

bool is_visible(char c) {
  return c > ' ' && c < '\x7f';
}

bool is_printable(char c) {
  return c == ' ' || is_visible(c);
}

template <class Predicate>
bool filled_with(const std::string& text, Predicate predicate) {
  return !text.empty() && std::all_of(text.begin(), text.end(), predicate);
}

bool is_table_name(const std::string& name) {
  const auto start = [](char c) {
    return (c >= 'a' && c <= 'z') || c == '_';
  };
  const auto inside = [&](char c) {
    return start(c) || (c >= '0' && c <= '9');
  };
  return filled_with(name, inside) && start(name.front()) && name.size() <= longest_table_name;
}

/// Names what browsers and clients send, so that a wrong entry is noticed at once instead of never
/// matching.
void check_sites(const http_config& http, findings& out) {
  const auto any_or = [](auto is_sound) {
    return [is_sound](const std::string& one) {
      return one == "*" || is_sound(one);
    };
  };
  out.require(
      std::all_of(http.allowed_hosts.begin(), http.allowed_hosts.end(), any_or(is_host_name)),
      "http.allowed_hosts",
      "has to consist of names or addresses in lower case, without ports, or of *");
  out.require(
      std::all_of(http.cors_origins.begin(), http.cors_origins.end(), any_or(is_web_origin)),
      "http.cors_origins",
      "has to consist of origins as browsers send them, such as https://a.example or "
      "http://localhost:3000 (lower case, no path, no usual port), or of *");
}

void check_http(const http_config& http, const admin_config& admin, findings& out) {
  const bool is_address =
      filled_with(http.host, is_visible) && http.host.find_first_of("[]/@") == std::string::npos
      && (http.host.find(':') == std::string::npos || ip_address::parse(http.host).has_value());
  out.require(is_address, "http.host",
              "has to be an address or a name, without spaces, brackets and port");
  out.require(!is_address || is_loopback_host(http.host) || !admin.token.empty()
                  || !admin.token_file.empty(),
              "http.host",
              "anything but a loopback address (127.0.0.0/8, ::1, localhost) needs admin.token or "
              "admin.token_file");
  out.require(http.loops <= 1'024, "http.loops", "has to be from 0 to 1024");
  out.require(http.threads >= 1 && http.threads <= 1'024, "http.threads",
              "has to be from 1 to 1024");
  out.require(http.max_in_flight >= http.threads, "http.max_in_flight",
              "has to be at least http.threads (" + std::to_string(http.threads) + ")");
  out.require(http.max_connections >= 1, "http.max_connections", "has to be at least 1");
  out.require(http.max_streams >= 1, "http.max_streams", "has to be at least 1");
  out.require(http.max_body_bytes >= 1, "http.max_body_bytes", "has to be at least 1");
  out.require(http.max_header_bytes >= 1, "http.max_header_bytes", "has to be at least 1");
  out.require(http.request_timeout.count() > 0, "http.request_timeout", "has to be above 0");
  out.require(http.idle_timeout.count() > 0, "http.idle_timeout", "has to be above 0");
  for (std::size_t i = 0; i < http.trusted_proxies.size(); ++i)
    out.require(ip_network::parse(http.trusted_proxies[i]).has_value(), "http.trusted_proxies",
                "entry " + std::to_string(i + 1) + " is no address or network such as 10.0.0.0/8");
}

void check_http_tls(const http_tls_config& tls, findings& out) {
  out.require(tls.key_file.empty() || !tls.cert_file.empty(), "http.tls.cert_file",
              "http.tls.key_file needs it");
  out.require(tls.cert_file.empty() || !tls.key_file.empty(), "http.tls.key_file",
              "http.tls.cert_file needs it; it may be the same file if that holds both");
}

void check_limits(const http_limits_config& limits, findings& out) {
  constexpr std::uint32_t most = 1'000'000;
  const std::array<std::pair<std::string_view, std::uint32_t>, 7> bounds{
      {{"http.limits.address_connections", limits.address_connections},
       {"http.limits.address_streams", limits.address_streams},
       {"http.limits.address_per_second", limits.address_per_second},
       {"http.limits.token_per_second", limits.token_per_second},
       {"http.limits.user_per_minute", limits.user_per_minute},
       {"http.limits.admin_per_minute", limits.admin_per_minute},
       {"http.limits.wrong_tokens_per_minute", limits.wrong_tokens_per_minute}}};
  for (const auto& [path, bound] : bounds)
    out.require(bound <= most, path, "has to be from 0 to 1000000; 0 is no limit");
  const std::array<std::pair<std::string_view, std::uint32_t>, 4> bursts{
      {{"http.limits.address_burst", limits.address_burst},
       {"http.limits.token_burst", limits.token_burst},
       {"http.limits.user_burst", limits.user_burst},
       {"http.limits.admin_burst", limits.admin_burst}}};
  for (const auto& [path, burst] : bursts)
    out.require(burst >= 1 && burst <= most, path, "has to be from 1 to 1000000");
}

/// Whether it is a PostgreSQL URL, a `host=… dbname=…` string, or a variant that other programs
/// sharing DATABASE_URL write, such as `postgresql+psycopg2://`; parsed in
/// stores/postgres/address.cpp.
bool is_postgres_url(const std::string& url) {
  const auto scheme = url.substr(0, url.find("://"));
  return scheme.size() == url.size() || scheme.find('=') != std::string::npos
         || scheme.starts_with("postgres") || scheme.starts_with("jdbc:postgresql")
         || scheme == "postgis" || scheme == "pgsql" || scheme == "timescaledb"
         || scheme == "cockroachdb";
}

/// Whether it is a host without user, port or path. Only an IPv6 address has colons, and more than
/// one.
bool is_host(const std::string& text) {
  return text.find_first_of("@/?[]") == std::string::npos
         && std::count(text.begin(), text.end(), ':') != 1;
}

void check_stores(const database_config& database, const cache_config& cache, findings& out) {
  const bool sqlite = database.backend == database_backend::sqlite;
  out.require(!sqlite || !database.path.empty(), "database.path", "the sqlite backend needs it");
  out.require(sqlite || !database.url.empty(), "database.url",
              "the postgres backend needs it, from the file or the environment "
              "(STANDINGS_DATABASE_URL, DATABASE_URL or POSTGRES_HOST)");
  out.require(sqlite || is_postgres_url(database.url), "database.url",
              "has to start with postgresql://, or to be host=… dbname=…");
  out.require(sqlite || is_table_name(database.schema), "database.schema",
              "has to be 1 to 48 of a-z, 0-9 and _, not starting with a digit");
  const bool memory = cache.backend == cache_backend::memory;
  out.require(memory || filled_with(cache.host, is_visible), "cache.host",
              "has to be an address or a name, without spaces");
  out.require(memory || !is_url(cache.host), "cache.host",
              "is a URL: write it to cache.url (REDIS_URL)");
  out.require(memory || is_url(cache.host) || is_host(cache.host), "cache.host",
              "has to be an address or a name alone: user, port and database have options of "
              "their own");
  out.require(cache.port >= 1, "cache.port", "has to be from 1 to 65535");
}

void check_named(const leaderboards_config& named, const cache_config& cache, findings& out) {
  constexpr std::uint64_t least_memory = std::uint64_t{1} << 20U;
  out.require(cache.max_memory.bytes == 0 || cache.max_memory.bytes >= least_memory,
              "cache.max_memory", "has to be 0 or at least 1MiB");
  out.require(named.max_cached >= 1 && named.max_cached <= 1'000'000, "leaderboards.max_cached",
              "has to be from 1 to 1000000");
  out.require(named.warm <= 100'000, "leaderboards.warm", "has to be from 0 to 100000");
}

/// Files that nobody reads would be a cache in plain text that was meant to be in TLS.
void check_tls(const cache_config& cache, findings& out) {
  if (cache.backend == cache_backend::memory)
    return;
  const auto& tls = cache.tls;
  const std::array<std::pair<std::string_view, const std::string*>, 5> texts{
      {{"cache.tls.ca_file", &tls.ca_file},
       {"cache.tls.ca_dir", &tls.ca_dir},
       {"cache.tls.cert_file", &tls.cert_file},
       {"cache.tls.key_file", &tls.key_file},
       {"cache.tls.server_name", &tls.server_name}}};
  for (const auto& [path, text] : texts)
    out.require(tls.enabled || text->empty(), path,
                "is of no use without TLS: set cache.tls.enabled, or write rediss:// in cache.url");
  out.require(tls.key_file.empty() || !tls.cert_file.empty(), "cache.tls.cert_file",
              "cache.tls.key_file needs it");
  out.require(tls.cert_file.empty() || !tls.key_file.empty(), "cache.tls.key_file",
              "cache.tls.cert_file needs it; it may be the same file if that holds both");
  out.require(tls.server_name.empty() || filled_with(tls.server_name, is_visible),
              "cache.tls.server_name", "has to be a name or an address, without spaces");
}

void check_calendar(const leaderboard_config& board, findings& out) {
  // each is checked with a valid value of the other, so that both errors are reported
  if (auto made = calendar::make(board.time_zone, "monday"); !made)
    out.require(false, "leaderboard.time_zone", made.error().detail);
  if (auto made = calendar::make("UTC", board.week_start); !made)
    out.require(false, "leaderboard.week_start", made.error().detail);
}

/// Whether `prefix` can be the beginning of `key`.
bool covers(const std::string& prefix, const std::string& key) {
  return !prefix.empty() && key.starts_with(prefix);
}

/// The keys that begin with one prefix, and their owner.
struct key_space {
  const char* name;
  std::string prefix;
};

/// Users and sessions choose the ends of their keys, so no prefix may lead to keys of another kind.
void check_keys(const leaderboard_config& board, const sessions_config& sessions, findings& out) {
  constexpr std::array<const char*, 6> parts{"daily",  "weekly", "monthly",
                                             "yearly", "meta",   "removed"};
  std::vector<key_space> others{{"the alias mirror", "alias:"},
                                {"the query cache of aliases", "cache:"}};
  if (sessions.enabled != sessions_mode::off)
    others.push_back({"sessions.key_prefix", sessions.key_prefix});
  const auto lies_under = [&](const std::string& prefix) {
    return std::any_of(parts.begin(), parts.end(),
                       [&](const char* part) { return covers(prefix, board.key_prefix + part); });
  };
  out.require(!lies_under(board.details_prefix), "leaderboard.details_prefix",
              "a user's key could be that of a board: it begins like one of key_prefix");
  for (const auto& [name, prefix] : others) {
    out.require(!lies_under(prefix), "leaderboard.key_prefix",
                "a board's key lies under '" + prefix + "', which is taken by " + name);
    out.require(!covers(prefix, board.details_prefix) && !covers(board.details_prefix, prefix),
                "leaderboard.details_prefix",
                "overlaps '" + prefix + "', which is taken by " + name);
  }
}

void check_leaderboard(const leaderboard_config& board, findings& out) {
  out.require(is_table_name(board.table), "leaderboard.table",
              "has to be 1 to 48 of a-z, 0-9 and _, not starting with a digit");
  out.require(!board.table.starts_with("standings_"), "leaderboard.table",
              "must not start with standings_: so do the names of the service's own tables");
  out.require(filled_with(board.key_prefix, is_printable), "leaderboard.key_prefix",
              "has to be printable ASCII, and not empty");
  out.require(filled_with(board.details_prefix, is_printable), "leaderboard.details_prefix",
              "has to be printable ASCII, and not empty");
  out.require(board.max_count >= 1 && board.max_count < score_limit, "leaderboard.max_count",
              "has to be from 1 to " + std::to_string(score_limit - 1));
  out.require(board.keep_past >= 0 && board.keep_past <= 1'000, "leaderboard.keep_past",
              "has to be from 0 to 1000");
  check_calendar(board, out);
}

void check_scoring(const scoring_config& scoring, findings& out) {
  out.require(scoring.shards >= 1 && scoring.shards <= 64, "scoring.shards",
              "has to be from 1 to 64");
  out.require(scoring.max_batch >= 1 && scoring.max_batch <= 10'000, "scoring.max_batch",
              "has to be from 1 to 10000");
}

bool is_web_address(const std::string& url) {
  return filled_with(url, is_visible)
         && (url.starts_with("http://") || url.starts_with("https://"));
}

/// Whether the authority of a URL names a user.
bool has_user(const std::string& url) {
  const auto begin = url.find("://");
  if (begin == std::string::npos)
    return false;
  const auto end = url.find_first_of("/?#", begin + 3);
  return url.substr(0, end).find('@') != std::string::npos;
}

void check_reconcile(const reconcile_config& reconcile, findings& out) {
  out.require(reconcile.interval >= milliseconds{1'000}, "reconcile.interval",
              "has to be at least 1s");
  out.require(reconcile.batch_size >= 1 && reconcile.batch_size <= 10'000, "reconcile.batch_size",
              "has to be from 1 to 10000");
  out.require(reconcile.workers >= 1 && reconcile.workers <= 8, "reconcile.workers",
              "has to be from 1 to 8");
  out.require(reconcile.webhook_url.empty() || is_web_address(reconcile.webhook_url),
              "reconcile.webhook_url", "has to start with http:// or https://, without spaces");
  out.require(!has_user(reconcile.webhook_url), "reconcile.webhook_url",
              "takes no user or password; webhook_secret signs the calls");
  out.require(reconcile.webhook_secret.empty() || !reconcile.webhook_url.empty(),
              "reconcile.webhook_secret", "is of no use without webhook_url");
}

/// Whether SQLite accepts the name without quotes. Capitals are allowed: the table belongs to
/// another application.
bool is_identifier(const std::string& name) {
  const auto start = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  const auto inside = [&](char c) {
    return start(c) || (c >= '0' && c <= '9');
  };
  return filled_with(name, inside) && start(name.front()) && name.size() <= longest_identifier;
}

void check_aliases(const aliases_config& aliases, findings& out) {
  out.require(aliases.enabled != alias_mode::on || !aliases.source.empty(), "aliases.source",
              "the alias mirror needs it");
  out.require(aliases.interval >= shortest_alias_interval, "aliases.interval",
              "has to be at least 100ms");
  out.require(aliases.query_cache_ttl.count() > 0, "aliases.query_cache_ttl", "has to be above 0");
  const std::array<std::pair<const char*, const std::string*>, 9> names{
      {{"aliases.team_table", &aliases.team_table},
       {"aliases.team_id_column", &aliases.team_id_column},
       {"aliases.player_table", &aliases.player_table},
       {"aliases.player_id_column", &aliases.player_id_column},
       {"aliases.league_table", &aliases.league_table},
       {"aliases.league_id_column", &aliases.league_id_column},
       {"aliases.market_table", &aliases.market_table},
       {"aliases.market_id_column", &aliases.market_id_column},
       {"aliases.alias_column", &aliases.alias_column}}};
  for (const auto& [path, name] : names)
    out.require(is_identifier(*name), path,
                "has to be 1 to 64 letters, digits and _, not starting with a digit");
}

void check_sessions(const sessions_config& sessions, const cache_config& cache, findings& out) {
  out.require(sessions.enabled != sessions_mode::on || cache.backend == cache_backend::redis,
              "sessions.enabled", "true needs cache.backend redis; auto follows it");
  out.require(filled_with(sessions.key_prefix, is_printable), "sessions.key_prefix",
              "has to be printable ASCII, and not empty");
  out.require(filled_with(sessions.channel, is_printable), "sessions.channel",
              "has to be printable ASCII, and not empty");
  out.require(sessions.full_sync_interval >= milliseconds{1'000}, "sessions.full_sync_interval",
              "has to be at least 1s");
  out.require(sessions.poll_interval >= milliseconds{1'000}, "sessions.poll_interval",
              "has to be at least 1s");
  out.require(sessions.max_session_bytes >= 1 && sessions.max_session_bytes <= 64 << 20,
              "sessions.max_session_bytes", "has to be from 1 to 67108864");
  out.require(sessions.max_pending >= 1 && sessions.max_pending <= 1'000'000,
              "sessions.max_pending", "has to be from 1 to 1000000");
}

void check_admin(const admin_config& admin, findings& out) {
  out.require(admin.token.empty() || admin.token_file.empty(), "admin.token_file",
              "admin.token is set, too");
  if (admin.token.empty())
    return;
  out.require(admin.token.size() >= shortest_token, "admin.token",
              "has to have at least 16 characters");
  out.require(filled_with(admin.token, is_visible), "admin.token",
              "has to be printable ASCII without spaces");
}

} // namespace

std::vector<std::string> validate(const config& c) {
  findings out;
  check_http(c.http, c.admin, out);
  check_sites(c.http, out);
  check_limits(c.http.limits, out);
  check_http_tls(c.http.tls, out);
  check_stores(c.database, c.cache, out);
  check_tls(c.cache, out);
  check_named(c.leaderboards, c.cache, out);
  check_leaderboard(c.leaderboard, out);
  check_keys(c.leaderboard, c.sessions, out);
  check_scoring(c.scoring, out);
  check_reconcile(c.reconcile, out);
  check_aliases(c.aliases, out);
  check_sessions(c.sessions, c.cache, out);
  check_admin(c.admin, out);
  out.require(!c.data_dir.empty(), "data_dir", "must not be empty; . is the current directory");
  return out.take();
}

} // namespace standings
