#include "http/server/connection_pool.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <system_error>

namespace standings {

namespace {

/// How long a thread stays with a connection after an answer.
constexpr auto stay = std::chrono::milliseconds{10};
constexpr int poll_ms = 100;

} // namespace

connection_pool::connection_pool(const pool_options& options, serve_fn serve, refusal_fn refusal)
    : options_(options), serve_(std::move(serve)), refusal_(std::move(refusal)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_ < 0)
    throw std::system_error(errno, std::generic_category(), "epoll_create1");
  try {
    for (std::size_t i = 0; i < options_.threads; ++i)
      workers_.emplace_back([this] { work_loop(); });
    poller_ = std::thread{[this] {
      poll_loop();
    }};
  } catch (const std::system_error&) {
    drain(std::chrono::milliseconds{0}); // stops the threads that did start
    ::close(epoll_);
    throw;
  }
}

connection_pool::~connection_pool() {
  drain(std::chrono::milliseconds{0});
  ::close(epoll_);
}

void connection_pool::adopt(int fd) {
  auto c = std::make_unique<connection>(fd, options_.limits);
  bool has_room = false;
  {
    const std::lock_guard lock{mutex_};
    has_room = open_ < options_.max_connections && !draining_;
    if (has_room) {
      ++open_;
      parked_.emplace(fd, std::move(c));
    }
  }
  if (!has_room)
    return refuse(*c); // NOLINT(bugprone-use-after-move): not moved without room
  epoll_event event{};
  event.events = EPOLLIN | EPOLLONESHOT;
  event.data.fd = fd;
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
}

void connection_pool::refuse(connection& c) const {
  std::array<char, 16'384> unread{}; // closing with unread bytes would reset the connection
  [[maybe_unused]] const auto n = ::recv(c.fd(), unread.data(), unread.size(), MSG_DONTWAIT);
  const auto answer = refusal_();
  [[maybe_unused]] const auto sent =
      ::send(c.fd(), answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  ::shutdown(c.fd(), SHUT_WR);
}

void connection_pool::poll_loop() {
  std::array<epoll_event, 256> events{};
  auto last_sweep = connection::clock::now();
  while (!stopped_) {
    const int n = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), poll_ms);
    for (int i = 0; i < n; ++i)
      arrived(events[static_cast<std::size_t>(i)].data.fd);
    const auto now = connection::clock::now();
    if (now - last_sweep >= std::chrono::milliseconds{poll_ms}) {
      last_sweep = now;
      sweep(now - options_.idle_timeout);
    }
  }
}

/// A request gets a thread once it has arrived: a slow sender occupies none meanwhile.
void connection_pool::arrived(int fd) {
  connection_ptr c;
  {
    const std::lock_guard lock{mutex_};
    auto node = parked_.extract(fd);
    if (!node)
      return;
    c = std::move(node.mapped());
  }
  const auto what = c->take_arrived();
  connection_ptr refused;
  connection_ptr closed;
  {
    const std::lock_guard lock{mutex_};
    if (what == connection::arrival::gone) {
      --open_;
      closed = std::move(c);
    } else if (what == connection::arrival::part) {
      draining_ ? settle(std::move(c)) : park(std::move(c));
    } else if (in_flight_ < options_.max_in_flight) {
      enqueue(std::move(c));
    } else {
      --open_;
      refused = std::move(c);
    }
  }
  if (refused)
    refuse(*refused);
}

/// Requires mutex_.
void connection_pool::enqueue(connection_ptr c) {
  ++in_flight_;
  waiting_.push_back(std::move(c));
  wake_.notify_one();
}

/// Closes connections that have been idle since `before`, and gives those whose request takes too
/// long a thread, which refuses them.
void connection_pool::sweep(connection::clock::time_point before) {
  std::vector<connection_ptr> closed; // destroyed after the lock
  const std::lock_guard lock{mutex_};
  for (auto at = parked_.begin(); at != parked_.end();) {
    const bool idle = at->second->last_active() <= before;
    if (!idle && !at->second->overdue()) {
      ++at;
      continue;
    }
    if (idle || in_flight_ >= options_.max_in_flight) {
      closed.push_back(std::move(at->second));
      --open_;
    } else {
      enqueue(std::move(at->second));
    }
    at = parked_.erase(at);
  }
}

bool connection_pool::others_wait() {
  const std::lock_guard lock{mutex_};
  return !waiting_.empty();
}

void connection_pool::work_loop() {
  for (;;) {
    connection_ptr c;
    {
      std::unique_lock lock{mutex_};
      wake_.wait(lock, [this] { return stopped_ || !waiting_.empty(); });
      if (waiting_.empty())
        return;
      c = std::move(waiting_.front());
      waiting_.pop_front();
      ++at_work_;
      busy_fds_.push_back(c->fd());
    }
    work_on(std::move(c));
  }
}

void connection_pool::work_on(connection_ptr c) {
  const int fd = c->fd();
  bool open = true;
  if (c->abandoned() && c->has_request()) {
    refuse(*c); // it has waited so long for a thread that its client has given up
    open = false;
  }
  while (open) {
    c->begin_request();
    open = serve_(*c) && !draining_;
    if (!open || !next_is_here(*c))
      break;
  }
  const std::lock_guard lock{mutex_};
  --at_work_;
  --in_flight_;
  std::erase(busy_fds_, fd);
  if (!open)
    --open_;
  else if (c->has_request())
    enqueue(std::move(c)); // behind the other connections
  else if (draining_)
    settle(std::move(c));
  else
    park(std::move(c));
  if (draining_)
    wake_.notify_all();
}

/// Whether this thread continues with the connection: its next request is here or comes within a
/// moment, and no other connection waits for a thread.
bool connection_pool::next_is_here(connection& c) {
  if (others_wait() || (!c.has_buffered() && !c.wait_readable(stay)))
    return false;
  return c.take_arrived() == connection::arrival::ready && !others_wait();
}

/// Requires mutex_.
void connection_pool::park(connection_ptr c) {
  const int fd = c->fd();
  parked_.emplace(fd, std::move(c));
  epoll_event event{};
  event.events = EPOLLIN | EPOLLONESHOT;
  event.data.fd = fd;
  ::epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event);
}

/// Decides about a connection without a thread when the pool drains: a request that has arrived is
/// still answered. Requires mutex_.
void connection_pool::settle(connection_ptr c) {
  if (c->wait_readable(std::chrono::milliseconds{0})) {
    enqueue(std::move(c));
  } else {
    --open_;
  }
}

void connection_pool::drain(std::chrono::milliseconds grace) {
  if (stopped_)
    return;
  {
    std::unique_lock lock{mutex_};
    for (auto& [fd, c] : parked_)
      settle(std::move(c));
    parked_.clear();
    draining_ = true;
    wake_.notify_all();
    wake_.wait_for(lock, grace, [this] { return waiting_.empty() && at_work_ == 0; });
    for (const int fd : busy_fds_)
      ::shutdown(fd, SHUT_RDWR);
    waiting_.clear();
    stopped_ = true;
    wake_.notify_all();
  }
  for (auto& worker : workers_)
    worker.join();
  if (poller_.joinable())
    poller_.join();
}

} // namespace standings
