#pragma once

#include "core/base/result.hpp"
#include "core/base/task.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <utility>

namespace standings {

/// A few threads for calls that block, so that an event loop can await them. Thread-safe.
class blocking_calls {
public:
  /// Beyond `most` calls that wait or run, more fail with `overloaded`; one that has waited for a
  /// thread for `patience` fails with `timed_out`.
  blocking_calls(std::size_t threads, std::size_t most, std::chrono::milliseconds patience)
      : threads_(threads), most_(most), patience_(patience) {}

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
    boost::asio::post(threads_, [this, &loop, &done, call = std::move(f), since = clock::now()] {
      boost::asio::post(
          loop, [&done, value = outcome_of(call, since)]() mutable { done.set(std::move(value)); });
    });
    auto value = co_await done;
    --under_way_;
    co_return value;
  }

  /// Waits until the calls that run have ended; those that wait, and further ones, fail with
  /// `shutting_down`.
  void join() {
    ended_ = true;
    threads_.join();
  }

private:
  using clock = std::chrono::steady_clock;

  template <class T>
  result<T> outcome_of(const std::function<result<T>()>& f, clock::time_point since) const {
    if (ended_)
      return fail(errc::shutting_down, "the service is stopping");
    if (clock::now() - since >= patience_)
      return fail(errc::timed_out, "no answer in time");
    try {
      return f();
    } catch (const std::exception& e) {
      return fail_because(errc::internal, {}, e.what());
    }
  }

  boost::asio::thread_pool threads_;
  const std::size_t most_;
  const std::chrono::milliseconds patience_;
  std::atomic<std::size_t> under_way_ = 0;
  std::atomic<bool> ended_ = false;
};

} // namespace standings
