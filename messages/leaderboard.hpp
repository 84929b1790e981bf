#pragma once

#include "core/leaderboard/entries.hpp"

#include <caf/meta/type_name.hpp>

/// How the values of core/leaderboard/entries.hpp travel in messages.
namespace standings {

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, user_record& x) {
  return f(caf::meta::type_name("user_record"), x.user_id, x.score, x.updated_at, x.version);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, score_update& x) {
  return f(caf::meta::type_name("score_update"), x.user_id, x.count, x.key);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, cached_user& x) {
  return f(caf::meta::type_name("cached_user"), x.user, x.cached_at);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, board_entry& x) {
  return f(caf::meta::type_name("board_entry"), x.rank, x.score, x.user);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, board_page& x) {
  return f(caf::meta::type_name("board_page"), x.total_users, x.entries);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, update_outcome& x) {
  return f(caf::meta::type_name("update_outcome"), x.code, x.detail, x.user, x.cached_at,
           x.cache_pending, x.replayed);
}

} // namespace standings
