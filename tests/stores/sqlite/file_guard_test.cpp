#include "stores/sqlite/score_store.hpp"
#include "stores/sqlite/session_store.hpp"
#include "tests/support/sqlite_store_harness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace standings::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// A way of removing the file under an open store.
struct theft {
  const char* name;
  void (*commit)(const std::string& path);
};

void remove_all(const std::string& path) {
  for (const auto* suffix : {"", "-wal", "-shm"})
    fs::remove(path + suffix);
}

const theft thefts[] = {
    {"Deleted", remove_all},
    {"DatabaseAloneDeleted",
     [](const std::string& path) {
       fs::remove(path);
     }},
    {"JournalDeleted",
     [](const std::string& path) {
       fs::remove(path + "-wal");
     }},
    {"IndexDeleted",
     [](const std::string& path) {
       fs::remove(path + "-shm");
     }},
    {"Renamed",
     [](const std::string& path) {
       fs::rename(path, path + ".old");
     }},
    {"JournalRenamed",
     [](const std::string& path) {
       fs::rename(path + "-wal", path + ".w");
     }},
    {"Replaced",
     [](const std::string& path) {
       fs::copy_file(path, path + ".new");
       fs::rename(path + ".new", path);
     }},
    {"DirectoryRenamed",
     [](const std::string& path) {
       const auto directory = fs::path{path}.parent_path();
       fs::rename(directory, directory.string() + ".old");
     }},
};

class SqliteFileKept : public testing::Test {
protected:
  SqliteFileKept() {
    fs::create_directory(dir_ / "data");
    options_.path = dir_ / "data/standings.db";
  }

  static score_update one(const std::string& user) {
    score_update out;
    out.user_id = user;
    out.count = 1;
    return out;
  }

  template <class T>
  static void expect_refused(const result<T>& r) {
    ASSERT_FALSE(r);
    EXPECT_EQ(r.error().code, errc::store_unavailable);
    EXPECT_THAT(r.error().detail, HasSubstr("deleted, moved or replaced"));
    EXPECT_THAT(r.error().cause, HasSubstr("standings.db"));
  }

  const temp_dir dir_;
  sqlite_options options_;
};

class SqliteFile : public SqliteFileKept, public testing::WithParamInterface<theft> {
protected:
  void steal() { GetParam().commit(options_.path); }
};

TEST_P(SqliteFile, ThatGoesIsRefusedInsteadOfWritten) {
  const auto store = std::move(open_sqlite_store(options_).value());
  ASSERT_TRUE(store->apply(std::array{one("ann")}));
  steal();
  expect_refused(store->apply(std::array{one("ann")}));
  expect_refused(store->remove("ann", "admin"));
  expect_refused(store->reset(period::daily));
  expect_refused(store->find("ann"));
  expect_refused(store->periods());
}

TEST_P(SqliteFile, ThatGoesIsNoticedByEveryStore) {
  const auto rows = std::move(open_sqlite_reconcile_store(options_).value());
  const auto journal = std::move(open_sqlite_run_journal(options_).value());
  const auto sessions = std::move(open_sqlite_session_store(options_).value());
  steal();
  expect_refused(rows->starts());
  expect_refused(journal->load());
  expect_refused(journal->save_started(true));
  expect_refused(sessions->quarantine(std::array{rejected_session{"s", "broken"}}));
}

INSTANTIATE_TEST_SUITE_P(Each, SqliteFile, testing::ValuesIn(thefts),
                         [](const auto& how) { return how.param.name; });

class SqliteFileGone : public SqliteFile {};

TEST_P(SqliteFileGone, IsNotMadeAnewByWhoeverConnectsAgain) {
  ASSERT_TRUE(open_sqlite_store(options_));
  steal();
  expect_refused(open_sqlite_store(options_));
  expect_refused(open_sqlite_reconcile_store(options_));
  expect_refused(open_sqlite_run_journal(options_));
  expect_refused(open_sqlite_session_store(options_));
  EXPECT_FALSE(fs::exists(options_.path));
}

INSTANTIATE_TEST_SUITE_P(Each, SqliteFileGone,
                         testing::Values(thefts[0], thefts[1], thefts[4], thefts[7]),
                         [](const auto& how) { return how.param.name; });

TEST_F(SqliteFileKept, ThatComesBackIsOpenedAgain) {
  {
    const auto store = std::move(open_sqlite_store(options_).value());
    ASSERT_TRUE(store->apply(std::array{one("ann")}));
  }
  fs::rename(options_.path, options_.path + ".old");
  ASSERT_FALSE(open_sqlite_store(options_));
  fs::rename(options_.path + ".old", options_.path);
  const auto store = open_sqlite_store(options_);
  ASSERT_TRUE(store);
  ASSERT_TRUE((*store)->apply(std::array{one("ann")}));
  EXPECT_EQ((*store)->find("ann").value()->score[0], 2);
}

TEST_F(SqliteFileKept, IsMadeByAnotherProcessThatHasNotSeenIt) {
  ASSERT_TRUE(open_sqlite_store(options_));
  remove_all(options_.path);
  auto fresh = options_;
  fresh.seen = std::make_shared<std::atomic<bool>>(false);
  EXPECT_TRUE(open_sqlite_store(fresh));
}

} // namespace
} // namespace standings::test
