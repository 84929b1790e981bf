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
      : of_(of), what_(std::move(to_follow)), last_id_(std::move(last)) {}

  ~follower() override {
    if (!reader_)
      return;
    hook::unlink();
    of_.leave(topic_);
  }

  void open(reader& to) override {
    reader_ = &to;
    topic_ = of_.join(*this, what_);
  }

  std::shared_ptr<const std::string> next() override;

  bool is_over() const override { return given_ && given_->is_last; }

  void tell() { reader_->more(); }

private:
  board_followers& of_;
  const followed_board what_;
  topic_ptr topic_;
  reader* reader_ = nullptr;
  std::string last_id_;
  board_news_ptr given_;
  bool has_begun_ = false;
};

/// Those who follow the same top of the same board.
struct board_followers::topic {
  explicit topic(followed_board to_follow) : what(std::move(to_follow)) {}

  const followed_board what;
  board_news_ptr newest{};
  list told{};
  list to_tell{};
  bool telling = false;

  [[nodiscard]] bool is_empty() const { return told.empty() && to_tell.empty(); }
  [[nodiscard]] bool is_gone() const { return newest && newest->is_last; }
};

std::shared_ptr<const std::string> board_followers::follower::next() {
  if (!std::exchange(has_begun_, true))
    return retry_text;
  const auto newest = topic_->newest;
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
  return std::make_shared<follower>(*this, std::move(what), std::move(last_id));
}

board_followers::topic_ptr board_followers::join(follower& who, const followed_board& what) {
  auto& to = topics_[what];
  if (!to) {
    to = std::make_shared<topic>(what);
    feed_.follow(*this, what);
  }
  to->told.push_back(who);
  return to;
}

/// The feed has dropped a board that is gone by itself.
void board_followers::leave(const topic_ptr& of) {
  if (of->telling || !of->is_empty() || of->is_gone())
    return;
  topics_.erase(of->what);
  feed_.unfollow(*this, of->what);
}

void board_followers::tell(followed_board what, board_news_ptr news) {
  boost::asio::post(loop_, [this, which = std::move(what), latest = std::move(news)] {
    const auto at = topics_.find(which);
    if (at == topics_.end())
      return;
    const auto to = at->second;
    to->newest = latest;
    if (latest->is_last)
      topics_.erase(at);
    const bool idle = to->to_tell.empty();
    to->to_tell.splice(to->to_tell.end(), to->told);
    if (idle)
      pass_on(to);
  });
}

/// Tells a few; the rest when others have had their turn. A client that is told may be lost by
/// that.
void board_followers::pass_on(const topic_ptr& of) {
  of->telling = true;
  for (int i = 0; i < told_at_once && !of->to_tell.empty(); ++i) {
    auto& who = of->to_tell.front();
    of->to_tell.pop_front();
    of->told.push_back(who);
    who.tell();
  }
  of->telling = false;
  if (of->is_empty())
    return leave(of);
  if (!of->to_tell.empty())
    boost::asio::post(loop_, [this, of] { pass_on(of); });
}

} // namespace standings
