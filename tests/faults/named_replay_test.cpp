#include "stores/sql/sql_text.hpp"
#include "tests/faults/retrying_clients.hpp"
#include "tests/support/either_stores.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <gtest/gtest.h>

namespace standings::test {
namespace {

const std::string root = "/api/leaderboards";

/// The user of each recorded contribution, and the leaderboard of its year.
struct contribution {
  std::string leaderboard;
  std::string user;
};

/// The extract in the repository; all that STANDINGS_DATA_DIR holds, if it is set.
std::vector<contribution> contributions() {
  const auto file =
      std::getenv("STANDINGS_DATA_DIR")
          ? recorded_data("contributions.csv")
          : std::filesystem::path{STANDINGS_SOURCE_DIR} / "tests/data/recorded/contributions.csv";
  std::ifstream in{file};
  std::string line;
  std::getline(in, line); // the header
  std::vector<contribution> out;
  while (std::getline(in, line)) {
    if (line.ends_with('\r'))
      line.pop_back();
    out.push_back({"years." + line.substr(0, 4), line.substr(line.find(',') + 1)});
  }
  return out;
}

/// The board of each leaderboard, and of `global`, which all of them feed.
std::map<std::string, std::vector<standing>> boards_of(const std::vector<contribution>& all) {
  std::map<std::string, events> users;
  for (const auto& one : all) {
    users[one.leaderboard].push_back(one.user);
    users["global"].push_back(one.user);
  }
  std::map<std::string, std::vector<standing>> out;
  for (const auto& [id, of] : users)
    out[id] = board_of(of);
  return out;
}

/// A row of the documented tables: leaderboard, user, score.
using rows = std::set<std::tuple<std::string, std::string, std::int64_t>>;

class NamedReplay : public EitherStores {
protected:
  static constexpr std::size_t kills = 10;

  NamedReplay() {
    service.emplace(store_settings());
    auto client = service->client();
    for (const auto& [id, board] : boards) {
      const auto* settings = id == "global" ? "{}" : R"({"feeds":["global"]})";
      EXPECT_EQ(client.put(root + "/" + id, settings).status, 201);
    }
  }

  void replay_through_kills() {
    retrying_clients clients{
        *service, all.size(), [&](http_client& client, std::size_t i, const std::string& key) {
          return client.post(root + "/" + all[i].leaderboard + "/update",
                             R"({"user_id":")" + all[i].user + R"("})", {{"Idempotency-Key", key}});
        }};
    for (std::size_t i = 1; i <= kills; ++i) {
      ASSERT_TRUE(clients.await(i * all.size() / (kills + 1))) << "before kill " << i;
      service->kill();
      service->start();
    }
    clients.join();
    ASSERT_EQ(clients.acknowledged(), all.size());
    EXPECT_GE(clients.retried(), kills) << "the kills came in the middle of it";
    for (const auto& [status, times] : clients.failures())
      EXPECT_TRUE(status == 0 || status == 503) << status << ", " << times << " times";
  }

  void expect_boards() {
    auto client = service->client();
    for (const auto& [id, board] : boards)
      for (const auto& period : period_names)
        EXPECT_TRUE(
            eventually([&] { return whole_board(client, root + "/" + id + "/" + period) == board; },
                       std::chrono::seconds{20}))
            << id << " " << period;
    EXPECT_TRUE(whole_board(client, api_root + "/yearly").empty())
        << "nothing feeds the default one";
  }

  /// What a query of our tables gives, with their prefix filled in for {own}.
  std::vector<std::vector<std::string>> query(const std::string& text) {
    std::vector<std::vector<std::string>> out;
    if (schema_) {
      for (const auto& row : sql(schema_->url(), replaced(text, "{own}", schema_->name() + "."))) {
        out.emplace_back();
        for (const auto& cell : row)
          out.back().emplace_back(cell.c_str());
      }
      return out;
    }
    SQLite::Database db{service->database(), SQLite::OPEN_READONLY, 5'000};
    for (SQLite::Statement all_rows{db, replaced(text, "{own}", "standings_")};
         all_rows.executeStep();) {
      out.emplace_back();
      for (int i = 0; i < all_rows.getColumnCount(); ++i)
        out.back().push_back(all_rows.getColumn(i).getString());
    }
    return out;
  }

  void expect_rows() {
    rows expected;
    for (const auto& [id, board] : boards)
      for (const auto& one : board)
        expected.emplace(id, one.user_id, one.score);
    rows found;
    for (const auto& row : query("SELECT l.name, s.user_id, s.yearly_pomo FROM {own}leaderboards l"
                                 " JOIN {own}leaderboard_scores s ON s.leaderboard_id = l.id"))
      found.emplace(row[0], row[1], std::stoll(row[2]));
    EXPECT_EQ(found, expected);
    EXPECT_EQ(query("SELECT count(*) FROM {own}leaderboard_requests")[0][0],
              std::to_string(all.size()))
        << "a key for each event";
  }

  /// In Redis, where there is one: what docs/leaderboards.md says, and nothing else.
  void expect_documented_keys() {
    if (!redis_)
      return;
    const raw_redis cli{redis_->port()};
    std::set<std::string> documented{"leaderboard:meta"};
    for (const auto& [id, board] : boards) {
      const auto braced = "{" + id + "}";
      documented.insert("leaderboard:" + braced + ":meta");
      EXPECT_EQ(cli.word({"TYPE", "leaderboard:" + braced + ":meta"}), "hash");
      for (const auto& name : board_names) {
        const auto key = "leaderboard:" + braced + ":" + name;
        documented.insert(key);
        std::vector<std::string> ranked;
        for (const auto& one : board) {
          ranked.push_back(one.user_id);
          ranked.push_back(std::to_string(one.score));
        }
        EXPECT_EQ(cli.command({"ZREVRANGE", key, "0", "-1", "WITHSCORES"}), ranked) << key;
      }
      for (const auto& one : board)
        documented.insert("user:details:" + braced + ":" + one.user_id);
    }
    const auto keys = cli.command({"KEYS", "*"});
    EXPECT_EQ((std::set<std::string>{keys.begin(), keys.end()}), documented);
  }

  const std::vector<contribution> all = contributions();
  const std::map<std::string, std::vector<standing>> boards = boards_of(all);

private:
protected:
  std::optional<service_under_test> service;
};
INSTANTIATE_TEST_SUITE_P(On, NamedReplay, testing::Values("embedded", "servers"),
                         [](const auto& with) { return std::string{with.param}; });

TEST_P(NamedReplay, OfTheRealEventsThroughTenKillsIsExactOnEveryLeaderboardAndWhereTheyFeed) {
  ASSERT_GE(boards.size(), 17U) << "16 years and global";
  replay_through_kills();
  ASSERT_FALSE(HasFatalFailure());
  expect_boards();
  expect_rows();
  expect_documented_keys();
}

} // namespace
} // namespace standings::test
