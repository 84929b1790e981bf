#include "actors/leaderboard/leaderboard_reader.hpp"

#include <optional>
#include <utility>

namespace standings {

namespace {

/// A user that is still not there after it was loaded was deleted between the two reads.
failure unknown_user() {
  return fail(errc::unknown_user, "no such user", "user_id");
}

} // namespace

leaderboard_reader::leaderboard_reader(cache_reads& reads, board_source& source,
                                       waiting_places& places, std::shared_ptr<read_counts> counts,
                                       std::string tenant)
    : reads_(reads), source_(source), places_(places), counts_(std::move(counts)),
      tenant_(std::move(tenant)) {}

/// Boards and ranks are meaningful only in a complete cache. Waits for it for as long as a request
/// may take, unless too many requests wait already.
task<result<void>> leaderboard_reader::await_complete() {
  const waiting_places::place mine{places_, tenant_};
  if (!mine)
    co_return still_warming();
  co_return co_await source_.complete();
}

leaderboard_reader::lack leaderboard_reader::lack_before(const attempts& tried) {
  return tried.completed || reads_.complete() ? lack::nothing : lack::complete_cache;
}

/// What to supply before the read is worth repeating; each is tried once.
template <class Found>
leaderboard_reader::lack leaderboard_reader::lack_in(const result<Found>& found,
                                                     const attempts& tried) {
  if (!found)
    return found.error().code == errc::cache_warming && !tried.completed ? lack::complete_cache
                                                                         : lack::nothing;
  if constexpr (requires { found->has_value(); })
    return !found->has_value() && !tried.loaded ? lack::user : lack::nothing;
  else
    return lack::nothing;
}

task<result<void>> leaderboard_reader::supply(lack what, attempts& tried,
                                              const std::string& user_id) {
  (what == lack::user ? tried.loaded : tried.completed) = true;
  (what == lack::user ? counts_->misses : counts_->waits).add();
  if (what != lack::user)
    return await_complete();
  load_user which{user_id, std::string{tried.request_id}};
  return source_.load(std::move(which));
}

task<result<board_page>> leaderboard_reader::top(period board, std::uint64_t offset,
                                                 std::uint64_t limit) {
  const std::string nobody;
  attempts tried;
  for (auto missing = lack_before(tried);;) {
    if (missing != lack::nothing)
      if (const auto done = co_await supply(missing, tried, nobody); !done)
        co_return done.error();
    auto found = co_await reads_.top(board, offset, limit);
    if ((missing = lack_in(found, tried)) == lack::nothing) {
      count_hit_unless(tried);
      co_return found;
    }
  }
}

task<result<cached_user>> leaderboard_reader::user(const std::string& user_id,
                                                   std::string_view request_id) {
  attempts tried{request_id};
  for (auto missing = lack::nothing;;) {
    if (missing != lack::nothing)
      if (const auto done = co_await supply(missing, tried, user_id); !done)
        co_return done.error();
    auto found = co_await reads_.find(user_id);
    if ((missing = lack_in(found, tried)) == lack::nothing) {
      count_hit_unless(tried);
      if (!found)
        co_return found.error();
      if (!*found)
        co_return unknown_user();
      co_return std::move(**found);
    }
  }
}

/// A user whom the cache knows, but who is not on the board, has no score in the period: where the
/// lower score is better, only those with one are there.
template <class Found>
task<result<Found>> leaderboard_reader::on_board(result<std::optional<Found>> found,
                                                 const std::string& user_id) {
  if (!found)
    co_return found.error();
  if (*found)
    co_return std::move(**found);
  const auto known = co_await reads_.find(user_id);
  if (!known)
    co_return known.error();
  if (!*known)
    co_return unknown_user();
  co_return fail(errc::not_on_board, "the user has no score in this period", "user_id");
}

task<result<user_rank>> leaderboard_reader::rank(const std::string& user_id, period board,
                                                 std::string_view request_id) {
  attempts tried{request_id};
  for (auto missing = lack_before(tried);;) {
    if (missing != lack::nothing)
      if (const auto done = co_await supply(missing, tried, user_id); !done)
        co_return done.error();
    auto found = co_await reads_.rank(user_id, board);
    if ((missing = lack_in(found, tried)) == lack::nothing) {
      count_hit_unless(tried);
      co_return co_await on_board(std::move(found), user_id);
    }
  }
}

task<result<user_ranks>>
leaderboard_reader::complete_ranks(const std::vector<std::string>& user_ids, period board) {
  const std::string nobody;
  attempts tried;
  for (auto missing = lack_before(tried);;) {
    if (missing != lack::nothing)
      if (const auto done = co_await supply(missing, tried, nobody); !done)
        co_return done.error();
    auto found = co_await reads_.ranks(user_ids, board);
    if ((missing = lack_in(found, tried)) == lack::nothing) {
      count_hit_unless(tried);
      co_return found;
    }
  }
}

/// Users that a complete cache lacks are looked up once more in the database, because another
/// program may just have made them. If that fails, the cache's word counts: one unknown user must
/// not hide the ranks of the others.
task<result<user_ranks>> leaderboard_reader::ranks(std::vector<std::string> user_ids,
                                                   period board) {
  auto found = co_await complete_ranks(user_ids, board);
  if (!found)
    co_return found;
  load_users absent;
  for (std::size_t i = 0; i < user_ids.size(); ++i)
    if (!found->users[i])
      absent.user_ids.push_back(user_ids[i]);
  if (absent.user_ids.empty())
    co_return found;
  counts_->misses.add();
  if (const auto loaded = co_await source_.load(std::move(absent)); !loaded)
    co_return found;
  co_return co_await complete_ranks(user_ids, board);
}

task<result<neighbourhood>> leaderboard_reader::around(const std::string& user_id, period board,
                                                       std::uint64_t limit,
                                                       std::string_view request_id) {
  attempts tried{request_id};
  for (auto missing = lack_before(tried);;) {
    if (missing != lack::nothing)
      if (const auto done = co_await supply(missing, tried, user_id); !done)
        co_return done.error();
    auto found = co_await reads_.around(user_id, board, limit);
    if ((missing = lack_in(found, tried)) == lack::nothing) {
      count_hit_unless(tried);
      co_return co_await on_board(std::move(found), user_id);
    }
  }
}

task<result<board_page>> leaderboard_reader::stored_top(period board, std::uint64_t offset,
                                                        std::uint64_t limit) {
  return source_.top({board, offset, limit});
}

task<result<user_record>> leaderboard_reader::stored_user(const std::string& user_id) {
  return source_.user(user_id);
}

} // namespace standings
