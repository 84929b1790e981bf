#pragma once

#include "http/server/connection.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace standings {

struct pool_options {
  std::size_t threads = 64;
  std::size_t max_in_flight = 1024;   ///< connections whose request waits or is being served
  std::size_t max_connections = 4096; ///< open connections
  std::chrono::milliseconds idle_timeout{90'000};
  request_limits limits{};
};

/// Serves many connections with few threads. A connection without a request is parked in epoll and
/// occupies no thread; nor does one whose request is still arriving, unless it is longer than a
/// buffer. A complete request waits for a thread; if that takes twice as long as a request may
/// take, it is refused. After an answer a thread stays with its connection briefly unless another
/// connection waits, so that a busy client is served without a hand-over.
///
/// Beyond `max_in_flight` or `max_connections` a connection gets a refusal and is closed: nothing
/// grows without bound.
class connection_pool {
public:
  /// Reads one request from the connection and writes its response. Returns false if the connection
  /// is to be closed.
  using serve_fn = std::function<bool(connection&)>;

  /// Returns a complete HTTP response. Called from several threads.
  using refusal_fn = std::function<std::string()>;

  connection_pool(const pool_options& options, serve_fn serve, refusal_fn refusal);
  connection_pool(const connection_pool&) = delete;
  connection_pool& operator=(const connection_pool&) = delete;
  ~connection_pool();

  /// Takes over an accepted socket. Thread-safe.
  void adopt(int fd);

  /// Finishes the requests that have begun, closes all connections, and ends the threads.
  /// Connections still being served after `grace` are cut off. Idempotent.
  void drain(std::chrono::milliseconds grace);

  /// Whether responses should announce that their connection closes. Thread-safe.
  [[nodiscard]] bool draining() const { return draining_; }

  [[nodiscard]] std::size_t in_flight() const { return in_flight_; }

private:
  using connection_ptr = std::unique_ptr<connection>;

  void poll_loop();
  void work_loop();
  void work_on(connection_ptr c);
  void arrived(int fd);
  void park(connection_ptr c);
  void settle(connection_ptr c);
  void enqueue(connection_ptr c);
  void sweep(connection::clock::time_point before);
  void refuse(connection& c) const;
  [[nodiscard]] bool next_is_here(connection& c);
  [[nodiscard]] bool others_wait();

  const pool_options options_;
  const serve_fn serve_;
  const refusal_fn refusal_;
  int epoll_ = -1;
  std::atomic<bool> draining_ = false;
  std::atomic<bool> stopped_ = false;
  std::atomic<std::size_t> in_flight_ = 0;

  std::mutex mutex_; ///< guards all members below
  std::condition_variable wake_;
  std::unordered_map<int, connection_ptr> parked_;
  std::deque<connection_ptr> waiting_;
  std::size_t open_ = 0; ///< parked, waiting and being served
  std::size_t at_work_ = 0;
  std::vector<int> busy_fds_; ///< of connections being served; cut off after the grace

  std::vector<std::thread> workers_;
  std::thread poller_;
};

} // namespace standings
