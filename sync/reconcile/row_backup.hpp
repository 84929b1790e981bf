#pragma once

#include "core/base/result.hpp"
#include "core/leaderboard/score.hpp"

#include <span>
#include <string>

namespace standings {

/// Appends rows to `<directory>/<run_id>.jsonl`, one JSON object a line, and syncs the file to
/// disk. Creates the directory. Fails with `store_unavailable` if that is not possible.
[[nodiscard]] result<void> back_up_rows(const std::string& directory, const std::string& run_id,
                                        std::span<const user_record> rows);

} // namespace standings
