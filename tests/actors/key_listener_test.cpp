#include "actors/key_listener.hpp"
#include "core/sessions/session.hpp"
#include "tests/support/actor_test.hpp"

#include <gmock/gmock.h>

namespace standings::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// The server behind the stubs.
struct server {
  std::vector<key_event> events;
  int calls = 0;         ///< to next(); the second one finds the connection lost
  std::uint64_t own = 0; ///< notifications of own writes
  bool notified = true;
  bool kept = true; ///< the result of the next check
  server_identity mark{"run", 0, 0};
  bool options_are_set = false; ///< between two checks
  bool swaps = false;           ///< between two checks
  bool promoted = false;        ///< between two checks
};
using server_ptr = std::shared_ptr<server>;

failure gone() {
  return fail(errc::store_unavailable, "the connection to the cache was lost");
}

class stub_events final : public key_events {
public:
  explicit stub_events(server_ptr s) : s_(std::move(s)) {}
  result<std::vector<key_event>> next(std::chrono::milliseconds) override {
    if (++s_->calls == 2)
      return gone();
    return std::exchange(s_->events, {});
  }
  [[nodiscard]] bool notified() const override { return s_->notified; }
  result<bool> still_notified() override { return std::exchange(s_->kept, true); }
  [[nodiscard]] std::uint64_t own() const override { return s_->own; }

private:
  server_ptr s_;
};

/// The server's current identity.
server_identity identity_of(server& s) {
  s.mark.settings += s.options_are_set ? 1 : 0;
  s.mark.swaps += s.swaps ? 1 : 0;
  s.mark.data_set += s.promoted ? "x" : "";
  return s.mark;
}

/// What the target was told.
struct told {
  std::vector<std::string> ids;
  std::uint64_t ignored = 0;
  std::uint64_t own = 0;
  std::vector<std::string> states;
  std::string end;
};
using told_ptr = std::shared_ptr<told>;

key_listener_options of_sessions() {
  key_listener_options out;
  out.key_prefix = "session:";
  out.look = std::chrono::milliseconds{0};
  out.id_in_message = hinted_session;
  return out;
}

key_listener_options of_the_default_leaderboard() {
  key_listener_options out;
  out.key_prefix = "user:details:";
  out.look = std::chrono::milliseconds{0};
  out.skip_named_leaderboards = true;
  return out;
}

key_listener_target_actor::behavior_type target(key_listener_target_actor::pointer self, told_ptr t,
                                                server_ptr s, key_listener_options options) {
  auto listening = self->spawn<caf::monitored>(
      key_listener, key_events_factory{[s]() -> result<std::unique_ptr<key_events>> {
        return std::unique_ptr<key_events>{std::make_unique<stub_events>(s)};
      }},
      identity_reader_factory{[s]() -> result<identity_reader> {
        return identity_reader{[s]() -> result<server_identity> {
          return identity_of(*s);
        }};
      }},
      key_listener_target_actor{self}, options);
  self->set_down_handler([t](const caf::down_msg& d) { t->end = describe(d.reason); });
  return {
      [t](const keys_hinted& m) {
        for (const auto& hint : m.hints)
          t->ids.push_back(hint.id);
        t->ignored += m.ignored;
        t->own = m.own;
        return true;
      },
      [t, listening](const listener_state& m) {
        t->states.push_back(m.lost + (m.notified ? "" : " (not notified)"));
      },
  };
}

class KeyListener : public ActorTest {
protected:
  /// Listens until it has checked once, and then loses the connection.
  void run() {
    target_ = spawn(target, told_, server_, options_);
    settle();
  }

  server_ptr server_ = std::make_shared<server>();
  told_ptr told_ = std::make_shared<told>();
  key_listener_options options_ = of_sessions();
  key_listener_target_actor target_;
};

key_event changed(const std::string& key, const std::string& what) {
  return {key_event::kind::key, key, what};
}

key_event said(const std::string& text) {
  return {key_event::kind::message, "session_updates", text};
}

TEST_F(KeyListener, NamesTheSessionsToLookAt) {
  server_->events = {changed("session:a", "set"),     changed("session:b", "del"),
                     changed("session:c", "expired"), changed("session:d", "rename_to"),
                     changed("other:e", "set"),       changed("session:f", "evicted"),
                     changed("session:i", "expire"),  said("g"),
                     said(R"({"session_id":"h"})"),   said("{}"),
                     changed("session:", "append")};
  run();
  EXPECT_THAT(told_->ids, ElementsAre("a", "b", "c", "d", "f", "g", "h", ""));
  EXPECT_EQ(told_->ignored, 1U);
}

TEST_F(KeyListener, NamesTheUsersOfTheDefaultLeaderboardAlone) {
  options_ = of_the_default_leaderboard();
  server_->events = {changed("user:details:ann", "set"), changed("user:details:{acme}:bob", "set"),
                     changed("user:details:{}{acme}:cy", "set"),
                     changed("user:details:{Acme}:di", "set")};
  run();
  EXPECT_THAT(told_->ids, ElementsAre("ann", "{acme}:cy", "{Acme}:di"));
}

TEST_F(KeyListener, TellsHowManyOwnWritesItHasLeftOut) {
  server_->own = 7;
  run();
  EXPECT_THAT(told_->ids, IsEmpty());
  EXPECT_EQ(told_->own, 7U);
}

TEST_F(KeyListener, SaysThatItHasSubscribedAndFoundNothingLost) {
  run();
  EXPECT_THAT(told_->states, ElementsAre("subscribed", ""));
}

TEST_F(KeyListener, SaysThatDatabasesWereSwapped) {
  server_->swaps = true;
  run();
  EXPECT_THAT(told_->states, ElementsAre("subscribed", "databases of Redis were swapped"));
}

TEST_F(KeyListener, SaysThatTheDataComeFromAnotherServer) {
  server_->promoted = true;
  run();
  EXPECT_THAT(told_->states, ElementsAre("subscribed", "Redis has the data of another server"));
}

TEST_F(KeyListener, SaysThatNotificationsWereOff) {
  server_->kept = false;
  run();
  EXPECT_THAT(told_->states, ElementsAre("subscribed", "notifications were switched off"));
}

TEST_F(KeyListener, SaysThatSomebodyMayHaveSwitchedNotificationsOffAndOn) {
  server_->options_are_set = true;
  run();
  EXPECT_THAT(told_->states, ElementsAre("subscribed", "an option of Redis was set"));
}

TEST_F(KeyListener, SaysThatItIsNotNotified) {
  server_->kept = false;
  server_->notified = false;
  run();
  EXPECT_THAT(told_->states, ElementsAre("subscribed (not notified)", " (not notified)"));
}

TEST_F(KeyListener, EndsWithTheConnection) {
  run();
  EXPECT_THAT(told_->end, testing::HasSubstr("the connection to the cache was lost"));
}

} // namespace
} // namespace standings::test
