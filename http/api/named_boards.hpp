#pragma once

#include "http/api/api.hpp"

#include <memory>
#include <string>
#include <vector>

namespace standings {

/// A named leaderboard as one request reads it.
struct named_boards {
  named_boards(const api& with, shelved_ptr which);

  const shelved_ptr what;
  const cache_reads_ptr reads;
  named_board_source source;
  leaderboard_reader boards;
};

using named_boards_ptr = std::unique_ptr<named_boards>;

/// The leaderboard of that id. Fails with `unknown_leaderboard` if there is none.
task<result<named_boards_ptr>> open_named_boards(const api& with, std::string id);

/// The same for a request. Fails with `invalid_leaderboard_id`, and with `unknown_leaderboard` if
/// there is none or if the request's token is for another tenant.
task<result<named_boards_ptr>> open_named_boards(const api& with, const request& rq,
                                                 std::string id);

/// What an update of a leaderboard may be, so that it is read before anything is made: the default
/// if there is none and the update would make it. Otherwise fails as `open_named_boards`, and with
/// `rejected_row` if its settings cannot be read.
task<result<score_rules>> rules_for_update(const api& with, const request& rq, std::string id);

/// What these users carry. Nothing if it cannot be read: the board itself is worth more.
task<user_metadata> carried_by(const api& with, const named_boards& of,
                               std::vector<std::string> user_ids);

/// Adds the ids of those on a page.
void append_users(std::vector<std::string>& to, const std::vector<board_entry>& from);

/// Whether the request's token, if it is for one tenant, is for this leaderboard.
[[nodiscard]] bool may_know_of(const request& rq, const std::string& id);

/// Whether the request may know of this leaderboard; fails as `open_named_boards`.
[[nodiscard]] result<void> check_leaderboard(const request& rq, const std::string& id);

} // namespace standings
