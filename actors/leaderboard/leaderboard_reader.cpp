#include "actors/leaderboard/leaderboard_reader.hpp"

#include "actors/supervision/ask.hpp"

namespace standings {

namespace {

failure warming() {
  return fail(errc::cache_warming, "the cache is being filled; /api/leaderboard answers meanwhile");
}

} // namespace

leaderboard_reader::leaderboard_reader(caf::actor_system& system, rank_cache_ptr cache,
                                       hydration_actor hydration, std::chrono::milliseconds limit,
                                       waiting_places& places)
    : system_(system), cache_(std::move(cache)), hydration_(std::move(hydration)), limit_(limit),
      places_(places) {}

/// Boards and ranks are meaningful only in a complete cache. Waits for it for as long as a request
/// may take, unless too many threads wait already.
result<void> leaderboard_reader::await_complete() const {
  if (cache_->complete())
    return {};
  const waiting_places::place mine{places_};
  if (!mine)
    return warming();
  const auto done = ask<bool>(system_, hydration_, ensure_complete{}, limit_);
  if (done)
    return {};
  return done.error().code == errc::timed_out ? warming() : done.error();
}

/// Runs a read; if the cache is incomplete, waits for it and reads once more.
template <class Read>
auto leaderboard_reader::read_complete(const Read& read) const -> decltype(read()) {
  if (const auto complete = await_complete(); !complete)
    return complete.error();
  auto found = read();
  if (found || found.error().code != errc::cache_warming)
    return found;
  if (const auto complete = await_complete(); !complete)
    return complete.error();
  return read();
}

/// Reads the cache; on a miss, loads the user and reads once more.
template <class Read>
auto leaderboard_reader::read_hydrated(const std::string& user_id, const Read& read) const
    -> result<typename std::decay_t<decltype(*read())>::value_type> {
  auto found = read();
  if (!found)
    return found.error();
  if (*found)
    return std::move(**found);
  if (const auto loaded = ask<cached_user>(system_, hydration_, load_user{user_id}, limit_);
      !loaded)
    return loaded.error();
  found = read();
  if (!found)
    return found.error();
  if (!*found)
    return fail(errc::unknown_user, "no such user", "user_id"); // deleted between the two reads
  return std::move(**found);
}

result<board_page> leaderboard_reader::top(period board, std::uint64_t offset,
                                           std::uint64_t limit) const {
  return read_complete([&] { return cache_->top(board, offset, limit); });
}

result<cached_user> leaderboard_reader::user(const std::string& user_id) const {
  return read_hydrated(user_id, [&] { return cache_->find(user_id); });
}

result<user_rank> leaderboard_reader::rank(const std::string& user_id, period board) const {
  return read_hydrated(user_id,
                       [&] { return read_complete([&] { return cache_->rank(user_id, board); }); });
}

result<neighbourhood> leaderboard_reader::around(const std::string& user_id, period board,
                                                 std::uint64_t limit) const {
  return read_hydrated(user_id, [&] {
    return read_complete([&] { return cache_->around(user_id, board, limit); });
  });
}

result<board_page> leaderboard_reader::stored_top(period board, std::uint64_t offset,
                                                  std::uint64_t limit) const {
  return ask<board_page>(system_, hydration_, read_board{board, offset, limit}, limit_);
}

result<user_record> leaderboard_reader::stored_user(const std::string& user_id) const {
  return ask<user_record>(system_, hydration_, read_user{user_id}, limit_);
}

} // namespace standings
