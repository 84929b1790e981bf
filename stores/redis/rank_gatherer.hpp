#pragma once

#include "stores/redis/board_reader.hpp"

#include <boost/asio/io_context.hpp>

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace standings {

/// Reads the ranks that the coroutines of an event loop want in one turn with one call per board.
/// For the loop's thread only.
class rank_gatherer {
public:
  rank_gatherer(boost::asio::io_context& loop, board_reader& reader, redis_calls& calls)
      : loop_(loop), reader_(reader), calls_(calls) {}

  task<result<std::optional<user_rank>>> rank(std::string user_id, period board);

  /// Those that wait for their turn get the failure of `calls`, which has ended.
  void end() { read_wanted(); }

private:
  using rank_result = result<std::optional<user_rank>>;

  struct group {
    std::vector<std::string> users;
    std::vector<later<rank_result>*> places;
  };

  void read_soon();
  void read_wanted();
  detached read(period board, group wanted);

  boost::asio::io_context& loop_;
  board_reader& reader_;
  redis_calls& calls_;
  std::array<group, period_count> wanted_; ///< by board
  bool reading_soon_ = false;
};

} // namespace standings
