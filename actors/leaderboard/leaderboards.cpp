#include "actors/leaderboard/leaderboards.hpp"

#include "actors/supervision/gated_pass_on.hpp"
#include "actors/supervision/system.hpp"
#include "log/log.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace standings {

namespace {

/// Leaderboards that this process has compared with the database.
constexpr std::size_t most_remembered = 100'000;

/// A step may have taken long because a store did not answer.
constexpr std::chrono::seconds longest_refresh_pause{10};

} // namespace

void leaderboards_state::init(const leaderboards_worker_factory& spawn_worker,
                              leaderboard_shelf_ptr shelf, const leaderboards_options& with) {
  options_ = with;
  shelf_ = std::move(shelf);
  lookup_slots_.emplace(options_.max_lookups, "too many look-ups in the database");
  load_slots_.emplace(options_.max_loads, "too many leaderboards are being loaded");
  std::vector<worker_spec> specs;
  for (const auto index : {loads, lookups})
    specs.push_back(make_worker("leaderboards_worker/" + std::to_string(index),
                                options_.worker_limits, spawn_worker,
                                leaderboards_front_actor{self}, index));
  worker_pool::hooks notify;
  notify.events = options_.events;
  notify.down = [this](std::size_t index) {
    if (index == loads)
      loads_.fail_all(to_error(errc::store_unavailable, "the database cannot be reached"));
  };
  workers.emplace(self, std::move(specs), std::move(notify));
  workers->start_all();
  schedule_look();
}

leaderboards_worker_actor leaderboards_state::worker(std::size_t index) const {
  return workers->worker<leaderboards_worker_actor>(index);
}

template <class Reply, class Message>
caf::result<Reply> leaderboards_state::look_up(const Message& m) {
  if (!workers->ready(lookups))
    return to_error(errc::store_unavailable, "the database cannot be reached");
  return gated_pass_on<Reply>(waiters_, self, *lookup_slots_, worker(lookups), options_.timeout, m);
}

caf::result<leaderboard_loaded> leaderboards_state::load(const load_leaderboard& m) {
  if (!loads_.busy(m.id) && !workers->ready(loads))
    return to_error(errc::store_unavailable, "the database cannot be reached");
  return loads_.ask(self, m.id, *load_slots_, worker(loads), options_.load_timeout, m);
}

/// Some users are looked up at once; otherwise the whole cache is loaded anew.
void leaderboards_state::note_missed(const cache_missed& m) {
  if (m.user_ids.empty() || !workers->ready(lookups)) {
    missed_.insert(m.id);
    return;
  }
  self->request(worker(lookups), options_.timeout, load_named_users{m.id, load_users{m.user_ids}})
      .then([](bool) {},
            [this, id = m.id](const caf::error& why) {
              if (to_failure(why).code != errc::unknown_leaderboard)
                missed_.insert(id);
            });
}

// -- looking after those in use ----------------------------------------------------

void leaderboards_state::schedule_look() {
  self->delayed_send(leaderboards_front_actor{self}, options_.look, look_due{});
}

void leaderboards_state::look() {
  reload_missed();
  refresh_used();
  carry();
  compare_new();
  if (shelf_->is_over() && workers->ready(loads))
    self->send(worker(loads), shrink_caches{});
  tidy();
  if (!knows_what_to_warm_)
    find_what_to_warm();
  else
    warm_next();
  schedule_look();
}

void leaderboards_state::reload_missed() {
  if (!workers->ready(loads))
    return;
  for (const auto& id : std::exchange(missed_, {}))
    reload({id, true}, false);
}

/// What fails is tried again with the next look.
void leaderboards_state::reload(load_leaderboard what, bool compare_after) {
  self->request(worker(loads), options_.load_timeout, what)
      .then(
          [this, id = what.id, compare_after](const leaderboard_loaded&) {
            if (compare_after)
              new_.insert(id);
          },
          [this, id = what.id](const caf::error& why) {
            if (to_failure(why).code != errc::unknown_leaderboard)
              missed_.insert(id);
          });
}

/// In the order of their use, so that each has its turn however many are in use. Where thousands
/// are, this takes a while, and leaves most of the time to what somebody waits for.
void leaderboards_state::refresh_used() {
  for (auto& id : shelf_->take_used())
    if (in_used_.insert(id).second)
      used_.push_back(std::move(id));
  const auto begun = self->system().clock().now();
  if (refreshing_ || used_.empty() || begun < next_refresh_ || !workers->ready(loads))
    return;
  refresh_leaderboards some;
  while (!used_.empty() && some.ids.size() < options_.refreshed_at_once) {
    in_used_.erase(used_.front());
    some.ids.push_back(std::move(used_.front()));
    used_.pop_front();
  }
  refreshing_ = true;
  self->request(worker(loads), options_.load_timeout, some)
      .then(
          [this, begun](bool) {
            refreshing_ = false;
            const auto ended = self->system().clock().now();
            next_refresh_ = ended
                            + std::min<std::chrono::steady_clock::duration>(
                                options_.refresh_pause * (ended - begun), longest_refresh_pause);
            refresh_used(); // the next ones, if they are due
          },
          [this, some](const caf::error&) {
            refreshing_ = false;
            for (const auto& id : some.ids)
              if (in_used_.insert(id).second)
                used_.push_back(id);
          });
}

void leaderboards_state::tidy() {
  const auto now = self->system().clock().now();
  if (tidying_ || now < next_tidy_ || !workers->ready(lookups))
    return;
  tidying_ = true;
  self->request(worker(lookups), options_.timeout, tidy_leaderboards{})
      .then(
          [this, now](std::uint64_t gone) {
            tidying_ = false;
            if (gone == 0)
              next_tidy_ = now + options_.tidy;
          },
          [this, now](const caf::error&) {
            tidying_ = false;
            next_tidy_ = now + options_.tidy;
          });
}

/// What a cache does not take stays noted and is tried again with the next round; so that it holds
/// up no other, each call goes on where the last one has ended.
void leaderboards_state::carry() {
  if (carrying_ || !workers->ready(loads))
    return;
  carrying_ = true;
  self->request(worker(loads), options_.timeout, next_to_carry_)
      .then(
          [this](const scores_carried& done) {
            carrying_ = false;
            next_to_carry_ = done.next;
            if (done.more)
              carry();
          },
          [this](const caf::error&) { carrying_ = false; });
}

// -- comparing ---------------------------------------------------------------------

/// Those who ask during the comparison of a run share it.
caf::result<caches_compared> leaderboards_state::compare(const compare_caches& m) {
  auto asker = self->make_response_promise<caches_compared>();
  comparison_askers_.push_back(asker);
  if (!comparison_)
    compare_all(m.run_id);
  else if (!comparing_run_ && !waiting_run_)
    waiting_run_ = m.run_id;
  return asker;
}

void leaderboards_state::compare_all(const std::string& run_id) {
  std::vector<std::string> ids;
  for (const auto& one : shelf_->all())
    ids.push_back(one->of.id);
  begin_comparison(run_id, std::move(ids));
}

/// Each once, unless it cannot be compared.
void leaderboards_state::compare_new() {
  const auto found = shelf_->take_new();
  if (!options_.shared_caches)
    return;
  if (compared_.size() > most_remembered)
    compared_.clear();
  for (const auto& id : found)
    if (compared_.insert(id).second)
      new_.insert(id);
  if (comparison_ || new_.empty())
    return;
  const auto ids = std::exchange(new_, {});
  begin_comparison(std::nullopt, {ids.begin(), ids.end()});
}

/// A page at a time, so that loads and refreshes go on in between.
void leaderboards_state::begin_comparison(std::optional<std::string> run_id,
                                          std::vector<std::string> ids) {
  comparison_.emplace(std::move(ids));
  comparing_run_ = std::move(run_id);
  compare_next();
}

void leaderboards_state::compare_next() {
  if (!comparison_)
    return;
  const auto next = comparison_->next();
  if (!next)
    end_comparison();
  else if (!workers->ready(loads))
    self->delayed_send(leaderboards_front_actor{self}, options_.look, compare_due{});
  else
    compare_page_of(*next);
}

void leaderboards_state::compare_page_of(const cache_comparison::step& next) {
  self->request(worker(loads), options_.timeout, compare_page{next.id, next.after})
      .then(
          [this, next](const compared_page& page) {
            const bool differs = comparison_->take(page);
            const auto then = comparison_->next();
            if (differs)
              take_difference(next.id);
            else if (!then || then->id != next.id)
              doubted_.erase(next.id);
            if (then && then->later)
              self->delayed_send(leaderboards_front_actor{self}, options_.compare_again,
                                 compare_due{});
            else
              compare_next();
          },
          [this, next](const caf::error& why) {
            comparison_->fail();
            if (!comparing_run_ && to_failure(why).code != errc::unknown_leaderboard)
              new_.insert(next.id); // the next look tries again
            compare_next();
          });
}

/// Loading brings what the cache lacks. One that differs still has entries that the database does
/// not know, or that claim to be newer: it is cleared first, and compared again after either.
void leaderboards_state::take_difference(const std::string& id) {
  const bool again = doubted_.erase(id) > 0; // only where loading cannot put everything right
  log_to(log_component::reconcile, {{"run_id", comparing_run_.value_or("")}})
      .warn("The cache of leaderboard '{}' differs from the database: it is {}loaded anew", id,
            again ? "cleared and " : "");
  if (!again && options_.shared_caches)
    doubted_.insert(id);
  reload({id, true, {}, again}, options_.shared_caches);
}

void leaderboards_state::end_comparison() {
  const auto found = comparison_->so_far();
  const bool of_a_run = comparing_run_.has_value();
  comparison_.reset();
  log_to(log_component::reconcile, {{"run_id", comparing_run_.value_or("")}})
      .write(of_a_run ? spdlog::level::info : spdlog::level::debug,
             "Compared the caches of {} named leaderboards with {} users: {} differ, {} failed",
             found.leaderboards, found.users, found.differing, found.failed);
  if (of_a_run)
    for (auto& asker : std::exchange(comparison_askers_, {}))
      asker.deliver(found);
  if (waiting_run_)
    compare_all(*std::exchange(waiting_run_, std::nullopt));
}

// -- warming -----------------------------------------------------------------------

void leaderboards_state::find_what_to_warm() {
  if (options_.warm == 0 || warming_ || !workers->ready(lookups))
    return;
  warming_ = true;
  self->request(worker(lookups), options_.timeout, find_recent{options_.warm})
      .then(
          [this](std::vector<leaderboard_info>& found) {
            warming_ = false;
            knows_what_to_warm_ = true;
            warm_.assign(found.begin(), found.end());
            warm_next();
          },
          [this](const caf::error&) { warming_ = false; });
}

/// One at a time, so that what is read now has at least every other turn of the worker.
void leaderboards_state::warm_next() {
  if (warm_.empty() || warming_ || !workers->ready(loads))
    return;
  warming_ = true;
  const warm_leaderboard next{warm_.front().id, warm_.front().last_used_at};
  warm_.pop_front();
  self->request(worker(loads), options_.load_timeout, next)
      .then(
          [this, id = next.id](const leaderboard_loaded&) {
            warming_ = false;
            if (!shelf_->holds(id))
              warm_.clear(); // there was no room for it
            warm_next();
          },
          [this](const caf::error& why) {
            warming_ = false;
            if (to_failure(why).code == errc::overloaded)
              warm_.clear();
          });
}

component_status leaderboards_state::status() const {
  return {workers->status(),
          {{"leaderboards_in_use", static_cast<std::int64_t>(shelf_->size())},
           {"leaderboards_to_warm", static_cast<std::int64_t>(warm_.size())}}};
}

void leaderboards_state::refuse_everyone(const failure& why) {
  const auto error = to_error(why);
  waiters_.refuse_all(error);
  loads_.fail_all(error);
  for (auto& asker : std::exchange(comparison_askers_, {}))
    asker.deliver(error);
}

leaderboards_front_actor::behavior_type
leaderboards(leaderboards_front_actor::stateful_pointer<leaderboards_state> self,
             leaderboards_worker_factory spawn_worker, leaderboard_shelf_ptr shelf,
             leaderboards_options options) {
  answer_on_every_way_out(self);
  self->state.init(spawn_worker, std::move(shelf), options);
  auto& state = self->state;
  return {
      [&state](const save_leaderboard& m) { return state.look_up<leaderboard_info>(m); },
      [&state](const describe_leaderboard& m) { return state.look_up<leaderboard_info>(m); },
      [&state](const make_leaderboards& m) {
        return state.look_up<std::vector<leaderboard_info>>(m);
      },
      [&state](const list_leaderboards& m) {
        return state.look_up<std::vector<leaderboard_info>>(m);
      },
      [&state](const archive_leaderboard& m) { return state.look_up<bool>(m); },
      [&state](const restore_leaderboard& m) { return state.look_up<leaderboard_info>(m); },
      [&state](const count_leaderboard& m) { return state.look_up<leaderboard_counts>(m); },
      [&state](const load_leaderboard& m) { return state.load(m); },
      [&state](const load_named_user& m) { return state.look_up<cached_user>(m); },
      [&state](const load_named_users& m) { return state.look_up<bool>(m); },
      [&state](const read_named_user& m) { return state.look_up<user_record>(m); },
      [&state](const read_named_board& m) { return state.look_up<board_page>(m); },
      [&state](const reset_named_period& m) { return state.look_up<reset_report>(m); },
      [&state](const compare_caches& m) { return state.compare(m); },
      [&state](compare_due) { state.compare_next(); },
      [&state](const set_user_metadata& m) { return state.look_up<bool>(m); },
      [&state](const read_user_metadata& m) { return state.look_up<user_metadata>(m); },
      [&state](const list_past_periods& m) { return state.look_up<std::vector<past_period>>(m); },
      [&state](const read_past_board& m) { return state.look_up<past_board>(m); },
      [&state](const cache_missed& m) { state.note_missed(m); },
      [&state](get_status) { return state.status(); },
      [&state](stop_waiting) { state.refuse_everyone(service_stops()); },
      [&state](worker_ready who) { state.workers->handle(who); },
      [&state](restart_child due) { state.workers->handle(due); },
      [&state](look_due) { state.look(); },
  };
}

} // namespace standings
