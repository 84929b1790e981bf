#include "core/reconcile/judge.hpp"

#include <gtest/gtest.h>

#include <map>
#include <ostream>
#include <random>

namespace standings {
namespace {

/// What a run has to decide, in the slow and obvious way.
class slow_judge {
public:
  slow_judge(const entry_view& cached, const user_record* row, const archived_user* archived,
             const run_knowledge& known)
      : cached_(cached), row_(row), archived_(archived), known_(known) {}

  [[nodiscard]] judgement decide() const {
    if (!in_cache())
      return only(decide_without_cache());
    return row_ ? decide_with_both() : decide_without_row();
  }

private:
  static judgement only(verdict what) { return {what, false, {}, {}}; }

  [[nodiscard]] bool on_any_board() const {
    return cached_.board[0] || cached_.board[1] || cached_.board[2] || cached_.board[3];
  }

  [[nodiscard]] bool in_cache() const {
    return on_any_board() || cached_.details.has_value() || !cached_.token.empty();
  }

  [[nodiscard]] verdict decide_without_cache() const {
    if (!row_)
      return verdict::in_sync;
    if (archived_ && archived_->version > row_->version)
      return verdict::heal;
    if (known_.verified_up_to && row_->version <= *known_.verified_up_to)
      return verdict::delete_candidate;
    return verdict::heal;
  }

  /// The board of a period that has just started, before it was zeroed.
  [[nodiscard]] bool board_is_yesterdays(std::size_t p) const {
    const bool expired = cached_.details->updated_at < known_.starts[p];
    const bool zeroed = known_.starts[p] <= known_.zeroed_until;
    return expired && !zeroed;
  }

  enum class source { none, details, board };

  /// Which side's score counts for a period that is compared.
  [[nodiscard]] source source_of(std::size_t p) const {
    if (!cached_.details)
      return cached_.board[p] ? source::board : source::none;
    if (!known_.selected[p] || !cached_.board[p] || board_is_yesterdays(p))
      return source::details;
    const bool details_as_row = row_ && cached_.details->score[p] == row_->score[p];
    const bool board_as_row = row_ && *cached_.board[p] == row_->score[p];
    return details_as_row && !board_as_row ? source::board : source::details;
  }

  [[nodiscard]] std::int64_t score_of(std::size_t p) const {
    switch (source_of(p)) {
    case source::details:
      return cached_.details->score[p];
    case source::board:
      return *cached_.board[p];
    case source::none:
      break;
    }
    return 0;
  }

  /// Whether something that the run compares is missing or contradictory.
  [[nodiscard]] bool damaged() const {
    if (!cached_.details)
      return true;
    for (std::size_t p = 0; p < period_count; ++p) {
      if (!known_.selected[p])
        continue;
      if (!cached_.board[p])
        return true;
      if (*cached_.board[p] != cached_.details->score[p] && !board_is_yesterdays(p))
        return true;
    }
    return false;
  }

  static bool storable(const scores& s) {
    for (const auto score : s)
      if (score < 0 || score > score_limit - 1)
        return false;
    return true;
  }

  [[nodiscard]] judgement decide_without_row() const {
    if (archived_ && !newer_than_deletion())
      return only(verdict::remove_from_cache);
    if (known_.rows_versioned && cached_.details && cached_.details->version > 0)
      return only(looks_at_everything() ? verdict::database_behind : verdict::postponed);
    if (!cached_.details && !on_any_board())
      return only(verdict::invalid);
    scores score{};
    for (std::size_t p = 0; p < period_count; ++p)
      score[p] = score_of(p);
    if (!storable(score))
      return only(verdict::invalid);
    return {verdict::create, false, score,
            cached_.details ? cached_.details->updated_at : sys_time{}};
  }

  /// Whether the cache differs from the row in a period that the run does not compare.
  [[nodiscard]] bool holds_more_elsewhere() const {
    bool more = false;
    for (std::size_t p = 0; p < period_count; ++p)
      if (!known_.selected[p]) {
        more = more || (cached_.details && cached_.details->score[p] != row_->score[p]);
        more = more || (cached_.board[p] && *cached_.board[p] != row_->score[p]);
      }
    return more;
  }

  [[nodiscard]] bool takes_away(const scores& wanted) const {
    std::size_t fewer = 0;
    for (std::size_t p = 0; p < period_count; ++p)
      fewer += wanted[p] < row_->score[p] ? 1 : 0;
    return fewer > 0;
  }

  [[nodiscard]] bool newer_than_deletion() const {
    if (!cached_.details)
      return false;
    if (cached_.details->version == 0)
      return cached_.details->updated_at > archived_->deleted_at;
    return cached_.details->version > archived_->version;
  }

  [[nodiscard]] bool older_than_row() const {
    if (!cached_.details)
      return true;
    if (cached_.details->version == 0)
      return cached_.details->updated_at < row_->updated_at;
    if (cached_.details->version == row_->version && !known_.rows_versioned)
      return cached_.details->updated_at < row_->updated_at;
    return cached_.details->version < row_->version;
  }

  [[nodiscard]] bool looks_at_everything() const {
    return known_.selected[0] && known_.selected[1] && known_.selected[2] && known_.selected[3];
  }

  [[nodiscard]] judgement decide_at_first_contact() const {
    scores claimed{};
    bool of_board = !cached_.details;
    for (std::size_t p = 0; p < period_count; ++p) {
      claimed[p] = score_of(p);
      of_board = of_board || source_of(p) == source::board;
    }
    if (!storable(claimed) || (!cached_.details && !on_any_board()))
      return only(verdict::invalid);
    scores most = row_->score;
    for (std::size_t p = 0; p < period_count; ++p)
      if (claimed[p] > most[p])
        most[p] = claimed[p];
    if (most == row_->score)
      return only(verdict::heal);
    return {verdict::update, false, most, of_board ? sys_time{} : cached_.details->updated_at};
  }

  [[nodiscard]] judgement decide_with_both() const {
    if (known_.first_contact && (!cached_.details || cached_.details->version == 0))
      return decide_at_first_contact();
    if (cached_.details && cached_.details->version > row_->version)
      return only(looks_at_everything() ? verdict::database_behind : verdict::postponed);
    scores wanted = row_->score;
    bool differ = false;
    bool of_board = false;
    for (std::size_t p = 0; p < period_count; ++p) {
      if (!known_.selected[p])
        continue;
      wanted[p] = score_of(p);
      differ = differ || wanted[p] != row_->score[p];
      of_board = of_board || source_of(p) == source::board;
    }
    const bool more = holds_more_elsewhere();
    if (!differ && !damaged())
      return only(verdict::in_sync);
    if (differ && cached_.details && cached_.details->version == 0
        && cached_.details->updated_at == sys_time{})
      return only(verdict::undated);
    if (!differ || older_than_row())
      return only(more ? verdict::postponed : verdict::heal);
    if (!storable(wanted))
      return only(verdict::invalid);
    const bool foreign = cached_.details->version == 0;
    if (foreign && !known_.verified_up_to && takes_away(wanted))
      return only(known_.whole_run && !more ? verdict::heal : verdict::postponed);
    if (more && !foreign)
      return only(verdict::postponed);
    return {verdict::update, more, wanted, of_board ? sys_time{} : cached_.details->updated_at};
  }

  const entry_view& cached_;
  const user_record* row_;
  const archived_user* archived_;
  const run_knowledge& known_;
};

struct situation {
  entry_view cached;
  std::optional<user_record> row;
  std::optional<archived_user> archived;
  run_knowledge known;
};

void print(std::ostream& out, const char* what, const scores& s) {
  out << what << " {" << s[0] << ", " << s[1] << ", " << s[2] << ", " << s[3] << "}";
}

std::ostream& operator<<(std::ostream& out, const situation& s) {
  if (s.cached.details) {
    print(out, "details", s.cached.details->score);
    out << " at " << to_micros(s.cached.details->updated_at) << " v" << s.cached.details->version;
  }
  out << "; boards";
  for (const auto& b : s.cached.board)
    out << ' ' << (b ? std::to_string(*b) : "-");
  out << "; token '" << s.cached.token << "'; ";
  if (s.row) {
    print(out, "row", s.row->score);
    out << " at " << to_micros(s.row->updated_at) << " v" << s.row->version;
  }
  if (s.archived)
    out << "; deleted at " << to_micros(s.archived->deleted_at) << " v" << s.archived->version;
  if (s.known.verified_up_to)
    out << "; verified up to " << *s.known.verified_up_to;
  out << "; zeroed until " << to_micros(s.known.zeroed_until) << "; starts";
  for (std::size_t p = 0; p < period_count; ++p)
    out << ' ' << to_micros(s.known.starts[p]) << (s.known.selected[p] ? "" : " (not selected)");
  return out;
}

/// Few different scores, versions and times, so that all coincidences occur.
class random_situations {
public:
  explicit random_situations(unsigned seed) : random_(seed) {}

  situation next() {
    situation out;
    const auto common = any_scores();
    if (chance(80))
      out.row = user_record{"anna", common, any_time(), 1 + below(3)};
    if (chance(85))
      out.cached = any_sight(common);
    if (chance(40))
      out.archived = archived_user{"anna", 1 + below(3), any_time()};
    out.known = any_knowledge();
    return out;
  }

private:
  std::int64_t below(std::int64_t n) {
    return std::uniform_int_distribution<std::int64_t>{0, n - 1}(random_);
  }
  bool chance(int percent) { return below(100) < percent; }

  sys_time any_time() { return from_micros(below(4)); }

  std::int64_t any_score() {
    constexpr std::array odd{std::int64_t{-1}, score_limit, score_limit - 1};
    return chance(97) ? below(3) : odd[static_cast<std::size_t>(below(3))];
  }

  scores any_scores() {
    scores out{};
    for (auto& score : out)
      score = chance(60) ? 1 : below(3);
    return out;
  }

  entry_view any_sight(const scores& common) {
    entry_view out;
    if (chance(80)) {
      out.details = user_record{"anna", common, any_time(), below(4)};
      for (auto& score : out.details->score)
        score = chance(85) ? score : any_score();
      out.token = "text";
    } else if (chance(30)) {
      out.token = "text";
    }
    for (std::size_t p = 0; p < period_count; ++p)
      if (chance(92))
        out.board[p] = chance(90) ? (out.details ? out.details->score[p] : common[p]) : any_score();
    if (chance(5))
      out.board = {};
    return out;
  }

  run_knowledge any_knowledge() {
    run_knowledge out;
    for (auto& start : out.starts)
      start = any_time();
    out.zeroed_until = any_time();
    if (chance(50))
      out.verified_up_to = below(4);
    out.whole_run = chance(50);
    out.rows_versioned = chance(50);
    out.first_contact = chance(15);
    if (!out.first_contact && chance(40))
      for (auto& selected : out.selected)
        selected = chance(60);
    return out;
  }

  std::mt19937 random_;
};

TEST(ReconcileJudge, DecidesAsTheTableReadLineByLine) {
  random_situations situations{20260310};
  std::map<verdict, int> seen;
  for (int i = 0; i < 200'000; ++i) {
    const auto s = situations.next();
    const auto* row = s.row ? &*s.row : nullptr;
    const auto* archived = s.archived ? &*s.archived : nullptr;
    const auto expected = slow_judge{s.cached, row, archived, s.known}.decide();
    const auto actual = judge(s.cached, row, archived, s.known);
    ASSERT_EQ(actual.what, expected.what) << s;
    ASSERT_EQ(actual.leave_cache, expected.leave_cache) << s;
    ASSERT_EQ(actual.score, expected.score) << s;
    ASSERT_EQ(actual.updated_at, expected.updated_at) << s;
    ++seen[actual.what];
  }
  for (const auto what : {verdict::in_sync, verdict::update, verdict::heal, verdict::create,
                          verdict::remove_from_cache, verdict::delete_candidate, verdict::invalid,
                          verdict::postponed, verdict::database_behind, verdict::undated})
    EXPECT_GT(seen[what], 500) << static_cast<int>(what);
}

/// What must not follow from any situation.
TEST(ReconcileJudge, NeverWritesWhatTheDatabaseCannotHoldNorDeletesWhoIsPresent) {
  random_situations situations{7};
  for (int i = 0; i < 100'000; ++i) {
    const auto s = situations.next();
    const auto* row = s.row ? &*s.row : nullptr;
    const auto actual = judge(s.cached, row, s.archived ? &*s.archived : nullptr, s.known);
    const bool writes = actual.what == verdict::update || actual.what == verdict::create;
    if (actual.what == verdict::delete_candidate) {
      ASSERT_FALSE(s.cached.present()) << s;
    }
    for (std::size_t p = 0; writes && p < period_count; ++p) {
      ASSERT_TRUE(actual.score[p] >= 0 && actual.score[p] < score_limit) << s;
      if (row && !s.known.selected[p]) {
        ASSERT_EQ(actual.score[p], row->score[p]) << s;
      }
    }
    const bool needs_row = actual.what == verdict::update || actual.what == verdict::heal
                           || actual.what == verdict::delete_candidate;
    const bool needs_none =
        actual.what == verdict::create || actual.what == verdict::remove_from_cache;
    ASSERT_FALSE(row ? needs_none : needs_row) << s;
  }
}

} // namespace
} // namespace standings
