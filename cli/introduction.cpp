#include "cli/introduction.hpp"

#include "config/loader.hpp"
#include "config/paths.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <sstream>

namespace standings {

namespace {

constexpr auto untold = "as configured";

/// Whether the text has only characters of a host, port or name, with no quoting or escapes.
bool is_plain(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c)
           || std::string_view{"._-:,/[]"}.find(static_cast<char>(c)) != std::string_view::npos;
  });
}

/// Reads `postgresql://user:password@host:5432/name?options`. A character that belongs in neither
/// an authority nor a path makes the text before it doubtful.
std::string address_in_url(const std::string& url) {
  const auto rest = url.substr(url.find("://") + 3);
  const auto end = rest.find('/');
  const auto authority = rest.substr(0, end);
  const auto at = authority.rfind('@');
  const auto host = at == std::string::npos ? authority : authority.substr(at + 1);
  const auto name = end == std::string::npos ? "" : rest.substr(end, rest.find('?') - end);
  // without a user, `a:b` may be `user:password` with its host missing
  const bool doubtful =
      at == std::string::npos && host.find(':') != std::string::npos
      && !std::all_of(host.begin() + static_cast<std::ptrdiff_t>(host.rfind(':')) + 1, host.end(),
                      [](unsigned char c) { return std::isdigit(c); });
  return doubtful || name.find('@') != std::string::npos ? untold : host + name;
}

/// Reads `host=… port=… dbname=…`.
std::string address_in_words(const std::string& text) {
  std::map<std::string, std::string> parts;
  std::istringstream in{text};
  for (std::string word; in >> word;)
    if (const auto equals = word.find('='); equals != std::string::npos)
      parts[word.substr(0, equals)] = word.substr(equals + 1);
  return parts["host"] + (parts["port"].empty() ? "" : ":" + parts["port"]) + "/" + parts["dbname"];
}

std::string database_of(const config& settings) {
  if (settings.database.backend == database_backend::postgres)
    return "PostgreSQL " + postgres_address(settings.database.url);
  return "SQLite " + absolute_path(resolve_path(settings, settings.database.path));
}

std::string aliases_of(const config& settings) {
  return settings.aliases.enabled == alias_mode::off ? "none" : "from " + alias_source_of(settings);
}

} // namespace

std::string absolute_path(const std::string& path) {
  std::error_code error;
  const auto whole = std::filesystem::absolute(path, error);
  return error ? path : whole.lexically_normal().string();
}

std::string alias_source_of(const config& settings) {
  return absolute_path(resolve_path(settings, settings.aliases.source));
}

std::string cache_address(const cache_config& cache) {
  if (cache.backend == cache_backend::memory)
    return "in memory";
  return std::string{"Redis "} + (cache.tls.enabled ? "with TLS " : "") + cache.host + ":"
         + std::to_string(cache.port) + "/" + std::to_string(cache.db);
}

std::string postgres_address(const std::string& url) {
  const auto address =
      url.find("://") != std::string::npos ? address_in_url(url) : address_in_words(url);
  return is_plain(address) && address.size() > 1 ? address : untold;
}

std::string introduction(const config& settings, const std::string& file) {
  return "Standings " STANDINGS_VERSION ", configuration "
         + (file.empty() ? "without a file" : file) + ", database " + database_of(settings)
         + ", cache " + cache_address(settings.cache) + ", data directory "
         + absolute_path(settings.data_dir) + ", aliases " + aliases_of(settings)
         + ", admin routes "
         + (settings.admin.open_on_loopback ? "open on loopback" : "with token");
}

} // namespace standings
