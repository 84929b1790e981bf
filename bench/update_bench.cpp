/// Updates without HTTP: closed-loop clients in this process, each with one update (or one batch)
/// under way, against the service's actors and real stores. What a server does besides is read from
/// /proc, so PostgreSQL and Redis have to run on this machine.

#include "actors/supervision/system.hpp"
#include "app/backends.hpp"
#include "app/service.hpp"
#include "log/log.hpp"
#include "process_costs.hpp"

#include <CLI/CLI.hpp>
#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/exit_reason.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace standings {
namespace {

using clock = std::chrono::steady_clock;
using flush_atom = caf::atom_constant<caf::atom("flush")>;
using stop_atom = caf::atom_constant<caf::atom("stop")>;

struct bench_options {
  std::string store = "sqlite";
  std::string cache = "memory";
  std::size_t clients = 64;
  std::size_t loops = 2; ///< as many event loops share the clients
  std::size_t batch = 0; ///< a client's updates in one message; 0: one, and `prompt`
  std::size_t users = 10'000;
  std::uint32_t shards = 1;
  bool keyed = false;
  bool listening = true; ///< to changes of keys in Redis, as the service does by default
  double seconds = 4;
  std::uint16_t redis_port = 6379;
};

// -- the load --------------------------------------------------------------------

struct tally {
  std::uint64_t updates = 0;
  std::uint64_t failed = 0;
  std::uint64_t pending = 0; ///< not in the cache when they were answered
  std::vector<double> waits; ///< of messages, in milliseconds
};

std::string user_id(std::size_t i) {
  const auto digits = std::to_string(i);
  return "user-" + std::string(7 - digits.size(), '0') + digits;
}

/// One event loop of an edge: what was answered in one turn goes out again in one message.
struct loop_state {
  explicit loop_state(caf::event_based_actor* selfptr) : self(selfptr) {}

  void flush() {
    scheduled = false;
    if (stopping)
      return end_when_idle();
    if (options.batch == 0) {
      send(std::exchange(idle, 0), true);
      return;
    }
    for (; idle > 0; --idle)
      send(options.batch, false);
  }

  void send(std::size_t updates, bool prompt) {
    update_scores message;
    message.prompt = prompt;
    std::uniform_int_distribution<std::size_t> any{0, options.users - 1};
    for (std::size_t i = 0; i < updates; ++i)
      message.updates.push_back(
          {user_id(any(random)), 1, options.keyed ? std::to_string(random()) : std::string{}});
    const auto clients = prompt ? updates : 1;
    under_way += clients;
    const auto start = clock::now();
    self->request(to, std::chrono::seconds{20}, std::move(message))
        .then(
            [this, clients, start](const std::vector<update_outcome>& outcomes) {
              for (const auto& outcome : outcomes) {
                seen->failed += outcome.code == errc::none ? 0 : 1;
                seen->pending += outcome.cache_pending ? 1 : 0;
              }
              seen->updates += outcomes.size();
              answered(clients, start);
            },
            [this, clients, start](const caf::error&) {
              ++seen->failed;
              answered(clients, start);
            });
  }

  void answered(std::size_t clients, clock::time_point start) {
    seen->waits.push_back(std::chrono::duration<double, std::milli>(clock::now() - start).count());
    under_way -= clients;
    idle += clients;
    if (!std::exchange(scheduled, true))
      self->send(self, flush_atom::value);
  }

  void end_when_idle() const {
    if (under_way == 0)
      self->quit();
  }

  caf::event_based_actor* self;
  bench_options options;
  scoring_actor to;
  std::shared_ptr<tally> seen;
  std::mt19937_64 random;
  std::size_t idle = 0;
  std::size_t under_way = 0;
  bool scheduled = false;
  bool stopping = false;
};

caf::behavior edge_loop(caf::stateful_actor<loop_state>* self, const bench_options& options,
                        const scoring_actor& to, const std::shared_ptr<tally>& seen,
                        std::size_t clients, std::uint64_t seed) {
  auto& state = self->state;
  state.options = options;
  state.to = to;
  state.seen = seen;
  state.random.seed(seed);
  state.idle = clients;
  self->send(self, flush_atom::value);
  return {[self](flush_atom) { self->state.flush(); },
          [self](stop_atom) {
            self->state.stopping = true;
            self->state.end_when_idle();
          }};
}

// -- one run ---------------------------------------------------------------------

config settings_for(const bench_options& options, const std::string& folder) {
  config out;
  out.data_dir = folder;
  out.database.path = "bench.db";
  out.scoring.shards = options.shards;
  out.aliases.enabled = alias_mode::off;
  out.sessions.enabled = sessions_mode::off;
  out.reconcile.incremental = options.listening;
  if (options.store == "postgres") {
    const auto* url = std::getenv("TEST_POSTGRES_URL"); // NOLINT(concurrency-mt-unsafe): one thread
    out.database.backend = database_backend::postgres;
    out.database.url = url ? url : "";
  }
  if (options.cache == "redis") {
    out.cache.backend = cache_backend::redis;
    out.cache.port = options.redis_port;
  }
  return out;
}

std::pair<double, double> batches_and_updates(caf::actor_system& system, const scoring_actor& of) {
  caf::scoped_actor self{system};
  std::pair<double, double> out;
  self->request(of, std::chrono::seconds{5}, get_status{})
      .receive(
          [&](const component_status& status) {
            for (const auto& [name, value] : status.gauges) {
              if (name == "batches")
                out.first = static_cast<double>(value);
              if (name == "updates")
                out.second = static_cast<double>(value);
            }
          },
          [](const caf::error&) {});
  return out;
}

/// Clients that send until they are told to stop.
class load {
public:
  load(caf::actor_system& system, const bench_options& options, const scoring_actor& to)
      : self_(system) {
    for (std::size_t i = 0; i < options.loops; ++i) {
      const auto clients = (options.clients + i) / options.loops;
      seen_.push_back(std::make_shared<tally>());
      loops_.push_back(system.spawn(edge_loop, options, to, seen_.back(), clients, i + 1));
    }
  }

  /// Waits for the last answers.
  [[nodiscard]] tally stop() {
    for (const auto& loop : loops_)
      caf::anon_send(loop, stop_atom::value);
    self_->wait_for(loops_);
    tally out;
    for (const auto& one : seen_) {
      out.updates += one->updates;
      out.failed += one->failed;
      out.pending += one->pending;
      out.waits.insert(out.waits.end(), one->waits.begin(), one->waits.end());
    }
    std::sort(out.waits.begin(), out.waits.end());
    return out;
  }

private:
  caf::scoped_actor self_;
  std::vector<std::shared_ptr<tally>> seen_;
  std::vector<caf::actor> loops_;
};

/// Fills the database with the users, and the processors' caches with the program.
void warm_up(caf::actor_system& system, bench_options options, const scoring_actor& to) {
  options.batch = 500;
  options.clients = 4;
  load loads{system, options, to};
  std::this_thread::sleep_for(std::chrono::milliseconds{1'500});
  static_cast<void>(loads.stop());
}

void print(const char* figure, double value, const char* unit) {
  std::printf("  %-34s %12.2f %s\n", figure, value, unit);
}

int run(const bench_options& options) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("update-bench-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const auto settings = settings_for(options, folder);
  auto stores = make_backends(settings);
  if (!stores)
    throw std::runtime_error(explain(stores.error()));
  std::unique_ptr<database_watch> database;
  if (options.store == "postgres")
    database = std::make_unique<database_watch>(settings.database.url);
  std::unique_ptr<cache_watch> cache;
  if (options.cache == "redis")
    cache = std::make_unique<cache_watch>(options.redis_port);

  system_config system_settings;
  caf::actor_system system{system_settings};
  const auto service = start_service(
      system, settings, *stores, [](const service_faces&) { return std::vector<supervised>{}; });
  warm_up(system, options, service.faces.scoring);

  const auto commits_before = database ? database->commits() : 0;
  if (cache)
    cache->reset();
  const auto [batches_before, written_before] = batches_and_updates(system, service.faces.scoring);
  const auto own_before = cost_of(::getpid());
  const auto database_before = database ? database->costs() : cost{};
  const auto cache_before = cache ? cache->costs() : cost{};
  const auto start = clock::now();
  load loads{system, options, service.faces.scoring};
  std::this_thread::sleep_for(std::chrono::duration<double>{options.seconds});
  const auto seen = loads.stop();
  const auto seconds = std::chrono::duration<double>(clock::now() - start).count();
  const auto own = cost_of(::getpid()) - own_before;
  const auto in_database = database ? database->costs() - database_before : cost{};
  const auto in_cache = cache ? cache->costs() - cache_before : cost{};
  const auto [batches_after, written_after] = batches_and_updates(system, service.faces.scoring);

  const auto updates = static_cast<double>(seen.updates);
  const auto batches = batches_after - batches_before;
  std::printf("%s + %s, %zu clients, %s\n", options.store.c_str(), options.cache.c_str(),
              options.clients,
              options.batch ? ("batches of " + std::to_string(options.batch)).c_str() : "single");
  print("updates", updates / seconds, "/s");
  print("batches of the writers", batches / seconds, "/s");
  print("updates in a batch", batches > 0 ? (written_after - written_before) / batches : 0, "");
  if (!seen.waits.empty()) {
    print("wait, p50", seen.waits[seen.waits.size() / 2], "ms");
    print("wait, p99", seen.waits[seen.waits.size() * 99 / 100], "ms");
  }
  print("processor time here", own.cpu_ms * 1e3 / updates, "us/update");
  print("context switches here", own.switches / updates, "/update");
  if (database) {
    print("processor time of PostgreSQL", in_database.cpu_ms * 1e3 / updates, "us/update");
    print("context switches of PostgreSQL", in_database.switches / updates, "/update");
    print("commits", (database->commits() - commits_before) / std::max(1.0, batches), "/batch");
  }
  if (cache) {
    const auto [calls, usec] = cache->scripts();
    print("processor time of Redis", in_cache.cpu_ms * 1e3 / updates, "us/update");
    print("context switches of Redis", in_cache.switches / updates, "/update");
    print("scripts", calls / std::max(1.0, batches), "/batch");
    print("time in scripts", usec / updates, "us/update");
  }
  if (seen.failed + seen.pending > 0)
    std::printf("  FAILED %llu, not in the cache %llu\n",
                static_cast<unsigned long long>(seen.failed),
                static_cast<unsigned long long>(seen.pending));

  caf::scoped_actor self{system};
  caf::anon_send_exit(service.root, caf::exit_reason::user_shutdown);
  self->wait_for(service.root);
  std::filesystem::remove_all(folder);
  return seen.failed == 0 ? 0 : 1;
}

} // namespace
} // namespace standings

int main(int argc, char** argv) {
  CLI::App app{"Updates against the service's actors, without HTTP"};
  standings::bench_options options;
  app.add_option("--store", options.store, "sqlite or postgres (of TEST_POSTGRES_URL)")
      ->check(CLI::IsMember({"sqlite", "postgres"}));
  app.add_option("--cache", options.cache)->check(CLI::IsMember({"memory", "redis"}));
  app.add_option("--redis-port", options.redis_port);
  app.add_option("--clients", options.clients);
  app.add_option("--loops", options.loops);
  app.add_option("--batch", options.batch, "updates in a message; 0: one for each client");
  app.add_option("--users", options.users);
  app.add_option("--shards", options.shards);
  app.add_option("--seconds", options.seconds);
  app.add_flag("--keyed", options.keyed, "each update has an idempotency key");
  app.add_flag("--no-listening{false}", options.listening,
               "without the notifications of changed keys");
  CLI11_PARSE(app, argc, argv);
  for (const auto& [name, component] : standings::enum_names<standings::log_component>::all)
    standings::set_log_level(component, spdlog::level::err);
  return standings::run(options);
}
