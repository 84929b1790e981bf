#include "actors/reconcile/change_listener.hpp"
#include "tests/support/actor_test.hpp"

#include <caf/event_based_actor.hpp>
#include <gmock/gmock.h>

#include <memory>
#include <string>

namespace standings::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// What a subscription tells, and what the front has heard.
struct station {
  std::vector<key_event> coming;
  bool notified = true;
  std::vector<std::vector<std::string>> hints;
  std::vector<std::string> modes;
};
using station_ptr = std::shared_ptr<station>;

/// Tells what is coming, and is lost in the round after that.
class scripted_events final : public key_events {
public:
  explicit scripted_events(station_ptr s) : station_(std::move(s)) {}

  result<std::vector<key_event>> next(std::chrono::milliseconds limit) override {
    if (told_ && limit == gather)
      return fail(errc::store_unavailable, "the subscription is lost");
    told_ = true;
    return std::exchange(station_->coming, {});
  }
  [[nodiscard]] bool notified() const override { return station_->notified; }
  result<bool> still_notified() override { return true; }

  static constexpr std::chrono::milliseconds gather{2}; ///< a round begins with all of it

private:
  station_ptr station_;
  bool told_ = false;
};

class ChangeListener : public ActorTest {
protected:
  /// Listens until the subscription is lost.
  void listen(change_listener_options options = {}) {
    options.gather = scripted_events::gather;
    const auto front = spawn([s = station_](caf::event_based_actor*) -> caf::behavior {
      return {
          [s](const users_hinted& m) { s->hints.push_back(m.user_ids); },
          [s](const incremental_status& m) { s->modes.push_back(m.mode); },
      };
    });
    const key_events_factory open = [s = station_]() -> result<std::unique_ptr<key_events>> {
      return std::unique_ptr<key_events>{std::make_unique<scripted_events>(s)};
    };
    const auto listener =
        spawn(change_listener, open, caf::actor_cast<reconcile_actor>(front), options);
    settle();
    EXPECT_FALSE(ask_anything(listener)) << "it has ended";
  }

  void change(const std::string& key) {
    station_->coming.push_back({key_event::kind::key, key, "set"});
  }

  station_ptr station_ = std::make_shared<station>();

private:
  /// Whether the actor still takes messages.
  bool ask_anything(const change_listener_actor& whom) {
    return ask<bool>(caf::actor_cast<caf::actor>(whom), std::string{"anything"}).error().code
           != errc::store_unavailable;
  }
};

TEST_F(ChangeListener, TellsOnceWhoseDetailsWereWritten) {
  for (const auto* key : {"user:details:ben", "user:details:anna", "user:details:ben",
                          "leaderboard:daily", "user:detail"})
    change(key);
  listen();
  EXPECT_THAT(station_->hints, ElementsAre(ElementsAre("anna", "ben")));
}

TEST_F(ChangeListener, TellsNobodyWhereNothingWasWritten) {
  listen();
  EXPECT_THAT(station_->hints, IsEmpty());
}

TEST_F(ChangeListener, LeavesWhatIsBeyondTheBoundToTheNextRun) {
  for (const auto* key : {"user:details:anna", "user:details:ben", "user:details:cleo"})
    change(key);
  listen({.max_users = 2});
  EXPECT_THAT(station_->hints, ElementsAre(ElementsAre("anna", "ben")));
}

TEST_F(ChangeListener, TellsHowItHearsOfChanges) {
  listen();
  EXPECT_THAT(station_->modes, ElementsAre("notifications"));
  station_->notified = false;
  listen();
  EXPECT_THAT(station_->modes, ElementsAre("notifications", testing::StartsWith("off")));
}

} // namespace
} // namespace standings::test
