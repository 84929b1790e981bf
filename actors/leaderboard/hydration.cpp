#include "actors/leaderboard/hydration.hpp"

#include "actors/supervision/system.hpp"

#include <caf/actor_cast.hpp>
#include <caf/system_messages.hpp>
#include <spdlog/spdlog.h>

namespace standings {

void hydration_state::init(const hydration_worker_factory& spawn_worker, rank_cache_ptr cache,
                           const hydration_options& with) {
  options_ = with;
  cache_ = std::move(cache);
  std::vector<child_spec> specs;
  for (const auto index : {rebuilds, lookups, boards}) {
    auto start = [spawn_worker, index, front = hydration_actor{self}](caf::local_actor* owner) {
      return caf::actor_cast<caf::actor>(spawn_worker(owner, front, index));
    };
    specs.push_back(
        {"hydration_worker/" + std::to_string(index), std::move(start), options_.worker_limits});
  }
  child_set::hooks notify;
  notify.down = [this](std::size_t i) {
    ready_[i] = false;
  };
  const auto schedule = [this](caf::timespan after, restart_child due) {
    self->delayed_send(hydration_actor{self}, after, due);
  };
  workers.emplace(self, schedule, std::move(specs), std::move(notify));
  workers->start_all();
  schedule_care();
}

caf::error hydration_state::unavailable() {
  return to_error({errc::store_unavailable, "the database cannot be reached", {}});
}

hydration_worker_actor hydration_state::worker(std::size_t index) const {
  return caf::actor_cast<hydration_worker_actor>(workers->at(index));
}

void hydration_state::worker_up(std::size_t index) {
  if (!workers->is(index, self->current_sender()))
    return; // from an earlier one, or its DOWN message has overtaken this one
  ready_[index] = true;
  if (index == rebuilds)
    care();
}

// -- looking after the cache -----------------------------------------------------

void hydration_state::schedule_care() {
  self->delayed_send(hydration_actor{self}, options_.look, tick{});
}

void hydration_state::care() {
  if (!ready_[rebuilds] || progress_.running || looking_)
    return;
  if (must_rebuild_)
    return start_rebuild();
  looking_ = true;
  self->request(worker(rebuilds), options_.timeout, verify_cache{})
      .then(
          [this](bool complete) {
            looking_ = false;
            if (!std::exchange(progress_.cache_reachable, true))
              progress_.last_error.clear();
            if (!complete)
              start_rebuild();
            else if (!pending_.empty())
              refresh();
          },
          [this](const caf::error& e) {
            looking_ = false;
            cache_failed(e);
          });
}

/// Said once for each outage, and once more where the cause changes.
void hydration_state::cache_failed(const caf::error& why) {
  auto reason = describe(why);
  if (progress_.cache_reachable || reason != progress_.last_error)
    spdlog::warn("The cache does not work: {}", reason);
  progress_.cache_reachable = false;
  progress_.last_error = std::move(reason);
}

void hydration_state::note_missed(refresh_users& m) {
  pending_.insert(std::make_move_iterator(m.user_ids.begin()),
                  std::make_move_iterator(m.user_ids.end()));
  if (pending_.size() <= options_.max_pending)
    return;
  pending_.clear();
  must_rebuild_ = true;
}

void hydration_state::refresh() {
  refresh_users batch;
  while (!pending_.empty() && batch.user_ids.size() < options_.refresh_batch)
    batch.user_ids.push_back(std::move(pending_.extract(pending_.begin()).value()));
  looking_ = true;
  self->request(worker(rebuilds), options_.timeout, batch)
      .then(
          [this](bool) {
            looking_ = false;
            if (!pending_.empty())
              refresh();
          },
          [this, batch](const caf::error&) mutable {
            looking_ = false;
            note_missed(batch);
          });
}

// -- look-ups ------------------------------------------------------------------

caf::error hydration_state::refuses_look_up() const {
  if (!ready_[lookups])
    return unavailable();
  if (looking_up_ >= options_.max_users)
    return to_error({errc::overloaded, "too many look-ups in the database", {}});
  return {};
}

caf::result<cached_user> hydration_state::load(const load_user& m) {
  const bool first = !loads_.busy(m.user_id);
  if (first)
    if (auto refused = refuses_look_up(); refused)
      return refused;
  auto answer = self->make_response_promise<cached_user>();
  loads_.join(m.user_id, answer);
  if (!first)
    return answer;
  ++looking_up_;
  self->request(worker(lookups), options_.timeout, m)
      .then(
          [this, id = m.user_id](const cached_user& user) {
            --looking_up_;
            loads_.deliver(id, user);
          },
          [this, id = m.user_id](const caf::error& e) {
            --looking_up_;
            loads_.fail(id, e);
          });
  return answer;
}

/// A count reads the whole table, so all who ask at the same time share one.
caf::result<std::uint64_t> hydration_state::count() {
  const bool first = !counts_.busy(the_count);
  if (first)
    if (auto refused = refuses_look_up(); refused)
      return refused;
  auto answer = self->make_response_promise<std::uint64_t>();
  counts_.join(the_count, answer);
  if (!first)
    return answer;
  ++looking_up_;
  self->request(worker(lookups), options_.timeout, count_users{})
      .then(
          [this](std::uint64_t users) {
            --looking_up_;
            counts_.deliver(the_count, users);
          },
          [this](const caf::error& e) {
            --looking_up_;
            counts_.fail(the_count, e);
          });
  return answer;
}

caf::result<board_page> hydration_state::read(const read_board& m) {
  const board_key key{m.board, m.offset, m.limit};
  const bool first = !boards_.busy(key);
  if (!ready_[boards])
    return unavailable();
  if (first && boards_.size() >= options_.max_boards)
    return to_error({errc::overloaded, "too many boards are being read from the database", {}});
  auto answer = self->make_response_promise<board_page>();
  boards_.join(key, answer);
  if (first)
    self->request(worker(boards), options_.timeout, m)
        .then([this, key](const board_page& page) { boards_.deliver(key, page); },
              [this, key](const caf::error& e) { boards_.fail(key, e); });
  return answer;
}

// -- the rebuild -----------------------------------------------------------------

caf::result<rebuild_report> hydration_state::rebuild() {
  if (!askers_.empty())
    return to_error({errc::run_in_progress, "a rebuild is running", {}});
  if (!ready_[rebuilds])
    return unavailable();
  auto answer = self->make_response_promise<rebuild_report>();
  askers_.push_back(answer);
  if (!progress_.running)
    start_rebuild();
  return answer;
}

caf::result<bool> hydration_state::when_complete() {
  if (cache_->complete())
    return true;
  if (!ready_[rebuilds])
    return unavailable();
  auto answer = self->make_response_promise<bool>();
  waiting_for_complete_.push_back(answer);
  if (!progress_.running)
    start_rebuild();
  return answer;
}

caf::result<bool> hydration_state::clear() {
  if (!ready_[rebuilds])
    return unavailable();
  auto answer = waiters_.expect<bool>(self);
  self->request(worker(rebuilds), options_.page_timeout, clear_cache{})
      .then(
          [this, answer](bool done) mutable {
            if (progress_.running)
              start_rebuild(); // what it has loaded is gone
            answer.deliver(done);
          },
          [answer](const caf::error& e) mutable { answer.deliver(e); });
  return answer.promise();
}

void hydration_state::refuse_everyone(const failure& why) {
  const auto error = to_error(why);
  stop_waiting(why);
  waiters_.refuse_all(error);
  loads_.fail_all(error);
  boards_.fail_all(error);
  counts_.fail_all(error);
}

void hydration_state::stop_waiting(const failure& why) {
  const auto error = to_error(why);
  for (auto& asker : std::exchange(askers_, {}))
    asker.deliver(error);
  for (auto& asker : std::exchange(waiting_for_complete_, {}))
    asker.deliver(error);
}

void hydration_state::start_rebuild() {
  const auto run = ++run_;
  progress_.running = true;
  must_rebuild_ = false;
  progress_.loaded = 0;
  started_ = self->system().clock().now();
  spdlog::info("Loading the cache from the database");
  const bool anew = !at_start_ || !askers_.empty();
  self->request(worker(rebuilds), options_.begin_timeout, begin_rebuild{anew})
      .then(
          [this, run](std::uint64_t total) {
            progress_.total = total;
            next_page(run, {});
          },
          [this, run](const caf::error& e) { rebuild_failed(run, e); });
}

void hydration_state::next_page(std::uint64_t run, const std::string& after) {
  if (run != run_)
    return;
  self->request(worker(rebuilds), options_.page_timeout, load_page{after, options_.page})
      .then(
          [this, run](const page_loaded& page) {
            if (run != run_)
              return;
            const auto tenth = [this] {
              return progress_.loaded * 10 / (progress_.total + 1);
            };
            const auto before = tenth();
            progress_.loaded += page.users;
            if (tenth() != before)
              spdlog::info("Loaded {} of {} users", progress_.loaded, progress_.total);
            page.done ? finish(run) : next_page(run, page.last);
          },
          [this, run](const caf::error& e) { rebuild_failed(run, e); });
}

void hydration_state::finish(std::uint64_t run) {
  self->request(worker(rebuilds), options_.page_timeout, finish_rebuild{})
      .then(
          [this, run](std::uint64_t swept) {
            if (run == run_)
              rebuilt(swept);
          },
          [this, run](const caf::error& e) { rebuild_failed(run, e); });
}

void hydration_state::rebuilt(std::uint64_t swept) {
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      self->system().clock().now() - started_);
  spdlog::info("The cache is complete: {} users in {} ms, {} swept", progress_.loaded, took.count(),
               swept);
  at_start_ = false;
  progress_.running = false;
  progress_.cache_reachable = true;
  progress_.last_error.clear();
  ++progress_.rebuilds;
  for (auto& asker : std::exchange(askers_, {}))
    asker.deliver(rebuild_report{progress_.loaded, swept, took});
  for (auto& asker : std::exchange(waiting_for_complete_, {}))
    asker.deliver(true);
}

void hydration_state::rebuild_failed(std::uint64_t run, const caf::error& why) {
  if (run != run_)
    return;
  ++run_;
  progress_.running = false;
  progress_.last_error = describe(why);
  spdlog::error("Failed to load the cache: {}", progress_.last_error);
  for (auto& asker : std::exchange(askers_, {}))
    asker.deliver(why);
  for (auto& asker : std::exchange(waiting_for_complete_, {}))
    asker.deliver(why);
  must_rebuild_ = true; // the next look tries again
}

hydration_status hydration_state::progress() const {
  auto out = progress_;
  out.complete = cache_->complete();
  out.pending = pending_.size();
  out.database_reachable = ready_[rebuilds] && ready_[lookups] && ready_[boards];
  return out;
}

hydration_actor::behavior_type hydration(hydration_actor::stateful_pointer<hydration_state> self,
                                         hydration_worker_factory spawn_worker,
                                         rank_cache_ptr cache, hydration_options options) {
  self->set_down_handler([self](const caf::down_msg& d) { self->state.workers->handle(d); });
  answer_on_every_way_out(self);
  self->state.init(spawn_worker, std::move(cache), options);
  return {
      [self](const load_user& m) { return self->state.load(m); },
      [self](read_user& m) { return self->state.look_up<user_record>(std::move(m)); },
      [self](const read_board& m) { return self->state.read(m); },
      [self](count_users) { return self->state.count(); },
      [self](rebuild_cache) { return self->state.rebuild(); },
      [self](ensure_complete) { return self->state.when_complete(); },
      [self](clear_cache) { return self->state.clear(); },
      [self](get_hydration_status) { return self->state.progress(); },
      [self](get_status) {
        return component_status{self->state.workers->status(), {}};
      },
      [self](worker_ready m) { self->state.worker_up(m.index); },
      [self](restart_child due) { self->state.workers->handle(due); },
      [self](refresh_users& m) { self->state.note_missed(m); },
      [self](standings::stop_waiting) { self->state.stop_waiting(service_stops()); },
      [self](refresh_all) { self->state.note_missed_deletion(); },
      [self](tick) {
        self->state.care();
        self->state.schedule_care();
      },
  };
}

} // namespace standings
