#include "cli/leaderboards_view.hpp"
#include "tests/support/process.hpp"
#include "tests/support/service_under_test.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace standings::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using words = std::vector<std::string>;

/// Each test has leaderboards of its own: those of the tenant with its name.
class LeaderboardCommands : public testing::Test {
protected:
  static void SetUpTestSuite() {
    service = std::make_unique<service_under_test>(words{"admin.open_on_loopback=true"});
  }
  static void TearDownTestSuite() { service.reset(); }

  static finished call(words arguments) {
    const auto url = "http://127.0.0.1:" + std::to_string(service->port());
    arguments.insert(arguments.begin(), {"--url", url});
    return run(STANDINGS_BINARY, arguments);
  }

  static std::string done(words arguments) {
    const auto out = call(std::move(arguments));
    EXPECT_EQ(out.exit_code, 0) << out.error;
    return out.output;
  }

  static boost::json::value done_as_json(words arguments) {
    arguments.emplace_back("--json");
    return boost::json::parse(done(std::move(arguments)));
  }

  /// The code of a refusal with exit code 1.
  static std::string refused(words arguments) {
    arguments.emplace_back("--json");
    const auto out = call(std::move(arguments));
    EXPECT_EQ(out.exit_code, 1) << out.output;
    EXPECT_EQ(out.output, "");
    return std::string{boost::json::parse(out.error).at("error").at("code").as_string()};
  }

  static void create(const std::string& id, const words& flags = {}) {
    words arguments{"leaderboards", "create", id};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    done(arguments);
  }

  static inline std::unique_ptr<service_under_test> service;
};

TEST_F(LeaderboardCommands, MakeAndChangeWithFlagsForAllSettings) {
  create("made.all");
  const auto made =
      done_as_json({"leaderboards", "create", "made.eu", "--mode", "best", "--order", "asc",
                    "--time-zone", "Europe/Berlin", "--week-start", "sunday", "--max-count",
                    "600000", "--feed", "made.all", "--metadata", R"({"name": "Laps"})"});
  const auto& settings = made.at("settings");
  EXPECT_EQ(made.at("id"), "made.eu");
  EXPECT_EQ(settings.at("mode"), "best");
  EXPECT_EQ(settings.at("order"), "asc");
  EXPECT_EQ(settings.at("time_zone"), "Europe/Berlin");
  EXPECT_EQ(settings.at("week_start"), "sunday");
  EXPECT_EQ(settings.at("max_count"), 600'000);
  EXPECT_EQ(settings.at("feeds"), boost::json::value({"made.all"}));
  EXPECT_EQ(settings.at("metadata").at("name"), "Laps");

  const auto changed = done_as_json({"leaderboards", "change", "made.eu", "--max-count", "7"});
  EXPECT_EQ(changed.at("settings").at("max_count"), 7);
  EXPECT_EQ(changed.at("settings").at("feeds").as_array().size(), 1U) << "not named, so it stays";
  const auto alone = done_as_json({"leaderboards", "change", "made.eu", "--no-feeds"});
  EXPECT_TRUE(alone.at("settings").at("feeds").as_array().empty());
  EXPECT_THAT(done({"leaderboards", "show", "made.eu"}),
              AllOf(HasSubstr("time zone:    Europe/Berlin\n"), HasSubstr("feeds:        -\n"),
                    HasSubstr("users:        0\n")));
}

TEST_F(LeaderboardCommands, PassTheNumbersOfMetadataOnAsTheyAre) {
  create("exact", {"--metadata", R"({"ratio": 0.9522444552911937})"});
  const auto shown = HasSubstr(R"({"ratio":9.522444552911937E-1})");
  EXPECT_THAT(done({"leaderboards", "show", "exact"}), shown);
  EXPECT_THAT(done({"leaderboards", "show", "exact", "--json"}), shown);
  EXPECT_THAT(done({"leaderboards", "list", "--tenant", "exact", "--json"}), shown);
}

TEST_F(LeaderboardCommands, NeitherMakeNorChangeByMistake) {
  create("mistake", {"--max-count", "5"});
  EXPECT_EQ(refused({"leaderboards", "create", "mistake", "--max-count", "9"}), "exists");
  EXPECT_EQ(done_as_json({"leaderboards", "show", "mistake"}).at("settings").at("max_count"), 5);
  EXPECT_EQ(refused({"leaderboards", "change", "mistaek", "--max-count", "9"}),
            "unknown_leaderboard");
  EXPECT_EQ(refused({"leaderboards", "show", "mistaek"}), "unknown_leaderboard");
  EXPECT_EQ(refused({"leaderboards", "change", "mistake", "--time-zone", "Nowhere"}),
            "out_of_range");
  EXPECT_EQ(call({"leaderboards", "change", "mistake"}).exit_code, 2) << "nothing to change";
  EXPECT_EQ(call({"leaderboards", "change", "mistake", "--mode", "best"}).exit_code, 2);
  EXPECT_EQ(call({"leaderboards", "change", "mistake", "--feed", "a", "--no-feeds"}).exit_code, 2);
  EXPECT_EQ(call({"leaderboards", "create", "x", "--metadata", "[1]"}).exit_code, 2);
}

TEST_F(LeaderboardCommands, ListPageByPage) {
  for (const auto* id : {"list.a", "list.b", "list.c"})
    create(id);
  const auto page = call({"leaderboards", "list", "--tenant", "list", "--limit", "2"});
  EXPECT_THAT(page.output, AllOf(HasSubstr("\nlist.a "), HasSubstr("\nlist.b "),
                                 Not(HasSubstr("list.c")), HasSubstr("sum     desc   UTC\n")));
  EXPECT_EQ(page.error, "note: there are more: --after list.b\n");
  const auto rest = call({"leaderboards", "list", "--tenant", "list", "--after", "list.b"});
  EXPECT_THAT(rest.output, AllOf(HasSubstr("list.c"), Not(HasSubstr("list.b"))));
  EXPECT_EQ(rest.error, "");
  EXPECT_EQ(done_as_json({"leaderboards", "list", "--tenant", "list"})
                .at("leaderboards")
                .as_array()
                .size(),
            3U);
  EXPECT_EQ(done({"leaderboards", "list", "--tenant", "nobody"}),
            "tenant nobody has no leaderboards\n");
  EXPECT_EQ(done({"leaderboards", "list", "--tenant", "list", "--archived"}),
            "tenant list has no archived leaderboards\n");
}

TEST_F(LeaderboardCommands, CountAndReadInTheLeaderboardThatIsNamed) {
  create("count.all");
  create("count.eu", {"--feed", "count.all"});
  EXPECT_EQ(done({"update", "anna", "5", "--leaderboard", "count.eu", "--idempotency-key", "one"}),
            "anna in count.eu: daily 5, weekly 5, monthly 5, yearly 5\n"
            "anna in count.all: daily 5, weekly 5, monthly 5, yearly 5\n");
  done({"update", "anna", "5", "--leaderboard", "count.eu", "--idempotency-key", "one"});
  EXPECT_THAT(done({"user", "anna", "--leaderboard", "count.eu"}), HasSubstr("yearly:   5\n"));
  EXPECT_EQ(done({"rank", "anna", "daily", "--leaderboard", "count.eu"}),
            "anna is number 1 of 1 (daily), score 5\n");
  EXPECT_THAT(done({"board", "daily", "--leaderboard", "count.all"}),
              AllOf(HasSubstr("daily, 1 user"), HasSubstr("anna")));
  EXPECT_EQ(refused({"user", "anna"}), "unknown_user") << "of the default leaderboard";
  EXPECT_EQ(refused({"user", "anna", "--leaderboard", "default"}), "unknown_user");
  EXPECT_EQ(refused({"update", "anna", "0", "--leaderboard", "count.eu"}), "invalid_count");
}

TEST_F(LeaderboardCommands, CountInSeveralOrInNone) {
  create("several.a");
  create("several.b");
  const auto both = done_as_json({"update", "ben", "3", "--leaderboard", "several.a",
                                  "--leaderboard", "several.b", "--leaderboard", "default"});
  EXPECT_EQ(both.at("leaderboards").as_array().size(), 3U);
  EXPECT_EQ(refused({"update", "ben", "3", "--leaderboard", "several.a", "--leaderboard", "gone"}),
            "unknown_leaderboard");
  EXPECT_EQ(done_as_json({"user", "ben", "--leaderboard", "several.a"}).at("daily_pomo"), 3);
}

TEST_F(LeaderboardCommands, RefuseWhatIsNoIdBeforeTheServiceIsAsked) {
  for (const auto* id : {"Acme", "acme..eu", "update", "../admin", ""}) {
    for (auto arguments :
         {words{"board", "daily", "--leaderboard", id},
          words{"update", "anna", "1", "--leaderboard", id}, words{"leaderboards", "show", id}}) {
      const auto out = run(STANDINGS_BINARY, arguments);
      EXPECT_EQ(out.exit_code, 2) << id << out.error;
      EXPECT_THAT(out.error, HasSubstr("the leaderboard's id ")) << id;
    }
  }
  EXPECT_EQ(call({"leaderboards", "show", "default"}).exit_code, 2);
}

TEST_F(LeaderboardCommands, SayThatThereIsNoSuchLeaderboard) {
  for (const auto& command :
       {words{"board", "daily"}, words{"user", "anna"}, words{"rank", "anna", "daily"},
        words{"update", "anna", "1"}, words{"top"}, words{"sync", "status"}, words{"sync", "load"},
        words{"sync", "reset", "daily"}}) {
    auto arguments = command;
    arguments.insert(arguments.end(), {"--leaderboard", "not.there"});
    EXPECT_EQ(refused(arguments), "unknown_leaderboard") << command[0];
  }
}

TEST_F(LeaderboardCommands, LoadResetAndShowBothStores) {
  create("stores.eu");
  done({"update", "cleo", "4", "--leaderboard", "stores.eu"});
  EXPECT_THAT(done({"sync", "load", "--leaderboard", "stores.eu"}),
              StartsWith("Loaded 1 user of stores.eu in "));
  EXPECT_THAT(done({"sync", "status", "--leaderboard", "stores.eu"}),
              AllOf(HasSubstr("leaderboard:         stores.eu\n"),
                    HasSubstr("database:            1 user\n"),
                    HasSubstr("cache:               complete\n"),
                    HasSubstr("yearly:              1 user\n")));
  EXPECT_THAT(done({"sync", "reset", "daily", "--leaderboard", "stores.eu"}),
              StartsWith("The daily board of stores.eu started anew at "));
  const auto user = done_as_json({"user", "cleo", "--leaderboard", "stores.eu"});
  EXPECT_EQ(user.at("daily_pomo"), 0);
  EXPECT_EQ(user.at("weekly_pomo"), 4);

  done({"update", "dora", "4"});
  EXPECT_THAT(done({"sync", "load"}), HasSubstr(" of the default leaderboard in "));
  EXPECT_THAT(done({"sync", "reset", "daily"}), HasSubstr("board of the default leaderboard"));
  EXPECT_EQ(done_as_json({"user", "dora"}).at("daily_pomo"), 0);
}

TEST_F(LeaderboardCommands, ShowEndedPeriodsAsTheyEnded) {
  create("past.eu");
  EXPECT_THAT(done({"board", "daily", "--past", "--leaderboard", "past.eu"}),
              HasSubstr("none yet"));
  done({"update", "ann", "3", "--leaderboard", "past.eu"});
  done({"sync", "reset", "daily", "--leaderboard", "past.eu"});
  const auto kept = done_as_json({"board", "daily", "--past", "--leaderboard", "past.eu"});
  ASSERT_EQ(kept.at("past").as_array().size(), 1U);
  const std::string start{kept.at("past").at(0).at("started_at").as_string()};
  EXPECT_THAT(done({"board", "daily", "--past", "--leaderboard", "past.eu"}), HasSubstr(start));
  EXPECT_THAT(done({"board", "daily", "--start", start, "--leaderboard", "past.eu"}),
              AllOf(HasSubstr("from " + start + " to "), HasSubstr("ann")));
  EXPECT_THAT(done({"board", "daily", "--leaderboard", "past.eu"}), Not(HasSubstr("from ")));
  EXPECT_EQ(refused({"board", "daily", "--start", "2001-01-01T00:00:00Z"}), "unknown_period");
  EXPECT_EQ(refused({"board", "daily", "--start", "then"}), "out_of_range");
}

TEST_F(LeaderboardCommands, ShowANamedLeaderboardInTop) {
  create("top.eu");
  done({"update", "emil", "4", "--leaderboard", "top.eu"});
  const auto state = done_as_json({"top", "--leaderboard", "top.eu"});
  EXPECT_EQ(state.at("leaderboard"), "top.eu");
  EXPECT_EQ(state.at("board").at("entries").at(0).at("user_id"), "emil");
  EXPECT_EQ(state.at("stores").at("database_users"), 1);
  EXPECT_THAT(done({"top", "--leaderboard", "top.eu"}),
              AllOf(HasSubstr("   top.eu\n"), HasSubstr("database reachable, 1 user")));
  EXPECT_EQ(done_as_json({"top"}).at("leaderboard"), "default");
}

TEST_F(LeaderboardCommands, ArchiveAndRestore) {
  create("old.eu");
  done({"update", "finn", "4", "--leaderboard", "old.eu"});
  EXPECT_THAT(done({"leaderboards", "archive", "old.eu"}),
              HasSubstr("standings leaderboards restore old.eu"));
  EXPECT_EQ(refused({"user", "finn", "--leaderboard", "old.eu"}), "unknown_leaderboard");
  EXPECT_EQ(refused({"leaderboards", "create", "old.eu"}), "unknown_leaderboard");
  EXPECT_EQ(refused({"leaderboards", "archive", "old.eu"}), "unknown_leaderboard");
  const auto listed = done_as_json({"leaderboards", "list", "--tenant", "old", "--archived"});
  const std::string purged_at{listed.at("leaderboards").at(0).at("purged_at").as_string()};
  EXPECT_THAT(done({"leaderboards", "list", "--tenant", "old", "--archived"}),
              AllOf(HasSubstr("purged on   mode "), HasSubstr("\nold.eu"),
                    HasSubstr(" " + purged_at.substr(0, 10) + "  sum ")));
  EXPECT_EQ(done_as_json({"leaderboards", "restore", "old.eu"}).at("id"), "old.eu");
  EXPECT_EQ(done_as_json({"user", "finn", "--leaderboard", "old.eu"}).at("daily_pomo"), 4);
}

TEST(LeaderboardLines, EscapeWhatTheServiceSays) {
  const auto page = boost::json::parse(R"({"leaderboards":[{"id":"\u001b[2Jx","settings":
    {"mode":"sum","order":"desc","time_zone":"\u202eUTC","feeds":["a","\u0007b"]}}],"next":null})");
  const auto lines = leaderboard_list_lines(page.as_object(), {});
  EXPECT_THAT(lines, ElementsAre(StartsWith("id "),
                                 AllOf(StartsWith("\\x1b[2Jx    sum     desc   "),
                                       HasSubstr("-> a \\x07b"), Not(HasSubstr("\u202e")))));
  EXPECT_EQ(leaderboard_list_lines({}, {}), words{"no leaderboards but the default one"});
  EXPECT_EQ(leaderboard_list_lines({}, {"", true}), words{"no archived leaderboards"});
  EXPECT_EQ(leaderboard_list_lines({}, {"\x1b", false}), words{"tenant \\x1b has no leaderboards"});
}

} // namespace
} // namespace standings::test
