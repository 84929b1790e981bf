#include "stores/postgres/failure.hpp"

#include "stores/postgres/connection.hpp"
#include "stores/postgres/own_schema.hpp"

#include <libpq-fe.h>
#include <poll.h>

#include <array>
#include <chrono>
#include <memory>
#include <utility>

namespace standings {

namespace {

constexpr std::string_view unreachable = "the database cannot be reached";
constexpr std::string_view broken = "the database does not work";

constexpr std::array<sqlstate_meaning, 33> meanings{{
    {"28P01", unreachable, "correct user and password in database.url"},
    {"28000", unreachable,
     "create the role, or allow it in pg_hba.conf; sslmode in database.url says whether TLS is "
     "used"},
    {"3D000", unreachable, "create the database, or correct its name in database.url"},
    {"53300", "the database has no connection left",
     "raise max_connections or the role's limit, or lower scoring.shards and reconcile.workers"},
    {"53100", "the database's disk is full", "make room on the server's disk"},
    {"53200", "the database is out of memory", "look at the server's memory and work_mem"},
    {"53", "the database has run out of something", "look at the server's log"},
    {"57P01", unreachable, "the server ends connections or is being stopped; nothing to do here"},
    {"57P02", unreachable, "the server has crashed and recovers; look at its log"},
    {"57P03", unreachable, "the server starts, stops or recovers; the service tries again"},
    {"57P05", unreachable, "the server ends idle connections (idle_session_timeout)"},
    {"57014", "the database takes too long",
     "the statement was cancelled, or took longer than statement_timeout"},
    {"55P03", "the database is locked by another program",
     "a lock was not to be had in time; look for long transactions in pg_stat_activity"},
    {"25006", "the database takes no writes",
     "connect to the primary (several hosts with target_session_attrs=read-write follow it), or"
     " take default_transaction_read_only off the role, the database or the server"},
    {"25P03", unreachable,
     "the server ends transactions that are idle (idle_in_transaction_session_timeout)"},
    {"42501", "the database does not allow what the service needs",
     "grant the right to the service's role; standings check names what is missing"},
    {"42P01", broken,
     "a table is gone or not in the search_path; standings check says which, a restart makes the"
     " service's own"},
    {"3F000", broken, "the schema is gone or not in the search_path"},
    {"42703", broken, "a table has lost a column; standings check says which"},
    {"26000", broken,
     "a pooler has changed the connection between two transactions; add ?pgbouncer=true"},
    {"42P05", broken,
     "a pooler has changed the connection between two transactions; add ?pgbouncer=true"},
    {"42704", broken, "the server does not know a parameter or type; its message names it"},
    {"40", "the database is too busy",
     "other transactions were in the way; the service tries again"},
    {"22P05", "the database refuses this row",
     "the encoding of the database has no such character; UTF8 has all"},
    {"22021", "the database refuses this row", "the text is not valid in the database's encoding"},
    {"22", "the database refuses this row", "a value does not fit its column"},
    {"23", "the database refuses this row",
     "a constraint, key or index on the table stands against the row"},
    {"P0001", "the database refuses this row", "a trigger or function on the table raised this"},
    {"08P01", unreachable,
     "a pooler or proxy does not take a parameter of the connection; its message names it"},
    {"08", unreachable, "the connection broke; the service tries again"},
    {"58", broken, "the server cannot read or write its files; look at its log and disk"},
    {"XX", broken, "the server has found damage or a defect; look at its log and backups"},
    {"", broken, "look at the server's log"},
}};

/// The purpose of each prepared statement, by name; its text is never shown.
constexpr std::array<std::pair<std::string_view, std::string_view>, 22> purposes{{
    {"increment", "writing scores"},
    {"put", "writing scores"},
    {"write_expected", "writing scores"},
    {"find_requests", "looking for idempotency keys"},
    {"forget_requests", "forgetting old idempotency keys"},
    {"remove", "deleting users"},
    {"restore", "restoring deleted users"},
    {"reset", "resetting a period"},
    {"record_periods", "recording the start of a period"},
    {"read_periods", "reading the periods"},
    {"tidy", "tidying expired scores"},
    {"scan", "reading users"},
    {"find", "reading users"},
    {"top_", "reading a board"},
    {"count", "counting users"},
    {"acquire_lease", "taking the lease to do the periodic work"},
    {"save_", "recording the state of reconcile"},
    {"load_state", "reading the state of reconcile"},
    {"quarantine", "recording users in quarantine"},
    {"BEGIN", "beginning a transaction"},
    {"COMMIT", "committing"},
    {"", "working on the database"},
}};

std::string_view purpose_of(std::string_view query) {
  for (const auto& [start, purpose] : purposes)
    if (query.starts_with(start))
      return purpose;
  return "working on the database";
}

/// Meanings of libpq's own messages, from before the server has answered.
struct connecting_meaning {
  std::string_view part;
  std::string_view advice;
};

constexpr std::array<connecting_meaning, 13> connecting_meanings{{
    {"translate host name", "the host's name is not known; correct it in database.url"},
    {"Connection refused", "nothing listens there; correct host and port in database.url, or start"
                           " the server"},
    {"No such file or directory",
     "there is no socket there; correct host (its directory) and port"},
    {"timeout expired", "no answer in time; correct host and port, or let the firewall through"},
    {"server does not support SSL", "the server has no TLS; sslmode=disable goes without"},
    {"certificate", "the server's certificate or sslrootcert does not fit; correct sslmode,"
                    " sslrootcert or the host's name"},
    {"SSL error", "TLS did not come about; correct sslmode in database.url"},
    {"no password supplied", "give the password in database.url"},
    {"session is read-only", "no host of database.url takes writes"},
    {"session is not read-only", "target_session_attrs asks for a server that takes no writes"},
    {"standby mode", "no host of database.url is a primary"},
    {"No route to host", "the network has no way there; correct host, or let the firewall through"},
    {"Network is unreachable", "the network has no way there"},
}};

struct connection_closer {
  void operator()(PGconn* c) const { PQfinish(c); }
};

/// Connects again with messages that contain the SQLSTATE. Bounded by two seconds: the server has
/// just answered.
std::string sqlstate_of_refusal(const std::string& address) {
  const std::unique_ptr<PGconn, connection_closer> c{PQconnectStart(address.c_str())};
  if (!c)
    return {};
  PQsetErrorVerbosity(c.get(), PQERRORS_VERBOSE);
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{2};
  auto state = PGRES_POLLING_WRITING;
  while (state == PGRES_POLLING_WRITING || state == PGRES_POLLING_READING) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        give_up - std::chrono::steady_clock::now());
    pollfd on{PQsocket(c.get()),
              static_cast<short>(state == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
    if (left.count() <= 0 || ::poll(&on, 1, static_cast<int>(left.count())) <= 0)
      return {};
    state = PQconnectPoll(c.get());
  }
  // `FATAL:  28P01: password authentication failed …`
  const std::string_view text = PQerrorMessage(c.get());
  for (auto at = text.find(":  "); at != std::string_view::npos; at = text.find(":  ", at + 1)) {
    const auto state_text = text.substr(at + 3, 5);
    if (state_text.size() == 5 && text.substr(at + 8, 1) == ":"
        && state_text.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
               == std::string_view::npos)
      return std::string{state_text};
  }
  return {};
}

} // namespace

const sqlstate_meaning& meaning_of(std::string_view sqlstate) {
  for (const auto& m : meanings)
    if (sqlstate.starts_with(m.state))
      return m;
  return meanings.back();
}

std::string one_line(std::string_view message) {
  std::string out;
  while (!message.empty()) {
    auto line = message.substr(0, message.find('\n'));
    message.remove_prefix(std::min(message.size(), line.size() + 1));
    const auto start = line.find_first_not_of(" \t\r");
    if (start == std::string_view::npos || line.starts_with("LINE "))
      continue;
    line.remove_prefix(start);
    if (line.starts_with("CONTEXT:") || line.starts_with("QUERY:") || line.starts_with("^"))
      continue;
    for (const std::string_view severity : {"ERROR:  ", "FATAL:  ", "PANIC:  "})
      if (line.starts_with(severity))
        line.remove_prefix(severity.size());
    out += (out.empty() ? "" : " ") + std::string{line};
  }
  return out;
}

std::string cause_of(std::string_view doing, std::string_view sqlstate, std::string_view message) {
  std::string out{doing};
  out += ":";
  if (!sqlstate.empty())
    out += " " + std::string{sqlstate};
  out += " " + one_line(message);
  out += "; " + std::string{meaning_of(sqlstate).advice};
  return out;
}

failure explain_connecting(const std::string& conninfo, const std::string& place,
                           const std::string& message) {
  const auto doing = "connecting to " + place + ":";
  for (const auto& m : connecting_meanings)
    if (message.find(m.part) != std::string::npos)
      return fail_because(errc::store_unavailable, std::string{unreachable},
                          doing + " " + one_line(message) + "; " + std::string{m.advice});
  const auto state = sqlstate_of_refusal(conninfo);
  return fail_because(errc::store_unavailable, std::string{meaning_of(state).detail},
                      cause_of(doing.substr(0, doing.size() - 1), state, message));
}

failure translate_postgres(bool while_committing) {
  const auto failed = [&](const sqlstate_meaning& m, bool lost, std::string cause) {
    if (lost && while_committing)
      return fail_because(errc::outcome_unknown, "the connection was lost while committing",
                          std::move(cause));
    return fail_because(errc::store_unavailable, std::string{m.detail}, std::move(cause));
  };
  try {
    throw;
  } catch (const postgres_refusal& refusal) {
    return refusal.why();
  } catch (const pqxx::sql_error& e) {
    const auto& state = e.sqlstate();
    const auto& m = meaning_of(state);
    auto cause = cause_of(purpose_of(e.query()), state, e.what());
    if (state.starts_with("22") || state.starts_with("23") || state == "P0001")
      return fail_because(errc::rejected_row, std::string{m.detail}, std::move(cause));
    const bool lost = state.empty() || state.starts_with("08") || state.starts_with("57P");
    return failed(lost ? meaning_of("08") : m, lost, std::move(cause));
  } catch (const pqxx::failure& e) {
    return failed(meaning_of("08"), true, cause_of("working on the database", "08006", e.what()));
  }
}

} // namespace standings
