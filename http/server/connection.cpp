#include "http/server/connection.hpp"

#include "http/server/audit.hpp"
#include "http/server/buffers.hpp"
#include "http/server/event_loop.hpp"
#include "http/server/open_stream.hpp"
#include "log/log.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

namespace standings {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

/// No further request is handled while more than this is waiting to be sent.
constexpr std::size_t enough_output = 65'536;
/// How many requests one connection may have handled before others get their turn.
constexpr std::size_t longest_turn = 32;
/// A body up to this size does not count among all bodies.
constexpr std::size_t most_uncounted = 16'384;

/// Whether the client wants to use the connection for another request.
bool client_stays(const request& rq) {
  return rq.version >= 11 ? !rq.headers.has_token("Connection", "close")
                          : rq.headers.has_token("Connection", "keep-alive");
}

/// Header lines about the limits, unless the answer has them already.
std::string limits_to_tell(const request& rq, const answer& with) {
  const bool told = std::any_of(with.headers.begin(), with.headers.end(),
                                [](const auto& h) { return h.first == "RateLimit-Limit"; });
  return rq.limit.limit == 0 || told ? std::string{} : limit_fields(rq.limit);
}

asio::ip::tcp protocol_of(int fd) {
  sockaddr_storage own{};
  socklen_t size = sizeof own;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&own), &size);
  return own.ss_family == AF_INET6 ? asio::ip::tcp::v6() : asio::ip::tcp::v4();
}

} // namespace

connection::connection(int fd, std::string address, address_place place, event_loop& loop)
    : loop_(loop), socket_(loop.context(), protocol_of(fd), fd), address_(std::move(address)),
      peer_(ip_address::of_peer(address_)), place_(std::move(place)),
      reader_(loop.shared().limits.limits), body_share_(loop.shared().bodies) {
  error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(asio::ip::tcp::no_delay{true}, ignored);
}

connection::~connection() {
  loop_.shared().connections.leave();
}

void connection::start() {
  wait_for(waits_for::first_byte);
  if (loop_.shared().tls && !begin_tls())
    return close();
  await_readable();
}

/// Starts the deadline unless it runs already.
void connection::wait_for(waits_for what) {
  if (is_waiting_ && waiting_ == what)
    return;
  is_waiting_ = true;
  waiting_ = what;
  loop_.waits().set(*this, what);
}

void connection::await_readable() {
  if (std::exchange(reading_, true))
    return;
  if (tls_ && tls_->has_pending() && !lingering_) {
    asio::post(loop_.context(), [self = shared_from_this()] {
      self->reading_ = false;
      if (self->socket_.is_open())
        self->readable();
    });
    return;
  }
  socket_.async_wait(asio::ip::tcp::socket::wait_read,
                     [self = shared_from_this()](const error_code& error) {
                       self->reading_ = false;
                       if (!error)
                         self->readable();
                     });
}

void connection::await_writable() {
  if (std::exchange(writing_, true))
    return;
  socket_.async_wait(asio::ip::tcp::socket::wait_write,
                     [self = shared_from_this()](const error_code& error) {
                       self->writing_ = false;
                       if (!error)
                         self->writable();
                     });
}

void connection::writable() {
  const bool reads = tls_ && (!tls_->is_open() || tls_->read_wants_write());
  if (reads && !handling_ && !closing_)
    return readable();
  advance();
}

void connection::readable() {
  if (lingering_)
    return discard_input();
  if (tls_ && !tls_->is_open())
    return shake_hands();
  if (stream_)
    return stream_input();
  if (handling_ || closing_)
    return; // what the client sends or says now is looked at after the answer
  auto& to = loop_.scratch();
  error_code error;
  const auto n = receive(to, error);
  if (would_block(error))
    return tls_ && tls_->read_wants_write() ? await_writable() : await_readable();
  if (error)
    return client_ended();
  loop_.traffic().received.add(n);
  take({to.data(), n});
}

/// Consumes the bytes where they lie if nothing is kept from before.
void connection::take(std::string_view bytes) {
  if (in_.empty())
    in_.append(bytes.substr(consume(bytes)));
  else
    in_.append(bytes);
  advance();
}

/// Goes on as far as possible without waiting, then arranges to be called again.
void connection::advance() {
  if (stream_)
    return stream_on();
  turn_ = 0;
  while (socket_.is_open()) {
    if (!in_.empty() && may_read_on()) {
      in_.erase(0, consume(in_));
      if (in_.empty())
        release(in_);
    }
    if (stream_) // what stands behind its request is not read
      return stream_on();
    if (!flush())
      return;
    if (closing_)
      return finish();
    if (handling_) {
      loop_.waits().clear(*this); // handlers have their own limits
      is_waiting_ = false;
      return;
    }
    if (in_.empty() || wants_more_)
      return await_input();
    if (turn_ >= longest_turn) {
      loop_.waits().clear(*this);
      is_waiting_ = false;
      asio::post(loop_.context(), [self = shared_from_this()] { self->advance(); });
      return;
    }
  }
}

bool connection::may_read_on() const {
  return !handling_ && !closing_ && !stream_ && turn_ < longest_turn
         && out_.size() - sent_ < enough_output;
}

/// Reads and handles requests; returns how many bytes they took.
std::size_t connection::consume(std::string_view bytes) {
  consuming_ = true;
  wants_more_ = false;
  std::size_t used = 0;
  while (may_read_on() && !wants_more_) {
    std::size_t taken = 0;
    const auto read = reader_.read(bytes.substr(used), taken);
    used += taken;
    if (!read) {
      refuse(read.error());
      break;
    }
    if (!hold_body()) {
      refuse(fail(errc::overloaded, "there is no memory for more large bodies"));
      break;
    }
    if (*read == request_reader::progress::part)
      wants_more_ = true;
    else if (*read == request_reader::progress::head)
      head_arrived();
    else
      handle();
  }
  consuming_ = false;
  return used;
}

/// Counts the body among those of all connections. Returns whether there is room for it.
bool connection::hold_body() {
  const auto size = reader_.current().body.size();
  return body_share_.hold(size > most_uncounted ? size : 0);
}

void connection::handle() {
  auto& shared = loop_.shared();
  ++turn_;
  if (const auto refusal = std::move(refusal_)) {
    respond(*refusal);
    return start_over();
  }
  if (shared.in_flight >= shared.limits.max_in_flight && route_->busy == when_busy::refuse) {
    loop_.traffic().requests_refused.add();
    respond(problem_answer(fail(errc::overloaded, "more requests in flight than allowed"),
                           reader_.current().id));
    return start_over();
  }
  ++shared.in_flight;
  handling_ = true;
  run_handler(shared_from_this());
}

/// `self` by value: it lives as long as the handler needs the request.
detached connection::run_handler(std::shared_ptr<connection> self) { // NOLINT
  auto& rq = self->reader_.current();
  std::optional<answer> out;
  try {
    auto given = co_await self->route_->handle(rq);
    out = given ? std::move(*given) : problem_answer(given.error(), rq.id);
  } catch (const std::exception& e) {
    log_to(log_component::http,
           {{"request_id", rq.id}, {"method", rq.method}, {"route", self->route_->pattern}})
        .error("Failed to answer {} {}: {}", rq.method, self->route_->pattern, e.what());
    out = problem_answer(fail(errc::internal), rq.id);
  }
  self->answered(*out);
}

void connection::answered(const answer& with) {
  --loop_.shared().in_flight;
  handling_ = false;
  if (!socket_.is_open())
    return audit(with.status);
  if (with.stream && reader_.current().method != "HEAD")
    begin_stream(with);
  else
    respond(with);
  start_over();
  if (!consuming_)
    advance();
}

/// Prints an answer to the current request.
void connection::respond(const answer& with) {
  const auto& rq = reader_.current();
  closing_ = closing_ || loop_.shared().draining || !client_stays(rq);
  auto says = connection_says::nothing;
  if (closing_)
    says = connection_says::close;
  else if (rq.version < 11)
    says = connection_says::keep_alive;
  append_response(out_, with, rq.id, says, rq.method == "HEAD",
                  loop_.shared().cors.fields_for(rq.headers), limits_to_tell(rq, with));
  note_answer(with.status);
}

/// Every answer is logged and counted here.
void connection::note_answer(int status) {
  const auto& rq = reader_.current();
  const auto now = clock::now();
  loop_.accesses().answered(rq, route_ ? route_->pattern : std::string_view{}, status, now);
  auto& traffic = loop_.traffic();
  auto& to = meant_ ? traffic.of(meant_->number) : traffic.unmatched();
  to.add(status, now - rq.arrived);
  audit(status);
  meant_ = nullptr;
}

/// Logs calls of admin routes that were let in, also those that were refused for another reason.
void connection::audit(int status) {
  const auto& rq = reader_.current();
  if (meant_ && meant_->who == access::admin && rq.is_let_in)
    audit_admin_call(rq, status);
}

/// Answers a request that is not read to its end, and closes: where the next one begins is unknown.
void connection::refuse(const failure& why) {
  auto& rq = reader_.current();
  if (rq.id.empty()) { // its head was not complete
    rq.id = request_id_of(rq.headers);
    rq.remote_address = address_;
    rq.client = peer_.text();
    rq.arrived = clock::now();
  }
  closing_ = has_unread_ = true;
  respond(problem_answer(why, rq.id));
}

/// The next request has its own deadlines.
void connection::start_over() {
  reader_.start_over();
  static_cast<void>(hold_body()); // there is none now
  route_ = nullptr;
  is_waiting_ = false;
  is_late_ = false;
}

void connection::client_ended() {
  if (!reader_.has_begun() && in_.empty())
    return close();
  refuse(fail(errc::malformed, "not a complete HTTP/1.1 request"));
  advance();
}

/// Sends what is in out_. Returns whether all of it is sent; if not, `advance` is called again.
bool connection::flush() {
  while (sent_ < out_.size()) {
    error_code error;
    const auto n = transmit({out_.data() + sent_, out_.size() - sent_}, error);
    sent_ += n;
    loop_.traffic().sent.add(n);
    if (would_block(error)) {
      out_.erase(0, sent_); // more may be appended before the client takes the rest
      sent_ = 0;
      wait_for(waits_for::client);
      await_writable();
      return false;
    }
    if (error) {
      close();
      return false;
    }
  }
  if (is_waiting_ && waiting_ == waits_for::client)
    is_waiting_ = false;
  release(out_);
  sent_ = 0;
  return true;
}

void connection::await_input() {
  error_code ignored;
  if (reader_.has_begun() || !in_.empty())
    wait_for(waits_for::request);
  else if (loop_.shared().draining && socket_.available(ignored) == 0)
    return close(); // it was being answered when the drain began
  else if (!is_waiting_)
    wait_for(waits_for::next);
  await_readable();
}

} // namespace standings
