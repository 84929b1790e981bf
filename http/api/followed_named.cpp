#include "http/api/followed_named.hpp"

#include "http/api/named_boards.hpp"

#include <utility>

namespace standings {

namespace {

class followed_named final : public followed_leaderboard {
public:
  followed_named(const api& with, std::string id) : with_(with), id_(std::move(id)) {}

  /// A cache that others share says nothing without being asked, which may block; and no cache says
  /// what users carry.
  board_watch::signs signs() override {
    const auto what = with_.faces.shelf->find(id_);
    if (!what)
      return {.changes = 0, .complete = false, .shows_all_changes = false};
    if (cache_.lock() != what->cache) {
      cache_ = what->cache;
      ++incarnation_;
    }
    const bool blocks = with_.faces.named_caches_block;
    return {.changes = what->cache->changes(),
            .complete = blocks || what->cache->complete(),
            .shows_all_changes =
                !blocks && what->cache->version().has_value() && !what->of.has_user_metadata,
            .incarnation = incarnation_};
  }

  /// Loads the leaderboard if it is not in the cache.
  task<result<followed_page>> top(period board, std::uint64_t limit) override {
    const auto of = co_await open_named_boards(with_, id_);
    if (!of)
      co_return of.error();
    followed_page out;
    auto page = co_await (*of)->boards.top(board, 0, limit);
    if (!page)
      co_return page.error();
    out.page = std::move(*page);
    std::vector<std::string> users;
    append_users(users, out.page.entries);
    out.carried = co_await carried_by(with_, **of, std::move(users));
    co_return out;
  }

private:
  const api& with_;
  const std::string id_;
  std::weak_ptr<rank_cache> cache_; ///< that signs were last seen of
  std::uint64_t incarnation_ = 0;
};

} // namespace

followed_leaderboard_ptr follow_named(const api& with, std::string id) {
  return std::make_shared<followed_named>(with, std::move(id));
}

} // namespace standings
