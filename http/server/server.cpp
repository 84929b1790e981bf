#include "http/server/server.hpp"

#include "log/log.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <system_error>
#include <thread>
#include <utility>

namespace standings {

namespace {

std::size_t loops_for(const server_limits& limits) {
  if (limits.loops > 0)
    return limits.loops;
  return std::max(2U, std::thread::hardware_concurrency());
}

} // namespace

http_server::http_server(const server_options& options)
    : options_(options), shared_{.limits = options.limits,
                                 .doors = options.doors,
                                 .cors = cors_policy{options.cors_origins},
                                 .tls = options.tls,
                                 .proxies = trusted_proxies{options.trusted_proxies},
                                 .rates = rate_limits{options.rates},
                                 .failed = failed_logins{options.rates.wrong_tokens,
                                                         options.rates.loopback},
                                 .address_connections =
                                     address_counts{options.limits.address_connections},
                                 .address_streams = address_counts{options.limits.address_streams},
                                 .pulses = options.pulses} {
  for (std::size_t i = 0; i < loops_for(options_.limits); ++i)
    loops_.push_back(std::make_unique<event_loop>(shared_));
  acceptor_ = std::make_unique<acceptor>(loops_, shared_, [this] {
    {
      const std::lock_guard lock{mutex_};
      lost_ = true;
    }
    close_all();
  });
}

http_server::http_server(const routes_fn& routes, const server_options& options)
    : http_server(options) {
  set_routes(routes);
}

void http_server::set_routes(const routes_fn& routes) {
  for (const auto& loop : loops_)
    loop->set_routes(routes(*loop));
}

http_server::~http_server() {
  acceptor_.reset();
}

result<std::uint16_t> http_server::bind() {
  return acceptor_->listen(options_.host, options_.port);
}

bool http_server::serve() {
  {
    const std::lock_guard lock{mutex_};
    if (stopping_)
      return true;
    serving_ = true;
  }
  acceptor_->start();
  std::vector<std::thread> threads;
  start_threads(threads);
  for (auto& thread : threads)
    thread.join();
  const std::lock_guard lock{mutex_};
  serving_ = false;
  stopped_changed_.notify_all();
  return !lost_;
}

/// A thread that cannot be started ends the others: its loop would keep its connections waiting.
void http_server::start_threads(std::vector<std::thread>& to) {
  try {
    for (const auto& loop : loops_)
      to.emplace_back([&loop] { loop->run(); });
  } catch (const std::system_error& e) {
    log_to(log_component::http).error("Failed to start a thread of the HTTP server: {}", e.what());
    {
      const std::lock_guard lock{mutex_};
      lost_ = true;
    }
    close_all();
  }
}

void http_server::stop(std::chrono::milliseconds grace) {
  {
    const std::lock_guard lock{mutex_};
    if (std::exchange(stopping_, true))
      return;
    shared_.draining = true;
    if (!serving_)
      return acceptor_->close();
  }
  boost::asio::post(loops_.front()->context(), [this] { acceptor_->close(); });
  for (const auto& loop : loops_)
    boost::asio::post(loop->context(), [&loop] { loop->drain(); });
  static_cast<void>(shared_.connections.await_none(grace));
  close_all();
  std::unique_lock lock{mutex_};
  stopped_changed_.wait(lock, [this] { return !serving_; });
}

server_traffic http_server::traffic() const {
  server_traffic out;
  for (const auto& loop : loops_)
    out.loops.push_back(&std::as_const(*loop).traffic());
  out.routes = &loops_.front()->routes();
  out.connections = shared_.connections.count();
  out.max_connections = shared_.limits.max_connections;
  out.in_flight = shared_.in_flight;
  out.max_in_flight = shared_.limits.max_in_flight;
  out.wrong_tokens = shared_.failed.total();
  return out;
}

void http_server::run_posted() {
  for (const auto& loop : loops_) {
    loop->context().restart();
    loop->context().poll();
  }
}

/// Ends the loops; what is still open is closed.
void http_server::close_all() {
  for (const auto& loop : loops_)
    boost::asio::post(loop->context(), [&loop] {
      loop->cut();
      loop->context().stop();
    });
}

} // namespace standings
