#include "stores/postgres/check.hpp"
#include "stores/postgres/score_store.hpp"
#include "stores/sqlite/check.hpp"
#include "stores/sqlite/connection.hpp"
#include "stores/sqlite/score_store.hpp"
#include "tests/support/both_stores.hpp"
#include "tests/support/servers.hpp"
#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace standings {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string told(const result<std::string>& found) {
  return found ? "fit: " + *found : explain(found.error());
}

/// Every file in the directory with its size and time.
std::string listing(const std::string& directory) {
  std::string out;
  for (const auto& entry : std::filesystem::directory_iterator{directory})
    out += entry.path().string() + " " + std::to_string(entry.file_size()) + " "
           + std::to_string(entry.last_write_time().time_since_epoch().count()) + "\n";
  return out;
}

class SqliteCheck : public testing::Test {
protected:
  std::string check(const std::string& path) const { return told(check_sqlite({.path = path})); }

  std::string refusal(const std::string& path) const {
    const auto opened = open_sqlite_store({.path = path});
    return opened ? "open" : explain(opened.error());
  }

  test::temp_dir dir;
};

TEST_F(SqliteCheck, ChangesNothing) {
  EXPECT_THAT(check(dir / "new.db"), HasSubstr("not there yet"));
  EXPECT_EQ(listing(dir / "."), "");
  {
    SQLite::Database{dir / "other.db", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE}.exec(
        "CREATE TABLE t (a)");
  }
  const auto before = listing(dir / ".");
  EXPECT_THAT(check(dir / "other.db"), HasSubstr("our tables are not there yet"));
  EXPECT_EQ(listing(dir / "."), before);
}

TEST_F(SqliteCheck, TheDirectoryThatTheStartMakesMayBeMissing) {
  const auto check = [&](const std::string& path, const std::string& made) {
    return told(check_sqlite({.path = path}, made));
  };
  EXPECT_THAT(check(dir / "a/b/new.db", dir / "a/b"), HasSubstr("not there yet"));
  EXPECT_THAT(check(dir / "a/b/new.db", dir / "a/b/"), HasSubstr("not there yet"));
  EXPECT_THAT(check(dir / "a/b/c/new.db", dir / "a/b"), HasSubstr("does not exist"));
  std::ofstream{dir / "file"}.flush();
  EXPECT_THAT(check(dir / "file/b/new.db", dir / "file/b"), HasSubstr("does not exist"));
}

TEST_F(SqliteCheck, KnowsOurFileWhileItIsInUse) {
  const auto path = dir / "odd name?#%.db";
  const auto store = open_sqlite_store({.path = path});
  ASSERT_TRUE(store);
  EXPECT_THAT(check(path), AllOf(HasSubstr("fit: "), HasSubstr(path), Not(HasSubstr("not there"))));
}

TEST_F(SqliteCheck, NamesWhatIsInTheWayAsTheStartDoes) {
  std::ofstream{dir / "text.db"} << std::string(8'192, 'x');
  EXPECT_THAT(check(dir / "text.db"), HasSubstr("no SQLite database"));
  EXPECT_THAT(refusal(dir / "text.db"), AllOf(HasSubstr(dir / "text.db"), HasSubstr("SQLite 26"),
                                              HasSubstr("no SQLite database")));
  for (const auto& said : {check(dir / "missing/new.db"), refusal(dir / "missing/new.db")})
    EXPECT_THAT(said, AllOf(HasSubstr(dir / "missing"), HasSubstr("does not exist")));
  for (const auto& said : {check(dir.path().string()), refusal(dir.path().string())})
    EXPECT_THAT(said, HasSubstr("is a directory"));
}

TEST_F(SqliteCheck, AFileThatIsDamagedIsNamed) {
  const auto path = dir / "damaged.db";
  ASSERT_TRUE(open_sqlite_store({.path = path}));
  std::filesystem::resize_file(path, 5'000);
  EXPECT_THAT(refusal(path), AllOf(HasSubstr("SQLite 11"), HasSubstr("damaged")));
}

TEST_F(SqliteCheck, AWriteNamesItsCause) {
  const auto path = dir / "s.db";
  const auto store = open_sqlite_store({.path = path});
  SQLite::Database{path, SQLite::OPEN_READWRITE}.exec(
      "CREATE TRIGGER no BEFORE INSERT ON pomo_leaderboard BEGIN SELECT RAISE(ABORT, 'not you');"
      " END");
  const auto done = (*store)->apply(std::vector<score_update>{{"ann", 1, {}}});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, errc::rejected_row);
  EXPECT_THAT(explain(done.error()), AllOf(HasSubstr("not you"), HasSubstr("trigger")));
  EXPECT_EQ(done.error().detail.find("not you"), std::string::npos) << "a caller is not told";
}

class PostgresCheck : public testing::Test {
protected:
  PostgresCheck() {
    options.url = home.url();
    options.schema = home.name() + "_own";
  }
  ~PostgresCheck() override {
    test::sql(home.url(), "SET client_min_messages = error; DROP SCHEMA IF EXISTS " + options.schema
                              + " CASCADE");
  }

  std::string check() const { return told(check_postgres(options)); }
  std::int64_t tables() const {
    return test::sql(home.url(), "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid ="
                                 " c.relnamespace WHERE n.nspname LIKE '"
                                     + home.name() + "%'")[0][0]
        .as<std::int64_t>();
  }

  test::postgres_schema home;
  postgres_options options;
};

TEST_F(PostgresCheck, ChangesNothing) {
  EXPECT_THAT(check(), AllOf(HasSubstr("fit: postgres 127.0.0.1:"), HasSubstr("not there yet")));
  EXPECT_EQ(tables(), 0);
  ASSERT_TRUE(open_postgres_store(options));
  const auto made = tables();
  EXPECT_THAT(check(), AllOf(HasSubstr("fit"), Not(HasSubstr("not there yet"))));
  EXPECT_EQ(tables(), made);
}

TEST_F(PostgresCheck, NamesAServerThatTakesNoWrites) {
  options.url += "%20-cdefault_transaction_read_only%3Don";
  EXPECT_THAT(check(), AllOf(HasSubstr("25006"), HasSubstr("default_transaction_read_only")));
  ASSERT_FALSE(check_postgres(options));
}

TEST_F(PostgresCheck, NamesTheRightsThatAreMissing) {
  const auto role = "c" + home.name();
  test::sql(home.url(), "CREATE ROLE " + role + " LOGIN PASSWORD 'p'");
  auto url = home.url();
  const auto at = url.find("standings:");
  options.url = url.replace(at, url.find('@') - at, role + ":p");
  EXPECT_THAT(check(), HasSubstr("AUTHORIZATION " + role));
  test::sql(home.url(), "DROP ROLE " + role);
}

} // namespace
} // namespace standings
