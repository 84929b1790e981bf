#include "http/server/event_loop.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <pthread.h>

#include <algorithm>
#include <csignal>
#include <memory>
#include <utility>
#include <vector>

namespace standings {

namespace {

constexpr std::chrono::milliseconds sweep_pause{50};
constexpr std::chrono::milliseconds goodbye_limit{1'000};

deadlines<connection>::limits limits_of(const server_limits& from) {
  const auto request = from.limits.request_timeout;
  deadlines<connection>::limits out{};
  const auto set = [&](waits_for what, std::chrono::milliseconds limit) {
    out[static_cast<std::size_t>(what)] = limit;
  };
  set(waits_for::first_byte, std::min(request, from.idle_timeout));
  set(waits_for::request, request);
  set(waits_for::next, from.idle_timeout);
  set(waits_for::client, request);
  set(waits_for::goodbye, goodbye_limit);
  set(waits_for::silence, from.keep_alive);
  return out;
}

/// OpenSSL writes to sockets in a way that would end the process if the client has closed.
void block_write_signals() {
  sigset_t writes;
  sigemptyset(&writes);
  sigaddset(&writes, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &writes, nullptr);
}

} // namespace

event_loop::event_loop(loop_shared& shared)
    : shared_(shared), deadlines_(limits_of(shared.limits)) {}

void event_loop::run() {
  block_write_signals();
  const auto guard = boost::asio::make_work_guard(context_);
  if (shared_.pulses)
    pulse_ = shared_.pulses->join(std::chrono::steady_clock::now());
  sweep_later();
  context_.run();
  pulse_.reset();
}

void event_loop::sweep_later() {
  sweeper_.expires_after(sweep_pause);
  sweeper_.async_wait([this](const boost::system::error_code& error) {
    if (error)
      return;
    const auto now = std::chrono::steady_clock::now();
    if (pulse_)
      pulse_->beat(now);
    deadlines_.expire(now);
    make_room();
    sweep_later();
  });
}

void event_loop::adopt(int fd, std::string address, address_place place) {
  const auto made = std::make_shared<connection>(fd, std::move(address), std::move(place), *this);
  connections_.push_back(*made);
  traffic_.connections.add();
  made->start();
}

void event_loop::make_room() {
  if (shared_.connections.count() <= shared_.limits.max_connections)
    return;
  using namespace std::chrono_literals;
  const auto now = std::chrono::steady_clock::now();
  for (const auto& [what, at_least] :
       {std::pair{waits_for::goodbye, 0ms}, std::pair{waits_for::next, 0ms},
        std::pair{waits_for::first_byte, 20ms}, std::pair{waits_for::client, 1'000ms},
        std::pair{waits_for::request, 1'000ms}})
    if (auto* longest = deadlines_.longest(what, now, at_least))
      return longest->make_way();
}

void event_loop::drain() {
  for (const auto& each : all())
    each->drain();
}

void event_loop::cut() {
  for (const auto& each : all())
    each->close();
}

/// Holds them meanwhile: what is done to one may end it.
std::vector<std::shared_ptr<connection>> event_loop::all() {
  std::vector<std::shared_ptr<connection>> out;
  for (auto& each : connections_)
    out.push_back(each.shared_from_this());
  return out;
}

} // namespace standings
