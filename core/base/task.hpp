#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>
#include <variant>

namespace standings {

/// A coroutine's result, which may not be there yet. The coroutine starts when it is awaited and
/// runs on the thread that awaits it; if it never has to wait, awaiting it is like a call. Await it
/// at most once. An exception in it reaches the awaiting coroutine. Not thread-safe.
template <class T>
class [[nodiscard]] task {
public:
  struct promise_type {
    std::coroutine_handle<> awaiting = std::noop_coroutine();
    std::variant<std::monostate, T, std::exception_ptr> outcome;

    task get_return_object() {
      return task{std::coroutine_handle<promise_type>::from_promise(*this)};
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    auto final_suspend() noexcept {
      struct resume_awaiting {
        bool await_ready() noexcept { return false; }
        std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> done) noexcept {
          return done.promise().awaiting;
        }
        void await_resume() noexcept {}
      };
      return resume_awaiting{};
    }
    template <class Value>
    void return_value(Value&& value) {
      outcome.template emplace<1>(std::forward<Value>(value));
    }
    void unhandled_exception() { outcome.template emplace<2>(std::current_exception()); }
  };

  task(task&& other) noexcept : coroutine_(std::exchange(other.coroutine_, {})) {}
  task& operator=(task&&) = delete;
  ~task() {
    if (coroutine_)
      coroutine_.destroy();
  }

  // -- what co_await calls
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) noexcept {
    coroutine_.promise().awaiting = awaiting;
    return coroutine_;
  }
  T await_resume() {
    auto& outcome = coroutine_.promise().outcome;
    if (outcome.index() == 2)
      std::rethrow_exception(std::get<2>(outcome));
    return std::move(std::get<1>(outcome));
  }

private:
  explicit task(std::coroutine_handle<promise_type> coroutine) : coroutine_(coroutine) {}

  std::coroutine_handle<promise_type> coroutine_;
};

/// A coroutine that starts at once and that nothing awaits. An exception that leaves it ends the
/// process.
struct detached {
  struct promise_type {
    detached get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

/// A value that a callback provides and one coroutine awaits, which resumes within `set`. Must
/// outlive both. Not thread-safe.
template <class T>
class later {
public:
  later() = default;
  later(const later&) = delete;
  later& operator=(const later&) = delete;

  /// Call at most once.
  void set(T value) {
    value_ = std::move(value);
    if (awaiting_)
      std::exchange(awaiting_, {}).resume();
  }

  [[nodiscard]] bool await_ready() const noexcept { return value_.has_value(); }
  void await_suspend(std::coroutine_handle<> awaiting) noexcept { awaiting_ = awaiting; }
  T await_resume() { return std::move(*value_); }

private:
  std::optional<T> value_;
  std::coroutine_handle<> awaiting_;
};

/// Runs a task that does not have to wait, and returns its value. Throws std::bad_optional_access
/// if it waits after all.
template <class T>
T value_at_once(task<T> of) {
  std::optional<T> out;
  std::exception_ptr thrown;
  [](task<T>& awaited, std::optional<T>& to, std::exception_ptr& error) -> detached {
    try {
      to = co_await awaited;
    } catch (...) {
      error = std::current_exception();
    }
  }(of, out, thrown);
  if (thrown)
    std::rethrow_exception(thrown);
  return std::move(out).value();
}

} // namespace standings
