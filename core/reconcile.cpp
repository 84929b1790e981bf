#include "core/reconcile.hpp"

#include <algorithm>

namespace standings {

namespace {

/// The scores that the cache stands for.
struct claim {
  scores score{};
  bool from_board = false; ///< a board has another score than the details
  bool whole = true;       ///< nothing is missing, and the pieces agree
};

/// Whether the board may still show the score of the period before.
bool may_be_stale(const user_record& details, std::size_t p, const run_knowledge& known) {
  return details.updated_at < known.starts[p] && known.starts[p] > known.zeroed_until;
}

/// Details and board disagree: what differs from the row is what was written.
std::int64_t written_score(std::int64_t details, std::int64_t board, const user_record* row,
                           std::size_t p) {
  return row && details == row->score[p] ? board : details;
}

void claim_from_board_only(const cache_sight& cached, claim& out) {
  out.whole = false;
  for (std::size_t p = 0; p < period_count; ++p)
    out.score[p] = cached.board[p].value_or(0);
}

claim claim_of(const cache_sight& cached, const user_record* row, const run_knowledge& known) {
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

bool in_range(const scores& s) {
  return std::all_of(s.begin(), s.end(), [](std::int64_t x) { return x >= 0 && x < score_limit; });
}

/// A state that nobody can date is taken for older.
bool is_newer(const std::optional<user_record>& details, const archived_user& than) {
  if (!details)
    return false;
  return details->version > 0 ? details->version > than.version
                              : details->updated_at > than.deleted_at;
}

bool is_as_new(const user_record& details, const user_record& row) {
  return details.version > 0 ? details.version >= row.version
                             : details.updated_at >= row.updated_at;
}

/// Details that are no JSON object of ours, and no board that knows better.
bool is_unreadable(const cache_sight& cached) {
  return !cached.details
         && std::none_of(cached.board.begin(), cached.board.end(),
                         [](const auto& b) { return !!b; });
}

judgement judge_absent(const user_record* row, const run_knowledge& known) {
  if (!row)
    return {};
  const bool verified = known.verified_up_to && row->version <= *known.verified_up_to;
  return {verified ? verdict::delete_candidate : verdict::heal, {}, {}};
}

judgement judge_unknown(const cache_sight& cached, const claim& claimed,
                        const archived_user* archived) {
  if (archived && !is_newer(cached.details, *archived))
    return {verdict::remove_from_cache, {}, {}};
  if (!in_range(claimed.score) || is_unreadable(cached))
    return {verdict::invalid, {}, {}};
  const bool dated = cached.details && !claimed.from_board;
  return {verdict::create, claimed.score, dated ? cached.details->updated_at : sys_time{}};
}

} // namespace

bool cache_sight::present() const {
  return !token.empty() || details
         || std::any_of(board.begin(), board.end(), [](const auto& b) { return !!b; });
}

judgement judge(const cache_sight& cached, const user_record* row, const archived_user* archived,
                const run_knowledge& known) {
  if (!cached.present())
    return judge_absent(row, known);
  const auto claimed = claim_of(cached, row, known);
  if (!row)
    return judge_unknown(cached, claimed, archived);
  auto wanted = row->score;
  for (std::size_t p = 0; p < period_count; ++p)
    if (known.selected[p])
      wanted[p] = claimed.score[p];
  if (wanted == row->score)
    return {claimed.whole ? verdict::in_sync : verdict::heal, {}, {}};
  if (!cached.details || !is_as_new(*cached.details, *row))
    return {verdict::heal, {}, {}};
  if (!in_range(wanted))
    return {verdict::invalid, {}, {}};
  return {verdict::update, wanted, claimed.from_board ? sys_time{} : cached.details->updated_at};
}

} // namespace standings
