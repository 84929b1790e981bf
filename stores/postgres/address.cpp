#include "stores/postgres/address.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace standings {

namespace {

using parameters = std::vector<std::pair<std::string, std::string>>;

/// Used for parameters that the string does not set.
constexpr std::array<std::pair<const char*, const char*>, 7> defaults{{
    {"connect_timeout", "5"},
    {"keepalives_idle", "10"},
    {"keepalives_interval", "5"},
    {"keepalives_count", "3"},
    {"tcp_user_timeout", "15000"},
    {"application_name", "standings"},
    {"client_encoding", "UTF8"},
}};

/// Parameters of other programs which show that a pooler hands connections on after each
/// transaction, or may do so.
constexpr std::array<std::pair<const char*, const char*>, 5> pooler_marks{{
    {"pgbouncer", "true"},
    {"prepared_statements", "false"},
    {"prepareThreshold", "0"},
    {"statement_cache_size", "0"},
    {"default_query_exec_mode", "simple_protocol"},
}};

constexpr std::string_view encode_them =
    "special characters of user and password have to be percent-encoded";

struct conninfo_deleter {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using conninfo = std::unique_ptr<PQconninfoOption, conninfo_deleter>;

failure refused(const std::string& why) {
  return fail(errc::out_of_range, "database.url: " + why, "database.url");
}

bool is_known(const std::string& name) {
  static const conninfo all{PQconndefaults()};
  for (const auto* o = all.get(); o && o->keyword; ++o)
    if (name == o->keyword)
      return true;
  return false;
}

/// As drivers name them; anything else may be a part of a password.
bool is_parameter_name(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'
           || c == '.' || c == '-';
  });
}

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      out +=
          static_cast<char>(std::strtol(std::string{text.substr(i + 1, 2)}.c_str(), nullptr, 16));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string quoted(std::string_view value) {
  std::string out = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\')
      out += '\\';
    out += c;
  }
  return out + "'";
}

std::string rebuilt(const parameters& of) {
  std::string out;
  for (const auto& [name, value] : of)
    out += (out.empty() ? "" : " ") + name + "=" + quoted(value);
  return out;
}

/// Parses the string with libpq, whose messages are dropped because they may repeat it.
std::optional<parameters> read_by_driver(const std::string& text) {
  char* error = nullptr;
  const conninfo parsed{PQconninfoParse(text.c_str(), &error)};
  PQfreemem(error);
  if (!parsed)
    return std::nullopt;
  parameters out;
  for (const auto* o = parsed.get(); o->keyword; ++o)
    if (o->val)
      out.emplace_back(o->keyword, o->val);
  return out;
}

/// Parses pairs of `key = 'value' …`, because libpq would refuse all of them for one unknown key.
/// `nullopt` if the string does not have that form.
std::optional<parameters> read_pairs(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  parameters out;
  std::size_t i = 0;
  const auto skip = [&] {
    i = std::min(text.find_first_not_of(blanks, i), text.size());
  };
  for (skip(); i < text.size(); skip()) {
    const auto start = i;
    i = std::min(text.find_first_of(" \t\r\n=", i), text.size());
    std::string name{text.substr(start, i - start)};
    skip();
    if (name.empty() || i == text.size() || text[i] != '=')
      return std::nullopt;
    ++i;
    skip();
    const bool in_quotes = i < text.size() && text[i] == '\'';
    if (in_quotes)
      ++i;
    std::string value;
    for (; i < text.size(); ++i) {
      if (in_quotes ? text[i] == '\'' : blanks.find(text[i]) != std::string_view::npos)
        break;
      if (text[i] == '\\' && i + 1 < text.size())
        ++i;
      value += text[i];
    }
    if (in_quotes && i++ == text.size())
      return std::nullopt;
    out.emplace_back(std::move(name), std::move(value));
  }
  return out;
}

/// Uses the parameters that libpq does not know if they have a meaning here; skips others with a
/// note. Never skips a parameter about encryption.
class foreign_parameters {
public:
  explicit foreign_parameters(postgres_address& out) : out_(out) {}

  result<void> take(const std::string& name, const std::string& value) {
    for (const auto& [mark, means] : pooler_marks)
      if (name == mark)
        return take_mark(name, value == means);
    if (name == "schema" || name == "currentSchema" || name == "search_path")
      return take_schema(name, value);
    if (name == "ssl")
      return take_ssl(value);
    if (name == "sslaccept") {
      note(name, "is Prisma's and is passed over; sslmode=verify-full and sslrootcert ask for a"
                 " certificate that is checked");
      return {};
    }
    for (const auto* prefix : {"ssl", "gss", "krb", "channel", "require", "target", "host", "pass"})
      if (name.starts_with(prefix))
        return refused("libpq has no parameter " + name);
    note(name, "is another program's parameter and is passed over");
    return {};
  }

  /// Adds the meaning of what was found to libpq's parameters.
  void add_to(parameters& to) {
    if (ssl_)
      put(to, "sslmode", *ssl_, false);
    if (!schema_.empty() && schema_ != "public") // which is in the search path anyway
      put(to, "options", "-csearch_path=" + schema_, true);
  }

private:
  void note(const std::string& name, const std::string& what) {
    out_.notes.push_back("database.url: " + name + " " + what);
  }

  result<void> take_mark(const std::string& name, bool pooled) {
    out_.pooled = out_.pooled || pooled;
    if (pooled)
      note(name, "is taken to say that a transaction pooler stands before the database");
    return {};
  }

  result<void> take_schema(const std::string& name, const std::string& value) {
    for (const char c : value)
      if (c == ' ' || c == '\\' || c == '\'' || c == ';')
        return refused(name + " has to be the name of a schema");
    schema_ = value;
    note(name, "is used as search_path: the leaderboard's table is looked for there");
    return {};
  }

  result<void> take_ssl(const std::string& value) {
    ssl_ = value == "false" || value == "0" || value == "disable" ? "disable" : "require";
    note("ssl", "is used as sslmode=" + *ssl_);
    return {};
  }

  /// Sets `name`; if it has a value already, that stays, or `value` is appended to it.
  static void put(parameters& to, const std::string& name, const std::string& value, bool append) {
    for (auto& [key, now] : to)
      if (key == name) {
        if (append && now.find("search_path") == std::string::npos)
          now += " " + value;
        return;
      }
    to.emplace_back(name, value);
  }

  postgres_address& out_;
  std::optional<std::string> ssl_;
  std::string schema_;
};

/// Replaces the scheme, which is all that keeps libpq from reading the URLs of SQLAlchemy, Django
/// and others.
result<std::string> libpq_url(const std::string& text, postgres_address& out) {
  const auto end = text.find("://");
  const auto scheme = text.substr(0, end);
  const auto rest = text.substr(end);
  if (scheme == "postgresql" || scheme == "postgres")
    return text;
  if (scheme.starts_with("jdbc:"))
    return refused("is a JDBC URL; write postgresql://user:password@host:5432/name");
  const auto driver = scheme.find('+');
  const auto base = scheme.substr(0, driver);
  if (base == "postgresql" || base == "postgres" || base == "postgis" || base == "pgsql"
      || base == "cockroachdb" || base == "timescaledb") {
    out.notes.push_back("database.url: " + scheme + ":// is read as postgresql://");
    return "postgresql" + rest;
  }
  return refused("has to start with postgresql://");
}

result<parameters> read_url(const std::string& text, postgres_address& out) {
  const auto url = libpq_url(text, out);
  if (!url)
    return url.error();
  const auto query = url->find('?');
  const auto base = url->substr(0, query);
  if (base.find("://", base.find("://") + 3) != std::string::npos)
    return refused("has a URL where its host belongs");
  if (const auto path = base.find('/', base.find("://") + 3);
      path != std::string::npos && base.find('@', path) != std::string::npos)
    return refused("has an @ behind its host; " + std::string{encode_them});
  std::string kept;
  foreign_parameters foreign{out};
  for (std::string_view left = query == std::string::npos
                                   ? std::string_view{}
                                   : std::string_view{*url}.substr(query + 1);
       !left.empty();) {
    const auto part = left.substr(0, left.find('&'));
    left.remove_prefix(std::min(left.size(), part.size() + 1));
    const auto name = decoded(part.substr(0, part.find('=')));
    if (name.empty())
      continue;
    if (!is_parameter_name(name))
      return refused("has a ? that begins no parameters; " + std::string{encode_them});
    if (is_known(name)) {
      kept += (kept.empty() ? "?" : "&") + std::string{part};
      continue;
    }
    const auto value = part.find('=') == std::string_view::npos
                           ? std::string{}
                           : decoded(part.substr(part.find('=') + 1));
    if (const auto taken = foreign.take(name, value); !taken)
      return taken.error();
  }
  auto parsed = read_by_driver(base + kept);
  if (!parsed)
    return refused("is no URL that PostgreSQL understands; " + std::string{encode_them});
  foreign.add_to(*parsed);
  return *parsed;
}

result<parameters> read_keywords(const std::string& text, postgres_address& out) {
  const auto pairs = read_pairs(text);
  if (!pairs)
    return refused("has to be a URL that starts with postgresql://, or host=… port=… user=…"
                   " password=… dbname=…");
  parameters kept;
  foreign_parameters foreign{out};
  for (const auto& [name, value] : *pairs) {
    if (is_known(name))
      kept.emplace_back(name, value);
    else if (const auto taken = foreign.take(name, value); !taken)
      return taken.error();
  }
  foreign.add_to(kept);
  auto parsed = read_by_driver(rebuilt(kept));
  if (!parsed)
    return refused("has a value that PostgreSQL does not understand");
  return *parsed;
}

std::string value_of(const parameters& in, const std::string& name, const char* variable,
                     const std::string& otherwise) {
  for (const auto& [key, value] : in)
    if (key == name && !value.empty())
      return value;
  const auto* from = std::getenv(variable);
  return from && *from ? from : otherwise;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> out;
  std::size_t start = 0;
  for (std::size_t comma = 0; comma != std::string::npos; start = comma + 1) {
    comma = text.find(',', start);
    out.push_back(text.substr(start, comma - start));
  }
  return out;
}

bool is_port(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// A password with special characters that are not encoded ends up in host, port or database, whose
/// names are logged.
result<void> check_place(const parameters& in) {
  for (const auto& [name, value] : in) {
    if (name == "host" || name == "hostaddr") {
      if (value.find("://") != std::string::npos)
        return refused("has a URL where its host belongs");
      for (const auto& host : split(value))
        if (!host.starts_with('/') && host.find_first_of("@/", 1) != std::string::npos)
          return refused("has an unusable host; " + std::string{encode_them});
    }
    if (name == "port")
      for (const auto& port : split(value))
        if (!is_port(port))
          return refused("has a port that is no number; " + std::string{encode_them});
  }
  return {};
}

/// Each host with its port, and the database.
std::string place_of(const parameters& in) {
  const auto user = value_of(in, "user", "PGUSER", "");
  auto hosts = split(value_of(in, "host", "PGHOST", value_of(in, "hostaddr", "PGHOSTADDR", "")));
  const auto ports = split(value_of(in, "port", "PGPORT", "5432"));
  std::string out;
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    auto host = hosts[i].empty() ? "the local socket" : hosts[i];
    if (host.find(':') != std::string::npos)
      host = "[" + host + "]";
    const auto port = ports.size() == 1 ? ports[0] : i < ports.size() ? ports[i] : "5432";
    out += (out.empty() ? "" : ",") + host + ":" + port;
  }
  return out + "/" + value_of(in, "dbname", "PGDATABASE", user);
}

} // namespace

result<postgres_address> parse_postgres_address(const std::string& text) {
  postgres_address out;
  auto read = text.find("://") != std::string::npos && text.find('=') > text.find("://")
                  ? read_url(text, out)
                  : read_keywords(text, out);
  if (!read)
    return read.error();
  if (const auto sound = check_place(*read); !sound)
    return sound.error();
  for (const auto& [name, value] : defaults)
    if (std::none_of(read->begin(), read->end(),
                     [&name = name](const auto& p) { return p.first == name; }))
      read->emplace_back(name, value);
  for (auto& [name, value] : *read)
    if (name == "client_encoding")
      value = "UTF8"; // the service's encoding; another one would change ids
  out.conninfo = rebuilt(*read);
  out.place = place_of(*read);
  return out;
}

} // namespace standings
