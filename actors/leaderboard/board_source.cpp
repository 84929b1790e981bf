#include "actors/leaderboard/board_source.hpp"

namespace standings {

namespace {

/// Only whether it worked.
template <class Reply>
task<result<void>> done_with(task<result<Reply>> request) {
  const auto reply = co_await request;
  if (!reply)
    co_return reply.error();
  co_return result<void>{};
}

/// A cache that is still being filled after all of the time that a request may take.
template <class Reply>
task<result<void>> complete_with(task<result<Reply>> request, failure otherwise) {
  const auto reply = co_await request;
  if (!reply && reply.error().code == errc::timed_out)
    co_return otherwise;
  if (!reply)
    co_return reply.error();
  co_return result<void>{};
}

} // namespace

failure still_warming() {
  return fail(errc::cache_warming, "the cache is being filled; /api/leaderboard answers meanwhile");
}

// -- the default leaderboard -----------------------------------------------------

task<result<void>> default_board_source::complete() {
  return complete_with(requester_.ask<bool>(hydration_, ensure_complete{}, limit_),
                       still_warming());
}

task<result<void>> default_board_source::load(load_user which) {
  return done_with(requester_.ask<cached_user>(hydration_, std::move(which), limit_));
}

task<result<void>> default_board_source::load(load_users which) {
  return done_with(requester_.ask<bool>(hydration_, std::move(which), limit_));
}

task<result<board_page>> default_board_source::top(read_board which) {
  return requester_.ask<board_page>(hydration_, which, limit_);
}

task<result<user_record>> default_board_source::user(std::string user_id) {
  return requester_.ask<user_record>(hydration_, read_user{std::move(user_id)}, limit_);
}

// -- named leaderboards ------------------------------------------------------------

task<result<void>> named_board_source::complete() {
  load_leaderboard which{id_};
  return complete_with(requester_.ask<leaderboard_loaded>(leaderboards_, std::move(which), limit_),
                       fail(errc::cache_warming, "the leaderboard is being loaded into the cache"));
}

task<result<void>> named_board_source::load(load_user which) {
  load_named_user named{id_, std::move(which)};
  return done_with(requester_.ask<cached_user>(leaderboards_, std::move(named), limit_));
}

task<result<void>> named_board_source::load(load_users which) {
  load_named_users named{id_, std::move(which)};
  return done_with(requester_.ask<bool>(leaderboards_, std::move(named), limit_));
}

task<result<board_page>> named_board_source::top(read_board which) {
  read_named_board named{id_, which};
  return requester_.ask<board_page>(leaderboards_, std::move(named), limit_);
}

task<result<user_record>> named_board_source::user(std::string user_id) {
  read_named_user named{id_, std::move(user_id)};
  return requester_.ask<user_record>(leaderboards_, std::move(named), limit_);
}

} // namespace standings
