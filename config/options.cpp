#include "config/options.hpp"

#include "config/byte_sizes.hpp"
#include "config/log_levels.hpp"
#include "config/quotas.hpp"
#include "config/values.hpp"
#include "core/base/enum_names.hpp"

#include <algorithm>
#include <array>
#include <concepts>
#include <type_traits>
#include <utility>

namespace standings {

template <>
struct enum_names<database_backend> {
  static constexpr enum_words<database_backend, 2> all{
      {{"sqlite", database_backend::sqlite}, {"postgres", database_backend::postgres}}};
};

template <>
struct enum_names<cache_backend> {
  static constexpr enum_words<cache_backend, 2> all{
      {{"memory", cache_backend::memory}, {"redis", cache_backend::redis}}};
};

template <>
struct enum_names<rollover_mode> {
  static constexpr enum_words<rollover_mode, 2> all{
      {{"auto", rollover_mode::automatic}, {"off", rollover_mode::off}}};
};

template <>
struct enum_names<alias_mode> {
  static constexpr enum_words<alias_mode, 3> all{
      {{"auto", alias_mode::automatic}, {"true", alias_mode::on}, {"false", alias_mode::off}}};
};

template <>
struct enum_names<sessions_mode> {
  static constexpr enum_words<sessions_mode, 3> all{{{"auto", sessions_mode::automatic},
                                                     {"true", sessions_mode::on},
                                                     {"false", sessions_mode::off}}};
};

template <>
struct enum_names<door> {
  static constexpr enum_words<door, 3> all{
      {{"auto", door::automatic}, {"public", door::open}, {"token", door::token}}};
};

template <>
struct enum_names<log_format> {
  static constexpr enum_words<log_format, 3> all{
      {{"text", log_format::text}, {"json", log_format::json}, {"auto", log_format::automatic}}};
};

template <>
struct enum_names<access_log> {
  static constexpr enum_words<access_log, 3> all{
      {{"off", access_log::off}, {"errors", access_log::errors}, {"all", access_log::all}}};
};

namespace {

template <class T>
constexpr bool is_list = std::same_as<T, std::vector<std::string>>;

template <class T>
result<T> parse(std::string_view text) {
  if constexpr (std::same_as<T, std::string>)
    return std::string{text};
  else if constexpr (is_list<T>)
    return parse_list(text);
  else if constexpr (std::same_as<T, milliseconds>)
    return parse_duration(text);
  else if constexpr (std::same_as<T, log_levels>)
    return parse_log_levels(text);
  else if constexpr (std::same_as<T, tenant_quotas>)
    return parse_quotas(text);
  else if constexpr (std::same_as<T, byte_size>)
    return parse_byte_size(text);
  else if constexpr (std::same_as<T, bool>)
    return parse_boolean(text);
  else if constexpr (std::same_as<T, std::vector<std::string>>)
    return parse_list(text);
  else if constexpr (std::integral<T>)
    return parse_integer<T>(text);
  else if constexpr (std::floating_point<T>)
    return parse_fraction(text);
  else
    return parse_enum<T>(text);
}

template <class T>
std::string format(const T& value) {
  if constexpr (std::same_as<T, std::string>)
    return value;
  else if constexpr (is_list<T>)
    return format_list(value);
  else if constexpr (std::same_as<T, milliseconds>)
    return format_duration(value);
  else if constexpr (std::same_as<T, log_levels>)
    return format_log_levels(value);
  else if constexpr (std::same_as<T, tenant_quotas>)
    return format_quotas(value);
  else if constexpr (std::same_as<T, byte_size>)
    return format_byte_size(value);
  else if constexpr (std::same_as<T, bool>)
    return value ? "true" : "false";
  else if constexpr (std::same_as<T, std::vector<std::string>>)
    return format_list(value);
  else if constexpr (std::integral<T>)
    return std::to_string(value);
  else if constexpr (std::floating_point<T>)
    return format_fraction(value);
  else
    return std::string{name_of(value)};
}

/// `access` returns the field of a config, const or not.
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
  const auto get = [access](const config& c) {
    return format(access(c));
  };
  const auto same = [access](const config& a, const config& b) {
    return access(a) == access(b);
  };
  return {.path = std::move(path),
          .list = std::same_as<field, std::vector<std::string>>,
          .set = set,
          .get = get,
          .same = same};
}

/// A text that no message or log may show. Text always parses, so no error of `set` can quote it.
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

/// Names and values, in a file also as a section.
template <class Access>
option mapping(std::string path, Access access) {
  auto made = plain(std::move(path), access);
  made.mapping = true;
  return made;
}

// The option's path is derived from the field's name, so they cannot differ.
#define OPTION(kind, field)                                                                        \
  kind(                                                                                            \
      #field, [](auto& c) -> auto& { return c.field; })

std::vector<option> make_table() {
  return {
      OPTION(plain, http.host),
      OPTION(plain, http.port),
      OPTION(plain, http.loops),
      OPTION(plain, http.threads),
      OPTION(plain, http.max_in_flight),
      OPTION(plain, http.max_connections),
      OPTION(plain, http.max_streams),
      OPTION(plain, http.max_body_bytes),
      OPTION(plain, http.max_header_bytes),
      OPTION(plain, http.request_timeout),
      OPTION(plain, http.idle_timeout),
      OPTION(plain, http.reads),
      OPTION(plain, http.writes),
      OPTION(plain, http.inspect),
      OPTION(plain, http.allowed_hosts),
      OPTION(plain, http.cors_origins),
      OPTION(plain, http.trusted_proxies),
      OPTION(plain, http.limits.address_connections),
      OPTION(plain, http.limits.address_streams),
      OPTION(plain, http.limits.address_per_second),
      OPTION(plain, http.limits.address_burst),
      OPTION(plain, http.limits.token_per_second),
      OPTION(plain, http.limits.token_burst),
      OPTION(plain, http.limits.user_per_minute),
      OPTION(plain, http.limits.user_burst),
      OPTION(plain, http.limits.admin_per_minute),
      OPTION(plain, http.limits.admin_burst),
      OPTION(plain, http.limits.wrong_tokens_per_minute),
      OPTION(plain, http.limits.loopback),
      OPTION(plain, http.tls.cert_file),
      OPTION(plain, http.tls.key_file),
      OPTION(plain, database.backend),
      OPTION(plain, database.path),
      OPTION(secret, database.url),
      OPTION(plain, database.schema),
      OPTION(plain, cache.backend),
      OPTION(secret, cache.url),
      OPTION(plain, cache.host),
      OPTION(plain, cache.port),
      OPTION(plain, cache.username),
      OPTION(secret, cache.password),
      OPTION(plain, cache.db),
      OPTION(plain, cache.max_memory),
      OPTION(plain, cache.tls.enabled),
      OPTION(plain, cache.tls.ca_file),
      OPTION(plain, cache.tls.ca_dir),
      OPTION(plain, cache.tls.cert_file),
      OPTION(plain, cache.tls.key_file),
      OPTION(plain, cache.tls.server_name),
      OPTION(plain, cache.tls.verify),
      OPTION(plain, leaderboard.table),
      OPTION(plain, leaderboard.key_prefix),
      OPTION(plain, leaderboard.details_prefix),
      OPTION(plain, leaderboard.time_zone),
      OPTION(plain, leaderboard.week_start),
      OPTION(plain, leaderboard.rollover),
      OPTION(plain, leaderboard.max_count),
      OPTION(plain, leaderboard.keep_past),
      OPTION(plain, leaderboards.create_on_write),
      OPTION(mapping, leaderboards.quotas),
      OPTION(plain, leaderboards.max_cached),
      OPTION(plain, leaderboards.warm),
      OPTION(plain, scoring.shards),
      OPTION(plain, scoring.max_batch),
      OPTION(plain, reconcile.enabled),
      OPTION(plain, reconcile.interval),
      OPTION(plain, reconcile.batch_size),
      OPTION(plain, reconcile.workers),
      OPTION(plain, reconcile.max_delete_fraction),
      OPTION(plain, reconcile.max_deletes),
      OPTION(plain, reconcile.incremental),
      OPTION(plain, reconcile.backup_dir),
      OPTION(secret, reconcile.webhook_url),
      OPTION(secret, reconcile.webhook_secret),
      OPTION(plain, reconcile.webhook_min_changes),
      OPTION(plain, aliases.enabled),
      OPTION(plain, aliases.source),
      OPTION(plain, aliases.interval),
      OPTION(plain, aliases.query_cache_ttl),
      OPTION(plain, aliases.team_table),
      OPTION(plain, aliases.team_id_column),
      OPTION(plain, aliases.player_table),
      OPTION(plain, aliases.player_id_column),
      OPTION(plain, aliases.league_table),
      OPTION(plain, aliases.league_id_column),
      OPTION(plain, aliases.market_table),
      OPTION(plain, aliases.market_id_column),
      OPTION(plain, aliases.alias_column),
      OPTION(plain, sessions.enabled),
      OPTION(plain, sessions.key_prefix),
      OPTION(plain, sessions.channel),
      OPTION(plain, sessions.full_sync_interval),
      OPTION(plain, sessions.poll_interval),
      OPTION(plain, sessions.max_session_bytes),
      OPTION(plain, sessions.max_pending),
      OPTION(secret, admin.token),
      OPTION(plain, admin.token_file),
      OPTION(plain, admin.open_on_loopback),
      OPTION(plain, tokens_file),
      OPTION(plain, log.level),
      OPTION(plain, log.format),
      OPTION(mapping, log.levels),
      OPTION(plain, log.access),
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

} // namespace standings
