#include "http/api/event_followers.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace standings::test {
namespace {

/// A client that takes what it is told, unless it is slow.
class watcher final : public event_stream::reader {
public:
  explicit watcher(std::shared_ptr<event_stream> of) : stream_(std::move(of)) {
    stream_->open(*this);
    take();
  }

  void more() override {
    ++told;
    if (leaves_when_told)
      stream_.reset();
    else if (!slow)
      take();
  }

  void take() {
    while (const auto text = stream_->next())
      got.append(*text);
  }

  [[nodiscard]] bool has(const std::string& text) const {
    return got.find(text) != std::string::npos;
  }

  std::string got;
  int told = 0;
  bool slow = false;
  bool leaves_when_told = false;

private:
  std::shared_ptr<event_stream> stream_;
};

class EventFollowers : public testing::Test {
protected:
  void tell(const std::string& text) { log->tell({event_kind::restart, text}); }

  void settle() {
    loop.restart();
    loop.poll();
  }

  boost::asio::io_context loop{1};
  const event_log_ptr log = std::make_shared<event_log>([] { return sys_time{}; });
  event_followers followers{loop, log};
};

TEST_F(EventFollowers, GetWhatIsKeptAndWhatFollows) {
  tell("one");
  watcher client{followers.stream({})};
  EXPECT_EQ(client.got,
            "retry: 2000\n\nevent: restart\nid: " + log->id_of(1)
                + "\ndata: {\"at\":\"1970-01-01T00:00:00.000000Z\",\"kind\":\"restart\","
                  "\"text\":\"one\"}\n\n");
  tell("two");
  EXPECT_FALSE(client.has("two")) << "not on the teller's thread";
  settle();
  EXPECT_TRUE(client.has("two"));
}

TEST_F(EventFollowers, GoOnAfterTheEventTheyKnow) {
  for (const auto* text : {"one", "two", "three"})
    tell(text);
  const watcher client{followers.stream(log->id_of(2))};
  EXPECT_FALSE(client.has("two"));
  EXPECT_TRUE(client.has("three"));
  const watcher stranger{followers.stream(event_log{}.id_of(2))};
  EXPECT_TRUE(stranger.has("one")) << "the id is of another process";
}

TEST_F(EventFollowers, AreOwedNoMoreThanTheLogKeeps) {
  watcher client{followers.stream({})};
  client.slow = true;
  for (int i = 0; i < 1'000; ++i)
    tell("number " + std::to_string(i) + ".");
  settle();
  EXPECT_EQ(client.told, 1) << "once for all that came meanwhile";
  client.take();
  EXPECT_FALSE(client.has("number 700."));
  EXPECT_TRUE(client.has("number 999."));
}

TEST_F(EventFollowers, MayBeLostByBeingTold) {
  watcher first{followers.stream({})};
  auto second = std::make_unique<watcher>(followers.stream({}));
  watcher third{followers.stream({})};
  first.leaves_when_told = second->leaves_when_told = true;
  tell("one");
  settle();
  EXPECT_TRUE(third.has("one"));
  third.leaves_when_told = true;
  tell("two");
  settle();
  tell("three");
  EXPECT_EQ(loop.poll(), 0U) << "nobody is left to be told";
}

} // namespace
} // namespace standings::test
