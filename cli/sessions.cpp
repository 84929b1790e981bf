#include "app/backends.hpp"
#include "cli/client.hpp"
#include "cli/commands.hpp"
#include "cli/failed.hpp"
#include "sync/sessions/session_transfer.hpp"

#include <boost/json.hpp>

#include <array>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <map>
#include <memory>

namespace standings {

namespace {

namespace json = boost::json;

constexpr std::size_t page = 500;

/// Both stores, and the transfer between them.
struct sides {
  std::unique_ptr<session_source> source;
  std::unique_ptr<session_store> store;
  session_transfer transfer;

  sides(std::unique_ptr<session_source> from, std::unique_ptr<session_store> to,
        const transfer_limits& limits)
      : source(std::move(from)), store(std::move(to)), transfer(*source, *store, limits) {}
};

/// Returns null, after printing the reason, if one of them cannot be opened.
std::unique_ptr<sides> open(const config& settings, int& exit_code) {
  exit_code = 2;
  if (settings.cache.backend != cache_backend::redis) {
    std::cerr << "Sessions come from Redis; cache.backend is memory\n";
    return nullptr;
  }
  const auto stores = make_backends(settings);
  if (!stores) {
    failed("open the stores", stores.error());
    return nullptr;
  }
  exit_code = 1;
  auto store = stores->open_session_store();
  if (!store) {
    failed("open the database", store.error());
    return nullptr;
  }
  auto source = stores->open_session_source();
  if (!source) {
    failed("open Redis", source.error());
    return nullptr;
  }
  transfer_limits limits;
  limits.max_session_bytes = settings.sessions.max_session_bytes;
  return std::make_unique<sides>(std::move(*source), std::move(*store), limits);
}

void print(const std::vector<skip_count>& counts, const char* what) {
  for (const auto& [reason, count] : counts)
    std::cout << "  " << count << ' ' << what << ": " << reason << '\n';
}

void print(const sessions_synced& what) {
  std::cout << what.read << " sessions read, " << what.created << " created, " << what.changed
            << " changed; " << what.messages_added << " messages added, " << what.duplicates
            << " duplicates\n";
  if (what.replaced > 0)
    std::cout << "  " << what.replaced
              << " messages replaced by a later one with the same message_id\n";
  if (what.not_ours > 0)
    std::cout << "  " << what.not_ours << " keys are no chat sessions, and were left alone\n";
  print(what.mended, "fields left out or mended");
  print(what.skipped, "messages skipped");
  print(what.refused, "sessions in quarantine");
}

int sync_one(session_transfer& transfer, const std::string& id) {
  const auto done = transfer.sync(std::array{id});
  if (!done)
    return failed("sync", done.error());
  if (done->gone + done->not_ours > 0) {
    std::cerr << (done->gone > 0 ? "Redis has no session '" : "There is no chat session under '")
              << presentable_id(id) << "'\n";
    return 1;
  }
  print(*done);
  return done->quarantined == 0 ? 0 : 1;
}

int sync_all(session_transfer& transfer) {
  const auto start = std::chrono::steady_clock::now();
  sessions_synced all;
  std::string cursor;
  do {
    const auto done = transfer.sync_page(cursor, page);
    if (!done)
      return failed("sync", done.error());
    add(all, done->what);
    cursor = done->cursor;
  } while (!cursor.empty());
  print(all);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::cout << std::flush;
  std::printf("took %.1f s\n", took.count());
  return 0;
}

void print(const compared_session& s) {
  std::cout << to_string(s.verdict) << '\t' << s.id;
  for (const auto& field : s.fields)
    std::cout << '\t' << field;
  if (s.missing_messages > 0)
    std::cout << '\t' << s.missing_messages << " messages missing";
  if (!s.reason.empty())
    std::cout << '\t' << s.reason;
  std::cout << '\n';
}

/// Prints `a.b: value`, one line per value.
void print(const json::value& value, const std::string& path) {
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object)
      print(member.value(), (path.empty() ? "" : path + ".") + std::string{member.key()});
    return;
  }
  std::cout << path << ": " << json::serialize(value) << '\n';
}

} // namespace

int run_sessions_sync(const config& settings, const std::string& id) {
  int exit_code = 0;
  const auto both = open(settings, exit_code);
  if (!both)
    return exit_code;
  return id.empty() ? sync_all(both->transfer) : sync_one(both->transfer, id);
}

int run_sessions_compare(const config& settings) {
  int exit_code = 0;
  const auto both = open(settings, exit_code);
  if (!both)
    return exit_code;
  std::map<session_verdict, std::uint64_t> counts;
  std::string cursor;
  do {
    const auto part = both->transfer.compare(cursor, page);
    if (!part)
      return failed("compare", part.error());
    for (const auto& s : part->sessions) {
      ++counts[s.verdict];
      if (s.verdict != session_verdict::in_sync && s.verdict != session_verdict::only_in_database)
        print(s);
    }
    cursor = part->cursor;
  } while (!cursor.empty());
  for (const auto& [verdict, count] : counts)
    std::cout << to_string(verdict) << ": " << count << '\n';
  const auto expected =
      counts[session_verdict::in_sync] + counts[session_verdict::only_in_database];
  std::uint64_t all = 0;
  for (const auto& [verdict, count] : counts)
    all += count;
  return all == expected ? 0 : 1;
}

int run_sessions_status(const config& settings) {
  auto service = client_of(settings);
  const auto status = service.get("/api/v1/sync/status");
  if (!status)
    return failed("read the status", status.error());
  print(json::value(*status), "");
  const auto* state = status->if_contains("service_status");
  return state && *state == "running" ? 0 : 1;
}

} // namespace standings
