#include "http/api/board_followers.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace standings {

namespace {

/// How many clients are told before requests get their turn.
constexpr int told_at_once = 64;

/// How long a client waits before it connects again, in milliseconds.
const auto retry_text = std::make_shared<const std::string>("retry: 2000\n\n");

} // namespace

/// One client that follows a board.
class board_followers::follower final : public event_stream, public hook {
public:
  follower(board_followers& of, followed_board to_follow, std::string last)
      : what(to_follow), of_(of), last_id_(std::move(last)) {}

  ~follower() override {
    if (!reader_)
      return;
    hook::unlink();
    of_.leave(what);
  }

  void open(reader& to) override {
    reader_ = &to;
    of_.join(*this);
  }

  std::shared_ptr<const std::string> next() override;

  void tell() { reader_->more(); }

  const followed_board what;

private:
  board_followers& of_;
  reader* reader_ = nullptr;
  std::string last_id_;
  board_news_ptr given_;
  bool has_begun_ = false;
};

/// Those who follow the same top of the same board.
struct board_followers::topic {
  board_news_ptr newest;
  list told;
  list to_tell;
  bool telling = false;

  [[nodiscard]] bool is_empty() const { return told.empty() && to_tell.empty(); }
};

std::shared_ptr<const std::string> board_followers::follower::next() {
  if (!std::exchange(has_begun_, true))
    return retry_text;
  const auto newest = of_.topics_.at(what)->newest;
  if (newest == given_)
    return nullptr;
  given_ = newest;
  const auto last = std::exchange(last_id_, {});
  if (!last.empty() && last == newest->id)
    return nullptr;
  return {newest, &newest->event};
}

board_followers::board_followers(boost::asio::io_context& loop, board_feed& feed)
    : loop_(loop), feed_(feed) {}

board_followers::~board_followers() = default;

std::shared_ptr<event_stream> board_followers::stream(followed_board what, std::string last_id) {
  return std::make_shared<follower>(*this, what, std::move(last_id));
}

void board_followers::join(follower& who) {
  auto& to = topics_[who.what];
  if (!to) {
    to = std::make_unique<topic>();
    feed_.follow(*this, who.what);
  }
  to->told.push_back(who);
}

void board_followers::leave(const followed_board& what) {
  const auto at = topics_.find(what);
  if (at->second->telling || !at->second->is_empty())
    return;
  topics_.erase(at);
  feed_.unfollow(*this, what);
}

void board_followers::tell(followed_board what, board_news_ptr news) {
  boost::asio::post(loop_, [this, what, latest = std::move(news)] {
    const auto at = topics_.find(what);
    if (at == topics_.end())
      return;
    auto& to = *at->second;
    to.newest = latest;
    const bool idle = to.to_tell.empty();
    to.to_tell.splice(to.to_tell.end(), to.told);
    if (idle)
      pass_on(what);
  });
}

/// Tells a few; the rest when others have had their turn. A client that is told may be lost by
/// that.
void board_followers::pass_on(const followed_board& what) {
  const auto at = topics_.find(what);
  if (at == topics_.end())
    return;
  auto& to = *at->second;
  to.telling = true;
  for (int i = 0; i < told_at_once && !to.to_tell.empty(); ++i) {
    auto& who = to.to_tell.front();
    to.to_tell.pop_front();
    to.told.push_back(who);
    who.tell();
  }
  to.telling = false;
  if (to.is_empty())
    return leave(what);
  if (!to.to_tell.empty())
    boost::asio::post(loop_, [this, what] { pass_on(what); });
}

} // namespace standings
