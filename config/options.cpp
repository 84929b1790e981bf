#include "config/options.hpp"

#include "config/values.hpp"
#include "core/calendar.hpp"
#include "core/score.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <concepts>
#include <type_traits>
#include <utility>

namespace standings {

namespace {

template <class Enum>
struct words;

template <>
struct words<database_backend> {
  static constexpr std::array<std::pair<std::string_view, database_backend>, 2> all{
      {{"sqlite", database_backend::sqlite}, {"postgres", database_backend::postgres}}};
};

template <>
struct words<cache_backend> {
  static constexpr std::array<std::pair<std::string_view, cache_backend>, 2> all{
      {{"memory", cache_backend::memory}, {"redis", cache_backend::redis}}};
};

template <>
struct words<rollover_mode> {
  static constexpr std::array<std::pair<std::string_view, rollover_mode>, 2> all{
      {{"auto", rollover_mode::automatic}, {"off", rollover_mode::off}}};
};

template <>
struct words<log_level> {
  static constexpr std::array<std::pair<std::string_view, log_level>, 4> all{
      {{"debug", log_level::debug},
       {"info", log_level::info},
       {"warn", log_level::warn},
       {"error", log_level::error}}};
};

template <>
struct words<log_format> {
  static constexpr std::array<std::pair<std::string_view, log_format>, 2> all{
      {{"text", log_format::text}, {"json", log_format::json}}};
};

template <class T>
result<T> parse(std::string_view text) {
  if constexpr (std::same_as<T, std::string>)
    return std::string{text};
  else if constexpr (std::same_as<T, milliseconds>)
    return parse_duration(text);
  else if constexpr (std::same_as<T, bool>)
    return parse_boolean(text);
  else if constexpr (std::integral<T>)
    return parse_integer<T>(text);
  else
    return parse_enum<T>(text, words<T>::all);
}

template <class T>
std::string format(const T& value) {
  if constexpr (std::same_as<T, std::string>)
    return value;
  else if constexpr (std::same_as<T, milliseconds>)
    return format_duration(value);
  else if constexpr (std::same_as<T, bool>)
    return value ? "true" : "false";
  else if constexpr (std::integral<T>)
    return std::to_string(value);
  else
    return format_enum<T>(value, words<T>::all);
}

/// `access` gives the field of a config, const or not.
template <class Access>
option plain(std::string path, Access access) {
  using field = std::remove_cvref_t<decltype(access(std::declval<config&>()))>;
  const auto set = [access](config& c, std::string_view text) -> result<void> {
    auto value = parse<field>(text);
    if (!value)
      return value.error();
    access(c) = std::move(*value);
    return {};
  };
  return {std::move(path), false, set, [access](const config& c) {
            return format(access(c));
          }};
}

/// A text that no message and no log may show. Text always parses, so that no
/// failure of `set` can quote it.
template <class Access>
option secret(std::string path, Access access) {
  using field = std::remove_cvref_t<decltype(access(std::declval<config&>()))>;
  static_assert(std::same_as<field, std::string>);
  auto made = plain(std::move(path), access);
  made.secret = true;
  made.get = [access](const config& c) {
    return access(c).empty() ? "" : "***";
  };
  return made;
}

// The option's path is the field's: written once, it cannot differ.
#define OPTION(kind, field)                                                                        \
  kind(                                                                                            \
      #field, [](auto& c) -> auto& { return c.field; })

std::vector<option> make_table() {
  return {
      OPTION(plain, http.host),
      OPTION(plain, http.port),
      OPTION(plain, http.threads),
      OPTION(plain, http.max_in_flight),
      OPTION(plain, http.max_connections),
      OPTION(plain, http.max_body_bytes),
      OPTION(plain, http.max_header_bytes),
      OPTION(plain, http.request_timeout),
      OPTION(plain, http.idle_timeout),
      OPTION(plain, database.backend),
      OPTION(plain, database.path),
      OPTION(secret, database.url),
      OPTION(plain, cache.backend),
      OPTION(plain, cache.host),
      OPTION(plain, cache.port),
      OPTION(plain, cache.username),
      OPTION(secret, cache.password),
      OPTION(plain, cache.db),
      OPTION(plain, leaderboard.table),
      OPTION(plain, leaderboard.key_prefix),
      OPTION(plain, leaderboard.details_prefix),
      OPTION(plain, leaderboard.time_zone),
      OPTION(plain, leaderboard.week_start),
      OPTION(plain, leaderboard.rollover),
      OPTION(plain, leaderboard.max_count),
      OPTION(plain, scoring.shards),
      OPTION(plain, scoring.max_batch),
      OPTION(secret, admin.token),
      OPTION(plain, log.level),
      OPTION(plain, log.format),
      OPTION(plain, data_dir),
  };
}

#undef OPTION

} // namespace

std::span<const option> all_options() {
  static const std::vector<option> table = make_table();
  return table;
}

const option* find_option(std::string_view path) {
  const auto options = all_options();
  const auto at =
      std::find_if(options.begin(), options.end(), [&](const option& o) { return o.path == path; });
  return at == options.end() ? nullptr : &*at;
}

std::string environment_name(const option& o) {
  std::string name = "STANDINGS_";
  for (const char c : o.path)
    name += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

bool is_section(std::string_view path) {
  const auto options = all_options();
  const auto prefix = std::string{path} + ".";
  return std::any_of(options.begin(), options.end(),
                     [&](const option& o) { return o.path.starts_with(prefix); });
}

bool holds_secret(std::string_view path) {
  const auto options = all_options();
  const auto prefix = std::string{path} + ".";
  return std::any_of(options.begin(), options.end(),
                     [&](const option& o) { return o.secret && o.path.starts_with(prefix); });
}

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

/// Only literal addresses and `localhost`: what another name resolves to is not
/// known before it is too late.
bool is_loopback(const std::string& host) {
  if (host == "localhost")
    return true;
  in_addr v4{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1)
    return ntohl(v4.s_addr) >> 24U == 127;
  in6_addr v6{};
  return inet_pton(AF_INET6, host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

void check_http(const http_config& http, const admin_config& admin, findings& out) {
  out.require(filled_with(http.host, is_visible), "http.host",
              "has to be an address or a name, without spaces");
  out.require(is_loopback(http.host) || !admin.token.empty(), "http.host",
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
  check_admin(c.admin, out);
  out.require(!c.data_dir.empty(), "data_dir", "must not be empty; . is the current directory");
  return out.take();
}

} // namespace standings
