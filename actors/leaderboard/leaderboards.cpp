#include "actors/leaderboard/leaderboards.hpp"

#include "actors/supervision/gated_pass_on.hpp"
#include "actors/supervision/system.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace standings {

namespace {

/// A step may have taken long because a store did not answer, which is no reason to look less
/// often.
constexpr std::chrono::seconds longest_pause{2};

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

std::string leaderboards_state::flight_of(const load_leaderboard& m) {
  return m.anew ? m.id + " anew" : m.id;
}

/// One that is to be loaded anew does not share a load under way, which leaves what other programs
/// have written: the worker makes that one begin again.
caf::result<leaderboard_loaded> leaderboards_state::load(const load_leaderboard& m) {
  const auto flight = flight_of(m);
  if (!loads_.busy(flight) && !workers->ready(loads))
    return to_error(errc::store_unavailable, "the database cannot be reached");
  warm_not_before_ = self->system().clock().now() + options_.warm_pause;
  if (m.anew && options_.shared_caches)
    loaded_anew_.insert(m.id);
  return loads_.ask(self, flight, *load_slots_, worker(loads), options_.load_timeout, m);
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

std::chrono::steady_clock::duration
leaderboards_state::pause_after(std::chrono::steady_clock::duration took, int times) {
  return std::min<std::chrono::steady_clock::duration>(times * took, longest_pause);
}

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
            const auto pause = pause_after(ended - begun, options_.refresh_pause);
            next_refresh_ = ended + pause;
            go_on(pause, refresh_due{}, &leaderboards_state::refresh_used);
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

/// One at a time, for half of the time, and only while nobody reads what has to be loaded; the
/// next look goes on with it.
void leaderboards_state::warm_next() {
  const auto begun = self->system().clock().now();
  if (warm_.empty() || warming_ || begun < warm_not_before_ || !workers->ready(loads))
    return;
  warming_ = true;
  const warm_leaderboard next{warm_.front().id, warm_.front().last_used_at};
  warm_.pop_front();
  self->request(worker(loads), options_.load_timeout, next)
      .then(
          [this, id = next.id, begun](const leaderboard_loaded&) {
            warming_ = false;
            if (!shelf_->holds(id))
              warm_.clear(); // there was no room for it
            go_on(pause_after(self->system().clock().now() - begun, 1), warm_due{},
                  &leaderboards_state::warm_next);
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
  for (auto* looks : {&looked_at_, &to_look_at_})
    for (auto& [id, askers] : std::exchange(*looks, {}))
      answer_all(askers, error);
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
      [&state](const look_at_leaderboard& m) { return state.look_at(m); },
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
      [&state](refresh_due) { state.refresh_used(); },
      [&state](warm_due) { state.warm_next(); },
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
