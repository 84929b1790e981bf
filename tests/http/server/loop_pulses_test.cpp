#include "http/server/loop_pulses.hpp"
#include "http/server/server.hpp"

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace standings {
namespace {

using namespace std::chrono_literals;

const loop_pulses::clock::time_point start{1h};

TEST(LoopPulses, TellHowLongTheMostSilentLoopHasBeenSilent) {
  loop_pulses pulses;
  EXPECT_EQ(pulses.longest_silence(start), 0s);
  const auto one = pulses.join(start);
  auto other = pulses.join(start);
  one->beat(start + 8s);
  EXPECT_EQ(pulses.longest_silence(start + 10s), 10s);
  other->beat(start + 9s);
  EXPECT_EQ(pulses.longest_silence(start + 10s), 2s);
  other->beat(start + 1s);
  other.reset();
  EXPECT_EQ(pulses.longest_silence(start + 10s), 2s) << "one that has ended is not silent";
}

TEST(LoopPulses, StopWhereALoopIsBlocked) {
  server_options options;
  options.port = 0;
  options.limits.loops = 1;
  options.pulses = std::make_shared<loop_pulses>();
  http_server server{options};
  std::promise<void> blocked;
  std::promise<void> release;
  server.set_routes([&](event_loop& loop) {
    boost::asio::post(loop.context(), [&] {
      blocked.set_value();
      release.get_future().wait();
    });
    return router{};
  });
  ASSERT_TRUE(server.bind());
  std::thread running{[&] {
    server.serve();
  }};
  blocked.get_future().wait();
  const auto later = loop_pulses::clock::now() + 1min;
  EXPECT_GT(options.pulses->longest_silence(later), 30s);
  release.set_value();
  while (options.pulses->longest_silence(loop_pulses::clock::now()) > 1s)
    std::this_thread::yield();
  server.stop(1s);
  running.join();
  EXPECT_EQ(options.pulses->longest_silence(later), 0s);
}

} // namespace
} // namespace standings
