#include "actors/supervision/blocking_calls.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <gtest/gtest.h>

#include <future>
#include <stdexcept>
#include <thread>
#include <vector>

namespace standings::test {
namespace {

using namespace std::chrono_literals;

class BlockingCalls : public testing::Test {
protected:
  detached start(blocking_calls& calls, std::function<result<int>()> f) {
    auto outcome = co_await calls.run<int>(loop, std::move(f));
    got.push_back(std::move(outcome));
  }

  void await(std::size_t n) {
    const auto until = std::chrono::steady_clock::now() + 10s;
    while (got.size() < n && std::chrono::steady_clock::now() < until)
      loop.run_one_for(50ms);
    ASSERT_EQ(got.size(), n);
  }

  boost::asio::io_context loop{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{
      loop.get_executor()};
  std::vector<result<int>> got;
};

TEST_F(BlockingCalls, ResumeOnTheLoopWithWhatWasReturned) {
  blocking_calls calls{2, 10, 10s};
  std::thread::id there;
  start(calls, [&]() -> result<int> {
    there = std::this_thread::get_id();
    return 7;
  });
  start(calls, []() -> result<int> { return fail(errc::unknown_user); });
  await(2);
  for (const auto& each : got)
    EXPECT_EQ(each ? errc::none : each.error().code, each ? errc::none : errc::unknown_user);
  EXPECT_NE(there, std::this_thread::get_id());
}

TEST_F(BlockingCalls, TurnAnExceptionIntoAFailure) {
  blocking_calls calls{1, 10, 10s};
  start(calls, []() -> result<int> { throw std::runtime_error("no"); });
  await(1);
  EXPECT_EQ(got[0].error().code, errc::internal);
}

TEST_F(BlockingCalls, AreRefusedBeyondTheirNumberAndWhenTheyEnd) {
  blocking_calls calls{1, 2, 10s};
  std::promise<void> open;
  const auto wait = [gate = open.get_future().share()]() -> result<int> {
    gate.wait();
    return 1;
  };
  for (int i = 0; i < 3; ++i)
    start(calls, wait);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].error().code, errc::overloaded);
  std::thread ending{[&] {
    calls.join();
  }};
  open.set_value();
  ending.join();
  await(3);
  start(calls, wait);
  await(4);
  EXPECT_EQ(got[3].error().code, errc::shutting_down);
}

TEST_F(BlockingCalls, ThatWaitedTooLongForAThreadAreNotMade) {
  blocking_calls calls{1, 10, 0ms};
  bool called = false;
  start(calls, [&]() -> result<int> {
    called = true;
    return 1;
  });
  await(1);
  EXPECT_EQ(got[0].error().code, errc::timed_out);
  EXPECT_FALSE(called);
}

} // namespace
} // namespace standings::test
