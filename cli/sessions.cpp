#include "app/backends.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/session_status.hpp"
#include "core/base/presentable.hpp"
#include "http/api/session_json.hpp"
#include "sync/sessions/session_transfer.hpp"

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
std::unique_ptr<sides> open(const invocation& with, int& exit_code) {
  const auto& settings = with.settings;
  exit_code = exit_usage;
  if (settings.cache.backend != cache_backend::redis) {
    unusable(with, "no_redis", "Sessions come from Redis; cache.backend is memory");
    return nullptr;
  }
  const auto stores = make_backends(settings);
  if (!stores) {
    failed(with, "open the stores", stores.error());
    return nullptr;
  }
  exit_code = exit_failed;
  auto store = stores->open_session_store();
  if (!store) {
    failed(with, "open the database", store.error());
    return nullptr;
  }
  auto source = stores->open_session_source();
  if (!source) {
    failed(with, "open Redis", source.error());
    return nullptr;
  }
  transfer_limits limits;
  limits.max_session_bytes = settings.sessions.max_session_bytes;
  return std::make_unique<sides>(std::move(*source), std::move(*store), limits);
}

/// `what` is what one of them is.
void print(const std::vector<skip_count>& counts, const char* what, const char* happened) {
  for (const auto& [reason, count] : counts)
    std::cout << "  " << counted(count, what) << ' ' << happened << ": " << presentable(reason)
              << '\n';
}

void print(const sessions_synced& what) {
  std::cout << counted(what.read, "session") << " read, " << grouped(what.created) << " created, "
            << grouped(what.changed) << " changed; " << counted(what.messages_added, "message")
            << " added, " << counted(what.duplicates, "duplicate") << '\n';
  if (what.replaced > 0)
    std::cout << "  " << counted(what.replaced, "message")
              << " replaced by a later one with the same message_id\n";
  if (what.not_ours > 0)
    std::cout << "  " << counted(what.not_ours, "key") << (what.not_ours == 1 ? " is" : " are")
              << " no chat session" << (what.not_ours == 1 ? ", and was" : "s, and were")
              << " left alone\n";
  print(what.mended, "field", "left out or mended");
  print(what.skipped, "message", "skipped");
  print(what.refused, "session", "in quarantine");
}

void show(const invocation& with, const sessions_synced& what) {
  if (with.json)
    print_json(json::parse(sync_json(what)));
  else
    print(what);
}

/// Sessions in quarantine are a finding, of one session as of all.
int exit_code_of(const sessions_synced& what) {
  return what.quarantined == 0 ? exit_done : exit_failed;
}

int sync_one(const invocation& with, session_transfer& transfer, const std::string& id) {
  const auto done = transfer.sync(std::array{id});
  if (!done)
    return failed(with, "sync", done.error());
  if (done->gone + done->not_ours > 0) {
    print_error(with.json, "unknown_session",
                (done->gone > 0 ? "Redis has no session '" : "There is no chat session under '")
                    + presentable_id(id) + "'");
    return exit_failed;
  }
  show(with, *done);
  return exit_code_of(*done);
}

int sync_all(const invocation& with, session_transfer& transfer) {
  const auto start = std::chrono::steady_clock::now();
  progress bar{std::cerr, "Copying sessions", 0, shows_progress() && !with.json};
  sessions_synced all;
  std::string cursor;
  do {
    const auto done = transfer.sync_page(cursor, page);
    if (!done)
      return failed(with, "sync", done.error());
    add(all, done->what);
    bar.advance_to(all.read);
    cursor = done->cursor;
  } while (!cursor.empty());
  bar.finish();
  show(with, all);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  if (!with.json)
    std::printf("took %.1f s\n", took.count());
  return exit_code_of(all);
}

/// `standings sessions sync` works directly on both stores, whether or not the service runs.
int run_sync(const invocation& with, const std::string& id) {
  int exit_code = exit_done;
  const auto both = open(with, exit_code);
  if (!both)
    return exit_code;
  return id.empty() ? sync_all(with, both->transfer) : sync_one(with, both->transfer, id);
}

void print(const compared_session& s) {
  std::cout << to_string(s.verdict) << '\t' << presentable(s.id);
  for (const auto& field : s.fields)
    std::cout << '\t' << field;
  if (s.missing_messages > 0)
    std::cout << '\t' << counted(s.missing_messages, "message") << " missing";
  if (!s.reason.empty())
    std::cout << '\t' << presentable(s.reason);
  std::cout << '\n';
}

using verdict_counts = std::map<session_verdict, std::uint64_t>;

/// A verdict that the user need not see.
bool is_fine(session_verdict v) {
  return v == session_verdict::in_sync || v == session_verdict::only_in_database;
}

void show_counts(const invocation& with, const verdict_counts& counts) {
  json::object out;
  for (const auto& [verdict, count] : counts)
    if (with.json)
      out[to_string(verdict)] = count;
    else
      std::cout << to_string(verdict) << ": " << count << '\n';
  if (with.json)
    print_json({{"counts", std::move(out)}});
  else if (counts.empty())
    std::cout << "there are no sessions, neither in Redis nor in the database\n";
}

/// Prints the differences, and with JSON a line for each of them.
int run_compare(const invocation& with) {
  int exit_code = exit_done;
  const auto both = open(with, exit_code);
  if (!both)
    return exit_code;
  verdict_counts counts;
  std::string cursor;
  do {
    const auto part = both->transfer.compare(cursor, page);
    if (!part)
      return failed(with, "compare", part.error());
    for (const auto& s : part->sessions) {
      ++counts[s.verdict];
      if (is_fine(s.verdict))
        continue;
      if (with.json)
        print_json(json::parse(compared_json(s)));
      else
        print(s);
    }
    cursor = part->cursor;
  } while (!cursor.empty());
  show_counts(with, counts);
  for (const auto& [verdict, count] : counts)
    if (!is_fine(verdict))
      return exit_failed;
  return exit_done;
}

constexpr auto store_exit_codes = "0  done\n1  failed, or sessions are in quarantine\n"
                                  "2  wrong usage or configuration, or the cache is not Redis";

} // namespace

void add_sessions(command_tree& to) {
  auto& group = to.add_group("sessions", "chat sessions, from Redis to the database");
  const auto id = std::make_shared<std::string>();
  to.add_to(group,
            {"sync", "copy one session to the database, or all",
             "standings sessions sync\nstandings sessions sync 4f1c", store_exit_codes},
            shared_flags::of_stores(), [id](const invocation& with) { return run_sync(with, *id); })
      .add_option("ID", *id, "the session's id");
  to.add_to(group,
            {"compare", "compare Redis and the database", "standings sessions compare",
             "0  all that Redis has is in the database\n1  something is not, or it failed\n"
             "2  wrong usage or configuration, or the cache is not Redis"},
            shared_flags::of_stores(), run_compare);
  add_session_status(to, group);
}

} // namespace standings
