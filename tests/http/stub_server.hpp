#pragma once

#include "http/server/server.hpp"
#include "tests/support/raw_http.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace standings::test {

/// Blocks each caller until it is opened.
class gate {
public:
  void open() {
    const std::lock_guard lock{mutex_};
    open_ = true;
    changed_.notify_all();
  }

  void pass() {
    std::unique_lock lock{mutex_};
    ++inside_;
    changed_.notify_all();
    changed_.wait_for(lock, std::chrono::seconds{10}, [this] { return open_; });
  }

  /// Whether `n` callers reach the gate within ten seconds.
  bool await(int n) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, std::chrono::seconds{10}, [&] { return inside_ >= n; });
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  int inside_ = 0;
};

inline answer text_answer(std::string text) {
  answer out;
  out.body = std::move(text);
  return out;
}

/// The real server on a free port, with routes that do next to nothing.
class stub_server {
public:
  explicit stub_server(pool_options pool = four_threads(), const std::string& token = {}) {
    server_options options;
    options.port = 0;
    options.admin_token = token;
    options.pool = pool;
    server_ = std::make_unique<http_server>(routes(), options);
    port_ = server_->bind().value();
    serving_ = std::thread{[this] {
      server_->serve();
    }};
  }

  ~stub_server() {
    held.open();
    stop(std::chrono::seconds{5});
  }

  static pool_options four_threads() {
    pool_options out;
    out.threads = 4;
    return out;
  }

  void stop(std::chrono::milliseconds grace) {
    if (!serving_.joinable())
      return;
    server_->stop(grace);
    serving_.join();
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] raw_connection connect() const { return raw_connection{port_}; }
  [[nodiscard]] raw_response ask(std::string_view request) const {
    return exchange(port_, request);
  }

  gate held;                   ///< where /held waits
  std::atomic<int> echoed = 0; ///< bodies that /echo has received

private:
  router routes() {
    router out;
    const auto add = [&](const char* method, const char* pattern, access who, body_kind body,
                         handler handle) {
      out.add({method, pattern, who, body, std::move(handle)});
    };
    add("GET", "/item/{id}", access::anyone, body_kind::none,
        [](const request& rq) -> result<answer> { return text_answer(rq.captures[0]); });
    add("GET", "/held", access::anyone, body_kind::none, [this](const request&) -> result<answer> {
      held.pass();
      return text_answer("held");
    });
    add("GET", "/large", access::anyone, body_kind::none,
        [](const request&) -> result<answer> { return text_answer(std::string(8 << 20, 'x')); });
    add("GET", "/throws", access::anyone, body_kind::none, [](const request&) -> result<answer> {
      throw std::runtime_error("postgresql://user:password@host");
    });
    add("POST", "/echo", access::anyone, body_kind::json,
        [this](const request& rq) -> result<answer> {
          ++echoed;
          return text_answer(rq.raw.body);
        });
    add("POST", "/bare", access::anyone, body_kind::none,
        [](const request& rq) -> result<answer> { return text_answer(rq.raw.body); });
    add("POST", "/admin", access::admin, body_kind::none,
        [](const request&) -> result<answer> { return text_answer("done"); });
    return out;
  }

  std::unique_ptr<http_server> server_;
  std::uint16_t port_ = 0;
  std::thread serving_;
};

} // namespace standings::test
