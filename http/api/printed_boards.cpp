#include "http/api/printed_boards.hpp"

#include "http/api/leaderboard_json.hpp"

#include <utility>

namespace standings {

namespace {

/// Bounds on what a loop keeps; beyond them it begins anew.
constexpr std::size_t most_kept = 1'024;
constexpr std::size_t most_kept_bytes = 4 << 20;

} // namespace

task<result<printed_boards::text>> printed_boards::get(board_query asked) {
  if (const auto version = reads_.version()) {
    const auto at = kept_.find(asked);
    if (at != kept_.end() && at->second.version == *version && reads_.complete()) {
      boards_.count_hit();
      co_return at->second.printed;
    }
    co_return co_await read_and_keep(asked, *version);
  }
  place mine;
  const auto [under_way, first] = waiting_.try_emplace(asked);
  under_way->second.push_back(&mine);
  if (first)
    read_for_all(asked);
  co_return co_await mine;
}

task<result<printed_boards::text>> printed_boards::read(board_query asked) {
  const auto page = co_await boards_.top(asked.board, asked.offset, asked.limit);
  if (!page)
    co_return page.error();
  co_return std::make_shared<const std::string>(
      board_json(asked.board, asked.limit, asked.offset, *page));
}

/// `version`: from before the read, so that a change meanwhile makes the text outdated.
task<result<printed_boards::text>> printed_boards::read_and_keep(board_query asked,
                                                                 std::uint64_t version) {
  auto printed = co_await read(asked);
  if (!printed)
    co_return printed;
  keep(asked, {version, *printed});
  co_return printed;
}

void printed_boards::keep(const board_query& asked, kept what) {
  const auto bytes = what.printed->size();
  if (kept_.size() >= most_kept || kept_bytes_ + bytes > most_kept_bytes) {
    kept_.clear();
    kept_bytes_ = 0;
  }
  auto& before = kept_[asked];
  kept_bytes_ += bytes - (before.printed ? before.printed->size() : 0);
  before = std::move(what);
}

/// Reads until nobody has asked meanwhile.
detached printed_boards::read_for_all(board_query asked) {
  while (!waiting_[asked].empty()) {
    const auto places = std::exchange(waiting_[asked], {});
    result<text> printed = fail(errc::internal);
    try {
      printed = co_await read(asked);
    } catch (const std::exception& e) {
      printed = fail_because(errc::internal, {}, e.what());
    }
    for (auto* each : places)
      each->set(printed);
  }
  waiting_.erase(asked);
}

} // namespace standings
