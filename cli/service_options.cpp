#include "cli/service_options.hpp"

#include "cli/admin_token.hpp"
#include "config/paths.hpp"
#include "core/base/loopback.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

namespace standings {

namespace {

using variables = std::map<std::string, std::string>;

constexpr auto url_name = "STANDINGS_URL";
constexpr auto token_name = "STANDINGS_TOKEN";
constexpr auto token_file_name = "STANDINGS_TOKEN_FILE";
constexpr auto ca_file_name = "STANDINGS_CA_FILE";
constexpr auto admin_token_name = "STANDINGS_ADMIN_TOKEN";
constexpr std::size_t longest_token = 4'096;

/// A value and where it comes from.
struct sourced {
  std::string value;
  std::string source;
};

std::optional<sourced> choose(const std::optional<std::string>& flag, const char* flag_name,
                              const variables& environment, const char* variable) {
  if (flag)
    return sourced{*flag, flag_name};
  const auto at = environment.find(variable);
  if (at == environment.end() || at->second.empty())
    return std::nullopt;
  return sourced{at->second, variable};
}

failure refuse(const std::string& source, const std::string& why) {
  return fail(errc::malformed, source + ": " + why);
}

result<service_url> url_of(const config& settings, const std::optional<sourced>& given) {
  if (!given)
    return service_url{serves_tls(settings), reachable(settings.http.host), settings.http.port, {}};
  auto parsed = parse_service_url(given->value);
  if (!parsed)
    return refuse(given->source, parsed.error().detail);
  return parsed;
}

bool is_token(const std::string& text) {
  return !text.empty() && text.size() <= longest_token
         && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

/// Reads the first line of a file; `nullopt` if there is no such file.
std::optional<std::string> first_line(const std::string& path) {
  std::ifstream in{path};
  std::string line;
  if (!in.is_open() || !std::getline(in, line))
    return std::nullopt;
  while (!line.empty() && (line.back() == '\r' || line.back() == ' '))
    line.pop_back();
  return line;
}

result<service_target> with_token(service_target target, const std::string& token,
                                  const std::string& source) {
  if (!is_token(token))
    return refuse(source, "is not a token: one line of letters, digits and signs, without spaces");
  target.address.token = token;
  target.token_source = source;
  return target;
}

result<service_target> with_token_of_file(service_target target, const sourced& file) {
  const auto line = first_line(file.value);
  if (!line)
    return refuse(file.source, file.value + " cannot be read, or is empty");
  return with_token(std::move(target), *line, file.value);
}

/// The token of the configured service. Commands that need none work without it, so a file that
/// this user may not read is no failure here.
service_target with_own_token(service_target target, const config& settings) {
  const auto found = find_admin_token(settings);
  if (!found) {
    target.token_problem = found.error().detail;
    return target;
  }
  target.address.token = found->token;
  if (!found->token.empty())
    target.token_source = found->file.empty() ? "admin.token" : found->file;
  return target;
}

} // namespace

std::string reachable(const std::string& host) {
  return host == "0.0.0.0" || host == "::" ? "127.0.0.1" : host;
}

result<service_target> resolve_service(const config& settings, const service_options& flags,
                                       const variables& environment) {
  auto url = choose(flags.url, "--url", environment, url_name);
  if (flags.address_given) {
    if (flags.url)
      return refuse("--url", "stands for --host and --port, and cannot be given with them");
    url.reset(); // a flag counts more than the environment
  }
  const auto where = url_of(settings, url);
  if (!where)
    return where.error();
  service_target target;
  target.address.url = *where;
  target.elsewhere = url.has_value();
  if (const auto ca = choose(flags.ca_file, "--ca-file", environment, ca_file_name)) {
    if (!std::ifstream{ca->value}.is_open())
      return refuse(ca->source, ca->value + " cannot be read");
    target.address.ca_file = ca->value;
  } else if (!url && serves_tls(settings)) {
    target.address.certificate_file = resolve_path(settings, settings.http.tls.cert_file);
  }
  if (flags.token_file)
    return with_token_of_file(std::move(target), {*flags.token_file, "--token-file"});
  for (const auto* name : {token_name, admin_token_name})
    if (const auto token = choose({}, "", environment, name))
      return with_token(std::move(target), token->value, name);
  if (const auto file = choose({}, "", environment, token_file_name))
    return with_token_of_file(std::move(target), *file);
  if (url && !is_loopback_host(target.address.url.host))
    return target;
  return with_own_token(std::move(target), settings);
}

void remove_service_variables(variables& environment) {
  for (const auto* name : {url_name, token_name, token_file_name, ca_file_name})
    environment.erase(name);
}

} // namespace standings
