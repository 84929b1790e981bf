#include "actors/supervision/system.hpp"
#include "app/edge.hpp"
#include "app/service.hpp"
#include "cli/admin_token.hpp"
#include "cli/adopt.hpp"
#include "cli/commands.hpp"
#include "cli/config.hpp"
#include "cli/demo.hpp"
#include "cli/introduction.hpp"
#include "cli/logging.hpp"
#include "cli/reload.hpp"
#include "cli/serve_guard.hpp"
#include "cli/service_manager.hpp"
#include "cli/signals.hpp"
#include "cli/watchdog.hpp"
#include "config/paths.hpp"
#include "config/text_file.hpp"
#include "http/api/http_ingress.hpp"
#include "http/server/address_probe.hpp"
#include "log/log.hpp"

#include <caf/actor_system.hpp>
#include <caf/exit_reason.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <malloc.h>
#include <sys/resource.h>

#include <algorithm>
#include <future>
#include <memory>
#include <utility>

namespace standings {

namespace {

/// Descriptors that are not connections: stores, logs, epoll, the listener.
constexpr rlim_t reserved_descriptors = 128;

/// Debian's soft limit is 1024, which a busy server would silently exhaust.
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
    log_to(log_component::service)
        .warn("http.max_connections is lowered from {} to {}: the limit of open files", most,
              available);
    most = static_cast<std::uint32_t>(available);
  }
  return settings;
}

/// Returns the memory in which a run records a million users to the system when it ends; by default
/// malloc would keep it after the first run.
void give_large_memory_back() {
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
}

bool fill_with_demo(const backends& stores) {
  auto store = stores.open_store();
  const auto filled = store ? fill_demo(**store) : result<std::size_t>{store.error()};
  if (!filled) {
    log_to(log_component::service)
        .error("Failed to fill the demo board: {}", explain(filled.error()));
    return false;
  }
  if (*filled > 0)
    log_to(log_component::service).info("Filled the demo board with {} players", *filled);
  else
    log_to(log_component::service).info("The database has users already; no demo board");
  return true;
}

/// Reports to main whether the first attempt to listen succeeded; later attempts, after a restart
/// of the ingress, are only logged.
bound_fn report_first(const config& settings, std::shared_ptr<std::promise<bool>> first) {
  return
      [settings, first, told = std::make_shared<bool>(false)](const result<std::uint16_t>& port) {
        if (port)
          log_to(log_component::service)
              .info("Listening on {}://{}", serves_tls(settings) ? "https" : "http",
                    address_text(settings.http.host, *port));
        else
          log_to(log_component::service).error("Failed to listen: {}", explain(port.error()));
        if (!std::exchange(*told, true))
          first->set_value(port.has_value());
      };
}

/// Logs at once why the cache does not work. The service starts anyway, and serves boards from the
/// database.
void tell_cache_problems(rank_cache& cache) {
  const auto state = cache.state();
  if (!state) {
    log_to(log_component::service).error("The cache does not work: {}", explain(state.error()));
    return;
  }
  for (const auto& problem : state->problems)
    log_to(log_component::service).error("The cache does not work: {}", problem);
  for (const auto& note : state->notes)
    log_to(log_component::service).warn("The cache: {}", note);
}

void stop(caf::actor_system& system, const supervisor_actor& root) {
  caf::scoped_actor self{system};
  caf::anon_send_exit(root, caf::exit_reason::user_shutdown);
  self->wait_for(root);
}

/// The certificate to show; null without TLS.
result<std::shared_ptr<tls_identity>> load_identity(const config& settings) {
  if (!serves_tls(settings))
    return std::shared_ptr<tls_identity>{};
  const auto& key = settings.http.tls.key_file;
  if (everybody_may_read(resolve_path(settings, key)))
    log_to(log_component::service)
        .warn("http.tls.key_file ({}) holds a private key, and every user of this machine can read"
              " it: chmod 600 (or 640, for a group)",
              key);
  return tls_identity::load(tls_files_of(settings));
}

/// Certificates are renewed under their names, so the files are read even if no option has changed.
void reload_identity(tls_identity& identity, const config& read) {
  if (const auto done = identity.reload(tls_files_of(read)); !done)
    return log_to(log_component::service)
        .error("SIGHUP: the certificate stays as it is: {}", explain(done.error()));
  log_to(log_component::service).info("SIGHUP: new connections get the certificate as it is now");
}

bool has_admin(const std::vector<token_config>& tokens) {
  return std::any_of(tokens.begin(), tokens.end(), [](const auto& one) {
    return std::find(one.may.begin(), one.may.end(), "admin") != one.may.end();
  });
}

/// Applies the options that can change at run time, and logs those that need a restart.
void reload(const config& running, const std::function<load_outcome()>& load, access_control& doors,
            tls_identity* identity) {
  const reload_in_progress told;
  const auto read = load();
  for (const auto& problem : read.problems)
    log_to(log_component::service).error("SIGHUP: the configuration stays as it is: {}", problem);
  if (!read.problems.empty())
    return;
  auto admin = find_admin_token(read.value);
  if (!admin) {
    log_to(log_component::service)
        .error("SIGHUP: the configuration stays as it is: {}", admin.error().detail);
    return;
  }
  if (admin->token.empty() && !read.value.admin.open_on_loopback)
    log_to(log_component::service)
        .warn("SIGHUP: there is no admin.token any more; admin routes answer {}",
              has_admin(read.value.tokens) ? "those tokens alone that may: [admin]" : "nobody");
  const auto plan = plan_reload(running, read.value);
  set_up_logging(read.value.log);
  log_to(log_component::service)
      .info("SIGHUP: read the configuration again; {}",
            plan.log ? "the log's new settings hold now" : "the log's settings are the same");
  if (identity && serves_tls(read.value))
    reload_identity(*identity, read.value);
  auto settings = read.value;
  settings.admin.token = std::move(admin->token); // its file may have a new one
  settings.http.host = running.http.host;         // what is open depends on where it listens
  doors.replace(policy_for(settings));
  log_to(log_component::service)
      .info("SIGHUP: {} tokens besides the administrator's are known", settings.tokens.size());
  for (const auto& option : plan.restarts)
    log_to(log_component::service).warn("SIGHUP: {} has changed and needs a restart", option);
}

int refuse(const failure& why, int exit_code) {
  log_to(log_component::service).error("Failed to start: {}", explain(why));
  return exit_code;
}

/// Creates the triggers before the service reports that it is ready. If the database is
/// unreachable, the listener creates them later.
void watch_foreign_writes(const backends& stores) {
  [[maybe_unused]] const auto watched = stores.open_foreign_changes();
}

/// Finds the administrator's token, or makes it, and says where it is; with `open_on_loopback` none
/// is made.
result<void> open_doors(config& settings, access_control& doors) {
  auto admin = settings.admin.open_on_loopback ? find_admin_token(settings)
                                               : find_or_make_admin_token(settings);
  if (!admin)
    return admin.error();
  if (admin->made)
    log_to(log_component::service).info("Made a token for admin routes: {}", admin->file);
  if (admin->readable_by_others)
    log_to(log_component::service)
        .warn("{} holds the admin token, and other users can read or write it: chmod 600",
              admin->file);
  settings.admin.token = std::move(admin->token);
  doors.replace(policy_for(settings));
  return {};
}

/// Who is let in, and what the service shows to clients of TLS (null: plain HTTP).
struct service_doors {
  std::shared_ptr<access_control> access;
  std::shared_ptr<tls_identity> identity;
};

/// Runs the service until it is told to stop; returns the exit code.
int serve_until_stopped(const config& settings, const backends& stores, service_signals& signals,
                        const service_doors& by) {
  signals.stop_orderly();
  system_config caf_settings;
  caf::actor_system system{caf_settings};
  auto edge = edge_options_for(settings);
  edge.server.pulses = std::make_shared<loop_pulses>();
  edge.server.doors = by.access;
  edge.server.tls = by.identity;
  auto listening = std::make_shared<std::promise<bool>>();
  auto started = listening->get_future();
  const auto running = start_service(system, settings, stores,
                                     http_edge(system, edge, report_first(settings, listening)));
  const bool listens = started.get();
  if (listens) {
    tell_manager_ready();
    const auto informed = keep_manager_informed(system, running.faces.health, edge.server.pulses);
    signals.wait_for_stop();
  }
  tell_manager_stopping();
  stop(system, running.root);
  log_to(log_component::service).info("Stopped");
  return listens ? 0 : 1;
}

/// Runs the service until SIGINT or SIGTERM, then drains; a second signal ends it at once. With
/// `demo`, an empty database first gets a realistic board. SIGHUP reads the configuration again.
int run_serve(const invocation& with, bool demo) {
  const auto& wanted = with.settings;
  const auto doors = std::make_shared<access_control>(access_policy{});
  const auto identity = load_identity(wanted); // before there is a thread that may read it again
  service_signals signals{[&] {
    reload(wanted, with.load, *doors, identity ? identity->get() : nullptr);
  }};
  give_large_memory_back();
  log_to(log_component::service).info("{}", introduction(wanted, with.config_file));
  if (!identity)
    return refuse(identity.error(), 2);
  auto settings = within_descriptors(wanted);
  if (const auto made = make_data_directory(settings); !made)
    return refuse(made.error(), 2);
  if (const auto admin = open_doors(settings, *doors); !admin)
    return refuse(admin.error(), 2);
  if (const auto can_listen = probe_address(settings.http.host, settings.http.port); !can_listen)
    return refuse(can_listen.error(), 1);
  if (const auto usable = probe_database_file(settings); !usable)
    return refuse(usable.error(), 1);
  const auto alone = claim_database_file(settings);
  if (!alone)
    return refuse(alone.error(), 1);
  const auto stores = make_backends(settings);
  if (!stores)
    return refuse(stores.error(), 2);
  for (const auto& note : stores->notes)
    log_to(log_component::service).info("{}", note);
  if (!adopt_existing_table(*stores))
    return 2;
  watch_foreign_writes(*stores);
  if (demo && !fill_with_demo(*stores))
    return 1;
  tell_cache_problems(*stores->cache);
  return serve_until_stopped(settings, *stores, signals, {doors, *identity});
}

constexpr auto serve_examples = "standings serve --demo\n"
                                "standings serve --config /etc/standings/standings.yaml\n"
                                "standings serve --port 8080 --set log.level=debug";
constexpr auto serve_exit_codes =
    "0  stopped by SIGINT or SIGTERM\n"
    "1  could not start: address in use, database unusable\n"
    "2  wrong usage or configuration, or a table that cannot be adopted\n"
    "130, 143  ended at once by a second SIGINT or SIGTERM";

} // namespace

void add_serve(command_tree& to) {
  const auto demo = std::make_shared<bool>(false);
  const auto print = std::make_shared<bool>(false);
  auto& command = to.add({"serve", "run the service", serve_examples, serve_exit_codes},
                         {true, true, false, false}, [demo, print](const invocation& with) {
                           if (!*print)
                             return run_serve(with, *demo);
                           print_config(with.load(), false);
                           return 0;
                         });
  command.add_flag("--print-config", *print, "print the configuration, as `config` does, and end");
  command.add_flag("--demo", *demo, "fill an empty database with a realistic board");
}

} // namespace standings
