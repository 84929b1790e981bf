#include "core/reconcile/run_report_json.hpp"
#include "stores/sqlite/file_lock.hpp"
#include "sync/reconcile/row_backup.hpp"
#include "tests/support/process.hpp"
#include "tests/support/store_times.hpp"
#include "tests/support/temp_dir.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <sstream>

namespace standings {
namespace {

using test::at;

// -- reports of runs -------------------------------------------------------------------

TEST(RunReportJson, TellsEverythingByTheNamesOfTheApi) {
  run_report run;
  run.run_id = "run-1";
  run.status = run_status::completed;
  run.trigger = "timer";
  run.periods = {false, true, false, false};
  run.started_at = at("2026-03-10T12:00:00Z");
  run.finished_at = at("2026-03-10T12:00:01.500000Z");
  run.counts = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  run.users = 11;
  run.batches = 12;
  run.failed_batches = 13;
  const auto object = run_report_object(run);
  EXPECT_EQ(object.at("run_id"), "run-1");
  EXPECT_EQ(object.at("status"), "completed");
  EXPECT_EQ(object.at("periods"), (boost::json::array{"weekly"}));
  EXPECT_EQ(object.at("started_at"), "2026-03-10T12:00:00.000000Z");
  EXPECT_EQ(object.at("duration_ms"), 1'500);
  std::uint64_t expected = 1;
  for (const auto* name :
       {"checked", "in_sync", "created", "updated", "healed", "removed_from_cache",
        "delete_candidates", "deleted", "changed_meanwhile", "quarantined", "users", "batches",
        "failed_batches"})
    EXPECT_EQ(object.at(name).to_number<std::uint64_t>(), expected++) << name;
}

TEST(RunReportJson, ARunUnderWayHasNotFinished) {
  run_report run;
  run.run_id = "run-1";
  run.started_at = at("2026-03-10T12:00:00Z");
  const auto object = run_report_object(run);
  EXPECT_EQ(object.at("status"), "running");
  EXPECT_TRUE(object.at("finished_at").is_null());
  EXPECT_EQ(object.at("duration_ms"), 0);
  EXPECT_EQ(parse_run_report(run_report_json(run)).value().finished_at, sys_time{});
}

TEST(RunReportJson, EveryStatusComesBack) {
  for (const auto status : {run_status::running, run_status::completed, run_status::failed,
                            run_status::stopped_early, run_status::abandoned}) {
    run_report run;
    run.status = status;
    EXPECT_EQ(parse_run_report(run_report_json(run)).value().status, status);
  }
}

TEST(RunReportJson, ReadsWhatAnEarlierVersionMayHaveWritten) {
  const auto run = parse_run_report(R"({"run_id":"old","periods":["daily","hourly",7],)"
                                    R"("checked":"many","users":-1,"what":{}})");
  ASSERT_TRUE(run);
  EXPECT_EQ(run->run_id, "old");
  EXPECT_EQ(run->periods, (period_set{true, false, false, false}));
  EXPECT_EQ(run->counts.checked, 0U);
}

TEST(RunReportJson, TakesNothingElseForAReport) {
  for (const auto* text : {"", "[]", "7", "{", "null"})
    EXPECT_FALSE(parse_run_report(text)) << text;
}

// -- locks on files ----------------------------------------------------------------------

TEST(FileLock, IsHeldByOneUntilItIsReleasedOrGone) {
  const test::temp_dir dir;
  file_lock first{dir / "lock"};
  {
    file_lock second{dir / "lock"};
    EXPECT_TRUE(first.try_acquire().value());
    EXPECT_TRUE(first.try_acquire().value());
    EXPECT_FALSE(second.try_acquire().value());
    first.release();
    EXPECT_TRUE(second.try_acquire().value());
    EXPECT_FALSE(first.try_acquire().value());
  }
  EXPECT_TRUE(first.try_acquire().value());
}

TEST(FileLock, FailsWhereTheFileCannotBeOpened) {
  const test::temp_dir dir;
  file_lock lock{dir / "nowhere/lock"};
  EXPECT_EQ(lock.try_acquire().error().code, errc::store_unavailable);
}

// -- backups of rows -----------------------------------------------------------------------

class RowBackup : public testing::Test {
protected:
  std::vector<boost::json::object> lines() {
    std::vector<boost::json::object> out;
    std::istringstream in{test::read_file(dir / "backups/run-1.jsonl")};
    for (std::string line; std::getline(in, line);)
      out.push_back(boost::json::parse(line).as_object());
    return out;
  }

  result<void> back_up(const std::vector<user_record>& rows) {
    return back_up_rows(dir / "backups", "run-1", rows);
  }

  const test::temp_dir dir;
};

TEST_F(RowBackup, KeepsEachRowOnALineAndAppends) {
  const auto when = at("2026-03-10T12:00:00Z");
  ASSERT_TRUE(back_up({{"anna \"\n", {1, 2, 3, 4}, when, 7}, {"ben", {0, 0, 0, 0}, when, 8}}));
  ASSERT_TRUE(back_up({{"cy", {5, 5, 5, 5}, when, 9}}));
  const auto found = lines();
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].at("user_id"), "anna \"\n");
  EXPECT_EQ(found[0].at("daily_pomo"), 1);
  EXPECT_EQ(found[0].at("weekly_pomo"), 2);
  EXPECT_EQ(found[0].at("monthly_pomo"), 3);
  EXPECT_EQ(found[0].at("yearly_pomo"), 4);
  EXPECT_EQ(found[0].at("updated_at"), "2026-03-10T12:00:00.000000Z");
  EXPECT_EQ(found[0].at("version"), 7);
  EXPECT_EQ(found[2].at("user_id"), "cy");
}

TEST_F(RowBackup, IsForItsOwnerAlone) {
  ASSERT_TRUE(back_up({{"anna", {1, 2, 3, 4}, {}, 7}}));
  struct stat status {};
  ASSERT_EQ(::stat((dir / "backups/run-1.jsonl").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(RowBackup, FailsWhereNothingCanBeWritten) {
  ASSERT_TRUE(back_up_rows(dir / "a", "run-1", std::vector<user_record>{}));
  const auto file_in_the_way = dir / "a/run-1.jsonl";
  EXPECT_EQ(back_up_rows(file_in_the_way, "run-1", std::vector<user_record>{}).error().code,
            errc::store_unavailable);
}

} // namespace
} // namespace standings
