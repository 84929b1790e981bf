#include "http/api/board_followers.hpp"
#include "http/server/server.hpp"
#include "stores/memory/rank_cache.hpp"
#include "tests/support/counting_reads.hpp"
#include "tests/support/event_reader.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <deque>
#include <thread>

namespace standings::test {
namespace {

const followed_board one_board{period::daily, 10};

constexpr std::size_t number_of_followers = 5'000;
/// Each follower takes a descriptor on both sides; some more are for all the rest.
constexpr rlim_t descriptors_needed = 2 * number_of_followers + 100;

/// How many descriptors this process may have, raised as far as it can raise them itself.
rlim_t raised_descriptor_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

/// Two event loops that stream the boards of a cache in this process.
class ManyFollowers : public testing::Test {
protected:
  ManyFollowers() {
    cache->begin_rebuild().value();
    cache->finish_rebuild().value();
    score(1);
    server_options options;
    options.port = 0;
    options.limits.loops = 2;
    options.limits.max_connections = 20'000;
    options.limits.max_streams = 10'000;
    server_ =
        std::make_unique<http_server>([this](event_loop& loop) { return routes(loop); }, options);
    port_ = server_->bind().value();
    serving_ = std::thread{[this] {
      server_->serve();
    }};
  }

  ~ManyFollowers() override {
    server_->stop(std::chrono::seconds{5});
    serving_.join();
    feed_->end();
    server_->run_posted();
    followers_.clear();
    feed_.reset();
  }

  void score(std::int64_t points) {
    const std::vector<user_record> one{
        {"ada", {points, points, points, points}, system_now(), points}};
    cache->apply(one).value();
  }

  [[nodiscard]] event_reader follow() const { return {port_, "/live"}; }

  static std::int64_t score_in(const stream_event& event) {
    return event.json().at("entries").at(0).at("score").to_number<std::int64_t>();
  }

  const rank_cache_ptr cache = make_memory_rank_cache(system_now);
  const std::shared_ptr<counted_reads> counted = std::make_shared<counted_reads>();

private:
  router routes(event_loop& loop) {
    if (!feed_)
      feed_ = std::make_unique<board_feed>(
          loop.context(), follow_default(std::make_unique<counting_reads>(cache, counted), cache));
    followers_.push_back(std::make_unique<board_followers>(loop.context(), *feed_));
    router out;
    out.add({"GET", "/live", access::anyone, body_kind::none,
             [to = followers_.back().get()](const request&) -> answer_task {
               co_return stream_answer(to->stream(one_board, {}));
             }});
    return out;
  }

  std::unique_ptr<http_server> server_;
  std::unique_ptr<board_feed> feed_;
  std::vector<std::unique_ptr<board_followers>> followers_;
  std::uint16_t port_ = 0;
  std::thread serving_;
};

TEST_F(ManyFollowers, CostOneReadAChange) {
  if (raised_descriptor_limit() < descriptors_needed)
    GTEST_SKIP() << "the hard limit of open files has to be raised (ulimit -Hn)";
  std::deque<event_reader> all;
  for (std::size_t i = 0; i < number_of_followers; ++i)
    all.push_back(follow());
  for (auto& each : all)
    ASSERT_EQ(score_in(each.next()), 1);
  EXPECT_EQ(counted->boards, 1);
  for (std::int64_t points = 2; points <= 4; ++points) {
    score(points);
    for (auto& each : all)
      ASSERT_EQ(score_in(each.next()), points);
    EXPECT_EQ(counted->boards, points);
  }
}

} // namespace
} // namespace standings::test
