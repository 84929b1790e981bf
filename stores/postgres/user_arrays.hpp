#pragma once

#include "core/leaderboard/score.hpp"
#include "stores/postgres/connection.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace standings {

/// Users as the array parameters of a statement that writes them.
class user_arrays {
public:
  void add(const user_record& user) {
    ids_.push_back(user.user_id);
    for (std::size_t p = 0; p < period_count; ++p)
      scores_[p].push_back(user.score[p]);
    times_.push_back(to_micros(user.updated_at));
  }

  [[nodiscard]] std::string ids() const { return text_array(ids_); }
  [[nodiscard]] std::string scores(period p) const { return bigint_array(scores_[index_of(p)]); }
  [[nodiscard]] std::string times() const { return bigint_array(times_); }

private:
  std::vector<std::string> ids_;
  std::array<std::vector<std::int64_t>, period_count> scores_;
  std::vector<std::int64_t> times_;
};

} // namespace standings
