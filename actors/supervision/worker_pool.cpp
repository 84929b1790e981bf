#include "actors/supervision/worker_pool.hpp"

#include <caf/exit_reason.hpp>
#include <caf/scheduled_actor.hpp>
#include <caf/send.hpp>

#include <algorithm>

namespace standings {

std::vector<bool> worker_pool::reports_of(const std::vector<worker_spec>& workers) {
  std::vector<bool> out;
  out.reserve(workers.size());
  for (const auto& worker : workers)
    out.push_back(worker.reports_ready);
  return out;
}

std::vector<child_spec> worker_pool::children_of(std::vector<worker_spec> workers) {
  std::vector<child_spec> out;
  out.reserve(workers.size());
  for (auto& worker : workers)
    out.push_back(std::move(worker.child));
  return out;
}

child_set::hooks worker_pool::hooks_for_children() {
  child_set::hooks out;
  out.up = [this](std::size_t index, const caf::actor&) {
    if (!reports_ready_[index])
      ready_[index] = true;
  };
  out.down = [this](std::size_t index) {
    ready_[index] = false;
    if (notify_.down)
      notify_.down(index);
  };
  out.because = notify_.because;
  out.events = notify_.events;
  return out;
}

void worker_pool::handle(worker_ready who) {
  if (!children_.is(who.index, self_->current_sender()))
    return; // from an earlier incarnation, or its DOWN message has overtaken this one
  ready_[who.index] = true;
  if (notify_.ready)
    notify_.ready(who.index);
}

bool worker_pool::all_ready() const {
  return std::all_of(ready_.begin(), ready_.end(), [](bool ready) { return ready; });
}

void worker_pool::kill(std::size_t index) {
  ready_[index] = false;
  if (children_.at(index))
    caf::anon_send_exit(children_.at(index), caf::exit_reason::kill);
}

} // namespace standings
