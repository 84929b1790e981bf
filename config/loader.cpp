#include "config/loader.hpp"

#include "config/injected.hpp"
#include "config/load_file.hpp"
#include "config/load_problems.hpp"
#include "config/redis_url.hpp"
#include "config/secret_files.hpp"
#include "config/token_check.hpp"
#include "config/values.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>

namespace standings {

namespace {

using variables = std::map<std::string, std::string>;

std::string text_of(const variables& environment, const std::string& name) {
  const auto at = environment.find(name);
  return at == environment.end() ? std::string{} : at->second;
}

// -- the environment --------------------------------------------------------------

/// A variable that other programs also read.
struct shared_variable {
  const char* name;
  const char* path;
};

constexpr std::array<shared_variable, 7> shared_variables{{{"REDIS_URL", "cache.url"},
                                                           {"REDIS_HOST", "cache.host"},
                                                           {"REDIS_PORT", "cache.port"},
                                                           {"REDIS_USERNAME", "cache.username"},
                                                           {"REDIS_PASSWORD", "cache.password"},
                                                           {"REDIS_DB", "cache.db"},
                                                           {"DATABASE_URL", "database.url"}}};

/// Whether a STANDINGS_* variable or a flag sets the option.
bool is_decided(const option& o, const load_request& request) {
  const auto& flags = request.overrides;
  return !text_of(request.environment, environment_name(o)).empty()
         || std::any_of(flags.begin(), flags.end(),
                        [&](const auto& flag) { return flag.first == o.path; });
}

void read_shared(const load_request& request, load_outcome& out) {
  for (const auto& [name, path] : shared_variables) {
    const auto text = text_of(request.environment, name);
    const auto* o = find_option(path);
    if (!text.empty() && !is_decided(*o, request))
      apply(*o, text, name, out);
  }
}

/// An IPv6 address is put in brackets and keeps its colons.
std::string url_host(std::string_view host) {
  if (host.find(':') == std::string_view::npos)
    return percent_encode(host);
  std::string out;
  for (const char c : host)
    out += c == ':' ? ":" : percent_encode({&c, 1});
  return "[" + out + "]";
}

/// Missing parts get the defaults of libpq and of PostgreSQL's image.
std::string postgres_url(const variables& environment) {
  const auto part = [&](const char* name, std::string otherwise) {
    const auto text = text_of(environment, name);
    return text.empty() ? otherwise : text;
  };
  const auto host = part("POSTGRES_HOST", "localhost");
  const auto user = part("POSTGRES_USER", "postgres");
  const auto password = part("POSTGRES_PASSWORD", "");
  return "postgresql://" + percent_encode(user)
         + (password.empty() ? "" : ":" + percent_encode(password)) + "@" + url_host(host) + ":"
         + part("POSTGRES_PORT", "5432") + "/" + percent_encode(part("POSTGRES_DB", user));
}

/// Without a host the parts do not say where to connect: they are then meant for the image of a
/// server, and must not replace the file's URL.
void read_postgres_parts(const load_request& request, load_outcome& out) {
  const auto& environment = request.environment;
  const auto* url = find_option("database.url");
  if (text_of(environment, "POSTGRES_HOST").empty() || !text_of(environment, "DATABASE_URL").empty()
      || is_decided(*url, request))
    return;
  const auto port = text_of(environment, "POSTGRES_PORT");
  if (const auto parsed = parse_integer<std::uint16_t>(port.empty() ? "5432" : port);
      !parsed || *parsed == 0)
    return out.problems.push_back("POSTGRES_PORT: has to be a port from 1 to 65535");
  apply(*url, postgres_url(environment), "POSTGRES_HOST", out);
}

/// A name that resembles one of ours is probably a typo; any other may belong to another program.
void report_unknown_variable(const std::string& name, const std::optional<std::string>& meant,
                             load_outcome& out) {
  const auto text = unknown("environment variable", name, meant);
  if (meant)
    out.problems.push_back(text);
  else
    out.notes.push_back(text + " is passed over");
}

void read_own(const variables& environment, load_outcome& out) {
  const std::string prefix = "STANDINGS_";
  std::map<std::string, const option*> known;
  std::vector<std::string> names;
  for (const auto& o : all_options())
    known.emplace(names.emplace_back(environment_name(o)), &o);
  for (const auto& [name, text] : environment) {
    if (text.empty())
      continue; // not set
    if (const auto at = known.find(name); at != known.end())
      apply(*at->second, text, name, out);
    else if (name.starts_with(prefix))
      report_unknown_variable(name, nearest(name, names), out);
  }
}

/// Removes variables set by an orchestrator, and notes it.
variables configuring(const variables& all, load_outcome& out) {
  constexpr std::array<std::string_view, 3> ours{"STANDINGS_", "REDIS_", "POSTGRES_"};
  variables kept;
  std::string passed_over;
  for (const auto& [name, text] : all) {
    const bool looks_ours =
        std::any_of(ours.begin(), ours.end(),
                    [&id = name](std::string_view prefix) { return id.starts_with(prefix); });
    if (!looks_ours || !is_injected(name, text))
      kept.emplace(name, text);
    else
      passed_over += (passed_over.empty() ? "" : ", ") + shown_key(name);
  }
  if (!passed_over.empty())
    out.notes.push_back("these variables come from Kubernetes or a Docker link and configure"
                        " nothing here: "
                        + passed_over);
  return kept;
}

/// Parts that our own variables or flags set take precedence over a shared URL.
void keep_decided_parts(const cache_config& given, const load_request& request, load_outcome& out) {
  auto& cache = out.value.cache;
  const auto keep = [&](const char* path, auto access) {
    if (!is_decided(*find_option(path), request) || access(cache) == access(given))
      return;
    access(cache) = access(given);
    out.notes.push_back(std::string{"REDIS_URL is set, but "} + path + " is, too: that decides");
  };
  keep(
      "cache.port", [](auto& c) -> auto& { return c.port; });
  keep(
      "cache.username", [](auto& c) -> auto& { return c.username; });
  keep(
      "cache.password", [](auto& c) -> auto& { return c.password; });
  keep(
      "cache.db", [](auto& c) -> auto& { return c.db; });
  keep(
      "cache.tls.enabled", [](auto& c) -> auto& { return c.tls.enabled; });
}

/// If our own variables or flags set the parts, a REDIS_URL shared with other programs does not
/// override them.
void read_redis_url(const load_request& request, load_outcome& out) {
  auto& cache = out.value.cache;
  if (cache.backend != cache_backend::redis || cache.url.empty())
    return;
  const bool shared = !is_decided(*find_option("cache.url"), request)
                      && cache.url == text_of(request.environment, "REDIS_URL");
  if (shared && is_decided(*find_option("cache.host"), request)) {
    out.notes.emplace_back("REDIS_URL is set, but cache.host is, too: REDIS_URL is not used");
    return;
  }
  const auto before = out.value;
  if (const auto done = apply_redis_url(cache.url, cache); !done)
    out.problems.push_back((shared ? "REDIS_URL: cache.url: " : "cache.url: ")
                           + done.error().detail);
  if (shared)
    keep_decided_parts(before.cache, request, out);
  for (const auto& o : all_options())
    if (!o.same(before, out.value))
      out.sources[o.path] = out.sources["cache.url"];
}

void note_unverified(load_outcome& out) {
  const auto& cache = out.value.cache;
  if (cache.backend == cache_backend::redis && cache.tls.enabled && !cache.tls.verify)
    out.notes.emplace_back("cache.tls.verify is false: any server can pass for Redis, and whoever "
                           "is on the way can read and change what is sent, the password included");
}

/// Notes shared variables that look as if they chose a backend but do not.
void note_unused(const load_request& request, load_outcome& out) {
  const auto is_set = [&](const char* name) {
    return !text_of(request.environment, name).empty();
  };
  const char* redis = is_set("REDIS_HOST") ? "REDIS_HOST" : "REDIS_URL";
  if (is_set(redis) && out.value.cache.backend == cache_backend::memory)
    out.notes.push_back(std::string{redis}
                        + " is set, but cache.backend is memory: Redis is not used");
  const char* url = is_set("DATABASE_URL") ? "DATABASE_URL" : "POSTGRES_HOST";
  if (is_set(url) && out.value.database.backend == database_backend::sqlite)
    out.notes.push_back(std::string{url}
                        + " is set, but database.backend is sqlite: PostgreSQL is not used");
}

// -- flags ------------------------------------------------------------------------

void read_overrides(const load_request& request, load_outcome& out) {
  for (const auto& [path, text] : request.overrides) {
    if (const auto* o = find_option(path))
      apply(*o, text, "command line", out);
    else
      out.problems.push_back("command line: "
                             + unknown("option", path, nearest(path, option_paths())));
  }
}

} // namespace

load_outcome load(const load_request& given) {
  load_outcome out;
  const load_request request{given.file,
                             with_secret_files(configuring(given.environment, out), out.problems),
                             given.overrides};
  if (request.file)
    read_file(*request.file, out);
  read_shared(request, out);
  read_postgres_parts(request, out);
  read_own(request.environment, out);
  read_overrides(request, out);
  read_redis_url(request, out);
  read_tokens_file(out);
  for (auto& problem : check_tokens(out.value.tokens))
    out.problems.push_back(std::move(problem));
  note_unused(request, out);
  note_unverified(out);
  auto found = validate(out.value);
  out.problems.insert(out.problems.end(), std::make_move_iterator(found.begin()),
                      std::make_move_iterator(found.end()));
  return out;
}

variables process_environment() {
  variables out;
  for (char** at = environ; at && *at; ++at) {
    const std::string_view entry{*at};
    const auto equals = entry.find('=');
    if (equals != std::string_view::npos)
      out.emplace(entry.substr(0, equals), entry.substr(equals + 1));
  }
  return out;
}

} // namespace standings
