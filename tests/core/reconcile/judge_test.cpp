#include "core/reconcile/judge.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace standings {
namespace {

constexpr sys_time minute(int n) {
  return sys_time{std::chrono::hours{24 * 365 * 50}} + std::chrono::minutes{n};
}

constexpr scores five{5, 5, 5, 5};
constexpr scores six{6, 6, 6, 6};

user_record state(const scores& s, std::int64_t version, sys_time updated_at = minute(0)) {
  return {"anna", s, updated_at, version};
}

/// Details, and the user on each board with the same score.
entry_view cached(const user_record& details) {
  entry_view out{details, {}, "token"};
  for (std::size_t p = 0; p < period_count; ++p)
    out.board[p] = details.score[p];
  return out;
}

entry_view cached(const scores& s, std::int64_t version, sys_time updated_at = minute(0)) {
  return cached(state(s, version, updated_at));
}

/// The user on the boards, without details.
entry_view on_boards(const scores& s) {
  auto out = cached(s, 1);
  out.details.reset();
  out.token.clear();
  return out;
}

entry_view details_alone(const scores& s, std::int64_t version) {
  auto out = cached(s, version);
  out.board = {};
  return out;
}

run_knowledge verified_up_to(std::int64_t version) {
  run_knowledge out;
  out.verified_up_to = version;
  return out;
}

run_knowledge only(period p) {
  run_knowledge out;
  out.selected.fill(false);
  out.selected[index_of(p)] = true;
  return out;
}

verdict verdict_on(const entry_view& view, const user_record* row,
                   const archived_user* archived = nullptr, const run_knowledge& known = {}) {
  return judge(view, row, archived, known).what;
}

void expect_written(const judgement& judged, verdict what, const scores& score,
                    sys_time updated_at) {
  EXPECT_EQ(judged.what, what);
  EXPECT_EQ(judged.score, score);
  EXPECT_EQ(judged.updated_at, updated_at);
}

// -- both stores know the user ----------------------------------------------------

TEST(ReconcileJudge, EqualScoresAreInSyncWhereTheCacheIsNotAhead) {
  const auto row = state(five, 7, minute(5));
  for (const std::int64_t version : {0, 1, 7})
    for (const int written : {0, 5, 9})
      EXPECT_EQ(verdict_on(cached(five, version, minute(written)), &row), verdict::in_sync)
          << version << " " << written;
}

TEST(ReconcileJudge, AnOlderVersionInTheCacheIsHealed) {
  const auto row = state(five, 7);
  EXPECT_EQ(verdict_on(cached(six, 6, minute(99)), &row), verdict::heal);
}

TEST(ReconcileJudge, AnEqualVersionWithOtherScoresIsTakenOver) {
  const auto row = state(five, 7);
  expect_written(judge(cached({6, 7, 8, 9}, 7, minute(3)), &row, nullptr, {}), verdict::update,
                 {6, 7, 8, 9}, minute(3));
}

TEST(ReconcileJudge, ANewerVersionInTheCacheMeansThatTheDatabaseWentBack) {
  const auto row = state(five, 7, minute(5));
  for (const auto& score : {five, six, scores{}})
    EXPECT_EQ(verdict_on(cached(score, 8, minute(9)), &row), verdict::database_behind);
}

TEST(ReconcileJudge, AStateOfOursWithoutARowOrADeletionMeansThatTheDatabaseWentBack) {
  run_knowledge known;
  known.rows_versioned = true;
  EXPECT_EQ(verdict_on(cached(five, 8), nullptr, nullptr, known), verdict::database_behind);
  EXPECT_EQ(verdict_on(cached(five, 0), nullptr, nullptr, known), verdict::create);
  const archived_user gone{"anna", 9, minute(1)};
  EXPECT_EQ(verdict_on(cached(five, 8), nullptr, &gone, known), verdict::remove_from_cache);
  EXPECT_EQ(verdict_on(cached(five, 8), nullptr), verdict::create)
      << "deletions may leave no trace";
}

TEST(ReconcileJudge, ARunOverSomePeriodsLeavesANewerVersionToAWholeRun) {
  const auto row = state(five, 7);
  EXPECT_EQ(verdict_on(cached(six, 8), &row, nullptr, only(period::daily)), verdict::postponed);
}

TEST(ReconcileJudge, UnderOneVersionTheLaterTimeTellsWhichSideWasChanged) {
  const auto row = state(five, 7, minute(5));
  EXPECT_EQ(verdict_on(cached(six, 7, minute(4)), &row), verdict::heal);
  EXPECT_EQ(verdict_on(cached(six, 7, minute(5)), &row), verdict::update);
  EXPECT_EQ(verdict_on(cached(six, 7, minute(6)), &row), verdict::update);
}

TEST(ReconcileJudge, WhereChangesOfRowsDrawVersionsOneVersionMeansThatTheCacheWasChanged) {
  const auto row = state(five, 7, minute(5));
  run_knowledge known;
  known.rows_versioned = true;
  EXPECT_EQ(verdict_on(cached(six, 7, {}), &row, nullptr, known), verdict::update);
}

TEST(ReconcileJudge, WithoutAVersionTheLaterWriteWins) {
  const auto row = state(five, 7, minute(5));
  EXPECT_EQ(verdict_on(cached(six, 0, minute(4)), &row), verdict::heal);
  EXPECT_EQ(verdict_on(cached(six, 0, minute(5)), &row), verdict::update);
  EXPECT_EQ(verdict_on(cached(six, 0, minute(6)), &row), verdict::update);
}

TEST(ReconcileJudge, DetailsThatNobodyCanDateAreLeftAloneWhereTheyDiffer) {
  const auto row = state(five, 7, minute(5));
  EXPECT_EQ(verdict_on(cached(six, 0, {}), &row), verdict::undated);
  EXPECT_EQ(verdict_on(cached(five, 0, {}), &row), verdict::in_sync);
}

TEST(ReconcileJudge, ALowerScoreIsTakenOverLikeAHigherOne) {
  const auto row = state(five, 7);
  expect_written(judge(cached({5, 4, 5, 0}, 7), &row, nullptr, {}), verdict::update, {5, 4, 5, 0},
                 minute(0));
}

TEST(ReconcileJudge, ScoresThatNoDatabaseTakesAreInvalid) {
  const auto row = state(five, 7);
  for (const std::int64_t bad :
       {std::int64_t{-1}, score_limit, std::numeric_limits<std::int64_t>::max()})
    EXPECT_EQ(verdict_on(cached({5, 5, bad, 5}, 7), &row), verdict::invalid) << bad;
  EXPECT_EQ(verdict_on(cached({5, 5, score_limit - 1, 5}, 7), &row), verdict::update);
}

TEST(ReconcileJudge, BadScoresThatAreOlderAnywayAreHealed) {
  const auto row = state(five, 7);
  EXPECT_EQ(verdict_on(cached({5, 5, -1, 5}, 6), &row), verdict::heal);
}

// -- an entry in pieces ------------------------------------------------------------

TEST(ReconcileJudge, AUserWhomABoardHasLostIsHealed) {
  const auto row = state(five, 7);
  for (std::size_t p = 0; p < period_count; ++p) {
    auto view = cached(five, 7);
    view.board[p].reset();
    EXPECT_EQ(verdict_on(view, &row), verdict::heal) << p;
  }
}

TEST(ReconcileJudge, ABoardThatLostAUserLosesNoWriteOfAnotherProgram) {
  const auto row = state(five, 7);
  auto view = cached(six, 7, minute(1));
  view.board[2].reset();
  expect_written(judge(view, &row, nullptr, {}), verdict::update, six, minute(1));
}

TEST(ReconcileJudge, LostDetailsAreHealedWhateverTheBoardsShow) {
  const auto row = state(five, 7);
  EXPECT_EQ(verdict_on(on_boards(five), &row), verdict::heal);
  EXPECT_EQ(verdict_on(on_boards(six), &row), verdict::heal);
}

TEST(ReconcileJudge, DetailsAloneCountAsPresent) {
  const auto row = state(five, 7);
  EXPECT_EQ(verdict_on(details_alone(five, 7), &row, nullptr, verified_up_to(7)), verdict::heal);
  EXPECT_EQ(verdict_on(details_alone(six, 7), &row), verdict::update);
  EXPECT_EQ(verdict_on(details_alone(five, 7), nullptr), verdict::create);
}

TEST(ReconcileJudge, UnreadableDetailsCountAsPresentAndAreHealed) {
  const auto row = state(five, 7);
  entry_view view;
  view.token = "not JSON";
  EXPECT_EQ(verdict_on(view, &row, nullptr, verified_up_to(7)), verdict::heal);
  view.board[0] = 6;
  EXPECT_EQ(verdict_on(view, &row), verdict::heal);
}

TEST(ReconcileJudge, OnlyTheBoardWasWritten_ThatIsTakenOverAsOfNow) {
  const auto row = state(five, 7);
  auto view = cached(five, 7);
  view.board[1] = 8;
  expect_written(judge(view, &row, nullptr, {}), verdict::update, {5, 8, 5, 5}, {});
}

TEST(ReconcileJudge, OnlyTheDetailsWereWritten_TheyAreTakenOver) {
  const auto row = state(five, 7);
  auto view = cached({5, 8, 5, 5}, 7, minute(1));
  view.board[1] = 5;
  expect_written(judge(view, &row, nullptr, {}), verdict::update, {5, 8, 5, 5}, minute(1));
}

TEST(ReconcileJudge, DetailsAndBoardWereBothWritten_TheDetailsWin) {
  const auto row = state(five, 7);
  auto view = cached({5, 8, 5, 5}, 7, minute(1));
  view.board[1] = 9;
  expect_written(judge(view, &row, nullptr, {}), verdict::update, {5, 8, 5, 5}, minute(1));
}

TEST(ReconcileJudge, AnOldBoardBesideDetailsThatAreOlderToo_IsHealed) {
  const auto row = state(five, 7);
  auto view = cached(six, 6);
  view.board[1] = 5;
  EXPECT_EQ(verdict_on(view, &row), verdict::heal);
}

TEST(ReconcileJudge, ABoardThatIsStillToBeZeroedSaysNothing) {
  run_knowledge known;
  known.starts[0] = minute(100);
  known.zeroed_until = minute(99);
  const auto row = state({0, 5, 5, 5}, 7, minute(50));
  auto view = cached({0, 5, 5, 5}, 7, minute(50));
  view.board[0] = 5;
  EXPECT_EQ(verdict_on(view, &row, nullptr, known), verdict::in_sync);

  view.board[1] = 6; // a board of a period that goes on
  EXPECT_EQ(verdict_on(view, &row, nullptr, known), verdict::update);
}

TEST(ReconcileJudge, ABoardThatHasBeenZeroedSpeaksForItself) {
  run_knowledge known;
  known.starts[0] = minute(100);
  known.zeroed_until = minute(100);
  const auto row = state({0, 5, 5, 5}, 7, minute(50));
  auto view = cached({0, 5, 5, 5}, 7, minute(50));
  view.board[0] = 5;
  expect_written(judge(view, &row, nullptr, known), verdict::update, {5, 5, 5, 5}, {});
}

TEST(ReconcileJudge, ABoardBesideDetailsOfThisPeriodIsNotStale) {
  run_knowledge known;
  known.starts[0] = minute(100);
  known.zeroed_until = minute(99);
  const auto row = state(five, 7, minute(100));
  auto view = cached(five, 7, minute(100));
  view.board[0] = 9;
  EXPECT_EQ(verdict_on(view, &row, nullptr, known), verdict::update);
}

// -- the database does not know the user -------------------------------------------

TEST(ReconcileJudge, AnUnknownUserIsCreatedAsWritten) {
  expect_written(judge(cached({1, 2, 3, 4}, 0, minute(3)), nullptr, nullptr, {}), verdict::create,
                 {1, 2, 3, 4}, minute(3));
}

TEST(ReconcileJudge, AnUnknownUserOfABoardIsCreatedAsOfNow) {
  entry_view view;
  view.board[1] = 7;
  expect_written(judge(view, nullptr, nullptr, {}), verdict::create, {0, 7, 0, 0}, {});
}

TEST(ReconcileJudge, OfAnUnknownUserTheDetailsWinOverTheBoards) {
  auto view = cached(five, 0, minute(3));
  view.board[0] = 9;
  expect_written(judge(view, nullptr, nullptr, {}), verdict::create, five, minute(3));
}

TEST(ReconcileJudge, UnreadableDetailsOfAnUnknownUserAreInvalid) {
  entry_view view;
  view.token = "not JSON";
  EXPECT_EQ(verdict_on(view, nullptr), verdict::invalid);
  view.board[3] = 4; // a board knows better
  expect_written(judge(view, nullptr, nullptr, {}), verdict::create, {0, 0, 0, 4}, {});
}

TEST(ReconcileJudge, AnUnknownUserWithABadScoreIsInvalid) {
  EXPECT_EQ(verdict_on(cached({1, 2, -3, 4}, 0), nullptr), verdict::invalid);
  EXPECT_EQ(verdict_on(cached({1, 2, 3, score_limit}, 0), nullptr), verdict::invalid);
  EXPECT_EQ(verdict_on(on_boards({-1, 0, 0, 0}), nullptr), verdict::invalid);
}

TEST(ReconcileJudge, ADeletedUserDoesNotReturn) {
  const archived_user gone{"anna", 9, minute(10)};
  for (const std::int64_t version : {1, 8, 9})
    EXPECT_EQ(verdict_on(cached(five, version, minute(99)), nullptr, &gone),
              verdict::remove_from_cache)
        << version;
  EXPECT_EQ(verdict_on(cached(five, 10), nullptr, &gone), verdict::create);
}

TEST(ReconcileJudge, ADeletedUserReturnsByAForeignWriteAfterTheDeletionOnly) {
  const archived_user gone{"anna", 9, minute(10)};
  EXPECT_EQ(verdict_on(cached(five, 0, minute(9)), nullptr, &gone), verdict::remove_from_cache);
  EXPECT_EQ(verdict_on(cached(five, 0, minute(10)), nullptr, &gone), verdict::remove_from_cache);
  expect_written(judge(cached(five, 0, minute(11)), nullptr, &gone, {}), verdict::create, five,
                 minute(11));
}

TEST(ReconcileJudge, WhatNobodyCanDateDoesNotBringADeletedUserBack) {
  const archived_user gone{"anna", 9, minute(10)};
  EXPECT_EQ(verdict_on(on_boards(five), nullptr, &gone), verdict::remove_from_cache);
  entry_view unreadable;
  unreadable.token = "not JSON";
  EXPECT_EQ(verdict_on(unreadable, nullptr, &gone), verdict::remove_from_cache);
  EXPECT_EQ(verdict_on(cached({-1, 0, 0, 0}, 0), nullptr, &gone), verdict::remove_from_cache);
}

TEST(ReconcileJudge, AnArchivedDeletionSaysNothingOfAUserThatExists) {
  const archived_user gone{"anna", 9, minute(10)};
  const auto row = state(five, 10);
  EXPECT_EQ(verdict_on(cached(six, 9), &row, &gone), verdict::heal);
  EXPECT_EQ(verdict_on(cached(five, 10), &row, &gone), verdict::in_sync);
}

// -- the cache does not know the user ----------------------------------------------

TEST(ReconcileJudge, AUserThatWasVerifiedAndIsGoneIsACandidateForDeletion) {
  const auto row = state(five, 7);
  EXPECT_EQ(verdict_on({}, &row, nullptr, verified_up_to(7)), verdict::delete_candidate);
  EXPECT_EQ(verdict_on({}, &row, nullptr, verified_up_to(8)), verdict::delete_candidate);
}

TEST(ReconcileJudge, AUserThatWasWrittenSinceIsHealed) {
  const auto row = state(five, 7);
  EXPECT_EQ(verdict_on({}, &row, nullptr, verified_up_to(6)), verdict::heal);
}

TEST(ReconcileJudge, WithoutEvidenceWhoeverIsMissingIsHealed) {
  const auto row = state(five, 7);
  EXPECT_EQ(verdict_on({}, &row), verdict::heal);
}

TEST(ReconcileJudge, WhomNeitherStoreKnowsIsInSync) {
  const archived_user gone{"anna", 9, minute(10)};
  EXPECT_EQ(verdict_on({}, nullptr), verdict::in_sync);
  EXPECT_EQ(verdict_on({}, nullptr, &gone, verified_up_to(99)), verdict::in_sync);
}

TEST(ReconcileJudge, AScoreOfZeroIsPresent) {
  const auto row = state({0, 0, 0, 0}, 7);
  entry_view view;
  view.board[3] = 0;
  EXPECT_TRUE(view.present());
  EXPECT_EQ(verdict_on(view, &row, nullptr, verified_up_to(7)), verdict::heal);
  EXPECT_FALSE(entry_view{}.present());
}

// -- some periods only --------------------------------------------------------------

TEST(ReconcileJudge, OnlySelectedPeriodsAreCompared) {
  const auto row = state(five, 7);
  EXPECT_EQ(verdict_on(cached({5, 6, 6, 6}, 7), &row, nullptr, only(period::daily)),
            verdict::in_sync);
}

TEST(ReconcileJudge, OnlySelectedPeriodsAreTakenOver) {
  const auto row = state(five, 7);
  const auto judged = judge(cached({6, 7, 8, 9}, 0), &row, nullptr, only(period::weekly));
  expect_written(judged, verdict::update, {5, 7, 5, 5}, minute(0));
  EXPECT_TRUE(judged.leave_cache) << "what the others hold is for a whole run";
}

TEST(ReconcileJudge, WhatCannotBeTakenOverInPartIsLeftToAWholeRun) {
  const auto row = state(five, 7);
  EXPECT_EQ(verdict_on(cached({6, 7, 5, 5}, 7), &row, nullptr, only(period::daily)),
            verdict::postponed);
  EXPECT_EQ(verdict_on(cached({4, 7, 5, 5}, 6), &row, nullptr, only(period::daily)),
            verdict::postponed);
}

TEST(ReconcileJudge, NothingIsLoweredByAnEntryWithoutAVersionInACacheThatMayHaveBeenLost) {
  const auto row = state(five, 7);
  EXPECT_EQ(verdict_on(cached({1, 1, 1, 1}, 0), &row), verdict::heal);
  EXPECT_EQ(verdict_on(cached({1, 1, 1, 1}, 0), &row, nullptr, verified_up_to(7)), verdict::update);
  run_knowledge hint;
  hint.whole_run = false;
  EXPECT_EQ(verdict_on(cached({1, 1, 1, 1}, 0), &row, nullptr, hint), verdict::postponed);
}

TEST(ReconcileJudge, ABoardThatIsNotSelectedMayBeWithoutTheUser) {
  const auto row = state(five, 7);
  auto view = cached(five, 7);
  view.board[2].reset();
  EXPECT_EQ(verdict_on(view, &row, nullptr, only(period::daily)), verdict::in_sync);
  EXPECT_EQ(verdict_on(view, &row, nullptr, only(period::monthly)), verdict::heal);
}

TEST(ReconcileJudge, ABadScoreOfAPeriodThatIsNotSelectedHindersNothing) {
  const auto row = state(five, 7);
  expect_written(judge(cached({6, -1, 5, 5}, 0), &row, nullptr, only(period::daily)),
                 verdict::update, {6, 5, 5, 5}, minute(0));
}

TEST(ReconcileJudge, AnUnknownUserIsCreatedWithAllPeriods) {
  expect_written(judge(cached({1, 2, 3, 4}, 0), nullptr, nullptr, only(period::daily)),
                 verdict::create, {1, 2, 3, 4}, minute(0));
}

} // namespace
} // namespace standings
