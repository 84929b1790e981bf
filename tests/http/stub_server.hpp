#pragma once

#include "http/server/server.hpp"
#include "tests/support/raw_http.hpp"

#include <boost/asio/post.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace standings::test {

/// Keeps each handler that passes it waiting until it is opened.
class gate {
public:
  void open() {
    const std::lock_guard lock{mutex_};
    open_ = true;
    for (auto& [loop, place] : waiting_)
      boost::asio::post(*loop, [place = place] { place->set(true); });
    waiting_.clear();
  }

  task<bool> pass(boost::asio::io_context& loop) {
    later<bool> opened;
    {
      const std::lock_guard lock{mutex_};
      ++inside_;
      if (open_)
        opened.set(true);
      else
        waiting_.emplace_back(&loop, &opened);
      changed_.notify_all();
    }
    co_return co_await opened;
  }

  /// Whether `n` handlers reach the gate within ten seconds.
  bool await(int n) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, std::chrono::seconds{10}, [&] { return inside_ >= n; });
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::pair<boost::asio::io_context*, later<bool>*>> waiting_;
  bool open_ = false;
  int inside_ = 0;
};

inline answer text_answer(std::string text) {
  answer out;
  out.body = std::move(text);
  return out;
}

/// Sends nothing until it is closed.
class silent_stream final : public event_stream {
  void open(reader& /*to*/) override {}
  std::shared_ptr<const std::string> next() override { return nullptr; }
};

/// The real server on a free port, with routes that do next to nothing.
class stub_server {
public:
  explicit stub_server(server_limits limits = four_loops(), const std::string& token = {})
      : stub_server(options_with(limits, token)) {}

  explicit stub_server(server_options options) {
    options.port = 0;
    server_ =
        std::make_unique<http_server>([this](event_loop& loop) { return routes(loop); }, options);
    port_ = server_->bind().value();
    serving_ = std::thread{[this] {
      server_->serve();
    }};
  }

  ~stub_server() {
    held.open();
    stop(std::chrono::seconds{5});
  }

  /// Without a token, admin routes are open on loopback.
  static access_policy policy_with(const std::string& token) {
    access_policy out;
    out.needs_token.add(scope::admin);
    out.open_on_loopback = token.empty();
    if (!token.empty()) {
      known_token admin{"admin", digest_of(token), {}, {}};
      admin.may.grant(scope::admin);
      out.tokens.push_back(admin);
    }
    return out;
  }

  static server_options options_with(const server_limits& limits, const std::string& token = {}) {
    server_options out;
    out.port = 0;
    out.doors = std::make_shared<access_control>(policy_with(token));
    out.limits = limits;
    return out;
  }

  static server_limits four_loops() {
    server_limits out;
    out.loops = 4;
    return out;
  }

  void stop(std::chrono::milliseconds grace) {
    if (!serving_.joinable())
      return;
    server_->stop(grace);
    serving_.join();
  }

  [[nodiscard]] server_traffic traffic() const { return server_->traffic(); }

  /// A count of all event loops.
  [[nodiscard]] std::uint64_t total(owned_count loop_traffic::*of) const {
    std::uint64_t out = 0;
    for (const auto* loop : traffic().loops)
      out += (loop->*of).value();
    return out;
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] raw_connection connect(const char* from = nullptr) const {
    return raw_connection{port_, from};
  }
  [[nodiscard]] raw_response ask(std::string_view request) const {
    return exchange(port_, request);
  }

  gate held;                     ///< where /held waits
  std::atomic<int> echoed = 0;   ///< bodies that /echo has received
  std::atomic<int> handled = 0;  ///< requests that /item and /bare have received
  std::atomic<int> smuggled = 0; ///< those for /item/smuggled

private:
  router routes(event_loop& loop) {
    router out;
    const auto add = [&](const char* method, const char* pattern, access who, body_kind body,
                         handler handle) {
      out.add({method, pattern, who, body, std::move(handle)});
    };
    add("GET", "/item/{id}", access::anyone, body_kind::none,
        [this](const request& rq) { return item(rq); });
    add("GET", "/who", access::anyone, body_kind::none, [](const request& rq) -> answer_task {
      co_return text_answer(rq.client + " " + rq.remote_address);
    });
    add("GET", "/held", access::anyone, body_kind::none,
        [this, &loop](const request&) { return wait_at_gate(loop); });
    add("GET", "/large", access::anyone, body_kind::none,
        [](const request&) -> answer_task { co_return text_answer(std::string(8 << 20, 'x')); });
    add("GET", "/silent", access::anyone, body_kind::none, [](const request&) -> answer_task {
      co_return stream_answer(std::make_shared<silent_stream>());
    });
    add("GET", "/throws", access::anyone, body_kind::none, [](const request&) -> answer_task {
      throw std::runtime_error("postgresql://user:password@host");
      co_return text_answer({});
    });
    add("POST", "/echo", access::anyone, body_kind::json,
        [this](const request& rq) { return echo(rq); });
    add("POST", "/bare", access::anyone, body_kind::none,
        [this](const request& rq) { return bare(rq); });
    add("POST", "/admin", access::admin, body_kind::none,
        [](const request&) -> answer_task { co_return text_answer("done"); });
    out.add({"GET", "/alive", access::anyone, body_kind::none,
             [](const request&) -> answer_task { co_return text_answer("alive"); },
             when_busy::answer});
    return out;
  }

  answer_task wait_at_gate(event_loop& loop) {
    co_await held.pass(loop.context());
    co_return text_answer("held");
  }

  answer_task item(const request& rq) {
    ++handled;
    smuggled += rq.captures[0] == "smuggled" ? 1 : 0;
    co_return text_answer(rq.captures[0]);
  }

  answer_task bare(const request& rq) {
    ++handled;
    co_return text_answer(rq.body);
  }

  answer_task echo(const request& rq) {
    ++echoed;
    co_return text_answer(rq.body);
  }

  std::unique_ptr<http_server> server_;
  std::uint16_t port_ = 0;
  std::thread serving_;
};

} // namespace standings::test
