#include "actors/leaderboard/update_combiner.hpp"

#include <algorithm>
#include <cerrno>
#include <ctime>

namespace standings {

namespace {

timespec deadline_after(std::chrono::milliseconds limit) {
  timespec at{};
  clock_gettime(CLOCK_MONOTONIC, &at);
  const auto ns = std::chrono::nanoseconds{limit}.count() + at.tv_nsec;
  at.tv_sec += ns / 1'000'000'000;
  at.tv_nsec = ns % 1'000'000'000;
  return at;
}

bool wait_until(sem_t& wake, const timespec& deadline) {
  while (sem_clockwait(&wake, CLOCK_MONOTONIC, &deadline) != 0)
    if (errno != EINTR)
      return false;
  return true;
}

} // namespace

update_combiner::place::place() {
  sem_init(&wake, 0, 0);
}

update_combiner::place::~place() {
  sem_destroy(&wake);
}

update_combiner::update_combiner(send_fn send, std::chrono::milliseconds limit)
    : send_(std::move(send)), limit_(limit) {}

result<update_outcome> update_combiner::submit(score_update update) {
  const auto deadline = deadline_after(limit_);
  const auto [mine, own, leading] = join(update);
  const bool woken = leading || wait_until(own->wake, deadline);
  if (leading || is_leader(*own, woken))
    lead(mine, *own);
  else if (!woken)
    return fail(errc::timed_out, "no answer in time");
  if (own->outcome && own->outcome->code == errc::overloaded)
    return send_alone(std::move(update));
  return std::move(own->outcome);
}

result<update_outcome> update_combiner::send_alone(score_update update) {
  update_scores message;
  message.updates.push_back(std::move(update));
  auto sent = send_(std::move(message));
  if (!sent)
    return sent.error();
  return std::move(sent->front());
}

update_combiner::seat update_combiner::join(score_update update) {
  const std::lock_guard lock{mutex_};
  if (!collecting_)
    collecting_ = std::make_shared<group>();
  seat out{collecting_, &collecting_->places.emplace_back(), leaders_ < max_leaders};
  out.in->message.updates.push_back(std::move(update));
  if (out.leading) {
    ++leaders_;
    collecting_.reset();
  }
  return out;
}

/// Whether this caller has been made leader. If it was not woken and is not leader, it counts as
/// gone and cannot become leader any more.
bool update_combiner::is_leader(place& own, bool woken) {
  const std::lock_guard lock{mutex_};
  own.gone = !woken && !own.leads;
  return own.leads;
}

void update_combiner::lead(const group_ptr& g, const place& own) {
  g->message.prompt = true;
  auto sent = send_(std::move(g->message));
  pass_leadership();
  for (std::size_t i = 0; i < g->places.size(); ++i) {
    auto& p = g->places[i];
    if (sent)
      p.outcome = std::move((*sent)[i]);
    else
      p.outcome = sent.error();
    if (&p != &own)
      sem_post(&p.wake);
  }
}

update_combiner::place* update_combiner::first_waiting(group& g) {
  const auto at =
      std::find_if(g.places.begin(), g.places.end(), [](const place& p) { return !p.gone; });
  return at == g.places.end() ? nullptr : &*at;
}

/// Wakes a caller of the group that has collected meanwhile, to lead it. A group whose callers have
/// all given up is dropped unsent: they were answered `timed_out`.
void update_combiner::pass_leadership() {
  group_ptr next; // keeps the group alive until its leader is woken
  place* leader = nullptr;
  {
    const std::lock_guard lock{mutex_};
    next = std::move(collecting_);
    leader = next ? first_waiting(*next) : nullptr;
    if (!leader) {
      --leaders_;
      return;
    }
    leader->leads = true;
  }
  sem_post(&leader->wake);
}

} // namespace standings
