#include "config/options.hpp"
#include "core/calendar.hpp"
#include "core/loopback.hpp"
#include "core/score.hpp"

#include <algorithm>
#include <array>

namespace standings {

namespace {

constexpr std::size_t longest_table_name = 48; // 63 in PostgreSQL, less "_deleted_run_id"
constexpr std::size_t shortest_token = 16;

/// Collects what is wrong.
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

void check_http(const http_config& http, const admin_config& admin, findings& out) {
  out.require(filled_with(http.host, is_visible), "http.host",
              "has to be an address or a name, without spaces");
  out.require(is_loopback_host(http.host) || !admin.token.empty(), "http.host",
              "anything but a loopback address (127.0.0.0/8, ::1, localhost) needs admin.token");
  out.require(http.threads >= 1 && http.threads <= 1'024, "http.threads",
              "has to be from 1 to 1024");
  out.require(http.max_in_flight >= http.threads, "http.max_in_flight",
              "has to be at least http.threads (" + std::to_string(http.threads) + ")");
  out.require(http.max_connections >= 1, "http.max_connections", "has to be at least 1");
  out.require(http.max_body_bytes >= 1, "http.max_body_bytes", "has to be at least 1");
  out.require(http.max_header_bytes >= 1, "http.max_header_bytes", "has to be at least 1");
  out.require(http.request_timeout.count() > 0, "http.request_timeout", "has to be above 0");
  out.require(http.idle_timeout.count() > 0, "http.idle_timeout", "has to be above 0");
}

/// A PostgreSQL URL or a `host=… dbname=…` string. Other schemes come from
/// programs that share DATABASE_URL, as in `postgresql+psycopg2://`.
bool is_postgres_url(const std::string& url) {
  return url.find("://") == std::string::npos || url.starts_with("postgresql://")
         || url.starts_with("postgres://");
}

void check_stores(const database_config& database, const cache_config& cache, findings& out) {
  const bool sqlite = database.backend == database_backend::sqlite;
  out.require(!sqlite || !database.path.empty(), "database.path", "the sqlite backend needs it");
  out.require(sqlite || !database.url.empty(), "database.url",
              "the postgres backend needs it, from the file or the environment "
              "(STANDINGS_DATABASE_URL, DATABASE_URL or POSTGRES_HOST)");
  out.require(sqlite || is_postgres_url(database.url), "database.url",
              "has to start with postgresql://, without a driver's name in it");
  out.require(cache.backend == cache_backend::memory || filled_with(cache.host, is_visible),
              "cache.host", "has to be an address or a name, without spaces");
  out.require(cache.port >= 1, "cache.port", "has to be from 1 to 65535");
}

void check_calendar(const leaderboard_config& board, findings& out) {
  // One at a time beside a value that is right, so that both are reported.
  if (auto made = calendar::make(board.time_zone, "monday"); !made)
    out.require(false, "leaderboard.time_zone", made.error().detail);
  if (auto made = calendar::make("UTC", board.week_start); !made)
    out.require(false, "leaderboard.week_start", made.error().detail);
}

void check_leaderboard(const leaderboard_config& board, findings& out) {
  out.require(is_table_name(board.table), "leaderboard.table",
              "has to be 1 to 48 of a-z, 0-9 and _, not starting with a digit");
  out.require(filled_with(board.key_prefix, is_printable), "leaderboard.key_prefix",
              "has to be printable ASCII, and not empty");
  out.require(filled_with(board.details_prefix, is_printable), "leaderboard.details_prefix",
              "has to be printable ASCII, and not empty");
  out.require(board.details_prefix.empty() || !board.key_prefix.starts_with(board.details_prefix),
              "leaderboard.key_prefix",
              "must not start with details_prefix: a user's key could be a board's");
  out.require(board.max_count >= 1 && board.max_count < score_limit, "leaderboard.max_count",
              "has to be from 1 to " + std::to_string(score_limit - 1));
  check_calendar(board, out);
}

void check_scoring(const scoring_config& scoring, findings& out) {
  out.require(scoring.shards >= 1 && scoring.shards <= 64, "scoring.shards",
              "has to be from 1 to 64");
  out.require(scoring.max_batch >= 1 && scoring.max_batch <= 10'000, "scoring.max_batch",
              "has to be from 1 to 10000");
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
  check_stores(c.database, c.cache, out);
  check_leaderboard(c.leaderboard, out);
  check_scoring(c.scoring, out);
  check_sessions(c.sessions, c.cache, out);
  check_admin(c.admin, out);
  out.require(!c.data_dir.empty(), "data_dir", "must not be empty; . is the current directory");
  return out.take();
}

} // namespace standings
