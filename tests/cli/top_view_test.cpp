#include "cli/board_view.hpp"
#include "cli/text.hpp"
#include "cli/top_view.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace standings::test {
namespace {

using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::Not;
using testing::ResultOf;

boost::json::object parsed(const char* text) {
  return boost::json::parse(text).as_object();
}

top_state healthy() {
  top_state out;
  out.service = "http://127.0.0.1:8000";
  out.board = parsed(R"({"period":"daily","total_users":60000,"entries":[
    {"rank":1,"user_id":"anna","score":12345},{"rank":2,"user_id":"\u001b[2J\u202e","score":7}]})");
  out.readiness = parsed(R"({"status":"ready","stores":{"database":"reachable","cache":"away"},
    "children":[{"name":"scoring","state":"running","restarts":0},
                {"name":"reconcile","state":"parked","restarts":5,"last_error":"no \u0007lease"}],
    "workers":[{"name":"score_writer/0","state":"running","restarts":1},
               {"name":"stranger","state":"running","restarts":0}],
    "gauges":{"updates_queued":3},
    "hydration":{"running":true,"complete":false,"loaded":40000,"total":60000}})");
  out.requests_per_second = 1'234.4;
  return out;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& line : lines)
    out += line + "\n";
  return out;
}

TEST(ABoard, AlignsNumbersAndEscapesIds) {
  const auto lines = board_lines(*healthy().board, 60);
  EXPECT_EQ(lines.front(), "daily, 60 000 users");
  EXPECT_THAT(lines[2], AllOf(HasSubstr("       1  anna "), testing::EndsWith("12 345")));
  EXPECT_THAT(lines[3], AllOf(HasSubstr("\\x1b[2J\\u202e"), Not(HasSubstr("\x1b"))));
  EXPECT_EQ(board_lines(parsed(R"({"period":"daily","entries":[]})"), 60).back(), "  nobody yet");
}

TEST(TopView, ShowsBoardStoresRatesAndTheTree) {
  for (const std::size_t columns : {70U, 140U}) {
    const auto lines = top_lines(healthy(), columns, 40);
    EXPECT_THAT(joined(lines), AllOf(HasSubstr("ready   requests 1234/s   queued 3"),
                                     HasSubstr("loading 40 000 / 60"),
                                     HasSubstr("supervision tree"), HasSubstr("└ score_writer/0"),
                                     HasSubstr("1 restart"), HasSubstr("stranger")));
    EXPECT_THAT(joined(lines), AllOf(HasSubstr("! reconcile"), HasSubstr("parked"),
                                     HasSubstr("5 restarts"), HasSubstr("no ")));
    EXPECT_THAT(lines, Each(ResultOf([](const auto& line) { return width_of(line); }, columns)));
    EXPECT_THAT(joined(lines), AllOf(Not(HasSubstr("\x1b")), Not(HasSubstr("\a"))));
  }
}

TEST(TopView, FitsIntoTheRows) {
  for (const std::size_t rows : {1U, 5U, 12U})
    EXPECT_EQ(top_lines(healthy(), 80, rows).size(), rows);
}

TEST(TopView, ShowsBoardAndTreeAlsoOnSmallTerminals) {
  auto state = healthy();
  auto& entries = state.board->at("entries").as_array();
  for (int i = 0; i < 50; ++i)
    entries.push_back({{"rank", 3}, {"user_id", "more"}, {"score", 1}});
  for (const auto& [columns, rows] : {std::pair{80U, 24U}, {90U, 50U}, {60U, 14U}}) {
    const auto text = joined(top_lines(state, columns, rows));
    EXPECT_THAT(text, AllOf(HasSubstr("anna"), HasSubstr("supervision tree"), HasSubstr("scoring")))
        << columns << "x" << rows;
    EXPECT_EQ(top_lines(state, columns, rows).size(), rows);
  }
}

TEST(TopView, DoesNotCallACacheCompleteThatIsAway) {
  auto state = healthy();
  state.readiness->at("hydration").as_object()["complete"] = true;
  EXPECT_THAT(joined(top_lines(state, 80, 24)), Not(HasSubstr("complete")));
}

TEST(TopView, SaysThatTheServiceIsAwayOrTheBoardIs) {
  top_state away;
  away.trouble = "no service answers";
  EXPECT_THAT(joined(top_lines(away, 80, 24)),
              AllOf(HasSubstr("the service is away"), HasSubstr("no service answers")));
  auto warming = healthy();
  warming.board_trouble = "the cache is being filled";
  EXPECT_THAT(joined(top_lines(warming, 80, 24)), HasSubstr("! the cache is being filled"));
}

TEST(TopView, ShowsTheStoresOfANamedLeaderboard) {
  auto named = healthy();
  named.leaderboard = "acme.eu";
  EXPECT_THAT(joined(top_lines(named, 80, 24)),
              AllOf(HasSubstr("8000   acme.eu"), Not(HasSubstr("loading"))))
      << "that is the default one's";
  named.stores =
      parsed(R"({"leaderboard":"acme.eu","yearly_count":12,"database_users":13,"complete":true})");
  EXPECT_THAT(joined(top_lines(named, 80, 24)),
              AllOf(HasSubstr("database reachable, 13 users   cache away, complete, 12 users"),
                    Not(HasSubstr("MiB"))));
}

TEST(TopView, PutsTheWorkersOfNamedLeaderboardsBelowTheirFronts) {
  auto state = healthy();
  state.readiness = parsed(R"({"status":"ready",
    "children":[{"name":"leaderboards","state":"running"},{"name":"named_scoring","state":"running"}],
    "workers":[{"name":"leaderboards_worker/0","state":"running"},
               {"name":"leaderboard_writer/0","state":"running"}]})");
  EXPECT_THAT(joined(top_lines(state, 80, 24)),
              AllOf(HasSubstr("└ leaderboards_worker"), HasSubstr("└ leaderboard_writer/0")));
}

TEST(TopView, SumsACounterOverItsLabels) {
  const std::string text = "# HELP requests_total x\nrequests_total{a=\"b c\"} 3\n"
                           "requests_total{a=\"d\"} 4\nrequests_total_other 9\nplain 5\n";
  EXPECT_EQ(sum_of_metric(text, "requests_total"), 7);
  EXPECT_EQ(sum_of_metric(text, "plain"), 5);
  EXPECT_EQ(sum_of_metric(text, "missing"), std::nullopt);
}

} // namespace
} // namespace standings::test
