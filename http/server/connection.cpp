#include "http/server/connection.hpp"

#include "http/server/audit.hpp"
#include "http/server/event_loop.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

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
/// How much is read and thrown away so that the client still receives the answer.
constexpr std::size_t most_lingered = 16 << 20;
/// A buffer beyond this is freed when it is empty.
constexpr std::size_t kept_bytes = 4'096;

bool would_block(const error_code& error) {
  return error == asio::error::would_block || error == asio::error::try_again;
}

void release(std::string& buffer) {
  buffer.clear();
  if (buffer.capacity() > kept_bytes)
    std::string{}.swap(buffer);
}

/// Whether the client wants to use the connection for another request.
bool client_stays(const request& rq) {
  return rq.version >= 11 ? !rq.headers.has_token("Connection", "close")
                          : rq.headers.has_token("Connection", "keep-alive");
}

asio::ip::tcp protocol_of(int fd) {
  sockaddr_storage own{};
  socklen_t size = sizeof own;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&own), &size);
  return own.ss_family == AF_INET6 ? asio::ip::tcp::v6() : asio::ip::tcp::v4();
}

} // namespace

connection::connection(int fd, std::string address, event_loop& loop)
    : loop_(loop), socket_(loop.context(), protocol_of(fd), fd), address_(std::move(address)),
      reader_(loop.shared().limits.limits) {
  error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(asio::ip::tcp::no_delay{true}, ignored);
}

connection::~connection() {
  loop_.shared().connections.leave();
}

void connection::start() {
  wait_for(waits_for::first_byte);
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
                         self->advance();
                     });
}

void connection::readable() {
  if (lingering_)
    return discard_input();
  if (handling_ || closing_)
    return; // what the client sends or says now is looked at after the answer
  auto& to = loop_.scratch();
  error_code error;
  const auto n = socket_.read_some(asio::buffer(to), error);
  if (would_block(error))
    return await_readable();
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
  turn_ = 0;
  while (socket_.is_open()) {
    if (!in_.empty() && may_read_on()) {
      in_.erase(0, consume(in_));
      if (in_.empty())
        release(in_);
    }
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
  return !handling_ && !closing_ && turn_ < longest_turn && out_.size() - sent_ < enough_output;
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

void connection::head_arrived() {
  auto& rq = reader_.current();
  rq.remote_address = address_;
  began_ = clock::now();
  const auto& shared = loop_.shared();
  auto decided = admit(rq, loop_.routes(), loop_.policy(), {shared.cors, shared.hosts},
                       shared.limits.limits.max_body_bytes);
  route_ = decided.to;
  meant_ = decided.meant;
  if (!route_) {
    closing_ = has_unread_ = decided.close;
    respond(*decided.reply);
    return start_over();
  }
  reader_.expect(decided.framing);
  if (!decided.framing.present())
    handle();
  else if (rq.version >= 11 && rq.headers.has_token("Expect", "100-continue"))
    out_.append("HTTP/1.1 100 Continue\r\n\r\n");
}

void connection::handle() {
  auto& shared = loop_.shared();
  ++turn_;
  if (shared.in_flight >= shared.limits.max_in_flight && route_->busy == when_busy::refuse) {
    loop_.traffic().requests_refused.add();
    return refuse(fail(errc::overloaded, "more requests in flight than allowed"));
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
    spdlog::error("Failed to answer {} {} ({}): {}", rq.method, rq.target, rq.id, e.what());
    out = problem_answer(fail(errc::internal), rq.id);
  }
  self->answered(*out);
}

void connection::answered(const answer& with) {
  --loop_.shared().in_flight;
  handling_ = false;
  if (route_->who == access::admin)
    audit_admin_call(reader_.current(), with.status);
  if (!socket_.is_open())
    return;
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
                  loop_.shared().cors.fields_for(rq.headers));
  note_answer(with.status);
}

void connection::note_answer(int status) {
  auto& traffic = loop_.traffic();
  auto& to = meant_ ? traffic.of(meant_->number) : traffic.unmatched();
  to.add(status, began_ == clock::time_point{} ? clock::duration{} : clock::now() - began_);
  meant_ = nullptr;
  began_ = {};
}

/// Answers a request that is not read to its end, and closes: where the next one begins is unknown.
void connection::refuse(const failure& why) {
  auto& rq = reader_.current();
  if (rq.id.empty())
    rq.id = request_id_of(rq.headers);
  closing_ = has_unread_ = true;
  respond(problem_answer(why, rq.id));
}

/// The next request has its own deadlines.
void connection::start_over() {
  reader_.start_over();
  is_waiting_ = false;
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
    const auto n =
        socket_.write_some(asio::buffer(out_.data() + sent_, out_.size() - sent_), error);
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
  if (reader_.has_begun() || !in_.empty())
    wait_for(waits_for::request);
  else if (!is_waiting_)
    wait_for(waits_for::next);
  await_readable();
}

void connection::finish() {
  error_code ignored;
  if (has_unread_ || !in_.empty() || socket_.available(ignored) > 0)
    linger();
  else
    close();
}

/// Half-closes and reads on for a while: closing with unread bytes would reset the connection, and
/// the client might never see the answer.
void connection::linger() {
  error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  release(in_);
  lingering_ = true;
  wait_for(waits_for::goodbye);
  await_readable();
}

void connection::discard_input() {
  auto& to = loop_.scratch();
  error_code error;
  const auto n = socket_.read_some(asio::buffer(to), error);
  lingered_ += n;
  loop_.traffic().received.add(n);
  if ((error && !would_block(error)) || lingered_ > most_lingered)
    return close();
  await_readable();
}

void connection::drain() {
  if (handling_ || lingering_ || closing_ || !out_.empty())
    return;
  readable(); // a request may have arrived
  const bool idle = !handling_ && !closing_ && out_.empty() && in_.empty() && !reader_.has_begun();
  if (socket_.is_open() && idle)
    close();
}

void connection::close() {
  loop_.waits().clear(*this);
  error_code ignored;
  socket_.close(ignored);
}

void connection::expired(waits_for what) {
  is_waiting_ = false;
  if (what != waits_for::request)
    return close();
  refuse(fail(errc::request_timeout, "the request did not arrive in time"));
  advance();
}

} // namespace standings
