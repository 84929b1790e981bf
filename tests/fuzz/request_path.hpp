#pragma once

#include "actors/supervision/system.hpp"
#include "app/service.hpp"
#include "http/api/http_ingress.hpp"
#include "tests/support/temp_dir.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <caf/actor_system.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace standings::test {

/// The way of a request through this process: a real connection on an event loop that the caller's
/// thread runs, the real routes, and the real service behind them with SQLite and the cache in
/// memory. Only the listening socket is missing: connections are socket pairs. Programs on
/// loopback need no admin token, so that admin routes can be reached.
///
/// A line of the log that is not one line of JSON ends the process.
class request_path {
public:
  request_path();
  request_path(const request_path&) = delete;
  request_path& operator=(const request_path&) = delete;
  ~request_path();

  /// What a client is sent who sends `bytes`, `piece` at a time, then ends its side and waits until
  /// the connection is closed. Ends the process if that takes too long.
  std::string exchange(std::string_view bytes, std::size_t piece);

private:
  void serve(std::string_view bytes, std::size_t piece, int client, std::string& said);
  [[nodiscard]] boost::asio::io_context& loop() { return loop_->context(); }

  temp_dir dir_;
  config settings_;
  backends stores_;
  system_config actors_;
  caf::actor_system system_{actors_};
  service running_;
  shared_by_loops shared_;
  http_server server_;
  event_loop* loop_ = nullptr;
  std::unique_ptr<api> api_;
  std::unique_ptr<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
};

/// Says why, and ends the process in a way that a fuzzer notices.
[[noreturn]] void report_defect(const std::string& why);

} // namespace standings::test
