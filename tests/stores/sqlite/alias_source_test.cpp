#include "stores/sqlite/alias_source.hpp"
#include "tests/support/alias_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace standings::test {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// For both journal modes in which a source may be written.
class SqliteAliasSource : public testing::TestWithParam<const char*> {
protected:
  std::unique_ptr<alias_source> make(const std::string& path) {
    sqlite_alias_options options;
    options.path = path;
    options.busy_timeout = std::chrono::milliseconds{50};
    return make_sqlite_alias_source(options);
  }

  struct reading {
    std::vector<alias_record> records;
    std::uint64_t invalid = 0;
    std::vector<std::string> problems;
  };

  static reading read(alias_snapshot& from, alias_type type, std::size_t limit = 2) {
    const auto reader = std::move(from.read(type).value());
    reading out;
    for (bool done = false; !done;) {
      auto batch = reader->next(limit).value();
      EXPECT_LE(batch.records.size(), limit + 1);
      std::move(batch.records.begin(), batch.records.end(), std::back_inserter(out.records));
      out.invalid += batch.invalid;
      out.problems.insert(out.problems.end(), batch.problems.begin(), batch.problems.end());
      done = batch.done;
    }
    return out;
  }

  reading read(alias_type type) { return read(*source->snapshot().value(), type); }

  temp_dir dir;
  alias_file file{dir / "sports.db", GetParam()};
  std::unique_ptr<alias_source> source = make(file.path());
};

INSTANTIATE_TEST_SUITE_P(Journals, SqliteAliasSource, testing::Values("WAL", "DELETE"),
                         [](const auto& with) { return std::string{with.param}; });

TEST_P(SqliteAliasSource, GivesEachAliasOnceWithAllItsIds) {
  file.add(alias_type::team, 10, "shared");
  file.add(alias_type::team, 3, "b");
  file.add(alias_type::team, 9, "shared");
  file.add(alias_type::team, 9, "shared");
  file.add(alias_type::team, 1, "a");
  EXPECT_THAT(read(alias_type::team).records,
              ElementsAre(alias_record{"a", R"(["1"])"}, alias_record{"b", R"(["3"])"},
                          alias_record{"shared", R"(["9","10"])"}));
  EXPECT_THAT(read(alias_type::player).records, IsEmpty());
}

TEST_P(SqliteAliasSource, KeepsCapitalsAndScriptsApart) {
  file.exec("DROP TABLE team_aliases;"
            "CREATE TABLE team_aliases (team_id INTEGER, alias TEXT COLLATE NOCASE)");
  for (const auto* alias : {"Real", "real", "REAL", "ريال", "皇家", "Real ", "ré al"})
    file.add(alias_type::team, 1, alias);
  file.add(alias_type::team, 2, "real");
  const auto records = read(alias_type::team).records;
  EXPECT_EQ(records.size(), 7U);
  EXPECT_THAT(records, testing::Contains(alias_record{"real", R"(["1","2"])"}));
  EXPECT_THAT(records, testing::Contains(alias_record{"Real", R"(["1"])"}));
}

TEST_P(SqliteAliasSource, LeavesOutWhatCannotBeAnAliasAndSaysWhy) {
  file.add(alias_type::team, 1, "good");
  file.add(alias_type::team, 2, "");
  file.add(alias_type::team, 3, "nul\0inside"s);
  file.add(alias_type::team, 4, "\xff\xfe");
  file.exec("INSERT INTO team_aliases (team_id, alias) VALUES (5, NULL), (NULL, 'no id')");
  const auto got = read(alias_type::team);
  EXPECT_THAT(got.records, ElementsAre(alias_record{"good", R"(["1"])"}));
  EXPECT_EQ(got.invalid, 5U);
  EXPECT_THAT(got.problems, testing::UnorderedElementsAre(
                                "id 2: the alias is empty", "id 3: the alias has a NUL character",
                                "id 4: the alias is not valid UTF-8", "id 5: the alias is NULL",
                                "id NULL: the id of an alias is NULL"));
}

TEST_P(SqliteAliasSource, TakesIdsAndAliasesOfWhateverType) {
  file.exec("DROP TABLE team_aliases; CREATE TABLE team_aliases (team_id, alias);"
            "INSERT INTO team_aliases VALUES ('x1', 42), (7, '42'), (x'3132', x'3432')");
  EXPECT_THAT(read(alias_type::team).records,
              ElementsAre(alias_record{"42", R"(["7","12","x1"])"}));
}

TEST_P(SqliteAliasSource, ReadsAllTablesAtOneMoment) {
  file.add(alias_type::team, 1, "a");
  file.add(alias_type::league, 1, "x");
  auto snapshot = std::move(source->snapshot().value());
  EXPECT_EQ(read(*snapshot, alias_type::team).records.size(), 1U);
  if (std::string{GetParam()} == "WAL") { // otherwise the writer has to wait
    file.add(alias_type::league, 2, "y");
    EXPECT_THAT(read(*snapshot, alias_type::league).records,
                ElementsAre(alias_record{"x", R"(["1"])"}));
    snapshot.reset();
    EXPECT_EQ(read(alias_type::league).records.size(), 2U);
  }
}

TEST_P(SqliteAliasSource, HasTheSameFingerprintUntilSomethingIsWritten) {
  file.add(alias_type::team, 1, "a");
  auto before = source->fingerprint().value();
  EXPECT_EQ(source->fingerprint().value(), before);
  read(alias_type::team);
  EXPECT_EQ(source->fingerprint().value(), before) << "reading changes nothing";
  const std::vector<std::function<void()>> changes{
      [&] { file.add(alias_type::team, 2, "b"); },
      [&] { file.exec("UPDATE team_aliases SET team_id = 3 WHERE alias = 'a'"); },
      [&] { file.exec("DELETE FROM team_aliases WHERE alias = 'b'"); },
      [&] {
        file.add(alias_type::market, 2, "b");
      }};
  for (const auto& change : changes) {
    change();
    const auto now = source->fingerprint().value();
    EXPECT_NE(now, before);
    EXPECT_EQ(source->fingerprint().value(), now);
    before = now;
  }
}

TEST_P(SqliteAliasSource, NoticesAWriterThatStaysConnected) {
  auto writer = file.open();
  auto before = source->fingerprint().value();
  for (int i = 0; i < 20; ++i) { // within the resolution of a file's times, too
    writer.exec("INSERT INTO team_aliases (team_id, alias) VALUES (1, 'x')");
    const auto now = source->fingerprint().value();
    EXPECT_NE(now, before) << i;
    before = now;
  }
}

TEST_P(SqliteAliasSource, OpensAFileAnewThatWasReplaced) {
  file.add(alias_type::team, 1, "old");
  EXPECT_EQ(read(alias_type::team).records.size(), 1U);
  const auto before = source->fingerprint().value();
  const alias_file other{dir / "other.db", "DELETE"};
  other.add(alias_type::team, 2, "new");
  other.add(alias_type::team, 2, "newer");
  std::filesystem::rename(other.path(), file.path());
  EXPECT_NE(source->fingerprint().value(), before);
  EXPECT_THAT(read(alias_type::team).records,
              ElementsAre(alias_record{"new", R"(["2"])"}, alias_record{"newer", R"(["2"])"}));
}

TEST_P(SqliteAliasSource, GoesOnReadingAFileThatIsReplacedMeanwhile) {
  for (int i = 0; i < 5'000; ++i)
    if (i == 0)
      file.exec("INSERT INTO team_aliases (team_id, alias) WITH RECURSIVE n(i) AS (SELECT 1 UNION"
                " ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i, 'name ' || i FROM n");
  auto snapshot = std::move(source->snapshot().value());
  const auto reader = std::move(snapshot->read(alias_type::team).value());
  EXPECT_EQ(reader->next(10).value().records.size(), 10U);
  const alias_file other{dir / "other.db", "DELETE"};
  std::filesystem::rename(other.path(), file.path());
  std::size_t rest = 0;
  for (bool done = false; !done;) {
    const auto batch = reader->next(1'000).value();
    rest += batch.records.size();
    done = batch.done;
  }
  EXPECT_EQ(rest, 4'990U);
}

TEST_P(SqliteAliasSource, OpensAFileAnewThatWasCopiedOver) {
  file.add(alias_type::team, 1, "old");
  read(alias_type::team);
  const alias_file other{dir / "other.db", "DELETE"};
  other.add(alias_type::team, 2, "new");
  std::filesystem::remove(file.path() + "-wal");
  std::filesystem::remove(file.path() + "-shm");
  std::filesystem::copy_file(other.path(), file.path(),
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_THAT(read(alias_type::team).records, ElementsAre(alias_record{"new", R"(["2"])"}));
}

TEST_P(SqliteAliasSource, SaysThatAFileIsMissing) {
  const auto none = make(dir / "none.db");
  EXPECT_FALSE(none->exists());
  EXPECT_THAT(none->fingerprint().error().detail, HasSubstr("does not exist"));
  EXPECT_THAT(none->snapshot().error().detail, HasSubstr("does not exist"));
  EXPECT_FALSE(std::filesystem::exists(dir / "none.db")) << "it is only read";
}

TEST_P(SqliteAliasSource, SaysThatATableOrAColumnIsMissing) {
  file.add(alias_type::team, 1, "a");
  file.exec("DROP TABLE player_aliases;"
            "ALTER TABLE league_aliases RENAME COLUMN alias TO name;"
            "ALTER TABLE market_aliases RENAME COLUMN market_id TO id2");
  auto snapshot = std::move(source->snapshot().value());
  for (const auto type : {alias_type::player, alias_type::league, alias_type::market})
    EXPECT_THAT(snapshot->read(type).error().detail,
                HasSubstr("no table " + to_string(type) + "_aliases"));
  EXPECT_EQ(read(*snapshot, alias_type::team).records.size(), 1U) << "the others are read";
}

TEST_P(SqliteAliasSource, SaysThatAFileIsNoDatabase) {
  std::ofstream{dir / "text.db"} << std::string(10'000, 'x');
  const auto text = make(dir / "text.db");
  EXPECT_THAT(text->snapshot().error().detail, HasSubstr("no SQLite database"));
}

TEST_P(SqliteAliasSource, TakesAnEmptyFileForOneWithoutTables) {
  std::ofstream{dir / "empty.db"};
  const auto empty = make(dir / "empty.db");
  auto snapshot = std::move(empty->snapshot().value());
  EXPECT_THAT(snapshot->read(alias_type::team).error().detail, HasSubstr("no table team_aliases"));
}

TEST_P(SqliteAliasSource, SaysThatAPageIsCorrupt) {
  file.exec("INSERT INTO team_aliases (team_id, alias) WITH RECURSIVE n(i) AS (SELECT 1 UNION"
            " ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i, 'name ' || i FROM n;"
            "PRAGMA wal_checkpoint(TRUNCATE)");
  const auto size = std::filesystem::file_size(file.path());
  std::fstream raw{file.path(), std::ios::in | std::ios::out | std::ios::binary};
  raw.seekp(static_cast<std::streamoff>(size / 2 / 4096 * 4096));
  raw.write(std::string(4096, '\x5a').data(), 4096);
  raw.close();
  auto snapshot = std::move(source->snapshot().value());
  const auto reader = std::move(snapshot->read(alias_type::team).value());
  result<alias_batch> batch = alias_batch{};
  while (batch && !batch->done)
    batch = reader->next(100);
  ASSERT_FALSE(batch);
  EXPECT_THAT(batch.error().detail, HasSubstr("corrupt"));
  EXPECT_TRUE(snapshot->read(alias_type::league)->get()->next(10)) << "other tables are fine";
}

TEST_P(SqliteAliasSource, SaysThatAFileIsLocked) {
  std::optional<SQLite::Database> writer{file.open()};
  writer->exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;"
               "INSERT INTO team_aliases (team_id, alias) VALUES (1, 'a')");
  EXPECT_EQ(source->snapshot().error().code, errc::store_unavailable);
  writer->exec("COMMIT");
  writer.reset();
  EXPECT_EQ(read(alias_type::team).records.size(), 1U);
}

const std::string view_without_end =
    "DROP TABLE team_aliases; CREATE VIEW team_aliases AS WITH RECURSIVE x(n) AS"
    " (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT n AS team_id, 'a' AS alias FROM x";

TEST_P(SqliteAliasSource, GivesUpAViewWithoutEndAndReadsTheOtherTables) {
  file.exec(view_without_end);
  file.add(alias_type::player, 9, "cr7");
  sqlite_alias_options options;
  options.path = file.path();
  options.read_limit = std::chrono::milliseconds{100};
  source = make_sqlite_alias_source(options);
  const auto snapshot = std::move(source->snapshot().value());
  const auto reader = std::move(snapshot->read(alias_type::team).value());
  const auto got = reader->next(10);
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().detail, HasSubstr("took longer than"));
  EXPECT_EQ(read(*snapshot, alias_type::player).records.size(), 1U);
}

TEST_P(SqliteAliasSource, StopsReadingWhenItIsTold) {
  file.exec(view_without_end);
  source->stop_when([] { return true; });
  const auto snapshot = source->snapshot();
  const auto reader = snapshot ? snapshot.value()->read(alias_type::team)
                               : result<std::unique_ptr<alias_row_reader>>{snapshot.error()};
  ASSERT_TRUE(reader);
  const auto got = reader.value()->next(10);
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().detail, HasSubstr("was stopped"));
}

TEST_P(SqliteAliasSource, LeavesOutAnAliasWithMoreIdsThanAValueHolds) {
  for (int id = 1; id <= 100; ++id)
    file.add(alias_type::team, id, "many");
  file.add(alias_type::team, 7, "few");
  file.add(alias_type::team, 8, "next");
  sqlite_alias_options options;
  options.path = file.path();
  options.max_value_bytes = 100;
  source = make_sqlite_alias_source(options);
  const auto got = read(alias_type::team);
  EXPECT_THAT(got.records,
              ElementsAre(alias_record{"few", R"(["7"])"}, alias_record{"next", R"(["8"])"}));
  EXPECT_EQ(got.invalid, 100U);
  EXPECT_THAT(got.problems, ElementsAre(HasSubstr("alias 'many'")));
}

TEST_P(SqliteAliasSource, TellsOfRowsWithoutTheirControlCharacters) {
  file.exec("INSERT INTO team_aliases (team_id, alias) VALUES"
            " ('x' || char(10) || '2026-01-01 error FORGED' || char(27) || '[31m', NULL)");
  const auto got = read(alias_type::team);
  EXPECT_THAT(got.problems,
              ElementsAre("id x\\n2026-01-01 error FORGED\\x1b[31m: the alias is NULL"));
}

TEST_P(SqliteAliasSource, HasTheIdentityOfItsFile) {
  std::filesystem::create_directory(dir / "sub");
  EXPECT_EQ(make(dir / "sub/../sports.db")->identity(), source->identity());
  EXPECT_NE(make(dir / "other.db")->identity(), source->identity());
}

TEST_P(SqliteAliasSource, ReadsTablesUnderOtherNames) {
  file.exec("CREATE TABLE [Names] ([Key] INTEGER, [order] TEXT);"
            "INSERT INTO [Names] VALUES (4, 'a')");
  sqlite_alias_options options;
  options.path = file.path();
  options.tables[index_of(alias_type::team)] = {"Names", "Key"};
  options.alias_column = "order";
  source = make_sqlite_alias_source(options);
  EXPECT_THAT(read(alias_type::team).records, ElementsAre(alias_record{"a", R"(["4"])"}));
}

} // namespace
} // namespace standings::test
