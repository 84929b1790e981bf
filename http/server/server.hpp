#pragma once

#include "http/server/connection_pool.hpp"
#include "http/server/router.hpp"

#include <httplib.h>

#include <chrono>
#include <memory>
#include <string>

namespace standings {

struct server_options {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8000; ///< 0: any free port
  std::string admin_token;
  pool_options pool{};
};

/// The HTTP/1.1 server: httplib parses and frames, our pool serves connections, our router finds
/// the handler. Every request is answered by its route or with a problem document.
class http_server final : private httplib::Server {
public:
  http_server(router routes, const server_options& options);
  ~http_server() override;

  /// Binds and starts to listen; returns the port. Fails with `out_of_range` if the address is not
  /// available.
  [[nodiscard]] result<std::uint16_t> bind();

  /// Accepts connections until stop(). Returns false if the listening socket was lost.
  bool serve();

  /// Stops accepting, answers requests that have begun, and closes the other connections.
  /// Thread-safe.
  void stop(std::chrono::milliseconds grace);

  [[nodiscard]] std::size_t in_flight() const { return pool_->in_flight(); }

private:
  bool process_and_close_socket(socket_t sock) override;
  bool serve_one(connection& c);
  HandlerResponse before_body(const httplib::Request& rq, httplib::Response& rs);
  void with_body(const httplib::Request& rq, httplib::Response& rs);
  void decorate(const httplib::Request& rq, httplib::Response& rs) const;
  void explain(const httplib::Request& rq, httplib::Response& rs) const;

  const router routes_;
  const server_options options_;
  std::unique_ptr<connection_pool> pool_;
};

} // namespace standings
