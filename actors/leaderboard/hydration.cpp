#include "actors/leaderboard/hydration.hpp"

#include "actors/supervision/gated_pass_on.hpp"
#include "actors/supervision/system.hpp"
#include "log/log.hpp"

namespace standings {

void hydration_state::init(const hydration_worker_factory& spawn_worker, rank_cache_ptr cache,
                           const hydration_options& with) {
  options_ = with;
  cache_ = std::move(cache);
  lookup_slots_.emplace(options_.max_users, "too many look-ups in the database");
  board_slots_.emplace(options_.max_boards, "too many boards are being read from the database");
  std::vector<worker_spec> specs;
  for (const auto index : {rebuilds, lookups, boards})
    specs.push_back(make_worker("hydration_worker/" + std::to_string(index), options_.worker_limits,
                                spawn_worker, hydration_front_actor{self}, index));
  worker_pool::hooks notify;
  notify.events = options_.events;
  notify.ready = [this](std::size_t index) {
    if (index == rebuilds)
      care();
  };
  workers.emplace(self, std::move(specs), std::move(notify));
  workers->start_all();
  schedule_care();
}

caf::error hydration_state::unavailable() {
  return to_error(errc::store_unavailable, "the database cannot be reached");
}

hydration_worker_actor hydration_state::worker(std::size_t index) const {
  return workers->worker<hydration_worker_actor>(index);
}

// -- looking after the cache -----------------------------------------------------

void hydration_state::schedule_care() {
  self->delayed_send(hydration_front_actor{self}, options_.look, look_due{});
}

void hydration_state::care() {
  if (!workers->ready(rebuilds) || progress_.running || looking_)
    return;
  if (must_rebuild_)
    return start_rebuild();
  looking_ = true;
  self->request(worker(rebuilds), options_.timeout, verify_cache{})
      .then(
          [this](bool complete) {
            looking_ = false;
            cache_works();
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

void hydration_state::cache_works() {
  if (std::exchange(progress_.cache_reachable, true))
    return;
  progress_.last_error.clear();
  if (std::exchange(told_of_outage_, false))
    tell_of_cache("ended", "The cache works again");
}

/// Logged once per outage, and again if the cause changes.
void hydration_state::cache_failed(const caf::error& why) {
  auto reason = describe(why);
  if (progress_.cache_reachable || reason != progress_.last_error)
    log_to(log_component::hydration).warn("The cache does not work: {}", reason);
  progress_.last_error = std::move(reason);
  progress_.cache_reachable = false;
  if (!std::exchange(told_of_outage_, true))
    tell_of_cache("began", "The cache does not work: " + progress_.last_error);
}

void hydration_state::tell_of_cache(const char* state, std::string text) const {
  tell(options_.events,
       {event_kind::outage,
        std::move(text),
        {{"state", state}, {"component", "cache"}, {"reason", progress_.last_error}}});
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

caf::result<cached_user> hydration_state::load(const load_user& m) {
  if (!loads_.busy(m.user_id) && !workers->ready(lookups))
    return unavailable();
  log_to(log_component::hydration, {{"request_id", m.request_id}})
      .debug("Cache miss: user '{}' is loaded from the database", m.user_id);
  return loads_.ask(self, m.user_id, *lookup_slots_, worker(lookups), options_.timeout, m);
}

template <class Reply, class Message>
caf::result<Reply> hydration_state::look_up(const Message& m) {
  if (!workers->ready(lookups))
    return unavailable();
  return gated_pass_on<Reply>(waiters_, self, *lookup_slots_, worker(lookups), options_.timeout, m);
}

caf::result<bool> hydration_state::load(const load_users& m) {
  return look_up<bool>(m);
}

caf::result<user_record> hydration_state::read(const read_user& m) {
  return look_up<user_record>(m);
}

/// A count reads the whole table, so concurrent requests share one.
caf::result<std::uint64_t> hydration_state::count() {
  if (!counts_.busy(the_count) && !workers->ready(lookups))
    return unavailable();
  return counts_.ask(self, the_count, *lookup_slots_, worker(lookups), options_.timeout,
                     count_users{});
}

caf::result<board_page> hydration_state::read(const read_board& m) {
  if (!workers->ready(boards))
    return unavailable();
  return boards_.ask(self, {m.board, m.offset, m.limit}, *board_slots_, worker(boards),
                     options_.timeout, m);
}

// -- the rebuild -----------------------------------------------------------------

caf::result<rebuild_report> hydration_state::rebuild(const rebuild_cache& m) {
  if (!askers_.empty())
    return to_error(errc::run_in_progress, "a rebuild is running");
  if (!workers->ready(rebuilds))
    return unavailable();
  auto answer = self->make_response_promise<rebuild_report>();
  askers_.push_back(answer);
  if (!progress_.running)
    start_rebuild(m.request_id);
  return answer;
}

caf::result<bool> hydration_state::when_complete() {
  if (cache_->complete())
    return true;
  if (!workers->ready(rebuilds))
    return unavailable();
  auto answer = self->make_response_promise<bool>();
  waiting_for_complete_.push_back(answer);
  if (!progress_.running)
    start_rebuild();
  return answer;
}

caf::result<bool> hydration_state::clear(const clear_cache& m) {
  if (!workers->ready(rebuilds))
    return unavailable();
  log_to(log_component::hydration, {{"request_id", m.request_id}}).info("Clearing the cache");
  auto answer = waiters_.expect<bool>(self);
  self->request(worker(rebuilds), options_.page_timeout, m)
      .then(
          [this, answer](bool done) mutable {
            if (progress_.running)
              start_rebuild(); // the clear has removed what it had loaded
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
  answer_all(askers_, error);
  answer_all(waiting_for_complete_, error);
}

void hydration_state::start_rebuild(const std::string& request_id) {
  const auto run = ++run_;
  progress_.running = true;
  must_rebuild_ = false;
  progress_.loaded = 0;
  started_ = self->system().clock().now();
  rebuild_request_ = request_id;
  last_told_ = started_;
  log_to(log_component::hydration, {{"request_id", request_id}})
      .info("Loading the cache from the database");
  progress_events_.reset();
  tell_of_rebuild("started", "The cache is loaded from the database", 0);
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
            progress_.loaded += page.users;
            tell_progress();
            if (progress_events_.passes(self->system().clock().now()))
              tell_of_rebuild("progress",
                              "Loaded " + std::to_string(progress_.loaded) + " of "
                                  + std::to_string(progress_.total) + " users",
                              static_cast<std::int64_t>(progress_.total));
            page.done ? finish(run) : next_page(run, page.last);
          },
          [this, run](const caf::error& e) { rebuild_failed(run, e); });
}

/// A rebuild of a few seconds needs no line but its first and its last.
void hydration_state::tell_progress() {
  const auto now = self->system().clock().now();
  if (now - last_told_ < options_.tell_every)
    return;
  last_told_ = now;
  log_to(log_component::hydration, {{"users", progress_.loaded}, {"total", progress_.total}})
      .info("Loaded {} of {} users", progress_.loaded, progress_.total);
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
  log_to(log_component::hydration, {{"request_id", rebuild_request_},
                                    {"users", progress_.loaded},
                                    {"swept", swept},
                                    {"ms", took.count()}})
      .info("The cache is complete: {} users in {} ms, {} swept", progress_.loaded, took.count(),
            swept);
  tell_of_rebuild("completed",
                  "The cache is complete: " + std::to_string(progress_.loaded) + " users",
                  static_cast<std::int64_t>(progress_.loaded));
  at_start_ = false;
  progress_.running = false;
  cache_works();
  progress_.last_error.clear();
  ++progress_.rebuilds;
  answer_all(askers_, rebuild_report{progress_.loaded, swept, took});
  answer_all(waiting_for_complete_, true);
}

void hydration_state::rebuild_failed(std::uint64_t run, const caf::error& why) {
  if (run != run_)
    return;
  ++run_;
  progress_.running = false;
  ++progress_.failed_rebuilds;
  progress_.last_error = describe(why);
  log_to(log_component::hydration, {{"request_id", rebuild_request_}})
      .error("Failed to load the cache: {}", progress_.last_error);
  tell_of_rebuild("failed", "The cache could not be loaded: " + progress_.last_error,
                  static_cast<std::int64_t>(progress_.total));
  answer_all(askers_, why);
  answer_all(waiting_for_complete_, why);
  must_rebuild_ = true; // the next check tries again
}

/// All tries of a rebuild until it succeeds have one subject.
void hydration_state::tell_of_rebuild(const char* state, std::string text,
                                      std::int64_t total) const {
  service_event out{event_kind::rebuild, std::move(text)};
  out.subject = "rebuild " + std::to_string(progress_.rebuilds);
  out.fields = {
      {"state", state}, {"done", static_cast<std::int64_t>(progress_.loaded)}, {"total", total}};
  tell(options_.events, std::move(out));
}

hydration_status hydration_state::progress() const {
  auto out = progress_;
  out.complete = cache_->complete();
  out.pending = pending_.size();
  out.database_reachable = workers->all_ready();
  return out;
}

hydration_front_actor::behavior_type
hydration(hydration_front_actor::stateful_pointer<hydration_state> self,
          hydration_worker_factory spawn_worker, rank_cache_ptr cache, hydration_options options) {
  answer_on_every_way_out(self);
  self->state.init(spawn_worker, std::move(cache), options);
  return {
      [self](const load_user& m) { return self->state.load(m); },
      [self](const load_users& m) { return self->state.load(m); },
      [self](const read_user& m) { return self->state.read(m); },
      [self](const read_board& m) { return self->state.read(m); },
      [self](count_users) { return self->state.count(); },
      [self](const rebuild_cache& m) { return self->state.rebuild(m); },
      [self](ensure_complete) { return self->state.when_complete(); },
      [self](const clear_cache& m) { return self->state.clear(m); },
      [self](get_hydration_status) { return self->state.progress(); },
      [self](get_status) {
        return component_status{self->state.workers->status(), {}};
      },
      [self](worker_ready who) { self->state.workers->handle(who); },
      [self](restart_child due) { self->state.workers->handle(due); },
      [self](refresh_users& m) { self->state.note_missed(m); },
      [self](standings::stop_waiting) { self->state.stop_waiting(service_stops()); },
      [self](refresh_all) { self->state.note_missed_deletion(); },
      [self](look_due) {
        self->state.care();
        self->state.schedule_care();
      },
  };
}

} // namespace standings
