#include "app/service.hpp"

#include "actors/aliases/alias_mirror.hpp"
#include "actors/aliases/alias_worker.hpp"
#include "actors/health.hpp"
#include "actors/key_listener.hpp"
#include "actors/leaderboard/hydration.hpp"
#include "actors/leaderboard/hydration_worker.hpp"
#include "actors/leaderboard/leaderboard_writer.hpp"
#include "actors/leaderboard/leaderboards.hpp"
#include "actors/leaderboard/leaderboards_worker.hpp"
#include "actors/leaderboard/period_clock.hpp"
#include "actors/leaderboard/score_writer.hpp"
#include "actors/leaderboard/scoring.hpp"
#include "actors/reconcile/database_listener.hpp"
#include "actors/reconcile/reconcile.hpp"
#include "actors/reconcile/reconcile_worker.hpp"
#include "actors/reconcile/run_keeper.hpp"
#include "actors/reconcile/webhook_sender.hpp"
#include "actors/sessions/session_sync.hpp"
#include "actors/sessions/session_worker.hpp"
#include "actors/supervision/background.hpp"
#include "actors/supervision/relay.hpp"
#include "config/paths.hpp"
#include "http/client/webhook.hpp"
#include "sync/reconcile/cache_identity.hpp"
#include "sync/reconcile/first_contact.hpp"

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>

#include <algorithm>
#include <filesystem>

namespace standings {

namespace {

/// SQLite has only one writer at a time, so a second shard would only wait for the first.
std::size_t shards_for(const config& settings) {
  return settings.database.backend == database_backend::sqlite ? 1 : settings.scoring.shards;
}

scoring_options scoring_options_for(const config& settings, const service_faces& faces) {
  scoring_options out;
  out.events = faces.events;
  out.shards = shards_for(settings);
  out.max_batch = settings.scoring.max_batch;
  // leaves time for a try that is under way when the patience ends
  out.lock_patience = std::min(out.lock_patience, settings.http.request_timeout * 2 / 5);
  return out;
}

caf::actor start_scoring(caf::local_actor* owner, const config& settings, const backends& stores,
                         const service_faces& faces) {
  const writer_factory spawn_writer =
      [stores, loads = faces.hydration](caf::local_actor* scoring_self, scoring_front_actor front,
                                        std::size_t shard) {
        return scoring_self->spawn<caf::detached>(score_writer, stores.open_store, stores.cache,
                                                  loads, std::move(front), shard, stores.guard);
      };
  return caf::actor_cast<caf::actor>(
      owner->spawn(scoring, spawn_writer, scoring_options_for(settings, faces)));
}

/// The default leaderboard's cache counts among all, but always stays.
leaderboard_shelf_ptr make_shelf(const config& settings, const backends& stores) {
  shelf_bounds bounds;
  bounds.leaderboards = settings.leaderboards.max_cached;
  if (settings.cache.backend == cache_backend::memory)
    bounds.bytes = settings.cache.max_memory.bytes;
  bounds.other_bytes = [cache = stores.cache] {
    return cache->memory_bytes();
  };
  return std::make_shared<leaderboard_shelf>(stores.make_named_cache, std::move(bounds));
}

caf::actor start_leaderboards(caf::local_actor* owner, const config& settings,
                              const backends& stores, const service_faces& faces) {
  const leaderboards_worker_factory spawn_worker =
      [stores, shelf = faces.shelf](caf::local_actor* front_self, leaderboards_front_actor front,
                                    std::size_t index) {
        return front_self->spawn<caf::detached>(leaderboards_worker, stores.open_leaderboards,
                                                shelf, std::move(front), index);
      };
  leaderboards_options options;
  options.events = faces.events;
  options.warm = settings.leaderboards.warm;
  options.shared_caches = faces.named_caches_block;
  return caf::actor_cast<caf::actor>(
      owner->spawn(leaderboards, spawn_worker, faces.shelf, options));
}

/// Counts in named leaderboards as scoring does in the default one.
caf::actor start_named_scoring(caf::local_actor* owner, const config& settings,
                               const backends& stores, const service_faces& faces) {
  const leaderboard_writer_tools tools{.open = stores.open_leaderboards,
                                       .caches = {.shelf = faces.shelf,
                                                  .default_cache = stores.cache,
                                                  .hydration = faces.hydration,
                                                  .leaderboards = faces.leaderboards,
                                                  .shared = faces.named_caches_block}};
  const writer_factory spawn_writer = [tools](caf::local_actor* scoring_self,
                                              scoring_front_actor front, std::size_t shard) {
    return scoring_self->spawn<caf::detached>(leaderboard_writer, tools, std::move(front), shard);
  };
  auto options = scoring_options_for(settings, faces);
  options.writer_name = "leaderboard_writer";
  options.gauge_prefix = "named_";
  return caf::actor_cast<caf::actor>(owner->spawn(scoring, spawn_writer, options));
}

caf::actor start_hydration(caf::local_actor* owner, const backends& stores,
                           const event_sink_ptr& events) {
  const evidence_fn evidence = [stores]() -> std::optional<std::int64_t> {
    const auto journal = stores.open_journal();
    if (!journal)
      return std::nullopt;
    const auto last_run = (*journal)->load();
    if (!last_run)
      return std::nullopt;
    const auto found = find_evidence(*last_run, *stores.cache, *stores.audit);
    return found ? found->verified_up_to : std::nullopt;
  };
  const first_contact_fn meet = [stores]() -> result<std::optional<run_counts>> {
    const auto rows = stores.open_reconcile_store();
    if (!rows)
      return rows.error();
    return take_over_foreign_cache(**rows, *stores.audit, *stores.cache, *stores.guard);
  };
  const hydration_tools tools{stores.cache, stores.audit, evidence, stores.guard, meet};
  const hydration_worker_factory spawn_worker = [stores, tools](caf::local_actor* hydration_self,
                                                                hydration_front_actor front,
                                                                std::size_t index) {
    const auto open =
        index == hydration_state::rebuilds ? in_background(stores.open_store) : stores.open_store;
    return hydration_self->spawn<caf::detached>(hydration_worker, open, tools, std::move(front),
                                                index);
  };
  hydration_options options;
  options.events = events;
  return caf::actor_cast<caf::actor>(owner->spawn(hydration, spawn_worker, stores.cache, options));
}

caf::actor start_period_clock(caf::local_actor* owner, const config& settings,
                              const backends& stores, const event_sink_ptr& events) {
  period_clock_options options;
  options.events = events;
  if (settings.database.backend == database_backend::sqlite)
    options.poll = std::chrono::milliseconds{500}; // an idle service notices a lost file this soon
  return caf::actor_cast<caf::actor>(
      owner->spawn<caf::detached>(period_clock, stores.open_store, stores.cache, options));
}

/// Reads the server's identity over a connection of its own.
identity_reader_factory identity_of(session_source_factory open) {
  return [open = std::move(open)]() -> result<identity_reader> {
    auto opened = open();
    if (!opened)
      return opened.error();
    const auto source = std::shared_ptr<session_source>{std::move(*opened)};
    return identity_reader{[source] {
      return source->identity();
    }};
  };
}

reconcile_options options_for(const config& settings) {
  const auto& from = settings.reconcile;
  reconcile_options out;
  out.enabled = from.enabled;
  out.interval = from.interval;
  out.workers = from.workers;
  out.large_change = from.webhook_min_changes;
  out.private_cache = settings.cache.backend == cache_backend::memory;
  out.run.machine.batch = from.batch_size;
  out.run.machine.deletions.max_fraction = from.max_delete_fraction;
  out.run.machine.deletions.max_deletes = from.max_deletes;
  if (!from.backup_dir.empty())
    out.run.machine.backup_dir = resolve_path(settings, from.backup_dir);
  return out;
}

reconcile_children reconcile_children_for(const config& settings, const backends& stores) {
  using owner = caf::local_actor*;
  reconcile_children out;
  out.worker = [stores](owner o, reconcile_front_actor front, std::size_t index) {
    return o->spawn<caf::detached>(reconcile_worker, in_background(stores.open_reconcile_store),
                                   stores.audit, stores.cache, std::move(front), index,
                                   stores.guard);
  };
  out.keeper = [stores](owner o, reconcile_front_actor front, std::size_t index) {
    return o->spawn<caf::detached>(run_keeper, stores.open_journal, std::move(front), index,
                                   run_keeper_options{});
  };
  out.database_listener = [stores](owner o, reconcile_front_actor front) {
    return o->spawn<caf::detached>(database_listener, stores.open_foreign_changes,
                                   stores.open_store, stores.cache, std::move(front),
                                   database_listener_options{});
  };
  if (!settings.reconcile.webhook_url.empty())
    out.webhook = [to = webhook_options{.url = settings.reconcile.webhook_url,
                                        .secret = settings.reconcile.webhook_secret}](
                      owner o, reconcile_front_actor front) {
      const post_fn post = [to](const std::string& body) {
        return post_webhook(to, body);
      };
      return o->spawn<caf::detached>(webhook_sender, post, std::move(front),
                                     webhook_sender_options{});
    };
  if (stores.open_changes && settings.reconcile.enabled && settings.reconcile.incremental) {
    key_listener_options listening;
    listening.key_prefix = settings.leaderboard.details_prefix;
    listening.skip_named_leaderboards = true;
    listening.look = std::chrono::milliseconds{30'000}; // hints only: a run finds what they miss
    out.listener = [stores, listening](owner o, key_listener_target_actor target) {
      return o->spawn<caf::detached>(key_listener, stores.open_changes,
                                     identity_of(stores.open_session_source), std::move(target),
                                     listening);
    };
  }
  return out;
}

caf::actor start_reconcile(caf::local_actor* owner, const config& settings, const backends& stores,
                           const service_faces& faces) {
  auto options = options_for(settings);
  options.events = faces.events;
  options.leaderboards = faces.leaderboards;
  return caf::actor_cast<caf::actor>(owner->spawn(
      reconcile, reconcile_children_for(settings, stores), faces.hydration, std::move(options)));
}

caf::actor start_alias_mirror(caf::local_actor* owner, const config& settings,
                              const backends& stores, const event_sink_ptr& events) {
  const auto& aliases = settings.aliases;
  const alias_worker_factory spawn_worker =
      [stores, ttl = aliases.query_cache_ttl](caf::local_actor* mirror_self, std::size_t,
                                              const stop_flag& stop) {
        return mirror_self->spawn<caf::detached>(alias_worker, stores.open_aliases, stores.aliases,
                                                 ttl, stop);
      };
  alias_mirror_options options;
  options.events = events;
  options.mode = aliases.enabled;
  options.source = std::filesystem::path{aliases.source}.filename().string();
  options.interval = aliases.interval;
  return caf::actor_cast<caf::actor>(owner->spawn(alias_mirror, spawn_worker, options));
}

caf::actor start_session_sync(caf::local_actor* owner, const config& settings,
                              const backends& stores, const event_sink_ptr& events) {
  const auto& sessions = settings.sessions;
  transfer_limits limits;
  limits.max_session_bytes = sessions.max_session_bytes;
  key_listener_options listening;
  listening.key_prefix = sessions.key_prefix;
  listening.id_in_message = hinted_session;
  session_children children;
  children.worker = [stores, limits](caf::local_actor* front_self, session_sync_front_actor front,
                                     std::size_t index) {
    return front_self->spawn<caf::detached>(session_worker, stores.open_session_source,
                                            stores.open_session_store, limits, std::move(front),
                                            index);
  };
  children.listener = [stores, listening](caf::local_actor* front_self,
                                          key_listener_target_actor target) {
    return front_self->spawn<caf::detached>(key_listener, stores.open_session_events,
                                            identity_of(stores.open_session_source),
                                            std::move(target), listening);
  };
  session_sync_options options;
  options.events = events;
  options.enabled = syncs_sessions(settings);
  options.full_sync_interval = sessions.full_sync_interval;
  options.poll_interval = sessions.poll_interval;
  options.max_pending = sessions.max_pending;
  return caf::actor_cast<caf::actor>(owner->spawn(session_sync, children, options));
}

caf::actor start_health(caf::local_actor* owner, const service_faces& faces) {
  const auto root =
      caf::actor_cast<supervisor_actor>(caf::actor_cast<caf::strong_actor_ptr>(owner));
  return caf::actor_cast<caf::actor>(
      owner->spawn(health, root, faces.scoring, faces.hydration,
                   std::vector<status_actor>{faces.reconcile, faces.aliases, faces.sessions,
                                             faces.leaderboards, faces.named_scoring}));
}

} // namespace

service start_service(caf::actor_system& system, const config& settings, const backends& stores,
                      const edge_factory& edge) {
  const auto writes = make_relay<scoring_actor>(system);
  const auto loads = make_relay<hydration_actor>(system);
  const auto periods = make_relay<period_clock_actor>(system);
  const auto compares = make_relay<reconcile_actor>(system);
  const auto names = make_relay<alias_mirror_actor>(system);
  const auto state = make_relay<health_actor>(system);
  const auto sessions = make_relay<session_sync_actor>(system);
  const auto named = make_relay<leaderboards_actor>(system);
  const auto named_writes = make_relay<scoring_actor>(system);
  const bool has_aliases = settings.aliases.enabled != alias_mode::off;
  const service_faces faces{.scoring = writes.face,
                            .hydration = loads.face,
                            .period_clock = periods.face,
                            .reconcile = compares.face,
                            .health = state.face,
                            .sessions = sessions.face,
                            .cache = stores.cache,
                            .cache_reads = stores.cache_reads,
                            .aliases = names.face,
                            .alias_cache = has_aliases ? stores.aliases : nullptr,
                            .events = std::make_shared<event_log>(),
                            .leaderboards = named.face,
                            .named_scoring = named_writes.face,
                            .shelf = make_shelf(settings, stores),
                            .named_caches_block = settings.cache.backend == cache_backend::redis,
                            .store_metrics = stores.metrics};

  using owner = caf::local_actor*;
  // start order is reading order, stop order the reverse
  std::vector<supervised> children{
      {{"scoring",
        [=](owner o) {
          return start_scoring(o, settings, stores, faces);
        }},
       writes.raw},
      {{"hydration",
        [=](owner o) {
          return start_hydration(o, stores, faces.events);
        }},
       loads.raw},
      {{"leaderboards",
        [=](owner o) {
          return start_leaderboards(o, settings, stores, faces);
        }},
       named.raw},
      {{"named_scoring",
        [=](owner o) {
          return start_named_scoring(o, settings, stores, faces);
        }},
       named_writes.raw},
      {{"period_clock",
        [=](owner o) { return start_period_clock(o, settings, stores, faces.events); },
        connection_limits()},
       periods.raw},
      {{"reconcile",
        [=](owner o) {
          return start_reconcile(o, settings, stores, faces);
        }},
       compares.raw},
      {{"alias_mirror",
        [=](owner o) {
          return start_alias_mirror(o, settings, stores, faces.events);
        }},
       names.raw},
      {{"session_sync",
        [=](owner o) {
          return start_session_sync(o, settings, stores, faces.events);
        }},
       sessions.raw},
      {{"health",
        [=](owner o) {
          return start_health(o, faces);
        }},
       state.raw},
  };
  for (auto& child : edge(faces))
    children.push_back(std::move(child));
  return {system.spawn(supervisor, std::move(children),
                       supervisor_options{.stop_grace = settings.http.request_timeout * 2
                                                        + std::chrono::seconds{5},
                                          .events = faces.events}),
          faces};
}

} // namespace standings
