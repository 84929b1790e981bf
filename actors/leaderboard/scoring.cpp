#include "actors/leaderboard/scoring.hpp"

#include "actors/supervision/waiters.hpp"

#include <caf/actor_cast.hpp>
#include <caf/sec.hpp>
#include <caf/send.hpp>
#include <caf/system_messages.hpp>

#include <algorithm>

namespace standings {

namespace {

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
  std::vector<child_spec> specs;
  for (std::size_t i = 0; i < options_.shards; ++i) {
    auto start = [spawn_writer, i, front = scoring_actor{self}](caf::local_actor* owner) {
      return caf::actor_cast<caf::actor>(spawn_writer(owner, front, i));
    };
    specs.push_back(
        {"score_writer/" + std::to_string(i), std::move(start), options_.writer_limits});
    shards_[i].down_since = now();
  }
  child_set::hooks notify;
  notify.down = [this](std::size_t i) {
    mark_down(shards_[i]);
  };
  const auto schedule = [this](caf::timespan after, restart_child due) {
    self->delayed_send(scoring_actor{self}, after, due);
  };
  writers.emplace(self, schedule, std::move(specs), std::move(notify));
  writers->start_all();
}

std::size_t scoring_state::shard_of(const std::string& user_id) const {
  return std::hash<std::string>{}(user_id) % shards_.size();
}

scoring_state::time_point scoring_state::now() const {
  return self->system().clock().now();
}

score_writer_actor scoring_state::writer_of(std::size_t index) const {
  return caf::actor_cast<score_writer_actor>(writers->at(index));
}

bool scoring_state::refuses(const shard& s) const {
  return !s.ready && now() - s.down_since >= options_.patience;
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
  enqueue(index, {{std::move(m.user_id), 0, {}}, nullptr, 0, now(), answer});
  dispatch(index);
  return answer;
}

void scoring_state::enqueue(std::size_t index, item work) {
  auto& s = shards_[index];
  if (refuses(s))
    return refuse(work, unavailable());
  if (s.queue.size() + s.aside.size() >= options_.max_queue)
    return refuse(work, fail(errc::overloaded, "too many updates wait for the database"));
  s.queue.push_back(std::move(work));
  if (!s.ready)
    schedule_expiry();
}

void scoring_state::schedule_expiry() {
  if (expiry_scheduled_)
    return;
  expiry_scheduled_ = true;
  self->delayed_send(scoring_actor{self}, options_.patience, tick{expiry_round});
}

void scoring_state::dispatch(std::size_t index) {
  auto& s = shards_[index];
  if (!s.ready || s.busy)
    return;
  hold_back(s);
  if (s.queue.empty())
    return;
  s.busy = true;
  if (s.queue.front().to)
    dispatch_batch(index);
  else
    dispatch_removal(index);
}

/// What waits at the front for users who are set aside joins them.
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
  while (!s.queue.empty() && s.queue.front().to && batch.updates.size() < options_.max_batch) {
    batch.updates.push_back(s.queue.front().update);
    s.in_flight.push_back(std::move(s.queue.front()));
    s.queue.pop_front();
    hold_back(s);
  }
  ++batches_;
  updates_ += static_cast<std::int64_t>(batch.updates.size());
  self->request(writer_of(index), options_.write_timeout, std::move(batch))
      .then([this, index](std::vector<update_outcome>& outcomes) { batch_done(index, outcomes); },
            [this, index](const caf::error& e) { batch_lost(index, e); });
}

void scoring_state::dispatch_removal(std::size_t index) {
  auto& s = shards_[index];
  s.in_flight.push_back(std::move(s.queue.front()));
  s.queue.pop_front();
  self->request(writer_of(index), options_.write_timeout,
                remove_user{s.in_flight.front().update.user_id})
      .then(
          [this, index](bool removed) {
            auto done = std::exchange(shards_[index].in_flight, {});
            done.front().removal.deliver(removed);
            shards_[index].busy = false;
            dispatch(index);
          },
          [this, index](caf::error& e) { removal_lost(index, e); });
}

void scoring_state::removal_lost(std::size_t index, caf::error& why) {
  auto lost = std::exchange(shards_[index].in_flight, {});
  auto& work = lost.front();
  shards_[index].busy = false;
  if (why == caf::sec::request_timeout) {
    give_up(index);
    work.maybe_applied = true;
    refuse(work, unavailable());
  } else if (why == caf::sec::request_receiver_down) {
    requeue(index, std::move(work)); // it was never received
  } else {
    work.removal.deliver(std::move(why));
  }
  dispatch(index);
}

/// The writer hangs: its replacement reports itself.
void scoring_state::give_up(std::size_t index) {
  mark_down(shards_[index]);
  caf::anon_send_exit(writers->at(index), caf::exit_reason::kill);
}

void scoring_state::batch_done(std::size_t index, std::vector<update_outcome>& outcomes) {
  auto& s = shards_[index];
  auto done = std::exchange(s.in_flight, {});
  s.busy = false;
  for (std::size_t i = done.size(); i-- > 0;) { // backwards: requeue() puts work in front
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

void scoring_state::batch_lost(std::size_t index, const caf::error& why) {
  auto& s = shards_[index];
  auto lost = std::exchange(s.in_flight, {});
  s.busy = false;
  if (why == caf::sec::request_timeout)
    give_up(index);
  else
    mark_down(s); // dead: its replacement reports itself
  const bool never_received = why == caf::sec::request_receiver_down;
  for (std::size_t i = lost.size(); i-- > 0;) {
    lost[i].maybe_applied = lost[i].maybe_applied || !never_received;
    if (never_received || !lost[i].update.key.empty())
      requeue(index, std::move(lost[i]));
    else
      refuse(lost[i], unavailable());
  }
  dispatch(index);
}

/// Called from the last item of a batch to the first.
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
  self->delayed_send(scoring_actor{self}, options_.lock_pause, tick{retry_round});
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
  mark_down(s); // the writer is about to end; its replacement reports itself
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

/// What a writer has in hand may be counted yet.
void scoring_state::refuse_everyone(const failure& why) {
  for (auto& s : shards_) {
    for (auto& work : std::exchange(s.in_flight, {})) {
      work.maybe_applied = true;
      refuse(work, why);
    }
    for (auto& work : std::exchange(s.queue, {}))
      refuse(work, why);
    for (auto& work : std::exchange(s.aside, {}))
      refuse(work, why);
  }
}

void scoring_state::writer_up(std::size_t index) {
  if (!writers->is(index, self->current_sender()))
    return; // from an earlier one, or its DOWN message has overtaken this one
  shards_[index].ready = true;
  dispatch(index);
}

void scoring_state::mark_down(shard& s) {
  if (s.ready)
    s.down_since = now();
  s.ready = false;
}

void scoring_state::handle(tick due) {
  due.round == expiry_round ? expire() : take_up_again();
}

void scoring_state::expire() {
  expiry_scheduled_ = false;
  bool waiting = false;
  for (auto& s : shards_) {
    if (s.ready)
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
  for (const auto& s : shards_) {
    queued += static_cast<std::int64_t>(s.queue.size() + s.in_flight.size() + s.aside.size());
    aside += static_cast<std::int64_t>(s.aside.size());
    ready += s.ready ? 1 : 0;
  }
  return {writers->status(),
          {{"writers_ready", ready},
           {"updates_queued", queued},
           {"updates_set_aside", aside},
           {"updates", updates_},
           {"batches", batches_}}};
}

scoring_actor::behavior_type scoring(scoring_actor::stateful_pointer<scoring_state> self,
                                     writer_factory spawn_writer, scoring_options options) {
  self->set_down_handler([self](const caf::down_msg& d) { self->state.writers->handle(d); });
  answer_on_every_way_out(self);
  self->state.init(spawn_writer, options);
  return {
      [self](update_scores& m) { return self->state.update(m); },
      [self](remove_user& m) { return self->state.remove(m); },
      [self](get_status) { return self->state.status(); },
      [self](worker_ready m) { self->state.writer_up(m.index); },
      [self](restart_child due) { self->state.writers->handle(due); },
      [self](tick due) { self->state.handle(due); },
  };
}

} // namespace standings
