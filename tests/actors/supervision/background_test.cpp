#include "actors/supervision/background.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

namespace standings::test {
namespace {

int niceness() {
  return ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()));
}

TEST(Background, IsTheThreadThatOpensAndNoOther) {
  const auto before = niceness();
  const auto open = in_background(std::function<int()>{niceness});
  int there = 0;
  std::thread worker{[&] {
    there = open();
  }};
  worker.join();
  EXPECT_EQ(there, std::max(before, background_niceness));
  EXPECT_EQ(niceness(), before);
}

} // namespace
} // namespace standings::test
