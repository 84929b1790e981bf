#include "stores/postgres/adoption.hpp"
#include "stores/sqlite/adoption.hpp"
#include "tests/support/postgres_store_harness.hpp"
#include "tests/support/sqlite_store_harness.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <sstream>

namespace standings {
namespace {

using test::postgres_store_harness;
using test::sqlite_store_harness;

/// A database as an earlier application leaves it, and the statements with which that application
/// continues beside the service.
struct earlier_application {
  const char* file;   ///< in tests/data/adoption
  const char* insert; ///< its INSERT of `dora`, with 5 in each period
  const char* update; ///< its UPDATE of ben's yearly score to 411, with its time
  const char* format; ///< how it sees its times
  bool sqlite = false;
};

std::ostream& operator<<(std::ostream& out, const earlier_application& app) {
  return out << app.file;
}

constexpr auto named_columns = "(user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo";

const std::vector<earlier_application>& applications() {
  static const std::vector<earlier_application> all{
      {"sqlalchemy.postgres.sql", " VALUES ('dora', 5, 5, 5, 5)",
       "yearly_pomo = 411, updated_at = '2026-11-26 08:30:00.5'",
       R"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?)"},
      {"django.postgres.sql", ", created_at, updated_at) VALUES ('dora', 5, 5, 5, 5, now(), now())",
       "yearly_pomo = 411, updated_at = now()", R"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\+\d\d)"},
      {"prisma.postgres.sql",
       ", id, updated_at) VALUES ('dora', 5, 5, 5, 5, gen_random_uuid(), '2026-11-26 08:30:00.5')",
       "yearly_pomo = 411, updated_at = '2026-11-26 08:30:00.5'",
       R"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,3})?)"},
      {"rails.postgres.sql",
       ", created_at, updated_at) VALUES ('dora', 5, 5, 5, 5, '2026-11-26 08:30:00',"
       " '2026-11-26 08:30:00')",
       "yearly_pomo = 411, updated_at = '2026-11-26 08:30:00.5'",
       R"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?)"},
      {"handwritten.postgres.sql", ", updated_at) VALUES ('dora', 5, 5, 5, 5, 1795681800000)",
       "yearly_pomo = 411", R"(\d{13})"},
      {"drizzle.sqlite.sql", ", updated_at) VALUES ('dora', 5, 5, 5, 5, 1795681800)",
       "yearly_pomo = 411, updated_at = 1795681800", R"(\d{10})", true},
      {"gorm.sqlite.sql",
       ", created_at, updated_at) VALUES ('dora', 5, 5, 5, 5,"
       " '2026-11-26 09:30:00.123456789+01:00', '2026-11-26 09:30:00.123456789+01:00')",
       "yearly_pomo = 411, updated_at = '2026-11-26 09:30:00.5+01:00'",
       R"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d)", true},
      {"prisma.sqlite.sql", ", id, updated_at) VALUES ('dora', 5, 5, 5, 5, 'x', 1795681800000)",
       "yearly_pomo = 411, updated_at = 1795681800000", R"(\d{13})", true},
      {"handwritten.sqlite.sql",
       ", updated_at) VALUES ('dora', 5, 5, 5, 5, 'Thu, 26 Nov 2026 08:30:00 GMT')",
       "yearly_pomo = 411, updated_at = 'Thu, 26 Nov 2026 08:30:00 GMT'",
       R"([A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT)", true}};
  return all;
}

/// The application's access to the database: plain SQL on a connection of its own.
class old_database {
public:
  explicit old_database(bool sqlite) {
    if (sqlite)
      sqlite_ = std::make_unique<sqlite_store_harness>();
    else
      use_postgres();
  }

  ~old_database() {
    if (postgres_)
      postgres_->exec("DROP SCHEMA IF EXISTS " + postgres_->options().schema + " CASCADE");
  }
  old_database(const old_database&) = delete;
  old_database& operator=(const old_database&) = delete;

  void run(const std::string& sql) {
    if (postgres_)
      postgres_->exec(sql);
    else
      SQLite::Database{sqlite_->path(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE}.exec(sql);
  }

  /// The rows, a line each, columns separated by `|`.
  std::string read(const std::string& sql) {
    std::string out;
    if (postgres_) {
      for (const auto& row : postgres_->exec(sql))
        for (const auto& field : row)
          out += std::string{field.is_null() ? "" : field.c_str()}
                 + (field.num() + 1 == row.size() ? "\n" : "|");
      return out;
    }
    SQLite::Database db{sqlite_->path(), SQLite::OPEN_READONLY};
    SQLite::Statement row{db, sql};
    while (row.executeStep())
      for (int i = 0; i < row.getColumnCount(); ++i)
        out += row.getColumn(i).getString() + (i + 1 == row.getColumnCount() ? "\n" : "|");
    return out;
  }

  test::score_store_harness& harness() {
    return postgres_ ? static_cast<test::score_store_harness&>(*postgres_) : *sqlite_;
  }

  adoption_report inspect() {
    return postgres_ ? inspect_postgres(postgres_->options()).value()
                     : inspect_sqlite(sqlite_->options()).value();
  }

  void follow_system_clock() {
    if (sqlite_)
      sqlite_->options().clock = system_now;
  }

private:
  /// With a separate schema for the service's own tables, as outside of tests: Rails keeps a
  /// schema_migrations beside the leaderboard.
  void use_postgres() {
    postgres_ = std::make_unique<postgres_store_harness>();
    postgres_->options().schema += "_own";
  }

  std::unique_ptr<postgres_store_harness> postgres_;
  std::unique_ptr<sqlite_store_harness> sqlite_;
};

std::string text_of(const std::string& file) {
  std::ifstream in{std::string{STANDINGS_SOURCE_DIR} + "/tests/data/adoption/" + file};
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

/// The scores as stored; a null is shown as 0.
constexpr auto all_scores =
    "SELECT user_id, CAST(coalesce(daily_pomo, 0) AS bigint), CAST(coalesce(weekly_pomo, 0) AS"
    " bigint), CAST(coalesce(monthly_pomo, 0) AS bigint), CAST(coalesce(yearly_pomo, 0) AS bigint)"
    " FROM pomo_leaderboard ORDER BY user_id";

class EarlierApplication : public testing::TestWithParam<earlier_application> {
protected:
  void SetUp() override {
    database = std::make_unique<old_database>(app.sqlite);
    database->follow_system_clock();
    database->run(text_of(app.file));
  }

  static std::string times_of(old_database& db, const std::string& user_id) {
    auto out = db.read("SELECT updated_at FROM pomo_leaderboard WHERE user_id = '" + user_id + "'");
    return out.substr(0, out.find('\n'));
  }

  const earlier_application& app = GetParam();
  std::unique_ptr<old_database> database;
};

TEST_P(EarlierApplication, LosesNoScoreWhenItsTableIsAdopted) {
  const auto before = database->read(all_scores);
  const auto times = times_of(*database, "anna");
  const auto found = database->inspect();
  EXPECT_FALSE(found.plan.is_fatal()) << explain_refusal(found.table, found.plan);
  EXPECT_FALSE(found.table.ours);
  EXPECT_EQ(found.table.rows, 3U);
  EXPECT_EQ(database->read(all_scores), before) << "an inspection changes nothing";
  const auto store = database->harness().open();
  EXPECT_EQ(database->read(all_scores), before);
  EXPECT_EQ(times_of(*database, "anna"), times) << "its times are left as they are";
  EXPECT_EQ(store->find("anna").value()->score, (scores{3, 14, 60, 600}));
  EXPECT_TRUE(database->inspect().table.ours);
}

TEST_P(EarlierApplication, GoesOnWorkingBesideTheService) {
  const auto store = database->harness().open();
  ASSERT_TRUE(store->apply(std::vector<score_update>{{"anna", 1, {}}, {"new", 2, {}}}));
  for (const auto* user : {"anna", "new"})
    EXPECT_TRUE(std::regex_match(times_of(*database, user), std::regex{app.format}))
        << times_of(*database, user);

  const std::string columns = named_columns;
  const std::string rest = app.insert;
  database->run("INSERT INTO pomo_leaderboard " + columns + (rest.starts_with(",") ? "" : ")")
                + rest);
  EXPECT_EQ(store->find("dora").value()->score, (scores{5, 5, 5, 5}));
  database->run(std::string{"UPDATE pomo_leaderboard SET "} + app.update
                + " WHERE user_id = 'ben'");
  EXPECT_EQ(store->find("ben").value()->score[3], 411);

  const auto both = store->apply(std::vector<score_update>{{"dora", 1, {}}, {"ben", 1, {}}});
  ASSERT_TRUE(both);
  EXPECT_EQ(both.value()[0].user.score, (scores{6, 6, 6, 6}));
  EXPECT_EQ(both.value()[1].user.score[3], 412);
  EXPECT_TRUE(database->harness().open()) << "and nothing is adopted twice";
}

TEST_P(EarlierApplication, CountsWithWhatItWritesAfterAReset) {
  const auto store = database->harness().open();
  ASSERT_TRUE(store->reset(period::yearly));
  EXPECT_EQ(store->find("ben").value()->score[3], 0);
  ASSERT_TRUE(store->apply(std::vector<score_update>{{"anna", 1, {}}}));
  EXPECT_EQ(store->find("anna").value()->score[3], 1);
}

INSTANTIATE_TEST_SUITE_P(Stores, EarlierApplication, testing::ValuesIn(applications()),
                         [](const auto& app) {
                           return std::regex_replace(std::string{app.param.file},
                                                     std::regex{R"(\.sql|\.)"}, "");
                         });

} // namespace
} // namespace standings
