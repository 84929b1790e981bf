// The alias mirror, measured step by step: each call runs one step in a process of its own, so that
// the memory it reports is that step's. bench/alias_bench.sh calls it.
#include "stores/redis/alias_cache.hpp"
#include "stores/sqlite/alias_source.hpp"
#include "sync/aliases/alias_sync.hpp"

#include <CLI/CLI.hpp>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace standings;
using report = alias_table_report;

constexpr std::size_t unchanged_cycles = 14; ///< the fifteenth cycle would compare

/// A field of /proc/self/status, in KiB.
long memory_kib(const std::string& field) {
  std::ifstream status{"/proc/self/status"};
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(field + ":"))
      return std::stol(line.substr(field.size() + 1));
  return 0;
}

/// Distinct names of 8 to 40 bytes, one in 16 with a second id.
int fill(const std::string& path, std::size_t aliases) {
  SQLite::Database db{path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
  db.exec("PRAGMA journal_mode = WAL");
  std::mt19937_64 random{42};
  SQLite::Transaction transaction{db};
  for (const auto type : all_alias_types) {
    const auto word = to_string(type);
    db.exec("CREATE TABLE " + word + "_aliases (id INTEGER PRIMARY KEY, " + word
            + "_id INTEGER NOT NULL, alias TEXT NOT NULL)");
    SQLite::Statement insert{db, "INSERT INTO " + word + "_aliases (" + word
                                     + "_id, alias) VALUES (?, ?)"};
    for (std::size_t i = 0; i < aliases / alias_type_count; ++i) {
      const auto n = random();
      const auto name =
          std::to_string(n % 1'000'000) + std::string(n % 30, 'n') + " " + std::to_string(i);
      for (std::size_t ids = n % 16 == 0 ? 2 : 1; ids > 0; --ids) {
        insert.bind(1, static_cast<std::int64_t>(random() % 100'000));
        insert.bind(2, name);
        insert.exec();
        insert.reset();
      }
    }
  }
  transaction.commit();
  return 0;
}

alias_sync open_sync(const std::string& path, std::uint16_t port) {
  sqlite_alias_options from;
  from.path = path;
  redis_alias_options to;
  to.connection.port = port;
  return alias_sync{make_sqlite_alias_source(from), make_redis_alias_cache(to), {}};
}

/// Prints `seconds total written growth-in-KiB` of a first cycle; if the cache was complete
/// already, also the median in seconds of unchanged cycles.
int measure(const std::string& path, std::uint16_t port) {
  const auto before = memory_kib("VmRSS");
  auto sync = open_sync(path, port);
  const auto cycle = sync.run({});
  if (!cycle.succeeded()) {
    std::cerr << "the cycle failed: " << cycle.error << '\n';
    return 1;
  }
  const auto growth = memory_kib("VmHWM") - before;
  std::vector<double> unchanged;
  for (std::size_t i = 0; i < unchanged_cycles; ++i) {
    const auto next = sync.run({});
    if (next.reason != alias_cycle_reason::unchanged) {
      std::cerr << "an unchanged file was read\n";
      return 1;
    }
    unchanged.push_back(std::chrono::duration<double>(next.duration).count());
  }
  std::sort(unchanged.begin(), unchanged.end());
  std::printf(
      "%.3f %llu %llu %ld %.6f\n", std::chrono::duration<double>(cycle.duration).count(),
      static_cast<unsigned long long>(cycle.sum(&report::total)),
      static_cast<unsigned long long>(cycle.sum(&report::added) + cycle.sum(&report::updated)),
      growth, unchanged[unchanged.size() / 2]);
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"One step of bench/alias_bench.sh"};
  app.require_subcommand(1);
  std::string path;
  std::size_t aliases = 1'000'000;
  std::uint16_t port = 6379;
  auto* making = app.add_subcommand("fill", "make a source");
  making->add_option("FILE", path)->required();
  making->add_option("--aliases", aliases);
  auto* measuring = app.add_subcommand("measure", "mirror it");
  measuring->add_option("FILE", path)->required();
  measuring->add_option("--port", port, "of Redis")->required();
  CLI11_PARSE(app, argc, argv);
  return making->parsed() ? fill(path, aliases) : measure(path, port);
}
