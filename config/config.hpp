#pragma once

#include "core/aliases/alias_mode.hpp"
#include "core/leaderboard/tenant_quotas.hpp"
#include "log/component.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

/// All options and their defaults. Plain data: config/loader.hpp reads it from a file, the
/// environment and flags. standings.yaml.example shows every option.
namespace standings {

using milliseconds = std::chrono::milliseconds;

/// Whether requests of a kind need a token. `automatic`: if the address is not a loopback one.
enum class door : std::uint8_t { automatic, open, token };
/// Token buckets: an average, and what is allowed at once. An average of 0 is no limit, and so is a
/// number of 0.
struct http_limits_config {
  std::uint32_t address_connections = 256;  ///< of one address, open at once
  std::uint32_t address_streams = 64;       ///< of one client's address, open at once
  std::uint32_t address_per_second = 1'000; ///< requests of one client's address
  std::uint32_t address_burst = 2'000;
  std::uint32_t token_per_second = 5'000; ///< requests with one token
  std::uint32_t token_burst = 10'000;
  std::uint32_t user_per_minute = 3'000; ///< updates of one user
  std::uint32_t user_burst = 1'000;
  std::uint32_t admin_per_minute = 60; ///< admin calls that change something, for each address
  std::uint32_t admin_burst = 20;
  std::uint32_t wrong_tokens_per_minute = 10; ///< of one address; as many at once
  bool loopback = false;                      ///< whether programs on this machine are limited, too
};

struct http_tls_config {
  std::string cert_file; ///< PEM, with its chain; empty: no TLS
  std::string key_file;  ///< PEM
};

struct http_config {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8000;              ///< 0: any free port
  std::uint32_t loops = 0;                ///< event loops; 0: as many as cores, at least two
  std::uint32_t threads = 8;              ///< for the few routes whose work blocks
  std::uint32_t max_in_flight = 1024;     ///< requests whose answer is being waited for
  std::uint32_t max_connections = 4096;   ///< open connections, idle ones included
  std::uint32_t max_streams = 8192;       ///< those that stream events, at most three quarters
  std::uint64_t max_body_bytes = 1 << 20; ///< larger bodies are answered 413
  std::uint32_t max_header_bytes = 65'536;
  milliseconds request_timeout{5'000};    ///< to receive a request, and again to answer it
  milliseconds idle_timeout{90'000};      ///< of a connection; longer than a balancer's usual 60 s
  door reads = door::open;                ///< of boards, users, ranks and aliases
  door writes = door::automatic;          ///< updates
  door inspect = door::automatic;         ///< reads that tell about the service, or cost much
  std::vector<std::string> allowed_hosts; ///< Hosts besides loopback ones; `*`: any
  std::vector<std::string> cors_origins;  ///< whose pages may read answers; `*`: any
  std::vector<std::string> trusted_proxies; ///< addresses and networks; they name their clients
  http_limits_config limits;
  http_tls_config tls; ///< its files are relative to the data directory
};

enum class database_backend : std::uint8_t { sqlite, postgres };

struct database_config {
  database_backend backend = database_backend::sqlite;
  std::string path = "standings.db"; ///< SQLite; relative to the data directory
  std::string url;                   ///< PostgreSQL; contains a secret, never logged
  std::string schema = "standings";  ///< PostgreSQL: for the service's own bookkeeping
};

/// A number of bytes.
struct byte_size {
  std::uint64_t bytes = 0;

  friend bool operator==(const byte_size&, const byte_size&) = default;
};

enum class cache_backend : std::uint8_t { memory, redis };

struct tls_config {
  bool enabled = false; ///< rediss:// in cache.url switches it on, too
  std::string ca_file;  ///< PEM; with ca_dir empty, too: the system's certificate authorities
  std::string ca_dir;
  std::string cert_file;   ///< PEM, the client's certificate
  std::string key_file;    ///< PEM, its key
  std::string server_name; ///< what the server's certificate has to be for; empty: cache.host
  bool verify = true;      ///< off: any certificate is accepted
};

struct cache_config {
  cache_backend backend = cache_backend::memory;
  std::string url; ///< redis://… or rediss://…, takes precedence over the parts below; a secret,
                   ///< never logged
  std::string host = "127.0.0.1";
  std::uint16_t port = 6379;
  std::string username;
  std::string password; ///< a secret, never logged
  std::uint32_t db = 0;
  byte_size max_memory; ///< of all caches in this process; 0: no bound
  tls_config tls;       ///< its files are relative to the data directory
};

enum class rollover_mode : std::uint8_t { automatic, off };

struct leaderboard_config {
  std::string table = "pomo_leaderboard";
  std::string key_prefix = "leaderboard:";
  std::string details_prefix = "user:details:";
  std::string time_zone = "UTC";
  std::string week_start = "monday";
  rollover_mode rollover = rollover_mode::automatic; ///< off: periods change by admin reset only
  std::int64_t max_count = 10'000;
  std::int64_t keep_past = 4; ///< ended periods of each board
};

/// The named ones.
struct leaderboards_config {
  bool create_on_write = false; ///< an update makes a leaderboard that does not exist
  tenant_quotas quotas;
  std::uint32_t max_cached = 10'000; ///< the longest unused beyond leave the cache
  std::uint32_t warm = 100;          ///< loaded after a start, those used last first; 0: none
};

struct scoring_config {
  std::uint32_t shards = 1;
  std::uint32_t max_batch = 500;
};

struct reconcile_config {
  bool enabled = true; ///< off: runs on request only
  milliseconds interval{60 * 60 * 1'000};
  std::uint32_t batch_size = 1'000; ///< users per batch
  std::uint32_t workers = 2;        ///< batches compared at a time
  double max_delete_fraction = 0.05;
  std::uint64_t max_deletes = 500;
  bool incremental = true; ///< compare users between runs when other programs change them
  std::string backup_dir;  ///< rows are saved there before a run deletes them; relative to data_dir
  std::string webhook_url; ///< may contain a secret: never logged
  std::string webhook_secret;
  std::uint64_t webhook_min_changes = 1'000; ///< changed rows from which a run is reported
};

struct aliases_config {
  alias_mode enabled = alias_mode::automatic;
  std::string source = "sports_data.db"; ///< a SQLite file; relative to the data directory
  milliseconds interval{120'000};
  milliseconds query_cache_ttl{3'600'000};
  std::string team_table = "team_aliases";
  std::string team_id_column = "team_id";
  std::string player_table = "player_aliases";
  std::string player_id_column = "player_id";
  std::string league_table = "league_aliases";
  std::string league_id_column = "league_id";
  std::string market_table = "market_aliases";
  std::string market_id_column = "market_id";
  std::string alias_column = "alias"; ///< in each of the tables
};

enum class sessions_mode : std::uint8_t { automatic, on, off };

struct sessions_config {
  sessions_mode enabled = sessions_mode::automatic; ///< automatic: when the cache is Redis
  std::string key_prefix = "session:";
  std::string channel = "session_updates";
  milliseconds full_sync_interval{15 * 60'000};
  milliseconds poll_interval{10'000};        ///< replaces it if Redis sends no notifications
  std::uint64_t max_session_bytes = 1 << 20; ///< larger ones are quarantined
  std::uint32_t max_pending = 10'000;        ///< changed sessions; more cause a full sync
};

struct admin_config {
  std::string token;             ///< a secret, never logged; see token_file
  std::string token_file;        ///< holds the token; empty: admin.token of the data directory
  bool open_on_loopback = false; ///< callers of this machine need no token
};

/// A token besides the administrator's.
struct token_config {
  std::string name;
  std::string sha256; ///< of the token, 64 hexadecimal digits
  std::string tenant;
  std::vector<std::string> may; ///< read, inspect, write, admin

  friend bool operator==(const token_config&, const token_config&) = default;
};

enum class log_level : std::uint8_t { debug, info, warn, error };
enum class log_format : std::uint8_t {
  text,
  json,
  automatic ///< text on a terminal, JSON elsewhere
};

using log_levels = std::map<log_component, log_level>;

struct log_config {
  log_level level = log_level::info;
  log_format format = log_format::text;
  log_levels levels; ///< of single components, in place of `level`
  access_log access = access_log::errors;
};

struct config {
  http_config http;
  database_config database;
  cache_config cache;
  leaderboard_config leaderboard;
  leaderboards_config leaderboards;
  scoring_config scoring;
  reconcile_config reconcile;
  aliases_config aliases;
  sessions_config sessions;
  admin_config admin;
  std::vector<token_config> tokens; ///< of the file, and of tokens_file
  std::string tokens_file;          ///< YAML; relative to the data directory
  log_config log;
  std::string data_dir = "."; ///< the base of relative paths
};

/// Whether the service speaks HTTPS.
inline bool serves_tls(const config& c) {
  return !c.http.tls.cert_file.empty();
}

/// Whether session sync is on.
inline bool syncs_sessions(const config& c) {
  return c.sessions.enabled != sessions_mode::off && c.cache.backend == cache_backend::redis;
}

} // namespace standings
