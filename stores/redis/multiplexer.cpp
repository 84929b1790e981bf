#include "stores/redis/multiplexer.hpp"

#include "stores/redis/describe.hpp"
#include "stores/redis/lost.hpp"
#include "stores/redis/reply_errors.hpp"
#include "stores/redis/unsent.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace standings {

namespace {

namespace asio = boost::asio;

/// How exact the time-outs of commands are.
constexpr std::chrono::milliseconds look_pause{50};
/// Commands that wait for a reply. Redis replies when it has carried out all that it has read: more
/// at once would make the first wait for the last.
constexpr std::size_t most_at_once = 64;

failure stopping() {
  return fail(errc::shutting_down, "the service is stopping");
}

} // namespace

redis_multiplexer::redis_multiplexer(asio::io_context& loop, asio::thread_pool& opener,
                                     open_fn open, const redis_options& options,
                                     std::chrono::milliseconds pause)
    : loop_(loop), opener_(opener), open_(std::move(open)), options_(options),
      address_(address_of(options)), pause_(pause), breaker_(options.breaker), timer_(loop) {}

void redis_multiplexer::end() {
  if (ended_.exchange(true))
    return;
  timer_.cancel();
  if (opening_.valid())
    opening_.wait(); // it posts to the loop
  is_opening_ = false;
  lost(stopping());
  tell_waiting(stopping());
}

// -- the connection --------------------------------------------------------------

task<result<void>> redis_multiplexer::await_open() {
  if (ended_)
    co_return stopping();
  if (transport_)
    co_return result<void>{};
  if (breaker_.open() && (is_opening_ || clock::now() < next_probe_))
    co_return last_failure_;
  later<result<void>> open;
  waiting_.push_back(&open);
  begin_open();
  look_later();
  co_return co_await open;
}

void redis_multiplexer::begin_open() {
  if (std::exchange(is_opening_, true))
    return;
  opening_since_ = clock::now();
  std::promise<void> done;
  opening_ = done.get_future();
  asio::post(opener_, [this, done = std::move(done)]() mutable {
    if (!ended_)
      asio::post(loop_, [this, made = open_()]() mutable { opened(std::move(made)); });
    done.set_value();
  });
}

void redis_multiplexer::opened(result<std::unique_ptr<redis_connection>> made) {
  if (ended_)
    return;
  is_opening_ = false;
  breaker_.set(!made);
  if (made) {
    adopt((*made)->release());
  } else {
    last_failure_ = made.error();
    next_probe_ = clock::now() + pause_;
  }
  tell_waiting(made ? result<void>{} : made.error());
}

void redis_multiplexer::tell_waiting(const result<void>& outcome) {
  for (auto* each : std::exchange(waiting_, {}))
    each->set(outcome);
}

void redis_multiplexer::adopt(std::unique_ptr<redis_transport> transport) {
  transport_ = std::move(transport);
  socket_.emplace(loop_, transport_->fd());
  replies_ = std::make_unique<reply_reader>();
  before_read_ = before_write_ = wait_for::nothing;
  reading_ = writing_ = false;
  ++connection_;
  await_socket();
}

/// Ends the connection and all calls that wait for a reply.
void redis_multiplexer::lost(const failure& why) {
  if (!transport_)
    return;
  socket_->release(); // the transport closes it
  socket_.reset();
  transport_.reset();
  ++connection_;
  unsent_.clear();
  sent_ = 0;
  if (!expected_.empty()) { // else it was idle, and a server may close such connections
    breaker_.set(true);
    last_failure_ = why;
    next_probe_ = clock::now(); // perhaps the server was restarted: probe at once
  }
  for (auto* each : std::exchange(expected_, {}))
    each->set(why);
  for (const auto& each : std::exchange(queued_, {}))
    each.to->set(why);
}

// -- calls -----------------------------------------------------------------------

void redis_multiplexer::send(const arguments& words, awaited_reply& to) {
  if (!transport_)
    return to.set(breaker_.open() ? last_failure_ : lost_because("reading at " + address_));
  if (expected_.size() >= most_at_once) {
    append_command(queued_.emplace_back(queued{{}, &to}).text, words);
    return;
  }
  append_command(unsent_, words);
  expect(to);
  drive_soon();
}

void redis_multiplexer::expect(awaited_reply& to) {
  if (expected_.empty())
    heard_ = clock::now();
  expected_.push_back(&to);
  look_later();
}

result<redis_reply> redis_multiplexer::checked(result<redis_reply> reply,
                                               const std::string& doing) {
  if (!reply || !reply->is_error())
    return reply;
  auto why = meaning_of_redis_error(reply->text(), doing);
  if (is_redis_error(reply->text(), "READONLY"))
    lost(why); // after a failover the name may resolve to the new primary
  return why;
}

task<result<redis_reply>> redis_multiplexer::command(arguments words) {
  if (const auto open = co_await await_open(); !open)
    co_return open.error();
  awaited_reply reply;
  send(words, reply);
  auto got = co_await reply;
  if (got && got->is_error())
    co_return checked(std::move(got), describe_command(words, address_));
  co_return got;
}

task<result<std::vector<redis_reply>>>
redis_multiplexer::pipeline(std::vector<arguments> commands) {
  if (const auto open = co_await await_open(); !open)
    co_return open.error();
  std::deque<awaited_reply> replies(commands.size());
  for (std::size_t i = 0; i < commands.size(); ++i)
    send(commands[i], replies[i]);
  std::vector<redis_reply> out;
  std::optional<failure> first;
  for (std::size_t i = 0; i < commands.size(); ++i) { // all, because each refers to this frame
    auto& reply = replies[i];
    auto got = co_await reply;
    if (got && got->is_error())
      got = checked(std::move(got), describe_command(commands[i], address_));
    if (got)
      out.push_back(std::move(*got));
    else if (!first)
      first = got.error();
  }
  if (first)
    co_return std::move(*first);
  co_return out;
}

task<result<redis_reply>> redis_multiplexer::script(script_source what, arguments keys,
                                                    arguments values) {
  if (const auto open = co_await await_open(); !open)
    co_return open.error();
  const auto count = std::to_string(keys.size());
  arguments words{"EVALSHA", what.sha, count};
  words.insert(words.end(), keys.begin(), keys.end());
  words.insert(words.end(), values.begin(), values.end());
  awaited_reply reply;
  send(words, reply);
  auto got = co_await reply;
  if (got && got->is_error() && got->text().starts_with("NOSCRIPT")) {
    words[0] = "EVAL"; // which also caches the script
    words[1] = what.source;
    awaited_reply again;
    send(words, again);
    got = co_await again;
  }
  if (got && got->is_error())
    co_return checked(std::move(got), describe_script(what, keys, address_));
  co_return got;
}

// -- bytes -----------------------------------------------------------------------

/// At the end of this turn of the loop, so that its commands go out together.
void redis_multiplexer::drive_soon() {
  if (std::exchange(driving_soon_, true))
    return;
  asio::post(loop_, [this] {
    driving_soon_ = false;
    drive();
  });
}

/// Writes and reads what is possible at once.
void redis_multiplexer::drive() {
  if (!transport_ || driving_)
    return;
  driving_ = true;
  for (bool more = true; more && transport_;) {
    const auto wrote = write_some();
    const auto read = wrote ? read_some() : wrote;
    if (!read) {
      lost(fail_because(read.error().code, read.error().detail,
                        "reading at " + address_ + ": " + read.error().cause));
      break;
    }
    const bool may_write = !unsent_.empty() && before_write_ == wait_for::nothing;
    more = *wrote || *read || may_write; // replies make room for further commands
  }
  driving_ = false;
  if (transport_)
    await_socket();
}

/// Returns whether there may be more to write at once.
result<bool> redis_multiplexer::write_some() {
  if (unsent_.empty() || before_write_ != wait_for::nothing)
    return false;
  const auto n = transport_->write(std::string_view{unsent_}.substr(sent_), before_write_);
  if (!n)
    return n.error();
  sent_ += *n;
  if (sent_ < unsent_.size())
    return before_write_ == wait_for::nothing;
  sent_ = 0;
  empty_sent(unsent_);
  before_write_ = wait_for::nothing;
  return false;
}

/// Returns whether there may be more to read at once.
result<bool> redis_multiplexer::read_some() {
  if (before_read_ != wait_for::nothing)
    return false;
  const auto n = transport_->read(buffer_, before_read_);
  if (!n)
    return n.error();
  replies_->feed({buffer_.data(), *n});
  if (*n > 0)
    heard_ = clock::now();
  // TLS may have decrypted more than it has returned
  const bool more =
      before_read_ == wait_for::nothing && (options_.tls.enabled || *n == buffer_.size());
  if (!more && before_read_ == wait_for::nothing)
    before_read_ = wait_for::readable;
  if (const auto taken = take_replies(); !taken)
    return taken.error();
  return more;
}

/// Each reply resumes the coroutine that waits for it.
result<void> redis_multiplexer::take_replies() {
  for (const auto of = connection_; connection_ == of;) {
    auto reply = replies_->next();
    if (!reply)
      return reply.error();
    if (!*reply)
      break;
    if (expected_.empty())
      return fail_because(errc::store_unavailable, std::string{cache_lost},
                          "a reply to no command");
    auto* const to = expected_.front();
    expected_.pop_front();
    to->set(std::move(**reply));
  }
  for (; !queued_.empty() && expected_.size() < most_at_once; queued_.pop_front()) {
    unsent_.append(queued_.front().text);
    expect(*queued_.front().to);
  }
  return {};
}

void redis_multiplexer::await_socket() {
  using descriptor = asio::posix::stream_descriptor;
  const auto waits = [this](wait_for what) {
    return before_read_ == what || (!unsent_.empty() && before_write_ == what);
  };
  const auto ready = [this](bool& flag, wait_for what) {
    return [this, &flag, what, of = connection_](const boost::system::error_code& error) {
      if (error || of != connection_)
        return;
      flag = false;
      if (before_read_ == what)
        before_read_ = wait_for::nothing;
      if (before_write_ == what)
        before_write_ = wait_for::nothing;
      drive();
    };
  };
  if (!std::exchange(reading_, true)) {
    if (before_read_ == wait_for::nothing)
      before_read_ = wait_for::readable;
    socket_->async_wait(descriptor::wait_read, ready(reading_, wait_for::readable));
  }
  if (waits(wait_for::writable) && !std::exchange(writing_, true))
    socket_->async_wait(descriptor::wait_write, ready(writing_, wait_for::writable));
}

/// Ends the connection if the server owes a reply and has sent nothing for too long, and lets those
/// go that wait for a connection for too long.
void redis_multiplexer::look_later() {
  if (ended_ || std::exchange(looking_, true))
    return;
  timer_.expires_after(look_pause);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error)
      return;
    looking_ = false;
    const auto now = clock::now();
    if (!waiting_.empty() && now - opening_since_ >= longest_open()) {
      breaker_.set(true);
      last_failure_ = fail_because(errc::store_unavailable, std::string{cache_unreachable},
                                   "connecting to " + address_ + " takes too long");
      tell_waiting(last_failure_);
    }
    if (!expected_.empty() && now - heard_ >= options_.command_timeout)
      lost(fail_because(errc::store_unavailable, "the cache does not answer in time",
                        "reading at " + address_ + ": no answer within "
                            + std::to_string(options_.command_timeout.count()) + " ms"));
    if (!expected_.empty() || !waiting_.empty())
      look_later();
  });
}

std::chrono::milliseconds redis_multiplexer::longest_open() const {
  return options_.connect_timeout + 2 * options_.command_timeout;
}

} // namespace standings
