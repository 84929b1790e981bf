#include "actors/reconcile/webhook_sender.hpp"
#include "tests/support/actor_test.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <gmock/gmock.h>

#include <memory>

namespace standings::test {
namespace {

struct line {
  int refusals = 0; ///< how many calls fail
  std::vector<std::string> bodies;
  int given_up = 0;
};

class WebhookSender : public ActorTest {
protected:
  webhook_sender_actor start() {
    const post_fn post = [this](const std::string& body) -> result<void> {
      line_->bodies.push_back(body);
      if (line_->refusals > 0 && line_->refusals-- > 0)
        return fail(errc::store_unavailable, "no answer");
      return {};
    };
    auto front = system_.spawn([l = line_](caf::event_based_actor*) -> caf::behavior {
      return {[l](const webhook_failed&) {
        ++l->given_up;
      }};
    });
    adopt(front);
    return spawn(webhook_sender, post, caf::actor_cast<reconcile_front_actor>(front),
                 webhook_sender_options{});
  }

  void send(const webhook_sender_actor& to, const std::string& kind) {
    webhook_event event{kind, {}};
    event.report.run_id = kind;
    caf::scoped_actor {
      system_, true
      } -> send(to, event);
    settle();
  }

  std::shared_ptr<line> line_ = std::make_shared<line>();
};

TEST_F(WebhookSender, TellsOfARunAsJson) {
  send(start(), "deletes_held");
  ASSERT_EQ(line_->bodies.size(), 1U);
  EXPECT_THAT(line_->bodies[0], testing::HasSubstr(R"("event":"deletes_held")"));
  EXPECT_THAT(line_->bodies[0], testing::HasSubstr(R"("run_id":"deletes_held")"));
}

TEST_F(WebhookSender, TriesAgainLaterAndKeepsTheOrder) {
  line_->refusals = 2;
  const auto sender = start();
  send(sender, "first");
  send(sender, "second");
  EXPECT_EQ(line_->bodies.size(), 1U);
  advance(1s);
  advance(2s);
  advance(1s);
  ASSERT_EQ(line_->bodies.size(), 4U);
  EXPECT_THAT(line_->bodies[2], testing::HasSubstr("first"));
  EXPECT_THAT(line_->bodies[3], testing::HasSubstr("second"));
  EXPECT_EQ(line_->given_up, 0);
}

TEST_F(WebhookSender, GivesUpAfterFiveTriesAndSaysSo) {
  line_->refusals = 100;
  send(start(), "first");
  for (int i = 0; i < 10; ++i)
    advance(20s);
  EXPECT_EQ(line_->bodies.size(), 5U);
  EXPECT_EQ(line_->given_up, 1);
}

} // namespace
} // namespace standings::test
