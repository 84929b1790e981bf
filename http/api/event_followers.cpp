#include "http/api/event_followers.hpp"

#include <boost/asio/post.hpp>

#include <string>
#include <utility>

namespace standings {

namespace {

/// How many events are printed at a time; the next ones when the client has taken them.
constexpr std::size_t events_at_once = 32;

const auto retry_first = std::make_shared<const std::string>("retry: 2000\n\n");

} // namespace

/// One client that follows the events.
class event_followers::follower final : public event_stream, public hook {
public:
  follower(event_followers& of, std::uint64_t last) : of_(of), last_(last) {}

  ~follower() override {
    if (!reader_)
      return;
    hook::unlink();
    of_.leave();
  }

  void open(reader& to) override {
    reader_ = &to;
    of_.join(*this);
  }

  std::shared_ptr<const std::string> next() override {
    if (!std::exchange(has_begun_, true))
      return retry_first;
    const auto events = of_.log_->after(last_, events_at_once);
    if (events.empty())
      return nullptr;
    std::string out;
    for (const auto& event : events)
      out.append("event: ")
          .append(to_string(event.kind))
          .append("\nid: ")
          .append(of_.log_->id_of(event.number))
          .append("\ndata: ")
          .append(*event.json)
          .append("\n\n");
    last_ = events.back().number;
    return std::make_shared<const std::string>(std::move(out));
  }

  void tell() { reader_->more(); }

private:
  event_followers& of_;
  reader* reader_ = nullptr;
  std::uint64_t last_;
  bool has_begun_ = false;
};

event_followers::event_followers(boost::asio::io_context& loop, event_log_ptr log)
    : loop_(loop), log_(std::move(log)), followers_(std::make_unique<list>()) {}

event_followers::~event_followers() {
  log_->unwatch(this);
}

std::shared_ptr<event_stream> event_followers::stream(std::string_view last_id) {
  return std::make_shared<follower>(*this, log_->number_of(last_id));
}

void event_followers::join(follower& who) {
  if (open_++ == 0)
    log_->watch(this, [this] { told(); });
  followers_->push_back(who);
}

void event_followers::leave() {
  if (--open_ == 0)
    log_->unwatch(this);
}

/// Called on any thread.
void event_followers::told() {
  if (!passing_on_.exchange(true))
    boost::asio::post(loop_, [this] { pass_on(); });
}

/// A client that is told may be lost by that.
void event_followers::pass_on() {
  passing_on_ = false;
  list to_tell;
  to_tell.swap(*followers_);
  while (!to_tell.empty()) {
    auto& who = to_tell.front();
    to_tell.pop_front();
    followers_->push_back(who);
    who.tell();
  }
}

} // namespace standings
