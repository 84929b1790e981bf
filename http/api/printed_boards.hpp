#pragma once

#include "actors/leaderboard/leaderboard_reader.hpp"
#include "core/base/task.hpp"
#include "stores/contracts/cache_reads.hpp"

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace standings {

/// The window of a board that a client wants.
struct board_query {
  period board{};
  std::uint64_t limit = 0;
  std::uint64_t offset = 0;

  friend auto operator<=>(const board_query&, const board_query&) = default;
};

/// Printed windows of boards, for the coroutines of one event loop. A window of a cache with a
/// version is kept until the version changes. Otherwise equal queries share reads: while one is
/// under way, further ones wait for the next, so that each gets what was true after it was asked.
class printed_boards {
public:
  using text = std::shared_ptr<const std::string>;

  printed_boards(leaderboard_reader& boards, cache_reads& reads) : boards_(boards), reads_(reads) {}

  /// Errors: those of leaderboard_reader::top.
  task<result<text>> get(board_query asked);

private:
  struct kept {
    std::uint64_t version = 0;
    text printed;
  };
  using place = later<result<text>>;

  task<result<text>> read(board_query asked);
  task<result<text>> read_and_keep(board_query asked, std::uint64_t version);
  detached read_for_all(board_query asked);
  void keep(const board_query& asked, kept what);

  leaderboard_reader& boards_;
  cache_reads& reads_;
  std::map<board_query, kept> kept_;
  std::size_t kept_bytes_ = 0;
  std::map<board_query, std::vector<place*>> waiting_; ///< by what is under way: for the next read
};

} // namespace standings
