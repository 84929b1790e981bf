#include "cli/check_surroundings.hpp"

#include "app/edge.hpp"
#include "cli/admin_token.hpp"
#include "cli/introduction.hpp"
#include "cli/serve_guard.hpp"
#include "cli/service_options.hpp"
#include "http/client/service_client.hpp"
#include "http/server/address_probe.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <filesystem>

namespace standings {

namespace {

constexpr std::chrono::seconds patience{5};

/// Whether the start writes to the data directory.
bool needs_data_directory(const config& settings) {
  const auto token = find_admin_token(settings);
  return settings.database.backend == database_backend::sqlite
         || (token && token->token.empty() && !settings.admin.open_on_loopback);
}

bool is_standings(const std::string& host, std::uint16_t port) {
  service_client there{{service_url{false, reachable(host), port, {}}}};
  there.set_limit(patience);
  const auto said = there.get("/");
  return said && text_of(*said, "service") == "standings";
}

/// `scheme://host:port` of a URL.
std::string origin_of(const std::string& url) {
  return url.substr(0, url.find_first_of("/?#", url.find("://") + 3));
}

} // namespace

result<std::string> check_data_directory(const config& settings) {
  if (const auto usable = probe_data_directory(settings); !usable)
    return usable.error();
  const auto path = absolute_path(settings.data_dir);
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored))
    return path + ", not there yet; serve makes it";
  if (may_write_data(settings))
    return path;
  if (!needs_data_directory(settings))
    return path + ", not writable, which nothing needs";
  return fail_because(errc::store_unavailable, "the data directory is not writable", path);
}

result<std::string> check_listening(const config& settings) {
  const auto& http = settings.http;
  const auto where = std::string{serves_tls(settings) ? "https://" : "http://"}
                     + address_text(http.host, http.port);
  const auto is_free = probe_address(http.host, http.port);
  if (is_free)
    return where;
  if (!serves_tls(settings) && is_standings(http.host, http.port))
    return where + ", where a service of Standings answers already";
  return is_free.error();
}

result<std::string> check_webhook(const std::string& url) {
  const auto origin = origin_of(url);
  const auto where = parse_service_url(origin);
  if (!where)
    return fail(errc::malformed, where.error().detail);
  boost::asio::ip::tcp::iostream connection;
  connection.expires_after(patience);
  connection.connect(where->host, std::to_string(where->port));
  if (!connection)
    return fail_because(errc::store_unavailable, "the webhook cannot be reached",
                        origin + ": " + connection.error().message());
  return origin + " takes connections";
}

result<std::string> check_alias_source(const config& settings) {
  const auto path = alias_source_of(settings);
  std::error_code ignored;
  if (settings.aliases.enabled == alias_mode::automatic && !std::filesystem::exists(path, ignored))
    return "there is no " + path + ", so no names are mirrored";
  if (const auto fit = probe_sqlite_file(path); !fit)
    return fit.error();
  return path;
}

} // namespace standings
