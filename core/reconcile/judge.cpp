#include "core/reconcile/judge.hpp"

#include <algorithm>

namespace standings {

namespace {

/// The scores that the cache represents.
struct claim {
  scores score{};
  bool from_board = false; ///< a board's score differs from the details and was taken
  bool whole = true;       ///< no part is missing, and all parts agree
};

/// Whether the board may still show the previous period's score.
bool may_be_stale(const user_record& details, std::size_t p, const run_knowledge& known) {
  return details.updated_at < known.starts[p] && known.starts[p] > known.zeroed_until;
}

/// If details and board disagree, the one that differs from the row was written.
std::int64_t written_score(std::int64_t details, std::int64_t board, const user_record* row,
                           std::size_t p) {
  return row && details == row->score[p] ? board : details;
}

void claim_from_board_only(const entry_view& cached, claim& out) {
  out.whole = false;
  for (std::size_t p = 0; p < period_count; ++p)
    out.score[p] = cached.board[p].value_or(0);
}

claim claim_of(const entry_view& cached, const user_record* row, const run_knowledge& known) {
  claim out;
  if (!cached.details) {
    claim_from_board_only(cached, out);
    return out;
  }
  for (std::size_t p = 0; p < period_count; ++p) {
    const auto details = cached.details->score[p];
    out.score[p] = details;
    if (!known.selected[p])
      continue;
    if (!cached.board[p]) {
      out.whole = false;
    } else if (*cached.board[p] != details && !may_be_stale(*cached.details, p, known)) {
      out.whole = false;
      out.score[p] = written_score(details, *cached.board[p], row, p);
      out.from_board = out.from_board || out.score[p] != details;
    }
  }
  return out;
}

scores higher_of(scores a, const scores& b) {
  for (std::size_t p = 0; p < period_count; ++p)
    a[p] = std::max(a[p], b[p]);
  return a;
}

bool in_range(const scores& s) {
  return std::all_of(s.begin(), s.end(), [](std::int64_t x) { return x >= 0 && x < score_limit; });
}

/// A state without version and time is treated as older.
bool is_newer(const std::optional<user_record>& details, const archived_user& than) {
  if (!details)
    return false;
  return details->version > 0 ? details->version > than.version
                              : details->updated_at > than.deleted_at;
}

/// Whether the cache may hold a write by another program that came after the row's.
bool is_as_new(const user_record& details, const user_record& row, const run_knowledge& known) {
  const bool same_version = details.version == row.version;
  if (same_version && known.rows_versioned)
    return true;
  return (same_version || details.version == 0) && details.updated_at >= row.updated_at;
}

/// The cache is written after the database, so it is never ahead by itself: the
/// database has gone back, or the version is not one of ours.
bool is_ahead(const entry_view& cached, const user_record& row) {
  return cached.details && cached.details->version > row.version;
}

/// The details are not a JSON object of ours, and no board has a score.
bool is_unreadable(const entry_view& cached) {
  return !cached.details
         && std::none_of(cached.board.begin(), cached.board.end(),
                         [](const auto& b) { return !!b; });
}

judgement judge_absent(const user_record* row, const archived_user* archived,
                       const run_knowledge& known) {
  if (!row)
    return {};
  // older than its own deletion: the row was restored from an old state
  const bool restored = archived && archived->version > row->version;
  const bool verified = known.verified_up_to && row->version <= *known.verified_up_to;
  return {verified && !restored ? verdict::delete_candidate : verdict::heal, false, {}, {}};
}

/// A state of ours without a row, although every deletion leaves an archived one.
bool has_lost_its_row(const entry_view& cached, const run_knowledge& known) {
  return known.rows_versioned && cached.details && cached.details->version > 0;
}

judgement judge_unknown(const entry_view& cached, const claim& claimed,
                        const archived_user* archived, const run_knowledge& known) {
  if (archived && !is_newer(cached.details, *archived))
    return {verdict::remove_from_cache, false, {}, {}};
  if (has_lost_its_row(cached, known))
    return {known.selected == every_period ? verdict::database_behind : verdict::postponed,
            false,
            {},
            {}};
  if (!in_range(claimed.score) || is_unreadable(cached))
    return {verdict::invalid, false, {}, {}};
  const bool dated = cached.details && !claimed.from_board;
  return {verdict::create, false, claimed.score, dated ? cached.details->updated_at : sys_time{}};
}

/// Whether the cache differs from the row in a period that is not compared.
bool differs_elsewhere(const entry_view& cached, const user_record& row,
                       const run_knowledge& known) {
  for (std::size_t p = 0; p < period_count; ++p) {
    if (known.selected[p])
      continue;
    if ((cached.details && cached.details->score[p] != row.score[p])
        || (cached.board[p] && *cached.board[p] != row.score[p]))
      return true;
  }
  return false;
}

bool lowers(const scores& wanted, const user_record& row) {
  for (std::size_t p = 0; p < period_count; ++p)
    if (wanted[p] < row.score[p])
      return true;
  return false;
}

/// It is not known which side is behind, so no score of either is lowered.
judgement judge_first_contact(const entry_view& cached, const claim& claimed,
                              const user_record& row) {
  if (!in_range(claimed.score) || is_unreadable(cached))
    return {verdict::invalid, false, {}, {}};
  const auto wanted = higher_of(row.score, claimed.score);
  if (wanted == row.score)
    return {verdict::heal, false, {}, {}};
  const bool dated = cached.details && !claimed.from_board;
  return {verdict::update, false, wanted, dated ? cached.details->updated_at : sys_time{}};
}

judgement judge_different(const entry_view& cached, const claim& claimed, const scores& wanted,
                          const user_record& row, const run_knowledge& known) {
  if (cached.details && cached.details->version == 0 && cached.details->updated_at == sys_time{})
    return {verdict::undated, false, {}, {}};
  const bool elsewhere = differs_elsewhere(cached, row, known);
  if (!cached.details || !is_as_new(*cached.details, row, known))
    return {elsewhere ? verdict::postponed : verdict::heal, false, {}, {}};
  if (!in_range(wanted))
    return {verdict::invalid, false, {}, {}};
  const bool versioned = cached.details->version > 0;
  // a program that finds nothing in a cache that was just lost starts from zero
  if (!versioned && !known.verified_up_to && lowers(wanted, row))
    return {known.whole_run && !elsewhere ? verdict::heal : verdict::postponed, false, {}, {}};
  if (elsewhere && versioned)
    return {verdict::postponed, false, {}, {}};
  return {verdict::update, elsewhere, wanted,
          claimed.from_board ? sys_time{} : cached.details->updated_at};
}

} // namespace

bool entry_view::present() const {
  return !token.empty() || details
         || std::any_of(board.begin(), board.end(), [](const auto& b) { return !!b; });
}

judgement judge(const entry_view& cached, const user_record* row, const archived_user* archived,
                const run_knowledge& known) {
  if (!cached.present())
    return judge_absent(row, archived, known);
  if (cached.foreign)
    return {verdict::foreign, false, {}, {}};
  const auto claimed = claim_of(cached, row, known);
  if (!row)
    return judge_unknown(cached, claimed, archived, known);
  if (known.first_contact && (!cached.details || cached.details->version == 0))
    return judge_first_contact(cached, claimed, *row);
  if (is_ahead(cached, *row))
    return {known.selected == every_period ? verdict::database_behind : verdict::postponed,
            false,
            {},
            {}};
  auto wanted = row->score;
  for (std::size_t p = 0; p < period_count; ++p)
    if (known.selected[p])
      wanted[p] = claimed.score[p];
  if (wanted != row->score)
    return judge_different(cached, claimed, wanted, *row, known);
  if (claimed.whole)
    return {};
  return {
      differs_elsewhere(cached, *row, known) ? verdict::postponed : verdict::heal, false, {}, {}};
}

} // namespace standings
