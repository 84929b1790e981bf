#include "actors/supervision/child_set.hpp"

#include "actors/supervision/outage_log.hpp"
#include "actors/supervision/system.hpp"
#include "log/log.hpp"
#include "messages/error.hpp"

#include <caf/actor_system.hpp>
#include <caf/exit_reason.hpp>
#include <caf/scheduled_actor.hpp>
#include <caf/send.hpp>
#include <caf/system_messages.hpp>

#include <limits>

namespace standings {

namespace {

/// Longer than a worker needs to notice that its store is still unavailable.
constexpr std::chrono::seconds time_to_prove_itself{6};

/// A flag in `restart_child::incarnation`. Set: check whether that incarnation still runs. Clear:
/// start the next one.
constexpr auto still_runs = std::uint64_t{1} << 63;

} // namespace

restart_limits connection_limits() {
  restart_limits limits;
  limits.intensity = std::numeric_limits<std::uint32_t>::max();
  limits.delays.max = std::chrono::seconds{2};
  return limits;
}

child_set::child_set(caf::scheduled_actor* owner,
                     std::function<void(caf::timespan, restart_child)> schedule,
                     std::vector<child_spec> specs, hooks notify)
    : owner_(owner), schedule_(std::move(schedule)), notify_(std::move(notify)) {
  for (auto& spec : specs) {
    restart_tracker tracker{spec.limits};
    child_status status{spec.name, child_state::starting, 0, {}};
    children_.push_back({std::move(spec), tracker, nullptr, std::move(status), 0});
  }
}

child_set::~child_set() {
  outages().forget(this);
  for (auto at = children_.rbegin(); at != children_.rend(); ++at)
    if (at->actor)
      caf::anon_send_exit(at->actor, caf::exit_reason::user_shutdown);
}

void child_set::start_all() {
  for (std::size_t i = 0; i < children_.size(); ++i)
    start(i);
}

restart_tracker::time_point child_set::now() const {
  return owner_->system().clock().now();
}

void child_set::start(std::size_t index) {
  auto& c = children_[index];
  ++c.incarnation;
  c.tracker.started(now());
  try {
    c.actor = c.spec.start(owner_);
  } catch (const std::exception& e) {
    c.lost_store = false;
    ended(index, e.what(), true);
    return;
  }
  owner_->monitor(c.actor);
  c.status.state = child_state::running;
  if (notify_.up)
    notify_.up(index, c.actor);
}

void child_set::handle(const caf::down_msg& down) {
  for (std::size_t i = 0; i < children_.size(); ++i) {
    auto& c = children_[i];
    if (!c.actor || down.source != c.actor.address())
      continue;
    c.actor = nullptr;
    if (notify_.down)
      notify_.down(i);
    if (notify_.because)
      notify_.because(i, down.reason);
    const auto code = down.reason ? to_failure(down.reason).code : errc::none;
    c.lost_store = code == errc::store_unavailable || code == errc::outcome_unknown;
    ended(i, describe(down.reason), static_cast<bool>(down.reason));
    return;
  }
}

void child_set::ended(std::size_t index, const std::string& reason, bool abnormal) {
  auto& c = children_[index];
  c.status.last_error = abnormal ? reason : std::string{};
  c.status.state = child_state::stopped;
  if (retired_)
    return;
  const auto next = c.tracker.ended(now(), abnormal, random_fraction());
  switch (next.what) {
  case restart_tracker::action::give_up:
    log_to(log_component::supervision).info("{} has ended: {}", c.spec.name, reason);
    return;
  case restart_tracker::action::park:
    c.status.state = child_state::parked;
    log_to(log_component::supervision)
        .error("Failed to keep {} running, parked for {} s: {}", c.spec.name,
               next.after.count() / 1000, reason);
    tell(c, "parked", c.spec.name + " is parked: " + reason, next.after.count());
    break;
  case restart_tracker::action::start_again:
    c.status.state = child_state::backing_off;
    if (outages().failed({this, index}, reason, now())) {
      log_to(log_component::supervision)
          .warn("{} ended ({}), starts again in {} ms", c.spec.name, reason, next.after.count());
      tell(c, "began", c.spec.name + " has ended and starts again: " + reason, next.after.count());
    }
    break;
  }
  schedule_(next.after, {index, c.incarnation});
}

void child_set::handle(const restart_child& due) {
  auto& c = children_.at(due.index);
  if (retired_)
    return;
  if (due.incarnation == (c.incarnation | still_runs) && c.actor)
    return works_again(due.index);
  if (c.actor || due.incarnation != c.incarnation)
    return;
  ++c.status.restarts;
  start(due.index);
  if (c.actor) // reports recovery if this incarnation still runs by then
    schedule_(time_to_prove_itself, {due.index, c.incarnation | still_runs});
}

void child_set::works_again(std::size_t index) {
  const auto& c = children_[index];
  const auto over = outages().recovered({this, index}, now());
  if (!over)
    return;
  log_to(log_component::supervision)
      .info("{} works again, {} s after: {} ({} in all)", c.spec.name, over->lasted.count(),
            over->reason, over->workers);
  tell(c, "ended", c.spec.name + " works again", over->lasted.count() * 1'000);
}

/// `milliseconds`: until it starts again, or since it had ended.
void child_set::tell(const child& of, const char* state, std::string text,
                     std::int64_t milliseconds) const {
  service_event out{of.lost_store ? event_kind::outage : event_kind::restart, std::move(text)};
  out.fields = {{"state", state},
                {"component", of.spec.name},
                {"reason", of.status.last_error},
                {"restarts", static_cast<std::int64_t>(of.status.restarts)},
                {"duration_ms", milliseconds}};
  standings::tell(notify_.events, std::move(out));
}

bool child_set::is(std::size_t index, const caf::strong_actor_ptr& sender) const {
  return index < children_.size() && children_[index].actor
         && caf::actor_cast<caf::strong_actor_ptr>(children_[index].actor) == sender;
}

std::vector<child_status> child_set::status() const {
  std::vector<child_status> out;
  for (const auto& c : children_)
    out.push_back(c.status);
  return out;
}

} // namespace standings
