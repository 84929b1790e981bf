#pragma once

#include "http/server/acceptor.hpp"
#include "http/server/event_loop.hpp"
#include "http/server/router.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace standings {

struct server_options {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8000; ///< 0: any free port
  std::shared_ptr<access_control> doors = std::make_shared<access_control>(access_policy{});
  std::vector<std::string> cors_origins;    ///< see cors_policy
  std::shared_ptr<tls_identity> tls;        ///< null: plain HTTP
  std::vector<std::string> trusted_proxies; ///< addresses and networks
  server_limits limits{};
  rate_limit_options rates{};
  std::shared_ptr<loop_pulses> pulses{}; ///< where the loops show that they run; may be null
};

/// What a server has done since its start, by event loop, and what it is doing.
struct server_traffic {
  std::vector<const loop_traffic*> loops;
  const router* routes = nullptr; ///< the entries of each loop's `routes` are by their numbers
  std::size_t connections = 0;
  std::size_t max_connections = 0;
  std::size_t in_flight = 0;
  std::size_t max_in_flight = 0;
  std::uint64_t wrong_tokens = 0;
};

/// The HTTP/1.1 server: a few event loops, each with its own connections and routes. Every request
/// is answered by its route or with a problem document. No thread waits for a request, a client or
/// an answer.
class http_server {
public:
  /// Makes the routes of one loop; their handlers run on its thread only.
  using routes_fn = std::function<router(event_loop&)>;

  explicit http_server(const server_options& options);
  http_server(const routes_fn& routes, const server_options& options);
  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;
  ~http_server();

  /// Call before `serve`.
  void set_routes(const routes_fn& routes);

  /// Binds and starts to listen; returns the port. Fails with `out_of_range` if the address is not
  /// available.
  [[nodiscard]] result<std::uint16_t> bind();

  /// Serves until stop(). Returns false if the listening socket was lost.
  bool serve();

  /// Stops accepting, answers requests that have begun, and closes the other connections. After
  /// `grace` the rest is cut off. A handler that has not answered by then is left waiting: end what
  /// it waits for before the server. Thread-safe; idempotent.
  void stop(std::chrono::milliseconds grace);

  /// What the loops have done and what they are doing. Thread-safe once the routes are set.
  [[nodiscard]] server_traffic traffic() const;

  /// Runs what was posted to the loops since they ended.
  void run_posted();

private:
  void close_all();
  void start_threads(std::vector<std::thread>& to);

  const server_options options_;
  loop_shared shared_;
  std::vector<std::unique_ptr<event_loop>> loops_;
  std::unique_ptr<acceptor> acceptor_;

  std::mutex mutex_; ///< guards all below
  std::condition_variable stopped_changed_;
  bool serving_ = false;
  bool stopping_ = false;
  bool lost_ = false;
};

} // namespace standings
