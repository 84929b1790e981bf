// The part of a connection that streams events.

#include "http/server/buffers.hpp"
#include "http/server/connection.hpp"
#include "http/server/event_loop.hpp"
#include "http/server/open_stream.hpp"

#include <boost/asio/error.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <utility>

namespace standings {

namespace {

/// The kernel takes no more while it holds this much unsent: what waits there gets old.
constexpr int most_unsent = 16'384;
/// A client of a stream has nothing more to say; one that says more than this is cut.
constexpr std::size_t most_said = 65'536;

} // namespace

void connection::begin_stream(const answer& with) {
  auto& shared = loop_.shared();
  const auto& rq = reader_.current();
  if (shared.draining)
    return respond(problem_answer(fail(errc::shutting_down, "the service is stopping"), rq.id));
  auto place = place_for_stream(client_of(rq));
  if (!place)
    return respond(problem_answer(
        fail(errc::rate_limited, "more streams for this address than allowed"), rq.id));
  if (!shared.streams.enter(shared.limits.max_streams))
    return respond(problem_answer(fail(errc::overloaded, "more streams than allowed"), rq.id));
  const bool chunked = rq.version >= 11;
  stream_ = std::make_unique<open_stream>(with.stream, chunked, shared.streams, std::move(*place));
  append_stream_head(out_, with, rq.id, chunked, shared.cors.fields_for(rq.headers));
  ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &most_unsent,
               sizeof most_unsent);
  pass_ = std::make_unique<pass>(pass{rq, route_->who});
  note_answer(with.status);
  with.stream->open(*this);
}

std::optional<address_place> connection::place_for_stream(const ip_address& client) {
  auto& shared = loop_.shared();
  if (!shared.rates.hold_for(peer_, shared.proxies))
    return address_place{};
  return shared.address_streams.enter(limited_part(client));
}

/// Whether the stream's request would still be let in: a token may have been withdrawn, or be for
/// another tenant.
bool connection::may_stay() {
  const auto version = loop_.policy_version();
  if (std::exchange(pass_->policy_version, version) == version)
    return true;
  auto& shown = pass_->shown;
  const auto tenant = shown.tenant;
  return authorize(shown, pass_->who, loop_.policy()).has_value() && shown.tenant == tenant;
}

void connection::more() {
  if (out_.empty()) // else the client has not taken the last event yet
    stream_on();
}

/// Sends until there is nothing new or the client does not take it.
void connection::stream_on() {
  std::string{}.swap(in_); // a stream is the last answer of its connection
  if (!may_stay())
    return end_stream();
  while (flush()) {
    if (stream_->is_over())
      return end_after_output();
    if (!stream_->append_next(out_)) {
      wait_for(waits_for::silence);
      break;
    }
  }
  if (stream_)
    await_readable(); // to notice that the client closes
}

void connection::stream_input() {
  auto& to = loop_.scratch();
  boost::system::error_code error;
  const auto n = receive(to, error);
  lingered_ += n;
  if (error == boost::asio::error::eof && !out_.empty())
    return end_after_output();
  if ((error && !would_block(error)) || lingered_ > most_said)
    return close();
  await_readable();
}

/// The client, or the stream, has nothing more to say: what is being sent, maybe earlier answers,
/// is still the client's due.
void connection::end_after_output() {
  finish_stream();
  advance();
}

void connection::keep_stream_alive() {
  stream_->append_keep_alive(out_);
  stream_on();
}

/// Waits for no client: it connects again, to another instance or later.
void connection::end_stream() {
  finish_stream();
  if (flush())
    finish();
  else
    close();
}

/// The last bytes of the stream join what is still to be sent, with which the connection ends.
void connection::finish_stream() {
  stream_->append_end(out_);
  stream_.reset();
  pass_.reset();
  closing_ = true;
}

} // namespace standings
