#include "actors/leaderboard/leaderboards_worker.hpp"

#include "actors/supervision/system.hpp"
#include "actors/supervision/waiters.hpp"
#include "core/base/exact_json.hpp"
#include "core/leaderboard/feeds.hpp"
#include "core/leaderboard/leaderboard_id.hpp"
#include "log/log.hpp"
#include "sync/leaderboard/foreign_score_courier.hpp"
#include "sync/leaderboard/page_comparison.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace standings {

namespace {

/// What one step of the tidying deletes.
constexpr std::size_t tidy_size = 10'000;

/// How long what the cache knows of the periods is taken for granted.
constexpr std::chrono::hours longest_belief_in_periods{24 * 365};

/// Users in one step of a comparison.
constexpr std::size_t compared_at_once = 500;

/// Rows that other programs have changed, in one step.
constexpr std::size_t carried_at_once = 500;

/// The text is an object: the edge has read it before.
result<leaderboard_settings> read_settings(const std::string& text,
                                           const leaderboard_settings& otherwise) {
  const auto parsed = json_object_in(text);
  if (!parsed)
    return fail(errc::malformed, "the settings have to be a JSON object");
  return parse_settings(*parsed, otherwise);
}

} // namespace

void leaderboards_worker_state::init(const leaderboard_store_factory& open,
                                     leaderboard_shelf_ptr shelf) {
  store_ = open_or_crash(open);
  shelf_ = std::move(shelf);
}

caf::error leaderboards_worker_state::failed(const failure& why) {
  const auto error = to_error(why);
  if (why.code == errc::store_unavailable || why.code == errc::outcome_unknown) {
    for (auto& one : std::exchange(loads_, {}))
      answer_all(one.askers, error);
    self->quit(error);
  }
  return error;
}

leaderboard_info leaderboards_worker_state::info_of(const leaderboard& from, bool created) {
  return {from.id,           from.settings, from.created_at,
          from.last_used_at, created,       from.archived_at.value_or(sys_time{})};
}

result<leaderboard> leaderboards_worker_state::find(const std::string& id) {
  auto found = store_->find(id);
  if (!found)
    return found.error();
  if (!*found || (*found)->archived_at)
    return unknown_leaderboard(id);
  return std::move(**found);
}

/// The same with settings that are its own: while those in the database cannot be read, the ones
/// that it has on the shelf. One that is not there would be shown in an order that may be wrong.
result<leaderboard> leaderboards_worker_state::find_to_serve(const std::string& id) {
  const auto found = find(id);
  if (!found || found->unreadable.empty())
    return found;
  const auto there = shelf_->update(*found);
  return there ? result<leaderboard>{there->of} : unreadable_settings(*found);
}

/// The leaderboard on the shelf, with the starts of its periods.
result<shelved_ptr> leaderboards_worker_state::shelved(const std::string& id) {
  if (auto there = shelf_->find(id))
    return there;
  const auto found = find_to_serve(id);
  if (!found)
    return found.error();
  auto there = shelf_->put(*found);
  if (const auto done = bring_periods_up_to_date(*there); !done)
    return done.error();
  return there;
}

/// Fails only with the database: whoever reads or writes a cache that fails learns of it. The next
/// one who asks for the leaderboard tries again.
result<void> leaderboards_worker_state::bring_periods_up_to_date(const shelved_leaderboard& of) {
  const auto state = periods_of(of);
  if (!state)
    return state.error();
  const auto told = tell_cache(of, *state);
  if (!told && logged_failed_starts_.passes(self->system().clock().now()))
    log_failed_cache(of.of.id, told.error());
  return {};
}

/// Whether the cache was told of the periods, and none has ended since.
bool leaderboards_worker_state::knows_periods(const shelved_leaderboard& of) {
  return of.next_boundary_us > to_micros(system_now());
}

result<period_state> leaderboards_worker_state::periods_of(const shelved_leaderboard& of) {
  return store_->scores_of(of.of)->periods();
}

/// A failure is the cache's own: the database is there.
result<void> leaderboards_worker_state::tell_cache(const shelved_leaderboard& of,
                                                   const period_state& state) {
  if (of.has_turned.exchange(false))
    if (const auto cleared = of.cache->clear(); !cleared) {
      of.has_turned = true;
      return cleared;
    }
  if (const auto told = of.cache->start_periods(state.starts); !told)
    return told;
  of.next_boundary_us =
      to_micros(std::min(state.next_boundary, state.now + longest_belief_in_periods));
  return {};
}

void leaderboards_worker_state::log_failed_cache(const std::string& id, const failure& why) {
  log_to(log_component::scoring)
      .warn("Failed to look after leaderboard '{}': {}", id, explain(why));
}

// -- leaderboards ----------------------------------------------------------------

caf::result<leaderboard_info> leaderboards_worker_state::save(const save_leaderboard& m) {
  const auto before = store_->find(m.id);
  if (!before)
    return failed(before.error());
  auto settings = read_settings(m.settings, *before ? (*before)->settings : leaderboard_settings{});
  if (!settings)
    return to_error(settings.error());
  if (*before && !m.tenant.empty())
    keep_foreign_feeds(m.tenant, (*before)->settings.feeds, settings->feeds);
  const auto saved = store_->save(m.id, *settings);
  if (!saved)
    return failed(saved.error());
  shelf_->update(saved->now);
  if (saved->created)
    clear_leftovers(saved->now);
  log_to(log_component::scoring, {{"request_id", m.request_id}})
      .info("Leaderboard '{}' was {}", m.id, saved->created ? "created" : "changed");
  return info_of(saved->now, saved->created);
}

caf::result<std::vector<leaderboard_info>>
leaderboards_worker_state::make(const make_leaderboards& m) {
  const auto made = store_->make(m.ids);
  if (!made)
    return failed(made.error());
  std::vector<leaderboard_info> out;
  for (const auto& [now, created] : *made) {
    if (created) {
      log_to(log_component::scoring, {{"request_id", m.request_id}})
          .info("Leaderboard '{}' was created by an update", now.id);
      clear_leftovers(now);
    }
    if (const auto there = shelf_->put(now)) // what another program damaged refuses the update
      if (const auto done = bring_periods_up_to_date(*there); !done)
        return failed(done.error());
    out.push_back(info_of(now, created));
  }
  return out;
}

caf::result<leaderboard_info> leaderboards_worker_state::describe(const describe_leaderboard& m) {
  const auto found = find_to_serve(m.id);
  if (!found)
    return failed(found.error());
  const auto there = shelf_->put(*found);
  if (knows_periods(*there))
    return info_of(*found);
  if (const auto done = bring_periods_up_to_date(*there); !done)
    return failed(done.error());
  return info_of(*found);
}

caf::result<std::vector<leaderboard_info>>
leaderboards_worker_state::list(const list_leaderboards& m) {
  return infos_of(store_->list({m.tenant, m.after, m.limit, m.archived}));
}

caf::result<std::vector<leaderboard_info>>
leaderboards_worker_state::infos_of(const result<std::vector<leaderboard>>& found) {
  if (!found)
    return failed(found.error());
  std::vector<leaderboard_info> out;
  for (const auto& one : *found) {
    auto& info = out.emplace_back(info_of(one));
    if (const auto there = one.unreadable.empty() ? nullptr : shelf_->update(one))
      info.settings = there->of.settings;
  }
  return out;
}

caf::result<bool> leaderboards_worker_state::archive(const archive_leaderboard& m) {
  const auto found = find(m.id);
  if (!found)
    return failed(found.error());
  const auto done = store_->archive(m.id);
  if (!done)
    return failed(done.error());
  const auto there = shelf_->remove(m.id);
  const auto cache = there ? there->cache : shelf_->make_cache(*found);
  if (const auto cleared = cache->clear(); !cleared)
    log_to(log_component::scoring, {{"request_id", m.request_id}})
        .warn("Failed to clear the cache of leaderboard '{}': {}", m.id, explain(cleared.error()));
  log_to(log_component::scoring, {{"request_id", m.request_id}})
      .info("Leaderboard '{}' was archived", m.id);
  return true;
}

caf::result<leaderboard_info> leaderboards_worker_state::restore(const restore_leaderboard& m) {
  const auto done = store_->restore(m.id);
  if (!done)
    return failed(done.error());
  if (*done) {
    log_to(log_component::scoring, {{"request_id", m.request_id}})
        .info("Leaderboard '{}' was restored", m.id);
    forget_cache_of(m.id);
  }
  const auto found = find(m.id);
  if (found && !found->unreadable.empty())
    return info_of(*found); // it is restored, and says with each use what is wrong
  return describe({m.id});
}

caf::result<leaderboard_counts> leaderboards_worker_state::count(const count_leaderboard& m) {
  const auto of = find_to_serve(m.id);
  if (!of)
    return failed(of.error());
  const auto users = store_->scores_of(*of)->count();
  if (!users)
    return failed(users.error());
  leaderboard_counts out{info_of(*of), *users, {}, false, {}, false};
  if (const auto state = shelf_->put(*of)->cache->state()) {
    out.members.assign(state->members.begin(), state->members.end());
    out.complete = state->complete;
    out.generation = state->generation;
    out.cache_connected = state->reachable;
  }
  return out;
}

// -- the database ------------------------------------------------------------------

caf::result<user_record> leaderboards_worker_state::read(const read_named_user& m) {
  const auto of = find_to_serve(m.leaderboard);
  if (!of)
    return failed(of.error());
  auto found = store_->scores_of(*of)->find(m.user_id);
  if (!found)
    return failed(found.error());
  if (!*found)
    return to_error(errc::unknown_user, "no such user", "user_id");
  return std::move(**found);
}

caf::result<board_page> leaderboards_worker_state::read(const read_named_board& m) {
  const auto of = find_to_serve(m.leaderboard);
  if (!of)
    return failed(of.error());
  auto page = store_->scores_of(*of)->top(m.board.board, m.board.offset, m.board.limit);
  if (!page)
    return failed(page.error());
  return std::move(*page);
}

caf::result<compared_page> leaderboards_worker_state::compare(const compare_page& m) {
  compared_page skipped;
  skipped.skipped = true;
  if (!shelf_->holds(m.id) || load_under_way(m.id))
    return skipped;
  const auto of = find(m.id);
  if (!of)
    return failed(of.error());
  const auto there = shelf_->update(*of);
  if (!there)
    return skipped;
  if (m.after.empty()) // reads of later pages notice what is lost meanwhile
    if (const auto verified = there->cache->verify(); !verified)
      return to_error(verified.error());
  if (!there->cache->complete())
    return skipped;
  const auto from = store_->scores_of(there->of);
  const auto periods = from->periods();
  if (!periods)
    return failed(periods.error());
  const auto users = from->scan(m.after, compared_at_once);
  if (!users)
    return failed(users.error());
  auto page = compare_rows_with_cache(*there, *from, *users, periods->starts);
  if (!page && page.error().code == errc::cache_warming)
    return skipped;
  if (!page)
    return to_error(page.error());
  if (users->size() == compared_at_once)
    page->next = users->back().user_id;
  return std::move(*page);
}

caf::result<bool> leaderboards_worker_state::set(const set_user_metadata& m) {
  if (const auto done = store_->set_metadata(m.leaderboard, m.user_id, m.metadata); !done)
    return failed(done.error());
  if (const auto of = find(m.leaderboard)) // boards show it from now on
    shelf_->update(*of);
  return true;
}

caf::result<user_metadata> leaderboards_worker_state::read(const read_user_metadata& m) {
  const auto of = shelved(m.leaderboard);
  if (!of)
    return failed(of.error());
  auto found = store_->metadata_of((*of)->of, m.user_ids);
  if (!found)
    return failed(found.error());
  return std::move(*found);
}

caf::result<std::vector<past_period>> leaderboards_worker_state::past(const list_past_periods& m) {
  auto periods = store_->past_periods(m.leaderboard, m.board);
  if (!periods)
    return failed(periods.error());
  return std::move(*periods);
}

caf::result<past_board> leaderboards_worker_state::past(const read_past_board& m) {
  auto page = store_->past(m.leaderboard, m.board, m.at, m.offset, m.limit);
  if (!page)
    return failed(page.error());
  if (!*page)
    return to_error(errc::unknown_period,
                    "no ended " + std::string{to_string(m.board)} + " period of " + to_iso8601(m.at)
                        + " is kept",
                    "start");
  return std::move(**page);
}

caf::result<reset_report> leaderboards_worker_state::reset(const reset_named_period& m) {
  if (const auto found = find(m.leaderboard); found && !found->unreadable.empty())
    return failed(unreadable_settings(*found));
  const auto of = shelved(m.leaderboard);
  if (!of)
    return failed(of.error());
  const auto state = store_->scores_of((*of)->of)->reset(m.board);
  if (!state)
    return failed(state.error());
  log_to(log_component::scoring, {{"request_id", m.request_id}})
      .info("Leaderboard '{}': the {} board was reset", m.leaderboard, to_string(m.board));
  if (const auto told = (*of)->cache->start_periods(state->starts); !told) {
    (*of)->next_boundary_us = 0; // the next one who asks for it tells the cache
    log_failed_cache(m.leaderboard, told.error());
  }
  return reset_report{m.board, state->starts[index_of(m.board)]};
}

caf::result<std::uint64_t> leaderboards_worker_state::tidy() {
  const auto purged = store_->purge(tidy_size);
  if (!purged)
    return failed(purged.error());
  const auto forgotten = store_->forget_requests(tidy_size);
  if (!forgotten)
    return failed(forgotten.error());
  const auto recounted = store_->recount_users();
  if (!recounted)
    return failed(recounted.error());
  return std::uint64_t{*purged + *forgotten + (*recounted ? 1U : 0U)};
}

caf::result<scores_carried> leaderboards_worker_state::carry(const carry_scores& m) {
  const auto done = carry_foreign_scores(*store_, *shelf_, {m.number, m.user_id}, carried_at_once);
  if (!done)
    return failed(done.error());
  for (const auto& [id, why] : done->failed)
    log_failed_cache(id, why);
  if (done->users > 0)
    log_to(log_component::scoring)
        .info("{} users of named leaderboards whose rows other programs have changed were brought"
              " to the caches",
              done->users);
  return scores_carried{done->users, {done->next.number, done->next.user_id}, done->more};
}

leaderboards_worker_actor::behavior_type
leaderboards_worker(leaderboards_worker_actor::stateful_pointer<leaderboards_worker_state> self,
                    leaderboard_store_factory open, leaderboard_shelf_ptr shelf,
                    leaderboards_front_actor front, std::size_t index) {
  end_on_exception(self);
  self->state.init(open, std::move(shelf));
  self->send(front, worker_ready{index});
  return {
      [self](const save_leaderboard& m) { return self->state.save(m); },
      [self](const describe_leaderboard& m) { return self->state.describe(m); },
      [self](const make_leaderboards& m) { return self->state.make(m); },
      [self](const list_leaderboards& m) { return self->state.list(m); },
      [self](const archive_leaderboard& m) { return self->state.archive(m); },
      [self](const restore_leaderboard& m) { return self->state.restore(m); },
      [self](const count_leaderboard& m) { return self->state.count(m); },
      [self](const load_leaderboard& m) { return self->state.load(m); },
      [self](const load_named_user& m) { return self->state.load(m); },
      [self](const load_named_users& m) { return self->state.load(m); },
      [self](const read_named_user& m) { return self->state.read(m); },
      [self](const read_named_board& m) { return self->state.read(m); },
      [self](const reset_named_period& m) { return self->state.reset(m); },
      [self](const compare_page& m) { return self->state.compare(m); },
      [self](const set_user_metadata& m) { return self->state.set(m); },
      [self](const read_user_metadata& m) { return self->state.read(m); },
      [self](const list_past_periods& m) { return self->state.past(m); },
      [self](const read_past_board& m) { return self->state.past(m); },
      [self](const look_at_leaderboards& m) { return self->state.look(m); },
      [self](const refresh_leaderboards& m) { return self->state.refresh(m); },
      [self](const find_recent& m) { return self->state.find_recent_ones(m); },
      [self](const warm_leaderboard& m) { return self->state.warm(m); },
      [self](shrink_caches) { self->state.shrink(); },
      [self](tidy_leaderboards) { return self->state.tidy(); },
      [self](const carry_scores& m) { return self->state.carry(m); },
      [self](load_step_due) { self->state.load_step(); },
  };
}

} // namespace standings
