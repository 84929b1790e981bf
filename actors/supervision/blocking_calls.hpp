#pragma once

#include "core/base/result.hpp"
#include "core/base/task.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <utility>

namespace standings {

/// A few threads for calls that block, so that an event loop can await them. Thread-safe.
class blocking_calls {
public:
  /// Beyond `most` calls that wait or run, more fail with `overloaded`.
  blocking_calls(std::size_t threads, std::size_t most) : threads_(threads), most_(most) {}

  /// Runs `f` and resumes on `loop`.
  template <class T>
  task<result<T>> run(boost::asio::io_context& loop, std::function<result<T>()> f) {
    if (ended_)
      co_return fail(errc::shutting_down, "the service is stopping");
    if (under_way_.fetch_add(1) >= most_) {
      --under_way_;
      co_return fail(errc::overloaded, "too many requests wait already");
    }
    later<result<T>> done;
    boost::asio::post(threads_, [&loop, &done, call = std::move(f)]() mutable {
      boost::asio::post(
          loop, [&done, value = outcome_of(call)]() mutable { done.set(std::move(value)); });
    });
    auto value = co_await done;
    --under_way_;
    co_return value;
  }

  /// Waits until all calls have ended; further ones fail with `shutting_down`.
  void join() {
    ended_ = true;
    threads_.join();
  }

private:
  template <class T>
  static result<T> outcome_of(const std::function<result<T>()>& f) {
    try {
      return f();
    } catch (const std::exception& e) {
      return fail_because(errc::internal, {}, e.what());
    }
  }

  boost::asio::thread_pool threads_;
  const std::size_t most_;
  std::atomic<std::size_t> under_way_ = 0;
  std::atomic<bool> ended_ = false;
};

} // namespace standings
