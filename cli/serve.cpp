#include "actors/service.hpp"
#include "actors/system.hpp"
#include "cli/commands.hpp"
#include "cli/demo.hpp"
#include "http/http_ingress.hpp"

#include <caf/actor_system.hpp>
#include <caf/exit_reason.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <malloc.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <future>
#include <memory>

namespace standings {

namespace {

int wait_for_stop_signal() {
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGINT);
  sigaddset(&stop, SIGTERM);
  int got = 0;
  sigwait(&stop, &got);
  return got;
}

/// Descriptors for what is no connection: stores, logs, epoll, the listener.
constexpr rlim_t reserved_descriptors = 128;

/// Debian's soft limit is 1024, of which a busy server runs out without a word.
config within_descriptors(config settings) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  getrlimit(RLIMIT_NOFILE, &limit);
  const auto available = limit.rlim_cur > 2 * reserved_descriptors
                             ? limit.rlim_cur - reserved_descriptors
                             : limit.rlim_cur / 2;
  auto& most = settings.http.max_connections;
  if (available < most) {
    spdlog::warn("http.max_connections is lowered from {} to {}: the limit of open files", most,
                 available);
    most = static_cast<std::uint32_t>(available);
  }
  return settings;
}

/// What a run remembers of a million users goes back to the system when it ends;
/// by itself, malloc would keep it after the first time.
void give_large_memory_back() {
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
}

bool fill_with_demo(const backends& stores) {
  auto store = stores.open_store();
  const auto filled = store ? fill_demo(**store) : result<std::size_t>{store.error()};
  if (!filled) {
    spdlog::error("Failed to fill the demo board: {}", explain(filled.error()));
    return false;
  }
  if (*filled > 0)
    spdlog::info("Filled the demo board with {} players", *filled);
  else
    spdlog::info("The database has users already; no demo board");
  return true;
}

/// Tells main once whether the first attempt to listen succeeded; later ones,
/// after a restart of the ingress, are only logged.
bound_fn report_first(const config& settings, std::shared_ptr<std::promise<bool>> first) {
  return
      [settings, first, told = std::make_shared<bool>(false)](const result<std::uint16_t>& port) {
        if (port)
          spdlog::info("Listening on http://{}:{}", settings.http.host, *port);
        else
          spdlog::error("Failed to listen: {}", explain(port.error()));
        if (!std::exchange(*told, true))
          first->set_value(port.has_value());
      };
}

void stop(caf::actor_system& system, const supervisor_actor& root) {
  caf::scoped_actor self{system};
  caf::anon_send_exit(root, caf::exit_reason::user_shutdown);
  self->wait_for(root);
}

} // namespace

int run_serve(const config& wanted, bool demo) {
  give_large_memory_back();
  const auto settings = within_descriptors(wanted);
  std::error_code error;
  std::filesystem::create_directories(settings.data_dir, error);
  if (error) {
    spdlog::error("Failed to create the data directory {}: {}", settings.data_dir, error.message());
    return 2;
  }
  const auto stores = make_backends(settings);
  if (!stores) {
    spdlog::error("Failed to start: {}", explain(stores.error()));
    return 2;
  }
  if (!adopt_existing_table(*stores))
    return 2;
  for (const auto& note : stores->notes)
    spdlog::info("{}", note);
  if (demo && !fill_with_demo(*stores))
    return 1;
  system_config caf_settings;
  caf::actor_system system{caf_settings};
  auto listening = std::make_shared<std::promise<bool>>();
  auto started = listening->get_future();
  const auto running = start_service(
      system, settings, *stores, http_edge(system, settings, report_first(settings, listening)));
  const bool listens = started.get();
  if (listens) {
    const int signal = wait_for_stop_signal();
    spdlog::info("Stopping on {}", signal == SIGINT ? "SIGINT" : "SIGTERM");
  }
  stop(system, running.root);
  spdlog::info("Stopped");
  return listens ? 0 : 1;
}

} // namespace standings
