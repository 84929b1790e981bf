#include "http/api/board_feed.hpp"
#include "http/api/board_followers.hpp"
#include "stores/memory/rank_cache.hpp"
#include "tests/support/counting_reads.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace standings::test {
namespace {

using namespace std::chrono_literals;
using time_point = board_feed::clock::time_point;

const followed_board daily{period::daily, 10};

/// A client that takes what it is told, unless it is slow.
class client final : public event_stream::reader {
public:
  explicit client(std::shared_ptr<event_stream> of) : stream_(std::move(of)) {
    stream_->open(*this);
    take();
  }

  void more() override {
    ++told;
    if (leaves_when_told)
      leave();
    else if (!slow)
      take();
  }

  void take() {
    while (const auto text = stream_->next())
      got.push_back(*text);
  }

  void leave() { stream_.reset(); }
  [[nodiscard]] bool is_over() const { return stream_->is_over(); }

  std::vector<std::string> got;
  int told = 0;
  bool slow = false;
  bool leaves_when_told = false;

private:
  std::shared_ptr<event_stream> stream_;
};

std::string field_of(const std::string& event, const std::string& name) {
  const auto at = event.find(name + ": ");
  if (at == std::string::npos)
    return {};
  const auto from = at + name.size() + 2;
  return event.substr(from, event.find('\n', from) - from);
}

boost::json::value data_of(const std::string& event) {
  return boost::json::parse(field_of(event, "data"));
}

/// Named leaderboards that all show the boards of one cache, unless their reads are held or they
/// are gone.
class named_leaderboards {
public:
  named_leaderboards(rank_cache_ptr cache, std::shared_ptr<counted_reads> counted)
      : cache_(std::move(cache)), counted_(std::move(counted)) {}

  followed_leaderboard_ptr follow(const std::string& id) {
    ++made;
    return std::make_shared<one>(*this, id);
  }

  void release() {
    hold = false;
    for (auto* place : std::exchange(held_, {}))
      place->set(true);
  }

  [[nodiscard]] std::size_t held() const { return held_.size(); }

  int made = 0;
  bool hold = false;
  std::set<std::string> gone;
  std::set<std::string> read;
  std::uint64_t incarnation = 0;

private:
  class one final : public followed_leaderboard {
  public:
    one(named_leaderboards& of, std::string id) : of_(of), id_(std::move(id)) {}

    board_watch::signs signs() override {
      return {.changes = of_.gone.contains(id_) ? 0 : of_.cache_->changes(),
              .complete = true,
              .incarnation = of_.incarnation};
    }
    task<result<followed_page>> top(period board, std::uint64_t limit) override {
      ++of_.counted_->boards;
      of_.read.insert(id_);
      if (of_.hold) {
        later<bool> released;
        of_.held_.push_back(&released);
        co_await released;
      }
      if (of_.gone.contains(id_))
        co_return fail(errc::unknown_leaderboard, "there is no leaderboard");
      co_return followed_page{of_.cache_->top(board, 0, limit).value()};
    }

  private:
    named_leaderboards& of_;
    const std::string id_;
  };

  const rank_cache_ptr cache_;
  const std::shared_ptr<counted_reads> counted_;
  std::vector<later<bool>*> held_;
};

/// A feed on a loop that runs when the test says so, at the test's time. Nothing runs by the clock:
/// the test's time is ahead of it.
class BoardFeed : public testing::Test {
protected:
  BoardFeed() { rebuild(); }
  ~BoardFeed() override { feed.end(); }

  void rebuild() {
    cache->begin_rebuild().value();
    cache->finish_rebuild().value();
  }

  void score(const std::string& user, std::int64_t points) {
    const std::vector<user_record> one{
        {user, {points, points, points, points}, system_now(), ++version_}};
    cache->apply(one).value();
  }

  void settle() {
    loop.restart();
    loop.poll();
  }

  void pass(std::chrono::milliseconds time) {
    now_ += time;
    feed.look(now_);
    settle();
  }

  std::unique_ptr<client> follow(followed_board what = daily, std::string last_id = {}) {
    auto out = std::make_unique<client>(followers.stream(what, std::move(last_id)));
    settle();
    pass(100ms);
    return out;
  }

  [[nodiscard]] int reads() const { return counted->boards; }

  boost::asio::io_context loop{1};
  const rank_cache_ptr cache = make_memory_rank_cache(system_now);
  const std::shared_ptr<counted_reads> counted = std::make_shared<counted_reads>();
  named_leaderboards named{cache, counted};
  board_feed feed{loop, follow_default(std::make_unique<counting_reads>(cache, counted), cache),
                  [this](const std::string& id) {
                    return named.follow(id);
                  }};
  board_followers followers{loop, feed};

private:
  time_point now_ = board_feed::clock::now() + 1h;
  std::int64_t version_ = 0;
};

TEST_F(BoardFeed, BeginsWithHowTheBoardLooks) {
  score("ada", 3);
  const auto one = follow();
  ASSERT_EQ(one->got.size(), 2U);
  EXPECT_EQ(one->got[0], "retry: 2000\n\n");
  EXPECT_EQ(field_of(one->got[1], "event"), "board");
  EXPECT_EQ(field_of(one->got[1], "id").size(), 36U);
  EXPECT_EQ(data_of(one->got[1]).at("total_users"), 1);
  EXPECT_EQ(data_of(one->got[1]).at("limit"), 10);
}

TEST_F(BoardFeed, ReadsOnceForAllFollowersOfABoard) {
  score("ada", 3);
  score("ben", 2);
  std::vector<std::unique_ptr<client>> all;
  const auto longest = follow({period::daily, 100});
  for (int i = 0; i < 50; ++i)
    all.push_back(follow({period::daily, static_cast<std::uint64_t>(1 + i % 2)}));
  const auto before = reads();
  score("ada", 4);
  pass(100ms);
  EXPECT_EQ(reads(), before + 1);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& event = all[i]->got.back();
    EXPECT_EQ(data_of(event).at("entries").as_array().size(), 1 + i % 2);
    EXPECT_EQ(data_of(event).at("entries").at(0).at("score"), 4);
  }
  EXPECT_EQ(data_of(longest->got.back()).at("limit"), 100);
}

TEST_F(BoardFeed, LeavesOutWhatWasReplacedInBetween) {
  const auto one = follow();
  const auto before = one->got.size();
  for (int i = 1; i <= 50; ++i) {
    score("ada", i);
    pass(2ms);
  }
  pass(100ms);
  const auto events = one->got.size() - before;
  EXPECT_LE(events, 2U) << "ten a second";
  EXPECT_EQ(data_of(one->got.back()).at("entries").at(0).at("score"), 50);
}

TEST_F(BoardFeed, GivesASlowClientOnlyTheNewest) {
  const auto one = follow();
  one->slow = true;
  one->told = 0;
  for (int i = 1; i <= 20; ++i) {
    score("ada", i);
    pass(100ms);
  }
  EXPECT_EQ(one->told, 20);
  const auto before = one->got.size();
  one->take();
  ASSERT_EQ(one->got.size(), before + 1);
  EXPECT_EQ(data_of(one->got.back()).at("entries").at(0).at("score"), 20);
}

TEST_F(BoardFeed, SaysNothingOfAWriteThatChangesNothing) {
  score("ada", 3);
  const auto one = follow();
  const auto before = one->got.size();
  const std::vector<user_record> older{{"ada", {1, 1, 1, 1}, system_now(), 0}};
  const auto reads_before = reads();
  cache->apply(older).value();
  pass(100ms);
  EXPECT_EQ(reads(), reads_before + 1);
  EXPECT_EQ(one->got.size(), before);
}

TEST_F(BoardFeed, ShowsTheBeginningOfAPeriod) {
  score("ada", 3);
  const auto one = follow();
  cache->start_periods({system_now() + 1s, {}, {}, {}}).value();
  pass(100ms);
  EXPECT_EQ(data_of(one->got.back()).at("entries").at(0).at("score"), 0);
}

TEST_F(BoardFeed, TellsOnceThatTheCacheIsIncompleteAndWhenItIsBack) {
  score("ada", 3);
  const auto one = follow();
  cache->invalidate().value();
  pass(100ms);
  EXPECT_EQ(field_of(one->got.back(), "event"), "unavailable");
  EXPECT_EQ(field_of(one->got.back(), "id"), "");
  EXPECT_EQ(data_of(one->got.back()).at("code"), "cache_warming");
  EXPECT_EQ(data_of(one->got.back()).at("status"), 503);
  EXPECT_FALSE(data_of(one->got.back()).as_object().contains("request_id"));
  const auto before = one->got.size();
  for (int i = 0; i < 5; ++i)
    pass(1s);
  EXPECT_EQ(one->got.size(), before);
  const auto late = follow();
  EXPECT_EQ(field_of(late->got.back(), "event"), "unavailable");
  rebuild();
  pass(100ms);
  EXPECT_EQ(field_of(one->got.back(), "event"), "board") << "also if it looks as before";
  EXPECT_EQ(late->got.back(), one->got.back());
}

TEST_F(BoardFeed, TriesOnceASecondWhileTheCacheCannotBeReached) {
  const auto one = follow();
  counted->fail = true;
  score("ada", 1);
  pass(100ms);
  EXPECT_EQ(data_of(one->got.back()).at("code"), "store_unavailable");
  const auto before = reads();
  for (int i = 0; i < 10; ++i)
    pass(100ms);
  EXPECT_EQ(reads(), before + 1);
  counted->fail = false;
  pass(1s);
  EXPECT_EQ(field_of(one->got.back(), "event"), "board");
}

TEST_F(BoardFeed, LooksForWhatOtherProgramsChange) {
  counted->others_write = true;
  const auto one = follow();
  const auto before = reads();
  for (int i = 0; i < 30; ++i)
    pass(100ms);
  EXPECT_EQ(reads(), before + 3);
  score("ada", 1);
  pass(100ms);
  EXPECT_EQ(reads(), before + 4) << "own writes are seen at once";
}

TEST_F(BoardFeed, RepeatsNothingForAClientThatKnowsIt) {
  score("ada", 3);
  const auto one = follow();
  const auto id = field_of(one->got.back(), "id");
  const auto again = follow(daily, id);
  EXPECT_EQ(again->got.size(), 1U) << "retry only";
  const auto shorter = follow({period::daily, 5}, id);
  EXPECT_EQ(shorter->got.size(), 2U) << "the id is of another top";
  score("ada", 4);
  pass(100ms);
  EXPECT_EQ(again->got.size(), 2U);
  const auto stale = follow(daily, id);
  EXPECT_EQ(stale->got.size(), 2U);
}

TEST_F(BoardFeed, NamesTheSameBoardTheSameInEveryProcess) {
  score("ada", 3);
  const auto id = field_of(follow()->got.back(), "id");
  board_feed other{loop, follow_default(std::make_unique<counting_reads>(cache, counted), cache)};
  board_followers others{loop, other};
  client there{others.stream(daily, id)};
  settle();
  there.take();
  EXPECT_EQ(there.got.size(), 1U);
  cache->remove("ada", 100).value();
  other.look(board_feed::clock::now() + 1h);
  settle();
  EXPECT_EQ(data_of(there.got.back()).at("total_users"), 0);
  EXPECT_NE(field_of(there.got.back(), "id"), id);
  there.leave();
}

TEST_F(BoardFeed, DoesNothingWithoutFollowers) {
  {
    const auto one = follow();
    const auto two = follow({period::weekly, 3});
  }
  settle();
  const auto before = reads();
  score("ada", 1);
  pass(1h);
  EXPECT_EQ(reads(), before);
  loop.restart();
  loop.run(); // the timer that runs ends without another
}

TEST_F(BoardFeed, GoesOnWhenAClientIsLostByBeingTold) {
  std::vector<std::unique_ptr<client>> all;
  for (int i = 0; i < 200; ++i) {
    all.push_back(follow());
    all.back()->leaves_when_told = i % 2 == 0;
  }
  score("ada", 1);
  pass(100ms);
  for (std::size_t i = 1; i < all.size(); i += 2)
    EXPECT_EQ(data_of(all[i]->got.back()).at("total_users"), 1) << i;
  for (const auto& each : all)
    each->leaves_when_told = true;
  score("ada", 2);
  pass(100ms);
  const auto before = reads();
  score("ada", 3);
  pass(100ms);
  EXPECT_EQ(reads(), before) << "nobody is left";
}

// -- named leaderboards ------------------------------------------------------------

followed_board daily_of(const std::string& id) {
  return {period::daily, 10, id};
}

TEST_F(BoardFeed, ReadsEachNamedLeaderboardOnceForAChange) {
  const auto one = follow(daily_of("acme"));
  const auto two = follow(daily_of("acme"));
  const auto other = follow(daily_of("other"));
  EXPECT_EQ(named.made, 2);
  const auto before = reads();
  score("ada", 4);
  pass(100ms);
  EXPECT_EQ(reads(), before + 2);
  for (const auto* each : {&one, &two, &other})
    EXPECT_EQ(data_of((*each)->got.back()).at("entries").at(0).at("score"), 4);
}

TEST_F(BoardFeed, EndsTheStreamsOfALeaderboardThatIsGone) {
  score("ada", 3);
  const auto one = follow(daily_of("acme"));
  const auto two = follow({period::weekly, 3, "acme"});
  const auto other = follow(daily_of("other"));
  const auto kept = other->got.size();
  EXPECT_FALSE(one->is_over());
  named.gone.insert("acme");
  pass(100ms);
  settle();
  for (const auto* each : {&one, &two}) {
    EXPECT_EQ(field_of((*each)->got.back(), "event"), "gone");
    EXPECT_EQ(data_of((*each)->got.back()).at("code"), "unknown_leaderboard");
    EXPECT_TRUE((*each)->is_over());
  }
  EXPECT_EQ(other->got.size(), kept);
  const auto before = reads();
  for (int i = 0; i < 5; ++i)
    pass(1s);
  EXPECT_EQ(reads(), before) << "it is not looked at any more";
}

TEST_F(BoardFeed, FollowsALeaderboardAnewWhileOldStreamsOfItAreEnding) {
  const auto slow = follow(daily_of("acme"));
  slow->slow = true;
  named.gone.insert("acme");
  pass(100ms);
  settle();
  named.gone.clear();
  const auto late = follow(daily_of("acme"));
  EXPECT_EQ(field_of(late->got.back(), "event"), "board");
  slow->leave();
  settle();
  score("ada", 8);
  pass(100ms);
  EXPECT_EQ(data_of(late->got.back()).at("entries").at(0).at("score"), 8);
}

TEST_F(BoardFeed, BoundsItsReadsAndGivesEachLeaderboardItsTurn) {
  std::vector<std::unique_ptr<client>> all;
  constexpr std::size_t many = 3 * board_feed::most_reads;
  for (std::size_t i = 0; i < many; ++i)
    all.push_back(follow(daily_of("l" + std::to_string(i))));
  const auto usual = follow();
  named.hold = true;
  named.read.clear();
  score("ada", 5);
  for (std::size_t round = 1; round <= 3; ++round) {
    pass(100ms);
    EXPECT_EQ(named.held(), board_feed::most_reads);
    EXPECT_EQ(named.read.size(), round * board_feed::most_reads) << "others each time";
    EXPECT_EQ(data_of(usual->got.back()).at("entries").at(0).at("score"), 5)
        << "the default one does not wait for them";
    named.release();
    settle();
    named.hold = true;
  }
  for (const auto& each : all)
    EXPECT_EQ(data_of(each->got.back()).at("entries").at(0).at("score"), 5);
}

TEST_F(BoardFeed, ReadsAgainWhenTheCacheWasMadeAnew) {
  const auto one = follow(daily_of("acme"));
  const auto before = reads();
  pass(1s);
  EXPECT_EQ(reads(), before);
  ++named.incarnation;
  pass(100ms);
  EXPECT_EQ(reads(), before + 1);
}

TEST_F(BoardFeed, ForgetsALeaderboardWithoutFollowersAlsoWhileItIsRead) {
  named.hold = true;
  auto one = follow(daily_of("acme"));
  EXPECT_EQ(named.held(), 1U);
  one.reset();
  settle();
  named.release();
  settle();
  pass(1s);
  const auto before = reads();
  score("ada", 1);
  pass(1s);
  EXPECT_EQ(reads(), before);
  const auto again = follow(daily_of("acme"));
  EXPECT_EQ(named.made, 2);
  EXPECT_EQ(field_of(again->got.back(), "event"), "board");
}

} // namespace
} // namespace standings::test
