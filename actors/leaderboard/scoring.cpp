#include "actors/leaderboard/scoring.hpp"

#include "actors/supervision/waiters.hpp"

#include <caf/sec.hpp>
#include <caf/system_messages.hpp>

#include <algorithm>
#include <utility>

namespace standings {

namespace {

/// A batch on its way to the database, and one on its way to the cache.
constexpr std::size_t most_flights = 2;

failure unavailable() {
  return fail(errc::store_unavailable, "the database cannot be reached; nothing was counted");
}

failure locked() {
  return fail(errc::overloaded,
              "this user's row is locked by another program; nothing was counted");
}

} // namespace

void scoring_state::init(const writer_factory& spawn_writer, const scoring_options& with) {
  options_ = with;
  shards_.resize(options_.shards);
  std::vector<worker_spec> specs;
  for (std::size_t i = 0; i < options_.shards; ++i) {
    specs.push_back(make_worker(options_.writer_name + "/" + std::to_string(i),
                                options_.writer_limits, spawn_writer, scoring_front_actor{self},
                                i));
    shards_[i].down_since = now();
  }
  worker_pool::hooks notify;
  notify.events = options_.events;
  notify.ready = [this](std::size_t i) {
    shards_[i].down = false;
    dispatch(i);
  };
  notify.down = [this](std::size_t i) {
    mark_down(i);
  };
  writers.emplace(self, std::move(specs), std::move(notify));
  writers->start_all();
}

std::size_t scoring_state::shard_of(const std::string& user_id) const {
  return std::hash<std::string>{}(user_id) % shards_.size();
}

scoring_state::time_point scoring_state::now() const {
  return self->system().clock().now();
}

bool scoring_state::refuses(std::size_t index) const {
  return shards_[index].down && now() - shards_[index].down_since >= options_.patience;
}

caf::result<std::vector<update_outcome>> scoring_state::update(update_scores& m) {
  auto to = std::make_shared<collector>();
  to->answer = self->make_response_promise<std::vector<update_outcome>>();
  to->outcomes.resize(m.updates.size());
  to->missing = m.updates.size();
  to->prompt = m.prompt;
  auto answer = to->answer;
  if (m.updates.empty())
    answer.deliver(std::vector<update_outcome>{});
  for (std::size_t i = 0; i < m.updates.size(); ++i) {
    const auto index = shard_of(m.updates[i].user_id);
    enqueue(index, {std::move(m.updates[i]), to, i, now(), {}});
  }
  for (std::size_t i = 0; i < shards_.size(); ++i)
    dispatch(i);
  return answer;
}

caf::result<bool> scoring_state::remove(remove_user& m) {
  auto answer = self->make_response_promise<bool>();
  const auto index = shard_of(m.user_id);
  score_update whom{std::move(m.user_id), 0, {}, std::move(m.request_id), {}};
  if (!m.leaderboard.empty())
    whom.leaderboards.push_back(std::move(m.leaderboard));
  enqueue(index, {std::move(whom), nullptr, 0, now(), answer});
  dispatch(index);
  return answer;
}

void scoring_state::enqueue(std::size_t index, item work) {
  auto& s = shards_[index];
  if (refuses(index))
    return refuse(work, unavailable());
  if (s.queue.size() + s.aside.size() >= options_.max_queue)
    return refuse(work, fail(errc::overloaded, "too many updates wait for the database"));
  s.queue.push_back(std::move(work));
  if (!writers->ready(index))
    schedule_expiry();
}

void scoring_state::schedule_expiry() {
  if (expiry_scheduled_)
    return;
  expiry_scheduled_ = true;
  self->delayed_send(scoring_front_actor{self}, options_.patience, expiry_due{});
}

void scoring_state::dispatch(std::size_t index) {
  auto& s = shards_[index];
  if (!writers->ready(index) || s.busy || s.flights.size() >= most_flights)
    return;
  hold_back(s);
  if (s.queue.empty() || waits_for_more(s))
    return;
  s.busy = true;
  if (s.queue.front().to)
    dispatch_batch(index);
  else
    dispatch_removal(index);
}

/// See batch_pace.
bool scoring_state::waits_for_more(shard& s) {
  const auto time = now();
  const auto begin = s.pace.next(time, s.queue.size(), options_.max_batch);
  if (begin <= time)
    return false;
  if (!std::exchange(s.batch_scheduled, true))
    self->delayed_send(scoring_front_actor{self}, begin - time, batch_due{});
  return true;
}

void scoring_state::dispatch_all() {
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    shards_[i].batch_scheduled = false;
    dispatch(i);
  }
}

/// Moves updates at the head of the queue to the set-aside ones if their user has some there, to
/// keep their order.
void scoring_state::hold_back(shard& s) {
  while (!s.queue.empty() && s.aside_users.contains(s.queue.front().update.user_id)) {
    auto& work = s.queue.front();
    if (work.to && work.to->prompt)
      refuse(work, locked());
    else
      s.aside.push_back(std::move(work));
    s.queue.pop_front();
  }
}

void scoring_state::dispatch_batch(std::size_t index) {
  auto& s = shards_[index];
  update_scores batch;
  flight sent{++last_flight_, {}};
  const auto most = std::min(options_.max_batch, s.queue.size());
  batch.updates.reserve(most);
  sent.work.reserve(most);
  while (!s.queue.empty() && s.queue.front().to && batch.updates.size() < options_.max_batch) {
    batch.updates.push_back(s.queue.front().update);
    sent.work.push_back(std::move(s.queue.front()));
    s.queue.pop_front();
    hold_back(s);
  }
  ++batches_;
  updates_ += static_cast<std::int64_t>(batch.updates.size());
  const auto id = sent.id;
  s.flights.push_back(std::move(sent));
  s.pace.sent(now());
  self->request(writers->worker<score_writer_actor>(index), options_.write_timeout,
                std::move(batch))
      .then([this, index,
             id](std::vector<update_outcome>& outcomes) { batch_done(index, id, outcomes); },
            [this, index, id](const caf::error& e) { batch_lost(index, id, e); });
}

/// Called only while the writer has a batch in hand: the latest.
void scoring_state::batch_written(std::size_t index) {
  auto& s = shards_[index];
  if (!writers->is_current(index, self->current_sender()) || s.flights.empty())
    return; // from a writer that was lost
  s.flights.back().written = true;
  s.busy = false;
  s.pace.written(now(), s.flights.back().work.size() + s.queue.size());
  dispatch(index);
}

scoring_state::flight scoring_state::take_flight(shard& s, std::uint64_t id) {
  const auto at = std::find_if(s.flights.begin(), s.flights.end(),
                               [id](const flight& one) { return one.id == id; });
  auto out = std::move(*at);
  s.flights.erase(at);
  s.busy = s.busy && out.written; // else it was the one that the writer had in hand
  return out;
}

void scoring_state::dispatch_removal(std::size_t index) {
  auto& s = shards_[index];
  flight sent{++last_flight_, {}};
  sent.work.push_back(std::move(s.queue.front()));
  s.queue.pop_front();
  const auto& whom = sent.work.front().update;
  remove_user message{whom.user_id, whom.request_id,
                      whom.leaderboards.empty() ? std::string{} : whom.leaderboards.front()};
  const auto id = sent.id;
  s.flights.push_back(std::move(sent));
  self->request(writers->worker<score_writer_actor>(index), options_.write_timeout,
                std::move(message))
      .then(
          [this, index, id](bool removed) {
            take_flight(shards_[index], id).work.front().removal.deliver(removed);
            dispatch(index);
          },
          [this, index, id](caf::error& e) { removal_lost(index, id, e); });
}

void scoring_state::removal_lost(std::size_t index, std::uint64_t id, caf::error& why) {
  auto lost = take_flight(shards_[index], id);
  auto& work = lost.work.front();
  if (why == caf::sec::request_timeout) {
    mark_down(index);
    writers->kill(index); // it hangs
    work.maybe_applied = true;
    refuse(work, unavailable());
  } else if (why == caf::sec::request_receiver_down) {
    requeue(index, std::move(work)); // the writer never received it
  } else {
    work.removal.deliver(std::move(why));
  }
  dispatch(index);
}

void scoring_state::batch_done(std::size_t index, std::uint64_t id,
                               std::vector<update_outcome>& outcomes) {
  auto& s = shards_[index];
  auto done = take_flight(s, id).work;
  for (std::size_t i = done.size(); i-- > 0;) { // backwards, because requeue() puts work in front
    const bool unknown = outcomes[i].code == errc::outcome_unknown;
    done[i].maybe_applied = done[i].maybe_applied || unknown;
    const bool repeatable = unknown && !done[i].update.key.empty();
    if (outcomes[i].code == errc::store_unavailable || repeatable)
      requeue(index, std::move(done[i]));
    else if (outcomes[i].code == errc::overloaded && !done[i].to->prompt)
      set_aside(s, std::move(done[i]), std::move(outcomes[i].detail));
    else if (outcomes[i].code == errc::overloaded)
      refuse(done[i], fail(errc::overloaded, std::move(outcomes[i].detail)));
    else
      answer(done[i], std::move(outcomes[i]));
  }
  dispatch(index);
}

void scoring_state::batch_lost(std::size_t index, std::uint64_t id, const caf::error& why) {
  auto flown = take_flight(shards_[index], id);
  auto& lost = flown.work;
  mark_down(index);
  if (why == caf::sec::request_timeout)
    writers->kill(index); // it hangs
  const bool never_received = why == caf::sec::request_receiver_down && !flown.written;
  for (std::size_t i = lost.size(); i-- > 0;) {
    lost[i].maybe_applied = lost[i].maybe_applied || !never_received;
    if (never_received || !lost[i].update.key.empty())
      requeue(index, std::move(lost[i]));
    else
      refuse(lost[i], unavailable());
  }
  dispatch(index);
}

/// Must be called from the last item of a batch to the first.
void scoring_state::set_aside(shard& s, item work, std::string why) {
  if (now() - work.since >= options_.lock_patience)
    return refuse(work, fail(errc::overloaded, std::move(why)));
  s.aside_users.insert(work.update.user_id);
  s.aside.push_front(std::move(work));
  schedule_retry();
}

void scoring_state::schedule_retry() {
  if (std::exchange(retry_scheduled_, true))
    return;
  self->delayed_send(scoring_front_actor{self}, options_.lock_pause, retry_due{});
}

void scoring_state::take_up_again() {
  retry_scheduled_ = false;
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    auto& s = shards_[i];
    s.aside_users.clear();
    for (; !s.aside.empty(); s.aside.pop_back())
      s.queue.push_front(std::move(s.aside.back()));
    dispatch(i);
  }
}

void scoring_state::requeue(std::size_t index, item work) {
  auto& s = shards_[index];
  mark_down(index);
  if (now() - work.since >= options_.patience)
    return refuse(work, unavailable());
  s.queue.push_front(std::move(work));
  schedule_expiry();
}

void scoring_state::answer(item& work, update_outcome outcome) {
  auto& to = *work.to;
  to.outcomes[work.position] = std::move(outcome);
  if (--to.missing == 0)
    to.answer.deliver(std::move(to.outcomes));
}

void scoring_state::refuse(item& work, failure why) {
  if (work.maybe_applied)
    why = fail(errc::outcome_unknown, work.to
                                          ? "the writer was lost; the update may have been counted"
                                          : "the writer was lost; the user may have been removed");
  if (!work.to) {
    work.removal.deliver(to_error(why));
    return;
  }
  update_outcome outcome;
  outcome.code = why.code;
  outcome.detail = why.detail;
  answer(work, std::move(outcome));
}

/// A batch that is with a writer may still be counted.
void scoring_state::refuse_everyone(const failure& why) {
  for (auto& s : shards_) {
    for (auto& flown : std::exchange(s.flights, {}))
      for (auto& work : flown.work) {
        work.maybe_applied = true;
        refuse(work, why);
      }
    for (auto& work : std::exchange(s.queue, {}))
      refuse(work, why);
    for (auto& work : std::exchange(s.aside, {}))
      refuse(work, why);
  }
}

/// The writer has ended or is about to; its successor reports itself as ready.
void scoring_state::mark_down(std::size_t index) {
  auto& s = shards_[index];
  if (!std::exchange(s.down, true))
    s.down_since = now();
  writers->distrust(index);
}

void scoring_state::expire() {
  expiry_scheduled_ = false;
  bool waiting = false;
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    auto& s = shards_[i];
    if (writers->ready(i))
      continue;
    while (!s.queue.empty() && now() - s.queue.front().since >= options_.patience) {
      refuse(s.queue.front(), unavailable());
      s.queue.pop_front();
    }
    waiting = waiting || !s.queue.empty();
  }
  if (waiting)
    schedule_expiry();
}

component_status scoring_state::status() const {
  std::int64_t queued = 0;
  std::int64_t aside = 0;
  std::int64_t ready = 0;
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    const auto& s = shards_[i];
    queued += static_cast<std::int64_t>(s.queue.size() + s.aside.size());
    for (const auto& flown : s.flights)
      queued += static_cast<std::int64_t>(flown.work.size());
    aside += static_cast<std::int64_t>(s.aside.size());
    ready += writers->ready(i) ? 1 : 0;
  }
  const auto& prefix = options_.gauge_prefix;
  return {writers->status(),
          {{prefix + "writers_ready", ready},
           {prefix + "updates_queued", queued},
           {prefix + "updates_set_aside", aside},
           {prefix + "updates", updates_},
           {prefix + "batches", batches_}}};
}

scoring_front_actor::behavior_type
scoring(scoring_front_actor::stateful_pointer<scoring_state> self, writer_factory spawn_writer,
        scoring_options options) {
  answer_on_every_way_out(self);
  self->state.init(spawn_writer, options);
  return {
      [self](update_scores& m) { return self->state.update(m); },
      [self](remove_user& m) { return self->state.remove(m); },
      [self](get_status) { return self->state.status(); },
      [self](worker_ready who) { self->state.writers->handle(who); },
      [self](restart_child due) { self->state.writers->handle(due); },
      [self](expiry_due) { self->state.expire(); },
      [self](batch_due) { self->state.dispatch_all(); },
      [self](writer_free who) { self->state.batch_written(who.index); },
      [self](retry_due) { self->state.take_up_again(); },
  };
}

} // namespace standings
