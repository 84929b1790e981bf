#include "core/base/task.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace standings {
namespace {

task<int> at_once(int value) {
  co_return value;
}

task<int> sum(int n) {
  int out = 0;
  for (int i = 1; i <= n; ++i)
    out += co_await at_once(i);
  co_return out;
}

task<std::string> plus(later<std::string>& word) {
  auto got = co_await word;
  co_return got + "!";
}

task<int> fails() {
  throw std::runtime_error("no");
  co_return 0;
}

detached keep(task<std::string> of, std::string& to) {
  to = co_await of;
}

TEST(Task, ThatNeverWaitsIsLikeACall) {
  EXPECT_EQ(value_at_once(sum(10)), 55);
}

TEST(Task, StartsWhenItIsAwaited) {
  bool started = false;
  const auto start = [](bool& flag) -> task<int> {
    flag = true;
    co_return 1;
  };
  auto one = start(started);
  EXPECT_FALSE(started);
  EXPECT_EQ(value_at_once(std::move(one)), 1);
  EXPECT_TRUE(started);
}

TEST(Task, GoesOnWhenItsValueArrives) {
  later<std::string> word;
  std::string got;
  keep(plus(word), got);
  EXPECT_EQ(got, "");
  word.set("yes");
  EXPECT_EQ(got, "yes!");
}

TEST(Task, DoesNotWaitForAValueThatIsThere) {
  later<std::string> word;
  word.set("yes");
  std::string got;
  keep(plus(word), got);
  EXPECT_EQ(got, "yes!");
}

TEST(Task, PassesAnExceptionOn) {
  EXPECT_THROW(value_at_once(fails()), std::runtime_error);
}

TEST(Task, ThatIsNotAwaitedFreesWhatItHolds) {
  auto held = std::make_shared<int>(1);
  const auto hold = [](std::shared_ptr<int> p) -> task<int> {
    co_return *p;
  };
  {
    const auto unused = hold(held);
    EXPECT_EQ(held.use_count(), 2);
  }
  EXPECT_EQ(held.use_count(), 1);
}

} // namespace
} // namespace standings
